//! Work that nobody waits for: mail, deadlines, payouts and the sandbox rail's late answers.
//!
//! Every job is safe in several processes at once: what it takes is locked or leased, and doing it twice does it once.

mod outbox;

use crate::Backend;
use crate::error::Result;
use crate::service::attempts::Attempts;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a worker sleeps when nothing wakes it.
const IDLE: Duration = Duration::from_millis(500);
/// How much one job takes at a time.
const BATCH: u64 = 50;
/// After how many rounds the rare work is done: about once a minute when idle.
const RARE_ROUNDS: u64 = 120;
/// Between two looks at whose balance can be paid out, by Holdfast's clock. They are paid on working days, so seconds do not matter.
const BALANCES_EVERY: time::Duration = time::Duration::minutes(1);

impl Backend {
    /// Runs the jobs until `stop` is cancelled. A failing job is logged and tried again in the next round.
    pub async fn run_workers(&self, stop: CancellationToken) {
        // A shop that does not answer may take its time; money, deadlines and mail do not wait for it.
        tokio::join!(self.work(&stop), outbox::keep_delivering_webhooks(self, &stop));
    }

    async fn work(&self, stop: &CancellationToken) {
        let (mut round, mut looked) = (0_u64, time::OffsetDateTime::UNIX_EPOCH);
        while !stop.is_cancelled() {
            let now = self.now();
            let balances = (now - looked).abs() >= BALANCES_EVERY;
            if balances {
                looked = now;
            }
            let busy = self.run_round(round.is_multiple_of(RARE_ROUNDS), balances).await;
            round += 1;
            if busy {
                continue;
            }
            rest(self, stop).await;
        }
    }

    /// Does everything that is due now, and what follows from it, until nothing is: for tests, the seed and scripts.
    ///
    /// # Errors
    /// The first job that fails.
    pub async fn run_until_idle(&self) -> Result<()> {
        while self.do_due_work(true).await? + outbox::deliver_webhooks(self).await? > 0 {}
        Ok(())
    }

    async fn run_round(&self, rare: bool, balances: bool) -> bool {
        if rare {
            if let Err(error) = self.ask_about_open_payments(BATCH).await {
                log("ask_about_open_payments", &error);
            }
            if let Err(error) = self.forget_api_logs().await {
                log("forget_api_logs", &error);
            }
            if let Err(error) = self.forget_oauth_tokens().await {
                log("forget_oauth_tokens", &error);
            }
            if let Err(error) = self.delete_expired_sessions().await {
                log("delete_expired_sessions", &error);
            }
        }
        match self.do_due_work(balances).await {
            Ok(done) => done > 0,
            Err(error) => {
                log("worker", &error);
                false
            }
        }
    }

    /// Every job once; payouts of balances are made only where `balances` says so, as each balance is added up for that.
    async fn do_due_work(&self, balances: bool) -> Result<usize> {
        // Each job runs although another failed: a row that cannot be handled must not stop everybody's money.
        let mut done = Attempts::default();
        self.refresh_clock().await?;
        if let Some(sandbox) = self.sandbox_rail() {
            match sandbox.due_notifications(BATCH).await {
                Ok(references) => {
                    for reference in references {
                        done.note(self.payment_news(&reference).await);
                    }
                }
                Err(error) => done.note(Err(error)),
            }
        }
        done.add(self.fire_deadlines(BATCH).await);
        done.add(self.fire_reminders(BATCH).await);
        done.add(self.send_due_payouts(BATCH).await);
        done.add(self.send_due_returns(BATCH).await);
        done.add(self.set_aside_unclaimed(BATCH).await);
        done.add(self.collect_queued().await);
        done.add(self.cover_short_payments().await);
        done.add(self.send_due_cases(BATCH).await);
        if balances {
            done.add(self.make_balance_payouts().await);
        }
        done.add(self.send_balance_payouts(BATCH).await);
        done.add(outbox::deliver_mail(self).await);
        done.end()
    }
}

/// Waits until something wakes the workers, or it is time to look again.
async fn rest(backend: &Backend, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = backend.work_arrived() => {}
        () = tokio::time::sleep(IDLE) => {}
    }
}

fn log(job: &'static str, error: &crate::Error) {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    tracing::error!(job, %error, cause, "a job failed and is tried again");
}

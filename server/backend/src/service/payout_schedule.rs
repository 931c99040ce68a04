//! When beneficiaries are paid: at once, or in the rhythm and from the balance they chose (rules.md section 5.7).

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::payouts::{Payout, PayoutKind};
use crate::repo::{desk_payouts, payout_schedules, providers};
use crate::service::bank::earning;
use crate::service::typed;
use crate::service::viewer::Viewer;
use domain::ids::{AccountId, PartyId};
use domain::money::Currency;
use domain::permission::Capability;
use domain::schedule::{LONGEST_WAIT, PayoutSchedule, Rhythm};
use sea_orm::DatabaseTransaction;
use time::{Duration, OffsetDateTime};

/// Between two looks at a balance that is below its least.
const LOOK_AGAIN: Duration = Duration::days(1);
/// What leaves within this time leaves together.
const ONE_RUN: Duration = Duration::minutes(10);

impl Backend {
    /// When the account that the viewer earns with is paid, by currency.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who earns nothing.
    pub async fn payout_schedules(&self, viewer: &Viewer) -> Result<Vec<(Currency, PayoutSchedule)>> {
        let account = earning(viewer)?.account;
        let set = payout_schedules::of_account(self.db().read(), account).await?;
        let of = |currency| set.iter().find(|(other, _)| *other == currency).map(|(_, schedule)| *schedule);
        Ok(Currency::TRADED.into_iter().map(|currency| (currency, of(currency).unwrap_or_default())).collect())
    }

    /// Sets when the account that the viewer earns with is paid in a currency. It counts for the payouts that follow.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who earns nothing; [`Error::Refused`] where their role does not include it;
    /// [`Error::Invalid`] at `currency`, `rhythm`, `day` or `least`; [`Error::Unconfirmed`].
    pub async fn set_payout_schedule(
        &self,
        viewer: &Viewer,
        currency: &str,
        rhythm: &str,
        day: &str,
        least: &str,
    ) -> Result<()> {
        let account = earning(viewer)?.may(Capability::Bank)?.account;
        viewer.confirmed()?;
        let currency = typed::traded(currency).map_err(|message| Error::field("currency", message))?;
        let day = day.trim().parse::<u8>().unwrap_or(0);
        let rhythm = Rhythm::from_key(rhythm, day).ok_or_else(|| {
            Error::field("day", "Choose a day: 1 for Monday to 7 for Sunday of a week, or 1 to 28 of a month.")
        })?;
        let least = typed::minor(least, currency).map_err(|message| Error::field("least", message))?;
        let now = self.now();
        let tx = self.db().begin().await?;
        payout_schedules::set(&tx, account, currency, PayoutSchedule { rhythm, least }, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The account whose schedule counts for a party: its own, or of the Business Seller that keeps a service provider.
async fn scheduled_by(tx: &DatabaseTransaction, party: PartyId) -> Result<AccountId> {
    match party {
        PartyId::Account(account) => Ok(account),
        PartyId::Provider(provider) => Ok(providers::by_id(tx, provider).await?.seller),
    }
}

/// When a party is paid next, not before `from`.
pub(crate) async fn next(
    backend: &Backend,
    tx: &DatabaseTransaction,
    party: PartyId,
    currency: Currency,
    from: OffsetDateTime,
) -> Result<OffsetDateTime> {
    let schedule = payout_schedules::find(tx, scheduled_by(tx, party).await?, currency).await?;
    Ok(schedule.rhythm.next(from, &backend.platform_on(tx).await?.settings.holidays))
}

/// When to look again at a payout whose party has less due than it wants to be paid at once; `None` where it is paid now.
/// Nothing waits longer than [`LONGEST_WAIT`].
pub(crate) async fn below_least(
    backend: &Backend,
    tx: &DatabaseTransaction,
    payout: &Payout,
    now: OffsetDateTime,
) -> Result<Option<OffsetDateTime>> {
    if payout.kind != PayoutKind::Payout || now >= payout.created_at + LONGEST_WAIT {
        return Ok(None);
    }
    let currency = payout.amount.currency();
    let schedule = payout_schedules::find(tx, scheduled_by(tx, payout.party).await?, currency).await?;
    if schedule.least == 0 {
        return Ok(None);
    }
    let code = currency.code();
    if desk_payouts::queued_or_left(tx, payout.party, code, now - ONE_RUN).await? >= schedule.least {
        // What waited for company leaves with it, and counts with what left just before.
        desk_payouts::bring_forward(tx, payout.party, code, now).await?;
        return Ok(None);
    }
    let soon = (now + LOOK_AGAIN).min(payout.created_at + LONGEST_WAIT);
    Ok(Some(schedule.rhythm.next(soon, &backend.platform_on(tx).await?.settings.holidays)))
}

//! Whatever mixture of calls and clicks an order sees, it ends where the same commands through the services lead.

use super::{BUYER, FORM, Keys, PHONE, send_body};
use crate::harness::{Answer, TestApp};
use backend::Mode;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::{Command, RejectReason};
use domain::permission::AccountKind;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use time::Duration;

/// What the wire writes as the note of a delivery.
const NOTE: &str = "The shop reported the delivery.";

/// What somebody does, and whether by a call or by a click where there are both.
#[derive(Debug, Clone, Copy)]
enum Act {
    Deliver { call: bool },
    CancelBySeller { call: bool },
    CancelByBuyer { call: bool },
    Read,
    Accept,
    Reject,
    ConfirmGoodCondition,
    SayNotGoodCondition,
    RaiseDispute,
    Withdraw { buyer: bool },
    Hours(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => any::<bool>().prop_map(|call| Act::Deliver { call }),
        1 => any::<bool>().prop_map(|call| Act::CancelBySeller { call }),
        1 => any::<bool>().prop_map(|call| Act::CancelByBuyer { call }),
        1 => Just(Act::Read),
        2 => Just(Act::Accept),
        3 => Just(Act::Reject),
        1 => Just(Act::ConfirmGoodCondition),
        2 => Just(Act::SayNotGoodCondition),
        2 => Just(Act::RaiseDispute),
        1 => any::<bool>().prop_map(|buyer| Act::Withdraw { buyer }),
        2 => prop_oneof![Just(1), Just(30), Just(80), Just(200)].prop_map(Act::Hours),
    ];
    prop::collection::vec(act, 1..9)
}

impl Act {
    /// Whether the buyer does it, and the command; `None` where nobody commands anything.
    fn command(self) -> Option<(bool, Command)> {
        Some(match self {
            Self::Deliver { .. } => (false, Command::MarkDelivered { note: NOTE.to_owned(), tracking: None }),
            Self::CancelBySeller { .. } => (false, Command::Cancel),
            Self::CancelByBuyer { .. } => (true, Command::Cancel),
            Self::Accept => (true, Command::Accept),
            Self::Reject => (true, Command::Reject { reason: RejectReason::Damaged, text: "Broken".to_owned() }),
            Self::ConfirmGoodCondition => (false, Command::ConfirmGoodCondition),
            Self::SayNotGoodCondition => (false, Command::SayNotGoodCondition { text: "Worn".to_owned() }),
            Self::RaiseDispute => (false, Command::RaiseDispute { text: "Look".to_owned() }),
            Self::Withdraw { buyer } => (buyer, Command::Withdraw),
            Self::Read | Self::Hours(_) => return None,
        })
    }

    /// The status word of the call, where this is one.
    const fn call(self) -> Option<&'static str> {
        match self {
            Self::Deliver { call: true } => Some("delivered"),
            Self::CancelBySeller { call: true } => Some("cancelled"),
            Self::CancelByBuyer { call: true } => Some("buyer_cancel"),
            Self::Read => Some("order"),
            _ => None,
        }
    }
}

/// A seller with a bank account, and its order.
struct World {
    app: TestApp,
    seller: Viewer,
    keys: Keys,
}

impl World {
    async fn open() -> Self {
        let app = TestApp::start(Mode::Sandbox).await;
        let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
        app.bank(&seller, "0123456789").await;
        let keys = Keys::issue(&app, &seller).await;
        Self { app, seller, keys }
    }

    async fn later(&self, hours: i64) {
        self.app.clock.advance(Duration::hours(hours));
        self.app.backend.run_until_idle().await.unwrap();
    }

    async fn by_service(&self, order: OrderId, act: Act) {
        let Some((buyer, command)) = act.command() else { return };
        let (viewer, order) =
            if buyer { (None, self.app.link(order)) } else { (Some(&self.seller), OrderRef::Id(order)) };
        let key = self.app.backend.form_key();
        let request = OrderCommand { order, command, version: None, refund: None, key, files: Vec::new() };
        // What the rules refuse is refused in the other world too: the states are compared.
        let _ = self.app.backend.act(viewer, request).await;
    }

    async fn outside(&self, order: OrderId, act: Act) {
        if let Some(status) = act.call() {
            let answer = self.called(order, status).await;
            assert!(answer.status.is_success(), "{act:?}: {}", answer.body);
        } else if let Some((buyer, command)) = act.command() {
            let answer = self.clicked(order, buyer, &command).await;
            assert!(answer.status.is_redirection(), "{act:?}: {} {}", answer.status, answer.body);
        }
    }

    async fn called(&self, order: OrderId, status: &str) -> Answer {
        let number = self.app.number(order).await;
        let (token, phone) = (self.keys.token(), PHONE.replace('+', "%2B"));
        let body =
            format!("authtoken={}&order={number}&status={status}&phone_number={phone}", token.replace('=', "%3D"));
        send_body(&self.app, "POST", "/api/callback/order", FORM, body).await
    }

    async fn clicked(&self, order: OrderId, buyer: bool, command: &Command) -> Answer {
        let version = self.app.backend.order_view(None, &self.app.link(order)).await.unwrap().order.version.to_string();
        let link = self.app.backend.signed_order_path(order);
        let reference = if buyer { link.trim_start_matches("/orders/").to_owned() } else { order.to_string() };
        let (act, key) = (command.kind().key().replace('_', "-"), self.app.backend.form_key());
        let mut fields = vec![("order", reference.as_str()), ("act", &act), ("version", &version), ("key", &key)];
        match command {
            Command::MarkDelivered { note, .. } => fields.push(("note", note)),
            Command::Reject { reason, text } => fields.extend([("reason", reason.key()), ("text", text)]),
            Command::SayNotGoodCondition { text } | Command::RaiseDispute { text } => fields.push(("text", text)),
            _ => {}
        }
        // The hours that pass end a session.
        let browser = if buyer { self.app.anonymous() } else { self.app.sign_in("seller@example.test").await };
        browser.post_multipart("/do/order-act", &fields, &[]).await
    }

    /// Everything of an order that its parties and the books know.
    async fn state(&self, order: OrderId) -> String {
        let reference = OrderRef::Id(order);
        let view = self.app.backend.order_view(Some(&self.seller), &reference).await.unwrap();
        let buyers = self.app.backend.order_view(None, &self.app.link(order)).await.unwrap();
        let mut told = format!("{:?} {:?} {:?}\n", view.order.status, view.order.deadline, view.money);
        for entry in &view.timeline {
            let event = &entry.event;
            told +=
                &format!("{:?} {:?} {:?} to {:?} {:?}\n", event.at, event.actor, event.command, event.to, event.ending);
        }
        for payout in view.payouts.iter().chain(&buyers.payouts) {
            told += &format!("{:?} {} {:?}\n", payout.kind, payout.amount, payout.status);
        }
        told
    }
}

async fn compare(services: &World, outside: &World, acts: &[Act]) -> Result<(), TestCaseError> {
    let one = services.app.paid(&services.seller, BUYER).await;
    let other = outside.app.paid(&outside.seller, BUYER).await;
    for act in acts {
        if let Act::Hours(hours) = act {
            services.later(*hours).await;
            outside.later(*hours).await;
        } else {
            services.by_service(one, *act).await;
            outside.outside(other, *act).await;
        }
        prop_assert_eq!(services.state(one).await, outside.state(other).await, "after {:?}", act);
    }
    for world in [services, outside] {
        prop_assert_eq!(world.app.backend.verify().await.unwrap().findings, vec![]);
    }
    Ok(())
}

#[test]
fn calls_and_clicks_lead_where_the_services_lead() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (services, outside) = runtime.block_on(async { (World::open().await, World::open().await) });
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let run = |acts: Vec<Act>| runtime.block_on(compare(&services, &outside, &acts));
    TestRunner::new(config).run(&acts(), run).unwrap();
}

//! What happened in the demo's six weeks, order by order.

use super::market;
use super::people::{self, ADA, AMAKA, CHIDI, GUEST, LAGOS};
use anyhow::{Context, Result};
use backend::Backend;
use backend::port::ManualClock;
use backend::service::access::OrderRef;
use backend::service::command::OrderCommand;
use backend::service::notifications::Which;
use backend::service::place::NewOrder;
use backend::service::storefront::BuyForm;
use backend::service::viewer::Viewer;
use domain::order::{Command, RejectReason};
use time::{Duration, OffsetDateTime};

/// How far an order goes.
#[derive(Debug, Clone, Copy)]
enum Course {
    Unpaid,
    Declined,
    Paid,
    Delivered,
    Accepted,
    Rejected,
    Refunded,
    RefundFails,
    CancelledByBuyer,
    CancelledBySeller,
    SecondDelivery,
    Dispute,
    Disputed,
    SettledDispute,
}

/// Who buys: somebody of the demo, or a guest by link.
type Buyer = &'static str;

struct Tale {
    buyer: Buyer,
    print_works: bool,
    title: &'static str,
    description: &'static str,
    service: bool,
    currency: &'static str,
    amount: &'static str,
    shipping: &'static str,
    course: Course,
}

#[rustfmt::skip]
const fn tale(buyer: Buyer, title: &'static str, description: &'static str, currency: &'static str, amount: &'static str, shipping: &'static str, course: Course) -> Tale {
    Tale { buyer, print_works: false, title, description, service: false, currency, amount, shipping, course }
}

#[rustfmt::skip]
const fn print(buyer: Buyer, title: &'static str, description: &'static str, currency: &'static str, amount: &'static str, course: Course) -> Tale {
    Tale { buyer, print_works: true, title, description, service: true, currency, amount, shipping: "", course }
}

const A: Buyer = ADA.email;
const C: Buyer = CHIDI.email;

/// The orders, from the oldest to the newest.
#[rustfmt::skip]
const TALES: [Tale; 24] = [
    tale(A, "Smoked catfish, 5 kg", "Five kilograms, dried, vacuum packed.", "NGN", "42,000", "3,500", Course::Accepted),
    tale(C, "Ankara fabric, 6 yards", "Blue and gold, as in the picture.", "NGN", "12,500", "1,500", Course::Accepted),
    tale(A, "Palm oil, 25 litres", "Unadulterated, in a new jerry can.", "NGN", "36,000", "4,000", Course::Accepted),
    tale(C, "Egusi, 10 kg", "Shelled, this year's harvest.", "NGN", "28,000", "2,500", Course::RefundFails),
    tale(A, "Aso oke set", "Three pieces, burgundy.", "NGN", "85,000", "2,000", Course::Accepted),
    tale(C, "Plantain chips, 40 packs", "Ripe, lightly salted.", "NGN", "18,000", "1,800", Course::Refunded),
    tale(A, "Shea butter, 20 kg", "Raw, for export.", "USD", "140.00", "25.00", Course::Accepted),
    tale(C, "Hibiscus flowers, 15 kg", "Dried, food grade.", "NGN", "31,500", "3,000", Course::CancelledBySeller),
    tale(A, "Honey, 10 litres", "Forest honey, filtered.", "NGN", "55,000", "2,200", Course::Unpaid),
    print(C, "500 wedding invitations", "Gold foil on 300 g paper, proof before printing.", "NGN", "120,000", Course::Accepted),
    tale(A, "Ofada rice, 50 kg", "Stone free.", "NGN", "78,000", "5,000", Course::CancelledByBuyer),
    tale(C, "Beaded necklace", "Coral, two strands.", "NGN", "65,000", "1,000", Course::Accepted),
    tale(A, "Cashew nuts, 10 kg", "Roasted, unsalted.", "NGN", "47,500", "2,500", Course::SettledDispute),
    tale(C, "Adire cloth, 4 yards", "Indigo, hand dyed.", "NGN", "16,800", "1,200", Course::Accepted),
    print(A, "Shop sign, 2 m", "Acrylic, mounted.", "NGN", "210,000", Course::Disputed),
    tale(C, "Groundnut oil, 10 litres", "Cold pressed.", "NGN", "22,000", "2,000", Course::Dispute),
    print(A, "1,000 flyers", "A5, both sides, full colour.", "NGN", "45,000", Course::SecondDelivery),
    tale(C, "Dried ginger, 25 kg", "Split, sun dried.", "INR", "18,500", "2,400", Course::Accepted),
    tale(A, "Moringa powder, 5 kg", "Fine, in 1 kg bags.", "NGN", "24,000", "1,500", Course::Rejected),
    tale(GUEST, "Ankara fabric, 12 yards", "Green and orange, as in the picture.", "NGN", "24,500", "1,500", Course::Delivered),
    tale(C, "Suya spice, 3 kg", "Hot.", "NGN", "9,500", "1,200", Course::Delivered),
    print(A, "Business cards, 200", "Matt, rounded corners.", "NGN", "15,000", Course::Paid),
    tale(C, "Kilishi, 2 kg", "Extra spicy, vacuum packed.", "NGN", "26,000", "1,800", Course::Declined),
    tale(A, "Yam tubers, 20", "Large, from Benue.", "NGN", "40,000", "6,000", Course::Unpaid),
];

/// The last orders are told in the last days, so that their deadlines are still ahead.
const RECENT: usize = 10;

/// The people of the story, and the clock that walks through it.
pub(super) struct Stage<'a> {
    pub(super) backend: &'a Backend,
    clock: &'a ManualClock,
    pub(super) amaka: Viewer,
    lagos: Viewer,
    pub(super) buyers: Vec<Viewer>,
}

/// Makes everything, moving the clock from where it stands to `now`.
pub(super) async fn tell(backend: &Backend, clock: &ManualClock, now: OffsetDateTime) -> Result<()> {
    people::staff(backend).await?;
    people::own_banks(backend).await?;
    let amaka = people::join(backend, AMAKA).await?;
    let lagos = people::join(backend, LAGOS).await?;
    backend.set_account_phone(&lagos, "+2348030000002").await?;
    let buyers = vec![people::join(backend, ADA).await?, people::join(backend, CHIDI).await?];
    people::pay_to(backend, &amaka, "NGN", "0123456785").await?;
    people::pay_to(backend, &amaka, "USD", "9876543210").await?;
    let stage = Stage { backend, clock, amaka, lagos, buyers };
    for (index, tale) in TALES.iter().enumerate() {
        let left = TALES.len() - index;
        let target = if left > RECENT {
            now - Duration::days(2 * i64::try_from(left)? - 8)
        } else {
            now - Duration::hours(4 * i64::try_from(left)?)
        };
        if left == RECENT {
            stage.read_everything().await?;
            stage.wait_until(now - Duration::hours(56)).await?;
            stage.trade().await?;
            stage.works().await?;
        }
        stage.wait_until(target).await?;
        stage.act_out(tale, index).await.with_context(|| format!("the order “{}”", tale.title))?;
    }
    stage.wait_until(now).await
}

impl Stage<'_> {
    /// Nobody of the demo has weeks of unread notifications.
    async fn read_everything(&self) -> Result<()> {
        for viewer in self.buyers.iter().chain([&self.amaka, &self.lagos]) {
            self.backend.mark_notifications_read(viewer, Which::All).await?;
        }
        Ok(())
    }

    /// Opens the marketplaces and buys on both.
    async fn trade(&self) -> Result<()> {
        let market = market::open(self.backend, &self.amaka, &self.lagos).await?;
        let sales = [
            (market::AMAKAS, market.catering, &self.amaka, A, Course::Accepted),
            (market::EKO, market.banner, &self.lagos, C, Course::Accepted),
            (market::EKO, market.banner, &self.lagos, A, Course::Delivered),
        ];
        for (index, (slug, listing, seller, email, course)) in sales.into_iter().enumerate() {
            let form = BuyForm { email: email.to_owned(), name: String::new() };
            let buyer = self.backend.buy(None, slug, listing, &form, &format!("sale-{index}")).await?;
            let order = self.backend.order_view(None, &buyer).await?.order.id;
            self.later(20).await?;
            self.course(course, &buyer, &(seller, OrderRef::Id(order))).await?;
        }
        Ok(())
    }

    /// Moves the clock forward, doing on the way what falls due.
    async fn wait_until(&self, target: OffsetDateTime) -> Result<()> {
        while self.backend.now() < target {
            let left = target - self.backend.now();
            self.clock.advance(left.min(Duration::hours(12)));
            self.backend.run_until_idle().await?;
        }
        Ok(())
    }

    pub(super) async fn later(&self, minutes: i64) -> Result<()> {
        self.wait_until(self.backend.now() + Duration::minutes(minutes)).await
    }

    async fn act_out(&self, tale: &Tale, index: usize) -> Result<()> {
        let seller = if tale.print_works { &self.lagos } else { &self.amaka };
        let form = NewOrder {
            buyer_email: tale.buyer.to_owned(),
            buyer_name: self
                .buyers
                .iter()
                .find(|buyer| buyer.email.as_str() == tale.buyer)
                .map_or("Ngozi", |buyer| &buyer.name)
                .to_owned(),
            title: tale.title.to_owned(),
            description: tale.description.to_owned(),
            kind: if tale.service { "service" } else { "good" }.to_owned(),
            currency: tale.currency.to_owned(),
            amount: tale.amount.to_owned(),
            shipping: tale.shipping.to_owned(),
            ..NewOrder::default()
        };
        let placed = self.backend.place_order(seller, form, &format!("demo-{index}")).await?;
        let path = self.backend.signed_order_path(placed.order);
        let buyer = OrderRef::parse(path.trim_start_matches("/orders/"))?;
        let seller = (seller, OrderRef::Id(placed.order));
        self.later(20).await?;
        self.course(tale.course, &buyer, &seller).await
    }

    async fn course(&self, course: Course, buyer: &OrderRef, seller: &(&Viewer, OrderRef)) -> Result<()> {
        let card = match course {
            Course::Unpaid => return Ok(()),
            Course::Declined => "4000 0000 0000 0002",
            Course::RefundFails => "4000 0000 0000 5126",
            _ => "4242 4242 4242 4242",
        };
        self.pay(buyer, card).await?;
        match course {
            Course::Unpaid | Course::Declined | Course::Paid => return Ok(()),
            Course::CancelledByBuyer => return self.by_buyer(buyer, Command::Cancel).await,
            Course::CancelledBySeller => return self.by_seller(seller, Command::Cancel).await,
            _ => {}
        }
        let note = "Handed over as agreed; photographs are with the parcel.".to_owned();
        self.by_seller(seller, Command::MarkDelivered { note, tracking: Some("GIG Logistics 2284 1907".to_owned()) })
            .await?;
        match course {
            Course::Delivered => return Ok(()),
            Course::Accepted => return self.by_buyer(buyer, Command::Accept).await,
            _ => {}
        }
        let text = "It is not what we agreed: the packing was open and part of it is missing.".to_owned();
        self.by_buyer(buyer, Command::Reject { reason: RejectReason::Incomplete, text }).await?;
        self.after_rejection(course, buyer, seller).await
    }

    async fn after_rejection(&self, course: Course, buyer: &OrderRef, seller: &(&Viewer, OrderRef)) -> Result<()> {
        let text = "The seal was broken after delivery; the weight on our waybill is right.".to_owned();
        match course {
            Course::Refunded | Course::RefundFails => self.by_seller(seller, Command::ConfirmGoodCondition).await,
            Course::SecondDelivery => {
                self.by_seller(seller, Command::OfferSecondDelivery).await?;
                self.by_buyer(buyer, Command::AgreeSecondDelivery).await
            }
            Course::Dispute => self.by_seller(seller, Command::SayNotGoodCondition { text }).await,
            Course::Disputed | Course::SettledDispute => {
                self.by_seller(seller, Command::SayNotGoodCondition { text: text.clone() }).await?;
                self.by_seller(seller, Command::RaiseDispute { text }).await?;
                if matches!(course, Course::Disputed) {
                    return Ok(());
                }
                let to_buyer = 2_000_000;
                self.by_seller(seller, Command::OfferSplit { to_buyer }).await?;
                self.by_buyer(buyer, Command::AcceptSplit { to_buyer }).await
            }
            _ => Ok(()),
        }
    }

    async fn pay(&self, buyer: &OrderRef, card: &str) -> Result<()> {
        self.pay_as(None, buyer, card).await
    }

    pub(super) async fn pay_as(&self, viewer: Option<&Viewer>, order: &OrderRef, card: &str) -> Result<()> {
        let quote = self.backend.make_quote(viewer, order).await?;
        let url = self.backend.start_payment(viewer, order, quote, &quote.to_string()).await?;
        let reference = url.rsplit('/').next().unwrap_or_default();
        let rail = self.backend.sandbox_rail().context("the demo is for the sandbox")?;
        rail.submit(reference, card).await?;
        self.later(90).await
    }

    async fn by_buyer(&self, order: &OrderRef, command: Command) -> Result<()> {
        self.act(None, order, command).await
    }

    async fn by_seller(&self, seller: &(&Viewer, OrderRef), command: Command) -> Result<()> {
        self.act(Some(seller.0), &seller.1, command).await
    }

    pub(super) async fn act(&self, viewer: Option<&Viewer>, order: &OrderRef, command: Command) -> Result<()> {
        let key = self.backend.form_key();
        let command =
            OrderCommand { order: order.clone(), command, refund: None, version: None, key, files: Vec::new() };
        self.backend.act(viewer, command).await?;
        self.later(45).await
    }
}

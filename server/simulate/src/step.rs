//! One step: somebody does something, rightly or wrongly, once or twice, and perhaps the process dies over it.

use crate::Summary;
use crate::act::{KINDS, make};
use crate::chance::Chance;
use crate::crash::cut_off;
use crate::world::World;
use anyhow::{Result, anyhow, bail};
use backend::sandbox::rail::TEST_NUMBERS;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::delivery_terms::TermsForm;
use backend::service::order_view::OrderView;
use backend::service::place::NewOrder;
use backend::service::suspense::SuspenseStatus;
use backend::service::viewer::Viewer;
use backend::{Backend, Error};
use domain::ids::OrderId;
use domain::order::{CommandKind, Status};
use time::Duration;

/// Waits after which a call may be cut off: some of them lie behind its commit.
const WAITS: u64 = 90;

/// What a seed did so far.
#[derive(Default)]
pub(crate) struct Tally {
    /// The steps in words.
    pub(crate) trace: Vec<String>,
    /// The counts.
    pub(crate) summary: Summary,
}

/// The orders of one seed.
pub(crate) struct Scene<'a> {
    world: &'a World,
    orders: Vec<Placed>,
    late: Vec<Late<'a>>,
}

/// A command that is still on its way: it arrives after later ones.
struct Late<'a> {
    viewer: Option<&'a Viewer>,
    request: OrderCommand,
    name: String,
    number: i64,
}

struct Placed {
    id: OrderId,
    seller: usize,
    /// The buyer's account; `None` for a guest with a signed link.
    buyer: Option<usize>,
    old_version: i64,
}

impl<'a> Scene<'a> {
    /// Places one to three orders under random terms.
    pub(crate) async fn open(world: &'a World, chance: &mut Chance, tally: &mut Tally) -> Result<Scene<'a>> {
        let mut scene = Self { world, orders: Vec::new(), late: Vec::new() };
        for _ in 0..chance.between(1..4) {
            scene.place(chance, tally).await?;
        }
        // Most orders are paid, as nothing else would happen to them.
        for index in 0..scene.orders.len() {
            if chance.percent(85) {
                pay(&scene, index, chance, tally).await?;
                work(&scene, chance, tally).await?;
            }
        }
        Ok(scene)
    }

    /// The orders of this seed.
    pub(crate) fn orders(&self) -> Vec<OrderId> {
        self.orders.iter().map(|order| order.id).collect()
    }

    /// Those that have not ended, with their status.
    pub(crate) async fn open_orders(&self) -> Result<Vec<(OrderId, Status)>> {
        let mut open = Vec::new();
        for placed in &self.orders {
            let status = self.view(placed).await?.order.status;
            if !status.is_final() {
                open.push((placed.id, status));
            }
        }
        Ok(open)
    }

    /// How each order ended.
    pub(crate) async fn endings(&self) -> Result<Vec<String>> {
        let mut endings = Vec::new();
        for placed in &self.orders {
            let order = self.view(placed).await?.order;
            endings.push(order.ending.map_or_else(|| order.status.key().to_owned(), |ending| format!("{ending:?}")));
        }
        Ok(endings)
    }

    async fn view(&self, placed: &Placed) -> Result<OrderView> {
        let seller = &self.world.sellers[placed.seller];
        Ok(self.world.backend().order_view(Some(seller), &OrderRef::Id(placed.id)).await?)
    }

    async fn place(&mut self, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
        let seller = usize::try_from(chance.between(0..3))?;
        let viewer = &self.world.sellers[seller];
        if chance.percent(60) {
            self.world.backend().set_delivery_terms(viewer, &random_terms(chance)).await?;
        }
        let buyer = chance.percent(50).then(|| chance.between(0..2)).map(usize::try_from).transpose()?;
        let email = match buyer {
            Some(index) => self.world.buyers[index].email.to_string(),
            None => format!("guest{}@sim.example", chance.between(0..5)),
        };
        // Seller-borne fees may be more than a low price, which is refused; then another price is asked.
        let placed = loop {
            let form = NewOrder {
                buyer_email: email.clone(),
                title: "A thing".to_owned(),
                currency: chance.one(&["NGN", "NGN", "USD"]).to_string(),
                amount: chance.between(100..900_000).to_string(),
                shipping: if chance.percent(30) { "25".to_owned() } else { String::new() },
                ..NewOrder::default()
            };
            let (backend, key) = (self.world.backend(), chance.key());
            if let Some(placed) =
                call("place", chance, tally, || backend.place_order(viewer, form.clone(), &key)).await?
            {
                break placed;
            }
        };
        let id = placed.order;
        tally.trace.push(format!("place {id}"));
        self.orders.push(Placed { id, seller, buyer, old_version: 1 });
        Ok(())
    }
}

fn random_terms(chance: &mut Chance) -> TermsForm {
    let choice = |chance: &mut Chance, of: &[&str]| (*chance.one(of)).to_owned();
    TermsForm {
        currency: choice(chance, &["NGN", "USD"]),
        payment_hours: chance.between(1..720).to_string(),
        delivery_days: chance.between(1..30).to_string(),
        inspection_hours: chance.between(24..200).to_string(),
        answer_hours: chance.between(24..200).to_string(),
        on_silence: choice(chance, &["accept", "refund_less_fee"]),
        refund_policy: choice(chance, &["refund", "refund", "replacement_only"]),
        cancellation_free_hours: chance.between(0..100).to_string(),
        cancellation_fee: if chance.percent(50) { chance.between(1..2_000).to_string() } else { String::new() },
        non_split: String::new(),
        escrow_fee_bearer: choice(chance, &["buyer", "seller", "half_each"]),
        gateway_fee_bearer: choice(chance, &["buyer", "seller", "half_each"]),
        payout_fee_bearer: choice(chance, &["seller", "provider"]),
    }
}

/// Takes one step.
pub(crate) async fn take(scene: &mut Scene<'_>, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    tally.summary.steps += 1;
    let index = usize::try_from(chance.between(0..u64::try_from(scene.orders.len())?))?;
    match chance.between(0..100) {
        0..6 => pay(scene, index, chance, tally).await,
        6..12 => jump(scene, chance, tally).await,
        12..20 => work(scene, chance, tally).await,
        20..26 => bank(scene, index, chance, tally).await,
        26..32 => administrate(scene, chance, tally).await,
        32..36 => message(scene, index, chance, tally).await,
        36..40 if !scene.late.is_empty() => {
            let late = scene.late.swap_remove(usize::try_from(chance.between(0..u64::try_from(scene.late.len())?))?);
            act(scene.world, late, chance, tally).await
        }
        _ => command(scene, index, chance, tally).await,
    }
}

/// Runs a call as the world might: once, twice with the same key, or cut off and then again. A refusal is counted; a fault of
/// ours is a violation.
async fn call<T, F>(name: &str, chance: &mut Chance, tally: &mut Tally, make: impl Fn() -> F) -> Result<Option<T>>
where
    F: Future<Output = std::result::Result<T, Error>>,
{
    let mut how = "";
    if chance.percent(25) {
        let waits = chance.between(0..WAITS);
        if cut_off(make(), waits).await.is_none() {
            tally.summary.crashes += 1;
            how = ", cut off before";
        }
    }
    let done = make().await;
    if done.is_ok() && chance.percent(10) {
        how = ", again";
        if let Err(error) = make().await
            && !error.is_for_people()
        {
            bail!("{name} the second time: {error}: {:?}", std::error::Error::source(&error));
        }
    }
    let (outcome, done) = match done {
        Ok(done) => {
            tally.summary.accepted += 1;
            ("done".to_owned(), Some(done))
        }
        Err(error) if error.is_for_people() => {
            tally.summary.refused += 1;
            (error.to_string(), None)
        }
        Err(error) => bail!("{name}: {error}: {:?}", std::error::Error::source(&error)),
    };
    tally.trace.push(format!("{name}{how}: {outcome}"));
    Ok(done)
}

fn link(backend: &Backend, order: OrderId) -> Result<OrderRef> {
    Ok(OrderRef::parse(backend.signed_order_path(order).trim_start_matches("/orders/"))?)
}

/// How the buyer reaches the order: by account, or by signed link.
fn buyer<'a>(scene: &Scene<'a>, index: usize) -> Result<(Option<&'a Viewer>, OrderRef)> {
    let placed = &scene.orders[index];
    match placed.buyer {
        Some(buyer) => Ok((Some(&scene.world.buyers[buyer]), OrderRef::Id(placed.id))),
        None => Ok((None, link(scene.world.backend(), placed.id)?)),
    }
}

async fn pay(scene: &Scene<'_>, index: usize, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let backend = scene.world.process(chance.between(0..2));
    let (viewer, reference) = buyer(scene, index)?;
    let Some(quote) = call("quote", chance, tally, || backend.make_quote(viewer, &reference)).await? else {
        return Ok(());
    };
    let key = chance.key();
    let started =
        call("start payment", chance, tally, || backend.start_payment(viewer, &reference, quote, &key)).await?;
    let Some(url) = started else { return Ok(()) };
    // Sometimes the buyer opens a second page of the provider before paying on either.
    let mut urls = vec![url];
    if chance.percent(15) {
        let key = chance.key();
        urls.extend(
            call("second payment", chance, tally, || backend.start_payment(viewer, &reference, quote, &key)).await?,
        );
    }
    for url in urls {
        let number = if chance.percent(70) { TEST_NUMBERS[0].card } else { chance.one(&TEST_NUMBERS).card };
        let provider = url.rsplit('/').next().unwrap_or_default().to_owned();
        if chance.percent(15) {
            jump(scene, chance, tally).await?;
        }
        call(&format!("pay with {number}"), chance, tally, || backend.pay_in_sandbox(&provider, number)).await?;
    }
    Ok(())
}

async fn jump(scene: &Scene<'_>, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let minutes = match chance.between(0..8) {
        0..3 => chance.between(1..60),
        3..7 => chance.between(60..3_000),
        _ => chance.between(3_000..25_000),
    };
    scene.world.later(Duration::minutes(i64::try_from(minutes)?));
    tally.trace.push(format!("{minutes} minutes later"));
    Ok(())
}

async fn work(scene: &Scene<'_>, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let backend = scene.world.process(chance.between(0..2));
    call("work", chance, tally, || backend.run_until_idle()).await.map(|_| ())
}

async fn bank(scene: &Scene<'_>, index: usize, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let backend = scene.world.backend();
    let details = BankDetails {
        currency: chance.one(&["NGN", "USD"]).to_string(),
        bank_name: "Sandbox Bank".to_owned(),
        // The endings of the sandbox rail: paid, refused, and unknown at first.
        account_number: chance.one(&["0123456789", "9876543210", "0000000002", "0000000009"]).to_string(),
        account_name: "Sim Person".to_owned(),
    };
    if chance.percent(50) {
        let seller = &scene.world.sellers[scene.orders[index].seller];
        call("bank details", chance, tally, || backend.set_bank_details(seller, &details)).await?;
        call("identity", chance, tally, || backend.verify_identity_in_sandbox(seller)).await?;
        return Ok(());
    }
    let (viewer, reference) = buyer(scene, index)?;
    call("refund to a bank", chance, tally, || backend.refund_to_bank(viewer, &reference, &details)).await.map(|_| ())
}

async fn administrate(scene: &Scene<'_>, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let (backend, administrator) = (scene.world.backend(), &scene.world.administrator);
    let rows = backend.suspense(administrator).await?;
    if let Some(row) = rows.into_iter().find(|row| row.item.status == SuspenseStatus::Open) {
        let id = row.item.id;
        if let Some((order, ..)) = row.candidates.first().filter(|_| chance.percent(60)) {
            call("apply suspense", chance, tally, || backend.apply_suspense(administrator, id, *order, "it fits"))
                .await?;
        } else {
            call("return suspense", chance, tally, || backend.return_suspense(administrator, id, "too late")).await?;
        }
        return Ok(());
    }
    if let Some(stuck) = backend.stuck_payouts(administrator, 1).await?.first() {
        let id = stuck.payout.id;
        call("retry payout", chance, tally, || backend.retry_payout(administrator, id)).await?;
    }
    Ok(())
}

async fn message(scene: &Scene<'_>, index: usize, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let (viewer, reference) = buyer(scene, index)?;
    let key = chance.key();
    let backend = scene.world.backend();
    call("message", chance, tally, || backend.post_message(viewer, &reference, "Look here", Vec::new(), &key))
        .await
        .map(|_| ())
}

async fn command(scene: &mut Scene<'_>, index: usize, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let view = scene.view(&scene.orders[index]).await?;
    let world = scene.world;
    let (viewer, reference, who) = match chance.between(0..20) {
        0 => (Some(&world.buyers[0]), OrderRef::Id(view.order.id), "somebody"),
        1..3 => (Some(&world.manager), OrderRef::Id(view.order.id), "the manager"),
        3..4 => (Some(&world.administrator), OrderRef::Id(view.order.id), "the administrator"),
        4..12 => (Some(&world.sellers[scene.orders[index].seller]), OrderRef::Id(view.order.id), "the seller"),
        _ => {
            let (viewer, reference) = buyer(scene, index)?;
            (viewer, reference, "the buyer")
        }
    };
    // Mostly what is possible now, as people do what their page offers; sometimes anything.
    let backend = world.process(chance.between(0..2));
    let mut possible: Vec<CommandKind> = match backend.order_view(viewer, &reference).await {
        Ok(seen) => KINDS.into_iter().filter(|kind| seen.may(*kind).is_ok()).collect(),
        Err(_) => Vec::new(),
    };
    // Ways out are taken less often than ways on, so that long histories come about.
    let early = [CommandKind::Cancel, CommandKind::Withdraw, CommandKind::Accept, CommandKind::ConfirmGoodCondition];
    if possible.len() > 1 && chance.percent(60) {
        possible.retain(|kind| !early.contains(kind));
    }
    let kind = if possible.is_empty() || chance.percent(15) { *chance.one(&KINDS) } else { *chance.one(&possible) };
    let command = make(kind, &view, chance);
    let version = match chance.between(0..10) {
        0 => Some(scene.orders[index].old_version),
        1..5 => Some(view.order.version),
        _ => None,
    };
    scene.orders[index].old_version = view.order.version;
    let key = chance.key();
    let name = format!("{who} {command:?} on {} in {}", view.order.id, view.order.status);
    let request = OrderCommand { order: reference, command, refund: None, version, key, files: Vec::new() };
    let late = Late { viewer, request, name, number: view.facts.number };
    if chance.percent(10) {
        tally.trace.push(format!("{}, which is still on its way", late.name));
        scene.late.push(late);
        return Ok(());
    }
    act(world, late, chance, tally).await
}

/// A command arrives, perhaps after others that were sent later.
async fn act(world: &World, late: Late<'_>, chance: &mut Chance, tally: &mut Tally) -> Result<()> {
    let Late { viewer, request, name, number } = late;
    let backend = world.process(chance.between(0..2));
    let done = call(&name, chance, tally, || backend.act(viewer, request.clone())).await?;
    match done {
        Some(done) if done.number != number => {
            Err(anyhow!("{name}: answered for order {} instead of {number}", done.number))
        }
        _ => Ok(()),
    }
}

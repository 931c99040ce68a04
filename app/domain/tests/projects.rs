//! Milestone projects: whose turn it is, what may change, when a project ends, and money carried into the next one.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use domain::fee::{Bearer, FeeSchedule};
use domain::ids::{AccountId, MilestoneId, OrderId, ProjectId, ProviderId};
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::order::aggregate::Milestone;
use domain::order::event::Movement;
use domain::order::{
    Actor, Command, CommandKind, Commission, Denied, Guard, Order, Price, Quote, Role, Settlement, Status, Terms,
    check, decide, waiting,
};
use domain::project::{
    ProjectDenied, ProjectStatus, Step, carry_max, earlier_open, first_open, may_end, may_move, turn,
};
use domain::{BasisPoints, Money};
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn step(id: u128, order: Option<Status>, carried: i64) -> Step {
    let order = order.map(|status| (OrderId(Uuid::from_u128(id)), status));
    Step { id: MilestoneId(Uuid::from_u128(id)), order, carried }
}

/// Up to seven steps in any situation, many of them completed.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let order = prop_oneof![
        3 => Just(Some(Status::Completed)),
        2 => Just(None),
        4 => proptest::sample::select(Status::ALL.to_vec()).prop_map(Some),
    ];
    proptest::collection::vec((order, 0_i64..2), 0..8)
        .prop_map(|all| (0..).zip(all).map(|(id, (order, carried))| step(id, order, carried)).collect())
}

/// Money was paid or carried into the step.
fn has_money(step: &Step) -> bool {
    step.order.is_some_and(|(_, status)| match status {
        Status::AwaitingPayment => step.carried > 0,
        status => status != Status::Expired,
    })
}

fn has_ended(step: &Step) -> bool {
    step.order.is_some_and(|(_, status)| status == Status::Completed)
}

/// Its order waits for payment or for anything after it.
fn is_open(step: &Step) -> bool {
    step.order.is_some_and(|(_, status)| !status.is_final())
}

proptest! {
    #[test]
    fn only_the_first_step_that_has_not_ended_may_be_paid(steps in steps()) {
        let first = steps.iter().position(|step| !has_ended(step));
        let in_turn: Vec<usize> =
            (0..steps.len()).filter(|at| !has_ended(&steps[*at]) && turn(&steps, *at).is_ok()).collect();
        prop_assert_eq!(in_turn, first.into_iter().collect::<Vec<_>>());
        for at in 0..=steps.len() {
            let open = steps[..at].iter().filter(|step| !has_ended(step)).count();
            prop_assert_eq!(earlier_open(&steps, at), u32::try_from(open).unwrap());
            let locked_by = first.filter(|first| *first < at);
            prop_assert_eq!(turn(&steps, at), locked_by.map_or(Ok(()), |first| Err(ProjectDenied::Locked(first + 1))));
        }
    }

    #[test]
    fn a_planned_step_moves_only_behind_those_with_money(steps in steps()) {
        let last = steps.iter().enumerate().filter(|(_, step)| has_money(step)).map(|(at, _)| at).max();
        let first = last.map_or(0, |last| last + 1);
        prop_assert_eq!(first_open(&steps), first);
        for (from, to) in (0..8).flat_map(|from| (0..8).map(move |to| (from, to))) {
            let expected = match steps.get(from).is_some_and(|step| !has_money(step)) {
                false => Err(ProjectDenied::Paid),
                true if !(first..steps.len()).contains(&to) => Err(ProjectDenied::BeforePaid),
                true => Ok(()),
            };
            prop_assert_eq!(may_move(&steps, from, to), expected, "{} to {}", from, to);
            // A planned step stands before one with money only where the list was never a project's.
            if expected.is_ok() && from >= first {
                let mut moved = steps.clone();
                let step = moved.remove(from);
                moved.insert(to, step);
                prop_assert_eq!((first_open(&moved), &moved[..first]), (first, &steps[..first]));
            }
        }
    }

    #[test]
    fn a_project_ends_only_without_an_open_step(steps in steps()) {
        let open = steps.iter().position(is_open);
        let planned = steps.iter().position(|step| !has_ended(step));
        let refused = open.map(|at| ProjectDenied::Running(at + 1));
        prop_assert_eq!(may_end(&steps, ProjectStatus::Cancelled).err(), refused);
        let never = planned.map(|at| ProjectDenied::NeverPaid(at + 1));
        let empty = steps.is_empty().then_some(ProjectDenied::Empty);
        prop_assert_eq!(may_end(&steps, ProjectStatus::Completed).err(), refused.or(never).or(empty));
    }
}

/// A project. In a plain one nothing is carried, and orders are placed only in turn and stand where they were placed.
struct Plan {
    plain: bool,
    steps: Vec<Step>,
    /// The steps that were paid or carried into, in the order of that.
    with_money: Vec<MilestoneId>,
}

impl Plan {
    fn set(&mut self, at: usize, status: Status, carried: i64) {
        let Step { id, .. } = self.steps[at];
        self.steps[at] = step(id.0.as_u128(), Some(status), carried);
        if has_money(&self.steps[at]) && !self.with_money.contains(&id) {
            self.with_money.push(id);
        }
    }

    /// Does `act` where the rules let it. Orders go on at the first step that has not ended, or one behind it.
    fn attempt(&mut self, id: u128, (act, at, to): (&str, usize, usize)) {
        let near = self.steps.iter().take_while(|step| has_ended(step)).count() + at / 6;
        let Step { order, carried, .. } = self.steps.get(near).copied().unwrap_or(step(0, None, 0));
        let in_turn = turn(&self.steps, near).is_ok();
        let disturbs = |from: usize| self.plain && self.steps.iter().skip(from).any(is_open);
        match (act, order.map(|(_, status)| status)) {
            ("add", _) if at >= first_open(&self.steps) && !disturbs(at) => {
                self.steps.insert(at.min(self.steps.len()), step(id, None, 0));
            }
            ("remove", _) if self.steps.get(at).is_some_and(Step::is_open_to_change) => {
                self.steps.remove(at);
            }
            ("move", _) if may_move(&self.steps, at, to).is_ok() && !disturbs(at.min(to)) => {
                let step = self.steps.remove(at);
                self.steps.insert(to, step);
            }
            ("go on", None | Some(Status::Expired)) if near < self.steps.len() && (in_turn || !self.plain) => {
                self.set(near, Status::AwaitingPayment, 0);
            }
            ("go on", Some(Status::AwaitingPayment)) if in_turn => self.set(near, Status::Pending, carried),
            ("go on", Some(Status::Pending)) => self.set(near, Status::Accepted, carried),
            ("go on", Some(Status::Accepted | Status::Cancelled)) => self.set(near, Status::Completed, carried),
            ("lapse", Some(Status::AwaitingPayment)) if carried > 0 => self.set(near, Status::Cancelled, carried),
            ("lapse", Some(Status::AwaitingPayment)) => self.set(near, Status::Expired, 0),
            ("carry", Some(Status::Pending)) if !self.plain && carry_max(&self.steps, near, 900, Some(500)) > 0 => {
                self.set(near, Status::Accepted, carried);
                self.set(near + 1, Status::AwaitingPayment, 500);
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_buyer_does_the_paid_steps_come_first_and_one_at_a_time(plain: bool, tries in tries()) {
        let mut plan = Plan { plain, steps: Vec::new(), with_money: Vec::new() };
        for (id, what) in (1..).zip(tries) {
            plan.attempt(id, what);
            let ids: Vec<MilestoneId> = plan.steps.iter().map(|step| step.id).take(plan.with_money.len()).collect();
            prop_assert_eq!(&ids, &plan.with_money, "after {:?}", what);
            let held = |step: &&Step| step.order.is_some_and(|(_, status)| status.holds_money());
            prop_assert!(plan.steps.iter().filter(held).count() <= 1, "two held after {:?}", what);
            let open = plan.steps.iter().filter(|step| is_open(step)).count();
            prop_assert!(!plain || open <= 1, "two open after {:?}", what);
        }
    }
}

fn tries() -> impl Strategy<Value = Vec<(&'static str, usize, usize)>> {
    let acts = [("add", 4), ("remove", 1), ("move", 2), ("lapse", 1), ("carry", 2), ("go on", 6)];
    let act = proptest::sample::select(acts.iter().flat_map(|(act, often)| vec![*act; *often]).collect::<Vec<_>>());
    proptest::collection::vec((act, 0_usize..9, 0_usize..9), 20..80)
}

/// What an order is made of: terms, product, shipping, and with a provider (1), an operator (2) or neither.
type Made = (Terms, i64, i64, u8);

fn made() -> impl Strategy<Value = Made> {
    let bearer = || proptest::sample::select(Bearer::ALL.to_vec());
    let terms = (0_u16..=10_000, 0_i64..100_000, bearer(), bearer(), any::<bool>()).prop_map(
        |(rate, non_split, escrow, gateway, provider_bears)| Terms {
            commission: Commission::percent(BasisPoints::new(rate).unwrap()),
            non_split,
            escrow_fee_bearer: escrow,
            gateway_fee_bearer: gateway,
            provider_bears_payout_fee: provider_bears,
            ..Terms::default()
        },
    );
    (terms, 200_000_i64..50_000_000, 0_i64..1_000_000, 0_u8..3)
}

/// Nothing, the least, everything there is, or something between; to be cut to the most.
fn part() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0_i64), Just(1), Just(i64::MAX), 0_i64..50_000_000]
}

fn milestone(earlier_open: u32, carry_max: i64) -> Option<Milestone> {
    Some(Milestone { project: ProjectId(Uuid::nil()), earlier_open, carry_max })
}

fn unpaid(id: u128, (terms, product, shipping, with): &Made, carried: i64) -> Order {
    let mut order = common::fresh(terms.clone(), NOW);
    order.id = OrderId(Uuid::from_u128(id));
    order.price = Price { product: *product, shipping: *shipping, ..order.price };
    order.parties.provider = (*with == 1).then_some(ProviderId(Uuid::from_u128(8)));
    order.parties.operator = (*with == 2).then_some(AccountId(Uuid::from_u128(9)));
    order.carried = carried;
    order
}

fn quote(order: &Order, carried: i64) -> Quote {
    let fees = FeeSchedule::default_for(order.price.currency).unwrap();
    let provider = order.parties.provider.is_some();
    Quote::compute_carrying(order.price, carried, &order.terms, &fees, false, provider).unwrap()
}

fn pay(quote: Quote) -> Command {
    Command::Pay { amount: Money::new(quote.total(), quote.currency).unwrap(), quote: Box::new(quote) }
}

/// Pays the order and delivers it.
fn deliver(order: &mut Order, quote: Quote) {
    act(order, pay(quote), Role::Rail, NOW);
    act(order, Command::MarkDelivered { note: String::new(), tracking: None }, Role::Seller, NOW);
}

/// Does it, and answers how the hold is divided by it.
fn act(order: &mut Order, command: Command, role: Role, now: OffsetDateTime) -> Option<Settlement> {
    let events = decide(order, command, Actor::new(role), now).unwrap();
    order.apply(&events[0]);
    match &events[0].movement {
        Some(Movement::Settle(settlement)) => Some(settlement.clone()),
        _ => None,
    }
}

fn lines_of(settlement: &Settlement, order: &Order) -> Vec<Line> {
    let lines = settlement.lines(order, &order.quote.unwrap());
    Transfer::new(settlement.currency, TransferReason::Split, lines).unwrap().lines().to_vec()
}

fn change(lines: &[Line], account: &LedgerAccount) -> i64 {
    lines.iter().filter(|line| line.account == *account).map(Line::change).sum()
}

fn shares(settlement: &Settlement) -> i64 {
    settlement.shares.iter().map(|share| share.minor).sum()
}

proptest! {
    #[test]
    fn the_buyer_carries_what_leaves_something_and_fits_the_next(
        made in made(), room in prop_oneof![1 => -2_i64..3, 5 => 9_i64..60_000_000], edge in 0_usize..4,
        off in -2_i64..3, any in part(),
    ) {
        let mut order = unpaid(3, &made, 0);
        let (paid, next) = (quote(&order, 0), OrderId(Uuid::from_u128(4)));
        deliver(&mut order, paid);
        order.milestone = milestone(0, room);
        let price = paid.price();
        // What is released bears the fees in full and leaves something.
        let most = price - paid.escrow.seller - paid.gateway.seller - paid.payout - 1;
        let carry = [off, most + 1 + off, room + off, any.min(most)][edge];
        let fits = (1..=room.min(most)).contains(&carry);
        let command = Command::AcceptAndCarry { carry, into: next };
        for role in Role::ALL {
            let decided = decide(&order, command.clone(), Actor::new(role), NOW);
            prop_assert_eq!(decided.is_ok(), role == Role::Buyer && fits, "{:?}: {:?}", role, decided);
        }
        prop_assert_eq!(check(&order, CommandKind::AcceptAndCarry, Actor::new(Role::Buyer), NOW).is_ok(), room > 0);
        if fits {
            let settled = act(&mut order, command, Role::Buyer, NOW).unwrap();
            prop_assert_eq!((order.status, settled.refund_total()), (Status::Accepted, 0));
            let from_price = settled.escrow_from_price + settled.gateway_from_price + settled.payout_fee;
            prop_assert_eq!(shares(&settled) + from_price + carry, price);
            prop_assert!(shares(&settled) > 0);
            prop_assert_eq!(settled.escrow_from_price + settled.gateway_from_price, paid.escrow.seller + paid.gateway.seller);
            prop_assert_eq!(settled.escrow_kept + settled.gateway_kept, paid.buyer_fees());
            let lines = lines_of(&settled, &order);
            prop_assert_eq!(change(&lines, &LedgerAccount::Hold(next)), carry);
            prop_assert_eq!(change(&lines, &LedgerAccount::Hold(order.id)), -price);
        }
    }

    #[test]
    fn nothing_is_charged_again_on_what_was_carried_over(made in made(), part in part()) {
        let price = made.1 + made.2;
        let carried = part.min(price);
        let mut order = unpaid(3, &made, carried);
        let (whole, rest) = (quote(&order, 0), quote(&order, carried));
        prop_assert_eq!(rest.total(), price - carried + rest.buyer_fees());
        prop_assert!(rest.escrow.buyer <= whole.escrow.buyer && rest.gateway.buyer <= whole.gateway.buyer);
        prop_assert!(rest.escrow.seller <= whole.escrow.seller && rest.gateway.seller <= whole.gateway.seller);
        prop_assert!(carried != price || rest.total() == 0);
        if made.1 - carried >= 200_000 {
            let smaller = unpaid(3, &(made.0.clone(), made.1 - carried, made.2, made.3), 0);
            prop_assert_eq!(rest.buyer_fees(), quote(&smaller, 0).buyer_fees());
        }
        for wrong in [0, carried - 1, carried + 1].into_iter().filter(|wrong| *wrong != carried) {
            let refused = decide(&order, pay(Quote { carried: wrong, ..rest }), Actor::new(Role::Rail), NOW);
            prop_assert_eq!(refused, Err(Denied::Guard(Guard::AmountExact)));
        }
        let forgets = decide(&order, pay(whole), Actor::new(Role::Rail), NOW);
        prop_assert_eq!(forgets.is_ok(), carried == 0);
        act(&mut order, pay(rest), Role::Rail, NOW);
        prop_assert_eq!(order.status, Status::Pending);
    }

    #[test]
    fn what_the_buyer_paid_for_two_milestones_is_all_paid_out(
        first in made(), product in 200_000_i64..50_000_000, part in part(), end in 0_usize..3,
    ) {
        let second = (first.0.clone(), product, 150_000, first.3);
        let fees = quote(&unpaid(3, &first, 0), 0);
        let bears = fees.escrow.seller + fees.gateway.seller + fees.payout;
        let most = (first.1 + first.2 - bears - 1).min(product + 150_000);
        let carry = part.clamp(1, most);
        let (mut one, mut two) = (unpaid(3, &first, 0), unpaid(4, &second, carry));
        let (paid, rest) = (quote(&one, 0), quote(&two, carry));
        deliver(&mut one, paid);
        one.milestone = milestone(0, most);
        let released = act(&mut one, Command::AcceptAndCarry { carry, into: two.id }, Role::Buyer, NOW).unwrap();
        let ended = match end {
            0 => act(&mut two, Command::Cancel, Role::Seller, NOW),
            1 => {
                act(&mut two, pay(rest), Role::Rail, NOW);
                act(&mut two, Command::Cancel, Role::Seller, NOW)
            }
            _ => {
                deliver(&mut two, rest);
                act(&mut two, Command::Accept, Role::Buyer, NOW)
            }
        }
        .unwrap();
        let out = |settled: &Settlement| {
            shares(settled) + settled.escrow_fee() + settled.gateway_fee() + settled.payout_fee + settled.refund_total()
        };
        prop_assert_eq!(out(&released) + out(&ended), paid.total() + if end == 0 { 0 } else { rest.total() });
        prop_assert_eq!(ended.refund_total(), [carry, rest.price() + rest.buyer_fees(), 0][end]);
        let lines = [lines_of(&released, &one), lines_of(&ended, &two)].concat();
        prop_assert_eq!(change(&lines, &LedgerAccount::Hold(two.id)), if end == 0 { 0 } else { carry - rest.price() });
    }

    #[test]
    fn carried_money_goes_to_whoever_is_not_at_fault_when_the_rest_is_never_paid(made in made(), part in part(), earlier in 0_u32..2) {
        let carried = part.min(made.1 + made.2);
        let mut order = unpaid(3, &made, carried);
        order.milestone = milestone(earlier, 0);
        let due = order.deadline.unwrap();
        let early = decide(&order, Command::TimeOut, Actor::new(Role::System), due - Duration::milliseconds(1));
        prop_assert_eq!(early, Err(Denied::Guard(Guard::DeadlinePassed)));
        // The buyer accepted what it was paid for: only the seller's own doing brings it back.
        for (command, role, at, back) in [
            (Command::Cancel, Role::Buyer, NOW, false), (Command::Cancel, Role::Seller, NOW, true),
            (Command::TimeOut, Role::System, due, earlier > 0),
        ] {
            let mut after = order.clone();
            let settled = act(&mut after, command, role, at);
            if carried == 0 {
                prop_assert_eq!((after.status, settled, after.paid_at), (Status::Expired, None, None));
                continue;
            }
            let settled = settled.unwrap();
            prop_assert_eq!((after.status, after.paid_at), (Status::Cancelled, Some(at)));
            let (to_buyer, released) = if back { (carried, 0) } else { (0, carried) };
            prop_assert_eq!((settled.to_buyer, settled.fees_to_buyer, shares(&settled)), (to_buyer, 0, released));
            prop_assert_eq!(after.quote.map(|quote| (quote.price(), quote.total())), Some((carried, 0)));
            let lines = lines_of(&settled, &after);
            prop_assert_eq!(change(&lines, &LedgerAccount::RefundDue(after.parties.buyer)), to_buyer);
            prop_assert_eq!(change(&lines, &LedgerAccount::Hold(after.id)), -carried);
            act(&mut after, Command::Complete { unpaid_legs: 0 }, Role::System, at);
            prop_assert_eq!(after.status, Status::Completed);
        }
    }
}

#[test]
fn a_locked_milestone_does_not_wait_for_the_buyer() {
    for (earlier, carried) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)] {
        let mut order = common::order_in(Status::AwaitingPayment).order;
        (order.milestone, order.carried) = (milestone(earlier, 0), carried);
        let waits = waiting(&order).unwrap();
        assert_eq!(waits.who == Role::Buyer, earlier == 0, "{earlier} earlier: {waits:?}");
        assert_eq!(waits.act == "pay", earlier == 0, "{earlier} earlier: {waits:?}");
        assert_eq!(waits.otherwise.contains("back to the buyer"), carried > 0 && earlier > 0, "{waits:?}");
        assert_eq!(waits.otherwise.contains("released to the seller"), carried > 0 && earlier == 0, "{waits:?}");
    }
}

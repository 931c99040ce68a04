//! The cases. The order costs ₦12,500 and the buyer bears the escrow fee of ₦500; the rail's ₦195 are the seller's, and so
//! is a late-cancellation fee of ₦1,000 after 24 hours.

use super::script::{Case, Step};
use backend::service::delivery_terms::TermsForm;
use domain::ids::OrderId;
use domain::order::Role::{Administrator, Buyer, DisputeManager, Operator, Seller};
use domain::order::Status::{
    Accepted, AwaitingBuyerResponse, AwaitingPayment, Cancelled, Completed, Dispute, DisputeResolved, Disputed,
    Expired, Pending, PendingSecond, Rejected, RejectionUnderReview,
};
use domain::order::{Command, Commission, RejectReason, Role, RulingReason, Status};
use uuid::Uuid;

const NOTHING: &[&str] = &[];
const HELD: &[&str] =
    &["hold clearing:sandbox debit 1300000", "hold fee_hold:… credit 50000", "hold hold:… credit 1250000"];
const RELEASED: &[&str] = &[
    "release expense:gateway credit 19500",
    "release fee_hold:… debit 50000",
    "release hold:… debit 1250000",
    "release payable:… credit 1230500",
    "release revenue:escrow_fee credit 50000",
];
const REFUNDED: &[&str] =
    &["refund fee_hold:… debit 50000", "refund hold:… debit 1250000", "refund refund_due:… credit 1300000"];
const REFUNDED_WITHOUT_FEES: &[&str] = &[
    "refund fee_hold:… debit 50000",
    "refund hold:… debit 1250000",
    "refund refund_due:… credit 1250000",
    "refund revenue:escrow_fee credit 50000",
];
const REFUNDED_LESS_FEE: &[&str] = &[
    "refund fee_hold:… debit 50000",
    "refund hold:… debit 1250000",
    "refund payable:… credit 100000",
    "refund refund_due:… credit 1150000",
    "refund revenue:escrow_fee credit 50000",
];
/// Two fifths to the buyer: of the price, of the escrow fee, and of the rail's fee.
const SPLIT: &[&str] = &[
    "split expense:gateway credit 11700",
    "split fee_hold:… debit 50000",
    "split hold:… debit 1250000",
    "split payable:… credit 738300",
    "split refund_due:… credit 520000",
    "split revenue:escrow_fee credit 30000",
];
const PAID_OUT: &[&str] = &["payout clearing:sandbox credit 1230500", "payout payable:… debit 1230500"];
const REFUND_PAID: &[&str] = &["refund_paid clearing:sandbox credit 1300000", "refund_paid refund_due:… debit 1300000"];
const SPLIT_PAID: &[&str] = &[
    "payout clearing:sandbox credit 738300",
    "payout payable:… debit 738300",
    "refund_paid clearing:sandbox credit 520000",
    "refund_paid refund_due:… debit 520000",
];

/// Two fifths are held for the next milestone; all fees are taken from the rest.
const CARRIED: &[&str] = &[
    "release expense:gateway credit 19500",
    "release fee_hold:… debit 50000",
    "release hold:… debit 1250000",
    "release hold:… credit 500000",
    "release payable:… credit 730500",
    "release revenue:escrow_fee credit 50000",
];
/// The other ₦7,500 of the next milestone, and the least escrow fee.
const REST_HELD: &[&str] =
    &["hold clearing:sandbox debit 800000", "hold fee_hold:… credit 50000", "hold hold:… credit 750000"];
/// The rail's fee is of the ₦8,000 that were paid.
const NEXT_RELEASED: &[&str] = &[
    "release expense:gateway credit 12000",
    "release fee_hold:… debit 50000",
    "release hold:… debit 1250000",
    "release payable:… credit 1238000",
    "release revenue:escrow_fee credit 50000",
];
const PART_PAID_OUT: &[&str] = &["payout clearing:sandbox credit 730500", "payout payable:… debit 730500"];
const CARRIED_RELEASED: &[&str] = &["release hold:… debit 500000", "release payable:… credit 500000"];
const CARRIED_REFUNDED: &[&str] = &["refund hold:… debit 500000", "refund refund_due:… credit 500000"];
const CARRIED_PAID_OUT: &[&str] = &["payout clearing:sandbox credit 500000", "payout payable:… debit 500000"];
const CARRIED_REFUND_PAID: &[&str] =
    &["refund_paid clearing:sandbox credit 500000", "refund_paid refund_due:… debit 500000"];

/// Every case.
pub fn cases() -> Vec<Case> {
    let mut cases = unpaid();
    cases.extend(delivering());
    cases.extend(answering());
    cases.extend(rejected());
    cases.extend(arguing());
    cases.extend(ruled());
    cases.extend(settled());
    cases.extend(commissions());
    cases.extend(carried());
    cases
}

fn case(name: &'static str, before: Vec<Step>, step: Step, then: Status, posts: &'static [&'static str]) -> Case {
    Case { name, terms: |_| {}, before, step, then, posts }
}

fn under(terms: fn(&mut TermsForm), case: Case) -> Case {
    Case { terms, ..case }
}

fn replacing(terms: &mut TermsForm) {
    "replacement_only".clone_into(&mut terms.refund_policy);
}

fn by(role: Role, command: Command) -> Step {
    Step::By(role, command)
}

fn then(mut before: Vec<Step>, step: Step) -> Vec<Step> {
    before.push(step);
    before
}

fn deliver() -> Step {
    by(Seller, Command::MarkDelivered { note: "Handed over".to_owned(), tracking: None })
}

fn reject(reason: RejectReason) -> Step {
    by(Buyer, Command::Reject { reason, text: "It is broken".to_owned() })
}

fn rule(by_role: Role) -> Step {
    by(by_role, Command::Rule { to_buyer: 500_000, reason: RulingReason::SharedFault, text: "Both erred".to_owned() })
}

fn offer(role: Role) -> Step {
    by(role, Command::OfferSplit { to_buyer: 500_000 })
}

fn take(role: Role) -> Step {
    by(role, Command::AcceptSplit { to_buyer: 500_000 })
}

fn paid() -> Vec<Step> {
    vec![Step::Pay]
}

fn delivered() -> Vec<Step> {
    then(paid(), deliver())
}

fn under_review() -> Vec<Step> {
    then(delivered(), reject(RejectReason::Damaged))
}

fn second() -> Vec<Step> {
    let offered = then(under_review(), by(Seller, Command::OfferSecondDelivery));
    then(offered, by(Buyer, Command::AgreeSecondDelivery))
}

fn second_under_review() -> Vec<Step> {
    then(then(second(), deliver()), reject(RejectReason::Damaged))
}

fn dispute() -> Vec<Step> {
    then(under_review(), by(Seller, Command::SayNotGoodCondition { text: "Scratched".to_owned() }))
}

fn disputed() -> Vec<Step> {
    then(dispute(), by(Seller, Command::RaiseDispute { text: "Look at the pictures".to_owned() }))
}

fn escalated() -> Vec<Step> {
    then(disputed(), Step::Deadline)
}

fn unpaid() -> Vec<Case> {
    let agree = |role| case("agree", vec![Step::Proposed(role)], by(role, Command::Agree), AwaitingPayment, NOTHING);
    vec![
        agree(Buyer),
        agree(Seller),
        case("pay", vec![], Step::Pay, Pending, HELD),
        case("the buyer drops an unpaid order", vec![], by(Buyer, Command::Cancel), Expired, NOTHING),
        case("the seller drops an unpaid order", vec![], by(Seller, Command::Cancel), Expired, NOTHING),
        case("never paid", vec![], Step::Deadline, Expired, NOTHING),
    ]
}

fn delivering() -> Vec<Case> {
    let late = then(paid(), Step::Hours(25));
    vec![
        case("deliver", paid(), deliver(), AwaitingBuyerResponse, NOTHING),
        case("deliver again", second(), deliver(), AwaitingBuyerResponse, NOTHING),
        case("the seller cancels", paid(), by(Seller, Command::Cancel), Cancelled, REFUNDED),
        case("the seller cancels the second", second(), by(Seller, Command::Cancel), Cancelled, REFUNDED),
        case("the buyer cancels in time", paid(), by(Buyer, Command::Cancel), Cancelled, REFUNDED_WITHOUT_FEES),
        case("the buyer cancels late", late, by(Buyer, Command::Cancel), Cancelled, REFUNDED_LESS_FEE),
        case("the buyer cancels the second", second(), by(Buyer, Command::Cancel), Cancelled, REFUNDED_WITHOUT_FEES),
        case("never delivered", paid(), Step::Deadline, Cancelled, REFUNDED),
        case("never delivered again", second(), Step::Deadline, Cancelled, REFUNDED),
    ]
}

fn answering() -> Vec<Case> {
    let silent = case("silence refunds", delivered(), Step::Deadline, Cancelled, REFUNDED_LESS_FEE);
    vec![
        case("accept", delivered(), by(Buyer, Command::Accept), Accepted, RELEASED),
        case("reject", delivered(), reject(RejectReason::Late), RejectionUnderReview, NOTHING),
        case("silence accepts", delivered(), Step::Deadline, Accepted, RELEASED),
        under(|terms| "refund_less_fee".clone_into(&mut terms.on_silence), silent),
    ]
}

fn rejected() -> Vec<Case> {
    let own_reason = then(delivered(), reject(RejectReason::ChangedMind));
    let good = || by(Seller, Command::ConfirmGoodCondition);
    let not_good = || by(Seller, Command::SayNotGoodCondition { text: "Scratched".to_owned() });
    let offered = |role| then(under_review(), by(role, Command::OfferSecondDelivery));
    let again = case("replaced once is enough", second_under_review(), good(), Dispute, NOTHING);
    vec![
        case("good condition", under_review(), good(), Rejected, REFUNDED),
        case("good condition, changed mind", own_reason, good(), Rejected, REFUNDED_LESS_FEE),
        under(replacing, case("replaced", under_review(), good(), PendingSecond, NOTHING)),
        under(replacing, again),
        case("seller offers", under_review(), by(Seller, Command::OfferSecondDelivery), RejectionUnderReview, NOTHING),
        case("buyer offers", under_review(), by(Buyer, Command::OfferSecondDelivery), RejectionUnderReview, NOTHING),
        case("buyer agrees", offered(Seller), by(Buyer, Command::AgreeSecondDelivery), PendingSecond, NOTHING),
        case("seller agrees", offered(Buyer), by(Seller, Command::AgreeSecondDelivery), PendingSecond, NOTHING),
        case("not in good condition", under_review(), not_good(), Dispute, NOTHING),
        case("the buyer accepts after all", under_review(), by(Buyer, Command::Accept), Accepted, RELEASED),
        case("no answer to the rejection", under_review(), Step::Deadline, Rejected, REFUNDED),
    ]
}

fn arguing() -> Vec<Case> {
    let raise = || by(Seller, Command::RaiseDispute { text: "See the pictures".to_owned() });
    let withdraw = |role| by(role, Command::Withdraw);
    let mut cases = vec![
        case("raise", dispute(), raise(), Disputed, NOTHING),
        case("not raised", dispute(), Step::Deadline, Rejected, REFUNDED),
        case("the buyer gives in", dispute(), withdraw(Buyer), DisputeResolved, RELEASED),
        case("the buyer gives in late", disputed(), withdraw(Buyer), DisputeResolved, RELEASED),
        case("the seller gives in", dispute(), withdraw(Seller), DisputeResolved, REFUNDED),
        case("the seller gives in late", disputed(), withdraw(Seller), DisputeResolved, REFUNDED),
    ];
    let stages = [(under_review(), RejectionUnderReview), (dispute(), Dispute), (disputed(), Disputed)];
    for ((so_far, status), (one, other)) in stages.into_iter().zip([(Buyer, Seller), (Seller, Buyer), (Buyer, Seller)])
    {
        let offered = then(so_far.clone(), offer(one));
        cases.push(case("offer", so_far, offer(one), status, NOTHING));
        cases.push(case("take the offer", offered.clone(), take(other), DisputeResolved, SPLIT));
        cases.push(case("take it back", offered, by(one, Command::WithdrawSplit), status, NOTHING));
    }
    cases
}

fn ruled() -> Vec<Case> {
    let offered = then(then(disputed(), offer(Seller)), Step::Deadline);
    vec![
        case("the manager rules", disputed(), rule(DisputeManager), DisputeResolved, SPLIT),
        case("the administrator rules", escalated(), rule(Administrator), DisputeResolved, SPLIT),
        case("no ruling", disputed(), Step::Deadline, Disputed, NOTHING),
        case("no ruling at all, an offer stands", offered, Step::Deadline, DisputeResolved, SPLIT),
        case("no ruling at all", escalated(), Step::Deadline, DisputeResolved, REFUNDED),
    ]
}

fn settled() -> Vec<Case> {
    let cancelled = then(paid(), by(Seller, Command::Cancel));
    let returned = then(under_review(), by(Seller, Command::ConfirmGoodCondition));
    let divided = then(disputed(), rule(DisputeManager));
    vec![
        case("paid out", then(delivered(), by(Buyer, Command::Accept)), Step::Paid, Completed, PAID_OUT),
        case("cancelled and refunded", cancelled, Step::Paid, Completed, REFUND_PAID),
        case("rejected and refunded", returned, Step::Paid, Completed, REFUND_PAID),
        case("divided and paid", divided, Step::Paid, Completed, SPLIT_PAID),
    ]
}

/// The operator may set the commission until the order is accepted, and the seller that of their provider.
fn commissions() -> Vec<Case> {
    let stages = [
        (vec![], AwaitingPayment),
        (paid(), Pending),
        (delivered(), AwaitingBuyerResponse),
        (under_review(), RejectionUnderReview),
        (second(), PendingSecond),
        (dispute(), Dispute),
        (disputed(), Disputed),
    ];
    let set = |role| by(role, Command::SetCommission { commission: Commission::default(), provider: None });
    let by_operator =
        stages.into_iter().map(|(so_far, status)| case("set commission", so_far, set(Operator), status, NOTHING));
    let of_provider = then(paid(), Step::WithProvider);
    by_operator.chain([case("of the provider", of_provider, set(Seller), Pending, NOTHING)]).collect()
}

/// ₦5,000 of an accepted milestone are held for the next, which is locked until the first is paid out.
fn carried() -> Vec<Case> {
    let carry = || by(Buyer, Command::AcceptAndCarry { carry: 500_000, into: OrderId(Uuid::nil()) });
    let drop = |role| by(role, Command::Cancel);
    let first = || vec![Step::Milestone, Step::Pay, deliver()];
    let locked = || [first(), vec![carry(), Step::Next]].concat();
    let in_turn = || [first(), vec![carry(), Step::Paid, Step::Next]].concat();
    let rest_paid = || then(in_turn(), Step::Pay);
    let rest_delivered = then(rest_paid(), deliver());
    vec![
        case("accept a part", first(), carry(), Accepted, CARRIED),
        case("accept a part, paid out", then(first(), carry()), Step::Paid, Completed, PART_PAID_OUT),
        case("pay the rest", in_turn(), Step::Pay, Pending, REST_HELD),
        case("accept the next", rest_delivered, by(Buyer, Command::Accept), Accepted, NEXT_RELEASED),
        case("the seller cancels the next", rest_paid(), drop(Seller), Cancelled, REFUNDED),
        case("the buyer cancels the next", rest_paid(), drop(Buyer), Cancelled, REFUNDED_WITHOUT_FEES),
        case("the seller drops the locked next", locked(), drop(Seller), Cancelled, CARRIED_REFUNDED),
        case("the seller drops the unpaid next", in_turn(), drop(Seller), Cancelled, CARRIED_REFUNDED),
        case("the buyer drops the locked next", locked(), drop(Buyer), Cancelled, CARRIED_RELEASED),
        case("the buyer drops the unpaid next", in_turn(), drop(Buyer), Cancelled, CARRIED_RELEASED),
        case("the next never paid", in_turn(), Step::Deadline, Cancelled, CARRIED_RELEASED),
        case("the next never in turn", locked(), Step::Deadline, Cancelled, CARRIED_REFUNDED),
        case("dropped by the seller", then(in_turn(), drop(Seller)), Step::Paid, Completed, CARRIED_REFUND_PAID),
        case("dropped by the buyer", then(in_turn(), drop(Buyer)), Step::Paid, Completed, CARRIED_PAID_OUT),
    ]
}

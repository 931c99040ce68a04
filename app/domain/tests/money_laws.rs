//! Laws of money, shares and ledger transfers, over random values, and tables of what people type.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use domain::fee::{Bearer, FeeSchedule};
use domain::ids::{AccountId, OrderId, PartyId, ProviderId};
use domain::ledger::{LedgerAccount, LedgerError, Line, Transfer, TransferReason};
use domain::money::{MINOR_MAX, allocate};
use domain::order::settle::Settlement;
use domain::order::{Commission, CommissionLine, Order, Parties, Price, Quote, Terms};
use domain::{BasisPoints, Currency, Money};
use proptest::prelude::*;
use uuid::Uuid;

fn currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::ALL.to_vec())
}

proptest! {
    #[test]
    fn sums_can_be_undone(a in -MINOR_MAX / 2..MINOR_MAX / 2, b in -MINOR_MAX / 2..MINOR_MAX / 2, currency in currency()) {
        let (x, y) = (Money::new(a, currency).unwrap(), Money::new(b, currency).unwrap());
        prop_assert_eq!(x.checked_add(y).unwrap().checked_sub(y).unwrap(), x);
        prop_assert_eq!(x.checked_add(y), y.checked_add(x));
    }

    #[test]
    fn parts_sum_to_the_whole_and_stay_close(minor in 0..MINOR_MAX, weights in prop::collection::vec(0_u64..1_000_000, 1..8)) {
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        match allocate(minor, &weights) {
            None => prop_assert_eq!(total, 0),
            Some(parts) => {
                prop_assert_eq!(parts.iter().sum::<i64>(), minor);
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = u128::try_from(minor).unwrap() * u128::from(*weight) / total;
                    let part = u128::try_from(*part).unwrap();
                    prop_assert!(part == exact || part == exact + 1);
                }
            }
        }
    }

    #[test]
    fn a_share_is_between_nothing_and_the_whole(minor in 0..MINOR_MAX, points in 0_u16..=10_000) {
        let share = BasisPoints::new(points).unwrap().of(minor);
        prop_assert!((0..=minor).contains(&share));
    }

    #[test]
    fn what_is_printed_can_be_typed(minor in 0..MINOR_MAX, currency in currency()) {
        let money = Money::new(minor, currency).unwrap();
        for text in [money.to_string(), money.number(), money.plain(), format!("{} {}", currency.code(), money.plain())] {
            prop_assert_eq!(Money::parse(&text, currency), Ok(money), "{}", text);
        }
    }

    #[test]
    fn every_division_of_a_hold_balances(terms in terms(), product in 200_000_i64..50_000_000, shipping in 0_i64..1_000_000, with in 0..3, part in 0.0..=1.0) {
        let (order, quote) = paid(terms, product, shipping, with);
        let to_buyer = (part * f64_of(quote.price())) as i64;
        let fee = order.terms.cancellation_fee;
        for settlement in [
            Settlement::release(&order, &quote),
            Settlement::refund_full(&quote),
            Settlement::refund_less(&order, &quote, fee),
            Settlement::split(&order, &quote, to_buyer),
        ] {
            let shares: i64 = settlement.shares.iter().map(|share| share.minor).sum();
            prop_assert!(settlement.shares.iter().all(|share| share.minor > 0));
            let from_price = settlement.to_buyer + settlement.escrow_from_price + settlement.gateway_from_price + settlement.payout_fee + shares;
            prop_assert_eq!(from_price, quote.price(), "{:?}", settlement);
            prop_assert_eq!(settlement.fees_to_buyer + settlement.escrow_kept + settlement.gateway_kept, quote.buyer_fees());
            let transfer = Transfer::new(quote.currency, TransferReason::Split, settlement.lines(&order, &quote));
            prop_assert!(transfer.is_ok(), "{:?}", transfer);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "only picks a random part")]
fn f64_of(minor: i64) -> f64 {
    minor as f64
}

/// Up to three lines, each with a percentage, a fixed part and perhaps bounds.
fn commission() -> impl Strategy<Value = Commission> {
    let bound = || proptest::option::of(0_i64..500_000);
    let line = (0_u16..=10_000, 0_i64..200_000, bound(), bound()).prop_map(|(rate, fixed, min, max)| CommissionLine {
        rate: BasisPoints::new(rate).unwrap(),
        fixed,
        min,
        max,
    });
    proptest::collection::vec(line, 0..=3).prop_map(|lines| Commission { lines })
}

fn terms() -> impl Strategy<Value = Terms> {
    let bearer = || proptest::sample::select(vec![Bearer::Buyer, Bearer::Seller, Bearer::HalfEach]);
    (commission(), 0_i64..100_000, 0_i64..100_000, bearer(), bearer(), any::<bool>()).prop_map(
        |(commission, fee, non_split, escrow, gateway, provider_bears)| Terms {
            commission,
            cancellation_fee: fee,
            non_split,
            escrow_fee_bearer: escrow,
            gateway_fee_bearer: gateway,
            provider_bears_payout_fee: provider_bears,
            ..Terms::default()
        },
    )
}

fn paid(terms: Terms, product: i64, shipping: i64, with: i32) -> (Order, Quote) {
    let mut order = common::fresh(terms, time::OffsetDateTime::UNIX_EPOCH);
    order.price = Price { currency: Currency::Ngn, product, shipping };
    order.parties = Parties {
        provider: (with == 1).then_some(ProviderId(Uuid::from_u128(8))),
        operator: (with == 2).then_some(AccountId(Uuid::from_u128(9))),
        ..common::parties()
    };
    let fees = FeeSchedule::default_for(Currency::Ngn).unwrap();
    let quote = Quote::compute(order.price, &order.terms, &fees, false, with == 1).unwrap();
    (order, quote)
}

#[test]
fn the_published_fees_are_charged() {
    let fees = FeeSchedule::default_for(Currency::Ngn).unwrap();
    // 1.5 %, at least ₦500, at most ₦2,000; between private persons at most ₦50,000.
    assert_eq!(fees.escrow.on(100_000), 50_000);
    assert_eq!(fees.escrow.on(10_000_000), 150_000);
    assert_eq!(fees.escrow.on(100_000_000), 200_000);
    assert_eq!(fees.escrow_p2p.on(100_000_000), 1_500_000);
    assert_eq!(fees.escrow_p2p.on(10_000_000_000), 5_000_000);
    assert_eq!(fees.payout, 5_000);
}

#[test]
fn a_business_seller_and_its_provider_share_as_published() {
    let terms = Terms {
        commission: Commission::percent(BasisPoints::new(1_000).unwrap()),
        gateway_fee_bearer: Bearer::Buyer,
        ..Terms::default()
    };
    let (order, quote) = paid(terms, 1_000_000, 0, 1);
    let released = Settlement::release(&order, &quote);
    // ₦10,000 less the ₦50 payout fee is ₦9,950: a tenth to the seller, the rest to the provider.
    assert_eq!(released.payout_fee, 5_000);
    let shares: Vec<i64> = released.shares.iter().map(|share| share.minor).collect();
    assert_eq!(shares, [99_500, 895_500]);
}

#[test]
fn without_a_payout_to_the_provider_there_is_no_payout_fee() {
    let terms = Terms { commission: Commission::percent(BasisPoints::WHOLE), ..Terms::default() };
    let (order, quote) = paid(terms, 1_000_000, 0, 1);
    let released = Settlement::release(&order, &quote);
    assert_eq!((released.payout_fee, released.shares.len()), (0, 1));
}

#[test]
fn typed_amounts_are_read_or_explained() {
    let naira = |text| Money::parse(text, Currency::Ngn).map(Money::minor);
    for text in ["12,500.00", "12500", "₦12,500", "NGN 12500", " ngn12,500.0 ", "12 500"] {
        assert_eq!(naira(text), Ok(1_250_000), "{text}");
    }
    assert_eq!(naira("1,00,000"), Ok(10_000_000), "grouped by lakh");
    assert_eq!(naira(".5"), Ok(50));
    for text in
        ["", "abc", "1,2", "12.345", "-5", "$5", "12.", "1e9", "NaN", "٣", "12,50,0", "99999999999999999999", "1.2.3"]
    {
        let refused = naira(text).expect_err(text).to_string();
        assert!(refused.ends_with('.'), "{text}: {refused}");
    }
}

#[test]
fn decimals_are_those_of_iso_4217() {
    for currency in Currency::ALL {
        let iso = iso_currency::Currency::from_code(currency.code()).unwrap();
        assert_eq!(iso.exponent().map(u32::from), Some(currency.exponent()), "{currency}");
    }
}

#[test]
fn a_transfer_that_does_not_balance_cannot_be_built() {
    let order = OrderId(Uuid::from_u128(1));
    let party = PartyId::Account(AccountId(Uuid::from_u128(2)));
    let new = |lines| Transfer::new(Currency::Ngn, TransferReason::Hold, lines);
    let (hold, payable) = (LedgerAccount::Hold(order), LedgerAccount::Payable(party));
    let unbalanced = new(vec![Line::debit(hold.clone(), 2), Line::credit(payable.clone(), 1)]);
    assert_eq!(unbalanced, Err(LedgerError::Unbalanced { debits: 2, credits: 1 }));
    assert_eq!(
        new(vec![Line::debit(hold.clone(), 0), Line::credit(payable.clone(), 0)]),
        Err(LedgerError::BadAmount(0))
    );
    assert_eq!(
        new(vec![Line::debit(hold.clone(), -1), Line::credit(payable.clone(), -1)]),
        Err(LedgerError::BadAmount(-1))
    );
    assert!(matches!(
        new(vec![Line::debit(hold.clone(), 1), Line::credit(hold.clone(), 1)]),
        Err(LedgerError::SameAccount(_))
    ));
    assert_eq!(new(Vec::new()), Err(LedgerError::Empty));
    assert!(new(vec![Line::debit(hold.clone(), 1), Line::credit(payable.clone(), 1)]).is_ok());
    for account in [
        hold,
        payable,
        LedgerAccount::Clearing("sandbox".to_owned()),
        LedgerAccount::RevenueEscrowFee,
        LedgerAccount::ExpenseGateway,
    ] {
        assert_eq!(LedgerAccount::from_code(&account.code()), Some(account));
    }
}

#[test]
fn ids_carry_their_kind() {
    let order = OrderId(Uuid::from_u128(7));
    assert_eq!(order.to_string().parse::<OrderId>(), Ok(order));
    assert!(order.to_string().parse::<AccountId>().is_err());
    assert!("ord_".parse::<OrderId>().is_err());
}

//! Commissions as people type them.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

use domain::money::BasisPoints;
use domain::order::{Commission, CommissionLine};
use proptest::prelude::*;

fn line(rate: u16, fixed: i64, min: Option<i64>, max: Option<i64>) -> CommissionLine {
    CommissionLine { rate: BasisPoints::new(rate).unwrap(), fixed, min, max }
}

#[test]
fn what_is_typed_is_read() {
    for (typed, lines) in [
        ("", vec![]),
        ("15", vec![line(1_500, 0, None, None)]),
        (" 12.5 % ", vec![line(1_250, 0, None, None)]),
        ("10% + 200", vec![line(1_000, 20_000, None, None)]),
        ("200 + 10 %", vec![line(1_000, 20_000, None, None)]),
        ("10 % min 500 max 5,000", vec![line(1_000, 0, Some(50_000), Some(500_000))]),
        ("10 %; 250.50", vec![line(1_000, 0, None, None), line(0, 25_050, None, None)]),
        ("2.5 %\n1 % max 10", vec![line(250, 0, None, None), line(100, 0, None, Some(1_000))]),
    ] {
        assert_eq!(Commission::parse(typed), Ok(Commission { lines }), "{typed}");
    }
    for typed in ["a lot", "120", "10 % + 5 %", "1 + 2 + 3 %", "10 % min", "10 % min 50 max 20", "1;2;3;4;5;6", "-5"] {
        assert!(Commission::parse(typed).is_err(), "{typed}");
    }
}

proptest! {
    /// A form that comes back holds what it was filled with.
    #[test]
    fn what_is_shown_in_a_field_is_read_back_as_the_same(
        lines in prop::collection::vec(
            (0_u16..=10_000, 0_i64..10_000_000, prop::option::of(1_i64..1_000_000), prop::option::of(1_000_000_i64..9_000_000)),
            1..=5,
        )
    ) {
        let lines: Vec<CommissionLine> =
            lines.into_iter().map(|(rate, fixed, min, max)| line(rate, fixed, min, max)).collect();
        let commission = Commission { lines };
        prop_assert_eq!(Commission::parse(&commission.typed()), Ok(commission));
    }
}

//! When a beneficiary is paid: at once, or in a rhythm, and from which balance on (rules.md section 5.7).

use std::collections::BTreeSet;
use time::{Date, Duration, OffsetDateTime, Time, Weekday};

/// Payouts wait at most this long for their balance to reach the least: every order ends.
pub const LONGEST_WAIT: Duration = Duration::days(30);

/// How often somebody is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rhythm {
    /// As soon as there is something.
    #[default]
    AtOnce,
    /// Every day on which banks work.
    Daily,
    /// Every week on this day.
    Weekly(Weekday),
    /// Every month on this day, 1 to 28.
    Monthly(u8),
}

impl Rhythm {
    /// The stored name and day; neither ever changes its meaning.
    #[must_use]
    pub const fn key(self) -> (&'static str, u8) {
        match self {
            Self::AtOnce => ("at_once", 0),
            Self::Daily => ("daily", 0),
            Self::Weekly(day) => ("weekly", day.number_from_monday()),
            Self::Monthly(day) => ("monthly", day),
        }
    }

    /// The rhythm of a stored name and day: 1 for Monday to 7 of a week, 1 to 28 of a month.
    #[must_use]
    pub fn from_key(name: &str, day: u8) -> Option<Self> {
        const WEEK: [Weekday; 7] = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ];
        match name {
            "at_once" => Some(Self::AtOnce),
            "daily" => Some(Self::Daily),
            "weekly" => day.checked_sub(1).and_then(|index| WEEK.get(usize::from(index))).copied().map(Self::Weekly),
            "monthly" => (1..=28).contains(&day).then_some(Self::Monthly(day)),
            _ => None,
        }
    }

    /// The next instant at or after `now` at which this rhythm pays: at the beginning of a day in UTC on which banks
    /// work. A day that falls on a weekend or a holiday moves to the next working day.
    #[must_use]
    pub fn next(self, now: OffsetDateTime, holidays: &BTreeSet<Date>) -> OffsetDateTime {
        if self == Self::AtOnce {
            return now;
        }
        let today = now.date();
        let first = if now.time() == Time::MIDNIGHT { today } else { following(today) };
        // A nominal day up to a month back may have moved to today or later.
        let mut nominal = first - Duration::days(31);
        loop {
            if self.falls_on(nominal) {
                let paid = working(nominal, holidays);
                if paid >= first {
                    return paid.midnight().assume_utc();
                }
            }
            nominal = following(nominal);
        }
    }

    fn falls_on(self, day: Date) -> bool {
        match self {
            Self::AtOnce | Self::Daily => true,
            Self::Weekly(weekday) => day.weekday() == weekday,
            Self::Monthly(number) => day.day() == number,
        }
    }
}

/// When somebody is paid, and from which balance on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PayoutSchedule {
    /// How often.
    pub rhythm: Rhythm,
    /// Not before so many minor units are due together; 0 is always.
    pub least: i64,
}

/// The day itself, or the next on which banks work.
fn working(day: Date, holidays: &BTreeSet<Date>) -> Date {
    let mut day = day;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&day) {
        day = following(day);
    }
    day
}

/// From when on what comes in is not payable yet, where it is payable at the beginning of the `days`th working day after its
/// own: the end of the working day that lies so many before this one, or before the last where banks rest today.
#[must_use]
pub fn not_payable_from(now: OffsetDateTime, days: u32, holidays: &BTreeSet<Date>) -> OffsetDateTime {
    let earlier = |day: Date| day.previous_day().unwrap_or(Date::MIN);
    let works = |day: Date| day == Date::MIN || working(day, holidays) == day;
    let mut day = now.date();
    let mut left = if works(day) { days } else { days + 1 };
    while left > 0 {
        day = earlier(day);
        left -= u32::from(works(day));
    }
    following(day).midnight().assume_offset(now.offset())
}

fn following(day: Date) -> Date {
    day.next_day().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    fn next(rhythm: Rhythm, now: OffsetDateTime, holidays: &[Date]) -> OffsetDateTime {
        rhythm.next(now, &holidays.iter().copied().collect())
    }

    #[test]
    fn a_rhythm_pays_at_the_beginning_of_its_next_working_day() {
        // 20 November 2026 is a Friday.
        let friday = datetime!(2026-11-20 12:00 UTC);
        assert_eq!(next(Rhythm::AtOnce, friday, &[]), friday);
        assert_eq!(next(Rhythm::Daily, friday, &[]), datetime!(2026-11-23 00:00 UTC));
        assert_eq!(next(Rhythm::Daily, datetime!(2026-11-20 00:00 UTC), &[]), datetime!(2026-11-20 00:00 UTC));
        assert_eq!(next(Rhythm::Weekly(Weekday::Tuesday), friday, &[]), datetime!(2026-11-24 00:00 UTC));
        assert_eq!(next(Rhythm::Monthly(1), friday, &[]), datetime!(2026-12-01 00:00 UTC));
    }

    #[test]
    fn weekends_and_holidays_move_it_to_the_next_working_day() {
        let friday = datetime!(2026-11-20 12:00 UTC);
        let monday = date!(2026 - 11 - 23);
        assert_eq!(next(Rhythm::Daily, friday, &[monday]), datetime!(2026-11-24 00:00 UTC));
        assert_eq!(next(Rhythm::Weekly(Weekday::Saturday), friday, &[]), datetime!(2026-11-23 00:00 UTC));
        // The 22nd is a Sunday, so the month's payout is on the 23rd, and it is still to come on Sunday noon.
        assert_eq!(next(Rhythm::Monthly(22), datetime!(2026-11-22 12:00 UTC), &[]), datetime!(2026-11-23 00:00 UTC));
        assert_eq!(next(Rhythm::Monthly(22), friday, &[monday]), datetime!(2026-11-24 00:00 UTC));
    }

    #[test]
    fn what_came_in_is_payable_three_working_days_later() {
        let holiday = BTreeSet::from([datetime!(2026-11-24 00:00 UTC).date()]);
        let none = BTreeSet::new();
        // A Friday's money is payable from Wednesday on, a holiday in between makes it Thursday.
        assert_eq!(not_payable_from(datetime!(2026-11-25 00:00 UTC), 3, &none), datetime!(2026-11-21 00:00 UTC));
        assert_eq!(not_payable_from(datetime!(2026-11-24 23:59 UTC), 3, &none), datetime!(2026-11-20 00:00 UTC));
        assert_eq!(not_payable_from(datetime!(2026-11-25 12:00 UTC), 3, &holiday), datetime!(2026-11-20 00:00 UTC));
        assert_eq!(not_payable_from(datetime!(2026-11-26 00:00 UTC), 3, &holiday), datetime!(2026-11-21 00:00 UTC));
        // Nothing becomes payable on a weekend.
        assert_eq!(not_payable_from(datetime!(2026-11-28 12:00 UTC), 3, &none), datetime!(2026-11-25 00:00 UTC));
        assert_eq!(not_payable_from(datetime!(2026-11-29 12:00 UTC), 3, &none), datetime!(2026-11-25 00:00 UTC));
    }

    #[test]
    fn every_rhythm_is_read_back_as_it_was_stored() {
        let all = [Rhythm::AtOnce, Rhythm::Daily, Rhythm::Monthly(1), Rhythm::Monthly(28)];
        let weeks = (1..=7).filter_map(|day| Rhythm::from_key("weekly", day));
        for rhythm in all.into_iter().chain(weeks) {
            let (name, day) = rhythm.key();
            assert_eq!(Rhythm::from_key(name, day), Some(rhythm));
        }
        for (name, day) in [("weekly", 0), ("weekly", 8), ("monthly", 0), ("monthly", 29), ("yearly", 1)] {
            assert_eq!(Rhythm::from_key(name, day), None, "{name} {day}");
        }
    }
}

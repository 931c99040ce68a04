//! How a seller or a marketplace does, week by week: how many deliveries are accepted, how many orders end in a dispute, and
//! how long a payout takes.

use crate::Backend;
use crate::error::Result;
use crate::repo::order_figures::Stretches;
use crate::repo::order_filter::Filter;
use crate::repo::{convert, order_figures};
use domain::clock_text::Zone;
use domain::ids::PartyId;
use domain::order::Status;
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

/// Weeks shown, this one among them.
pub const WEEKS: i64 = 8;
const WEEK_MS: i64 = 7 * 86_400_000;
/// An order comes to each of them once at most, but for [`Status::RejectionUnderReview`]: every delivery may be rejected.
const WATCHED: [Status; 4] = [Status::Pending, Status::Accepted, Status::RejectionUnderReview, Status::Dispute];

/// One week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday, in the reader's zone.
    pub start: OffsetDateTime,
    /// Orders that were paid.
    pub paid: i64,
    /// Deliveries that were accepted.
    pub accepted: i64,
    /// Deliveries that were rejected.
    pub rejected: i64,
    /// Orders that went to dispute.
    pub disputed: i64,
    /// How many payouts took how many minutes, from the release to the bank.
    pub payout_minutes: BTreeMap<i64, i64>,
}

impl Week {
    /// Of the decided deliveries those that were accepted, in percent; `None` where none was decided.
    #[must_use]
    pub const fn acceptance_percent(&self) -> Option<i64> {
        percent(self.accepted, self.accepted + self.rejected)
    }

    /// Orders in dispute for a hundred paid ones; `None` where none was paid.
    #[must_use]
    pub const fn dispute_percent(&self) -> Option<i64> {
        percent(self.disputed, self.paid)
    }

    /// The median payout, in minutes: half of them were quicker.
    #[must_use]
    pub fn payout_median(&self) -> Option<i64> {
        let all: i64 = self.payout_minutes.values().sum();
        let mut quicker = 0;
        self.payout_minutes.iter().find_map(|(minutes, payouts)| {
            quicker += payouts;
            (quicker > all / 2).then_some(*minutes)
        })
    }
}

const fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole == 0 { None } else { Some((part * 100 + whole / 2) / whole) }
}

impl Backend {
    /// The last [`WEEKS`] weeks of these orders, the oldest first; payouts are the party's own.
    pub(crate) async fn performance(&self, orders: &Filter, party: PartyId, zone: Zone) -> Result<Vec<Week>> {
        let today = self.now().to_offset(zone.offset).replace_time(time::Time::MIDNIGHT);
        let monday = today - Duration::days(i64::from(today.weekday().number_days_from_monday()));
        let first = monday - Duration::weeks(WEEKS - 1);
        let mut weeks: Vec<Week> = (0..WEEKS)
            .map(|week| Week {
                start: first + Duration::weeks(week),
                paid: 0,
                accepted: 0,
                rejected: 0,
                disputed: 0,
                payout_minutes: BTreeMap::new(),
            })
            .collect();
        let stretches = Stretches { from: convert::to_ms(first), length: WEEK_MS };
        let index = |stretch: i64| usize::try_from(stretch).unwrap_or(usize::MAX);
        let connection = self.db().read();
        for (stretch, to, count) in order_figures::moves(connection, orders, &WATCHED, stretches).await? {
            let Some(week) = weeks.get_mut(index(stretch)) else { continue };
            match to {
                Status::Pending => week.paid += count,
                Status::Accepted => week.accepted += count,
                Status::RejectionUnderReview => week.rejected += count,
                Status::Dispute => week.disputed += count,
                _ => {}
            }
        }
        for (stretch, minutes, payouts) in order_figures::payout_minutes(connection, party, stretches).await? {
            if let Some(week) = weeks.get_mut(index(stretch)) {
                *week.payout_minutes.entry(minutes).or_default() += payouts;
            }
        }
        Ok(weeks)
    }
}

#[cfg(test)]
mod tests {
    use super::{Week, percent};
    use time::macros::datetime;

    #[test]
    fn rates_are_of_what_was_decided_and_the_median_is_the_middle() {
        let week = Week {
            start: datetime!(2026-11-16 00:00 UTC),
            paid: 3,
            accepted: 2,
            rejected: 1,
            disputed: 1,
            payout_minutes: [(90, 1), (5, 1), (30, 1)].into(),
        };
        assert_eq!(week.acceptance_percent(), Some(67));
        assert_eq!(week.dispute_percent(), Some(33));
        assert_eq!(week.payout_median(), Some(30));
        assert_eq!(percent(0, 0), None);
    }
}

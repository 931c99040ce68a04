//! Instants and durations as people read them. The instants come from outside: nothing here reads a clock.

use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

/// A viewer's time zone as far as the page knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// Offset from UTC.
    pub offset: UtcOffset,
    /// What to write behind the time.
    pub name: &'static str,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { offset: UtcOffset::UTC, name: "UTC" };

    /// A zone from minutes east of UTC, as the browser tells it; UTC where it is out of range.
    #[must_use]
    pub fn from_minutes(minutes: i32) -> Self {
        match minutes {
            0 => Self::UTC,
            60 => Self { offset: UtcOffset::from_whole_seconds(3_600).unwrap_or(UtcOffset::UTC), name: "UTC+1" },
            other => match UtcOffset::from_whole_seconds(other.saturating_mul(60)) {
                Ok(offset) => Self { offset, name: "" },
                Err(_) => Self::UTC,
            },
        }
    }

    /// When the day `2026-11-20` begins in this zone; `None` for what is no date.
    #[must_use]
    pub fn day(self, text: &str) -> Option<OffsetDateTime> {
        let mut parts = text.trim().splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = time::Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
        let date = time::Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
        (1_900..3_000).contains(&year).then(|| date.midnight().assume_offset(self.offset))
    }

    fn label(self) -> String {
        if !self.name.is_empty() {
            return self.name.to_owned();
        }
        let minutes = self.offset.whole_minutes();
        let sign = if minutes < 0 { '−' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
    }
}

/// `Fri 20 Nov 2026, 14:00 UTC`.
#[must_use]
pub fn instant(at: OffsetDateTime, zone: Zone) -> String {
    let at = at.to_offset(zone.offset);
    format!(
        "{} {} {} {}, {:02}:{:02} {}",
        &at.weekday().to_string()[..3],
        at.day(),
        &at.month().to_string()[..3],
        at.year(),
        at.hour(),
        at.minute(),
        zone.label()
    )
}

/// `20 Nov 2026`.
#[must_use]
pub fn date(at: OffsetDateTime, zone: Zone) -> String {
    let at = at.to_offset(zone.offset);
    format!("{} {} {}", at.day(), &at.month().to_string()[..3], at.year())
}

/// A calendar day written as `2026-12-25`, and only so: what files of banks and lists of holidays carry.
#[must_use]
pub fn iso_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// RFC 3339 in UTC to the second, for `datetime` attributes and APIs.
#[must_use]
pub fn rfc3339(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// The two largest units of a span: `2 d 3 h`, `3 h 20 min`, `4 min`, `less than a minute`.
#[must_use]
pub fn span(duration: Duration) -> String {
    let minutes = duration.whole_minutes().max(0);
    let (days, hours, rest) = (minutes / 1_440, minutes % 1_440 / 60, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, 0, _) => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

/// `in 2 d 3 h` before an instant, `3 h ago` after it.
#[must_use]
pub fn relative(at: OffsetDateTime, now: OffsetDateTime) -> String {
    if at > now { format!("in {}", span(at - now)) } else { format!("{} ago", span(now - at)) }
}

/// `3 days`, `72 hours`, whichever is a whole number.
#[must_use]
pub fn hours(hours: u32) -> String {
    match (hours, hours % 24) {
        (1, _) => "1 hour".to_owned(),
        (24, _) => "1 day".to_owned(),
        (_, 0) if hours > 0 => format!("{} days", hours / 24),
        _ => format!("{hours} hours"),
    }
}

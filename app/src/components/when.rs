//! Instants on a page: in the viewer's zone, with UTC beside them.

use domain::clock_text::{self, Zone};
use leptos::prelude::*;
use time::OffsetDateTime;

/// A moment, with the machine-readable instant and UTC in its title.
pub(crate) fn when(at: OffsetDateTime, zone: Zone) -> AnyView {
    let (machine, utc, shown) =
        (clock_text::rfc3339(at), clock_text::instant(at, Zone::UTC), clock_text::instant(at, zone));
    view! { <time datetime=machine title=utc>{shown}</time> }.into_any()
}

/// A date.
pub(crate) fn day(at: OffsetDateTime, zone: Zone) -> AnyView {
    let (machine, utc, shown) =
        (clock_text::rfc3339(at), clock_text::instant(at, Zone::UTC), clock_text::date(at, zone));
    view! { <time datetime=machine title=utc>{shown}</time> }.into_any()
}

//! A deadline that counts down by itself.

use leptos::prelude::*;

/// The time left until `until` (RFC 3339); `shown` is what the server wrote.
#[island]
pub fn Countdown(
    /// The deadline, RFC 3339.
    until: String,
    /// The words at the time the page was made.
    shown: String,
) -> impl IntoView {
    let (words, set_words) = signal(shown);
    #[cfg(feature = "hydrate")]
    {
        use leptos::web_sys::js_sys::Date;
        use std::time::Duration;
        let deadline = Date::parse(&until);
        let tick = move || {
            let minutes = ((deadline - Date::now()) / 60_000.0).floor();
            set_words.set(relative(minutes as i64));
        };
        set_interval(tick, Duration::from_secs(20));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (until, set_words);
    view! { <span>{move || words.get()}</span> }
}

#[cfg(feature = "hydrate")]
fn relative(minutes: i64) -> String {
    use domain::clock_text::span;
    if minutes >= 0 {
        format!("in {}", span(time::Duration::minutes(minutes)))
    } else {
        format!("{} ago", span(time::Duration::minutes(-minutes)))
    }
}

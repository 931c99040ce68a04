//! Charts drawn on the server, with the numbers behind them as a table.

use domain::clock_text::{Zone, date};
use leptos::prelude::*;
use time::OffsetDateTime;

const BAR: i64 = 18;
const GAP: i64 = 6;
const HEIGHT: i64 = 96;

/// One bar a day; the highest carries its number.
pub(crate) fn days(title: &'static str, days: &[(OffsetDateTime, i64)], zone: Zone) -> AnyView {
    let highest = days.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let total: i64 = days.iter().map(|(_, count)| count).sum();
    let width = (BAR + GAP) * i64::try_from(days.len()).unwrap_or(0);
    let mut named = false;
    let bars: Vec<AnyView> = (0..)
        .zip(days)
        .map(|(index, (_, count))| {
            let (x, height) = (index * (BAR + GAP), (count * HEIGHT + highest - 1) / highest);
            let y = 20 + HEIGHT - height;
            let label = (*count == highest && !named && *count > 0).then(|| {
                named = true;
                view! { <text x=x + BAR / 2 y=y - 6>{*count}</text> }
            });
            view! { <rect x=x y=y width=BAR height=height.max(1) rx="2"/>{label} }.into_any()
        })
        .collect();
    let rows = days.iter().rev().filter(|(_, count)| *count > 0);
    let rows = rows.map(|(day, count)| (date(*day, zone), count.to_string()));
    let ends = days.first().zip(days.last()).map(|((first, _), (last, _))| (date(*first, zone), date(*last, zone)));
    let ends = ends.map(|(first, last)| view! { <p class="ends"><span>{first}</span><span>{last}</span></p> });
    let box_ = format!("0 0 {width} {}", HEIGHT + 22);
    view! {
        <figure class="chart">
            <figcaption><b>{title}</b>" "<span class="hint">{format!("{total} in all")}</span></figcaption>
            <svg viewBox=box_ role="img" aria-label=format!("{title}: {total} in all, at most {highest} on one day")>{bars}</svg>
            {ends}
            {numbers(title, ["Day", "Orders"], rows)}
        </figure>
    }
    .into_any()
}

/// What one chart of weeks shows.
pub(crate) struct Measure {
    /// What it is.
    pub(crate) title: &'static str,
    /// Behind the numbers in the table and beside the newest one: ` %`.
    pub(crate) unit: &'static str,
    /// Where the scale ends at least.
    pub(crate) least_top: i64,
    /// What is said where no week has a number.
    pub(crate) none: &'static str,
}

/// One bar a week, and nothing where a week has no number; the newest number stands on top.
pub(crate) fn weeks(measure: &Measure, values: &[(OffsetDateTime, Option<i64>)], zone: Zone) -> AnyView {
    let Measure { title, unit, least_top, none } = measure;
    let Some(newest) = values.iter().rev().find_map(|(_, value)| *value) else {
        return view! { <figure class="chart"><figcaption><b>{*title}</b></figcaption><p class="hint">{*none}</p></figure> }
            .into_any();
    };
    let top = values.iter().filter_map(|(_, value)| *value).max().unwrap_or(1).max(*least_top).max(1);
    let step = 2 * BAR + GAP;
    let width = step * i64::try_from(values.len()).unwrap_or(1);
    let bars = (0..).zip(values).filter_map(|(index, (_, value))| {
        let height = ((*value)? * HEIGHT + top - 1) / top;
        let (x, y) = (index * step, HEIGHT - height);
        Some(view! { <rect x=x y=y width=2 * BAR height=height.max(1) rx="2"/> }.into_any())
    });
    let bars: Vec<AnyView> = bars.collect();
    let rows = values.iter().rev().map(|(start, value)| {
        (date(*start, zone), value.map_or_else(|| "–".to_owned(), |value| format!("{value}{unit}")))
    });
    let box_ = format!("0 0 {width} {HEIGHT}");
    view! {
        <figure class="chart">
            <figcaption><b>{*title}</b>" "<span class="hint">{format!("{newest}{unit} lately")}</span></figcaption>
            <svg viewBox=box_ role="img" aria-label=format!("{title} by week, {newest}{unit} lately")>{bars}</svg>
            {numbers(title, ["Week from", title], rows)}
        </figure>
    }
    .into_any()
}

/// The numbers behind a chart as a table that opens: when, and how many.
fn numbers(title: &'static str, head: [&'static str; 2], rows: impl Iterator<Item = (String, String)>) -> AnyView {
    let rows: Vec<AnyView> = rows
        .map(|(when, shown)| {
            view! { <tr><th scope="row" class="lead">{when}</th><td class="num">{shown}</td></tr> }.into_any()
        })
        .collect();
    view! {
        <details><summary>"The numbers"</summary>
            <div class="table dense"><table><caption class="unseen">{title}</caption>
                <thead><tr><th scope="col">{head[0]}</th><th scope="col" class="num">{head[1]}</th></tr></thead>
                <tbody>{rows}</tbody></table></div>
        </details>
    }
    .into_any()
}

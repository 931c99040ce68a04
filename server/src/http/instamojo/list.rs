//! Lists and their parts: `{"count", "next", "previous", "<rows>"}` (instamojo.md section 5.2).

use super::answer::{Answer, Problem};
use super::call::Call;
use super::fields::Fields;
use backend::service::instamojo::ListPage;
use domain::text::FieldError;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Rows of a part where nothing is said.
const LIMIT: u64 = 50;
/// Most rows of a part.
const LIMIT_MAX: u64 = 500;
/// Greatest number of a part.
const PAGE_MAX: u64 = 1_000_000;

/// The part that a query names: `page` counts from 1, and `limit` is 50 and at most 500.
///
/// # Errors
/// One of them is no such number.
pub(super) fn list_page(query: &Fields) -> Result<ListPage, Problem> {
    let mut wrong = Vec::new();
    let mut number = |name: &str, usual: u64, most: u64| {
        let Some(typed) = query.get(name) else { return usual };
        typed.parse().ok().filter(|number| (1..=most).contains(number)).unwrap_or_else(|| {
            wrong.push(FieldError::new(name, format!("Enter a whole number from 1 to {most}.")));
            usual
        })
    };
    let page = ListPage { page: number("page", 1, PAGE_MAX), limit: number("limit", LIMIT, LIMIT_MAX) };
    if wrong.is_empty() { Ok(page) } else { Err(Problem::Fields(wrong)) }
}

/// A part of a list with the absolute addresses of its neighbours, which keep the rest of the query; `total` rows are in all.
///
/// # Errors
/// The rows cannot be written as JSON.
pub(super) fn envelope<T: Serialize>(
    call: &Call,
    rows_name: &'static str,
    page: ListPage,
    total: u64,
    rows: Vec<T>,
) -> Result<Answer, Problem> {
    let at = |number: u64| call.backend.url(&format!("{}?{}", call.address, query_at(&call.query, number)));
    let last = total.div_ceil(page.limit.max(1));
    let next = (page.page < last).then(|| at(page.page + 1));
    let previous = (page.page > 1).then(|| at((page.page - 1).min(last.max(1))));
    Answer::ok(&Envelope { count: total, next, previous, rows_name, rows })
}

/// The query with another part.
fn query_at(query: &Fields, page: u64) -> String {
    let kept = query.pairs().filter(|(name, _)| *name != "page");
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("page", &page.to_string()).finish()
}

struct Envelope<T> {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    rows_name: &'static str,
    rows: Vec<T>,
}

impl<T: Serialize> Serialize for Envelope<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("count", &self.count)?;
        map.serialize_entry("next", &self.next)?;
        map.serialize_entry("previous", &self.previous)?;
        map.serialize_entry(self.rows_name, &self.rows)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_named_by_number_and_length() {
        let part = |query: &str| list_page(&Fields::of_query(query).unwrap_or_default()).ok();
        assert_eq!(part(""), Some(ListPage { page: 1, limit: 50 }));
        assert_eq!(part("page=3&limit=500"), Some(ListPage { page: 3, limit: 500 }));
        for bad in ["page=0", "page=x", "limit=501", "limit=0", "page=-1"] {
            assert_eq!(part(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_rest_of_the_query_is_kept() {
        let query = Fields::of_query("page=2&status=Pending&phone=%2B91").unwrap_or_default();
        assert_eq!(query_at(&query, 3), "phone=%2B91&status=Pending&page=3");
    }
}

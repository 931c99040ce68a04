//! The documentation made from the table is in the repository as it would be made now. `UPDATE_DOCS=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a file that cannot be written has failed the test")]

use domain::order::diagram::{BOX_HEIGHT, BOX_WIDTH, HEIGHT, WIDTH, edges, nodes};
use domain::order::{Status, document};
use std::path::Path;

/// Compares a file with what it should be, or writes it.
fn is_fresh(file: &str, expected: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let expected = expected(&found);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    } else {
        assert!(found == expected, "{file} is not what the table says; write it anew with UPDATE_DOCS=1");
    }
}

/// Puts `text` between the markers of a part of `page`.
fn between(page: &str, part: &str, text: &str) -> String {
    let (start, end) = (format!("<!-- {part}: made from the table -->\n"), format!("<!-- end of {part} -->"));
    let (before, rest) = page.split_once(&start).unwrap_or_else(|| panic!("the page has no marker {start}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the page has no marker {end}"));
    format!("{before}{start}\n{text}\n{end}{after}")
}

#[test]
fn the_pages_show_the_table_as_it_is() {
    is_fresh("ARCHITECTURE.md", |page| {
        let page = between(page, "transitions", &document::transitions_markdown());
        between(&page, "deadlines", &document::timers_markdown())
    });
    is_fresh("app/domain/escrow-states.svg", |_| document::svg());
}

#[test]
fn the_diagram_shows_every_status_once_and_nothing_covers_a_box() {
    let shown: Vec<Status> = nodes().iter().map(|node| node.status).collect();
    assert_eq!(shown.len(), Status::ALL.len());
    assert!(Status::ALL.iter().all(|status| shown.contains(status)));
    for (index, one) in nodes().iter().enumerate() {
        assert!(one.x >= BOX_WIDTH / 2 && one.x <= WIDTH - BOX_WIDTH / 2, "{one:?} is cut off");
        assert!(one.y >= BOX_HEIGHT / 2 && one.y <= HEIGHT - BOX_HEIGHT / 2, "{one:?} is cut off");
        for other in &nodes()[index + 1..] {
            let apart = (one.x - other.x).abs() > BOX_WIDTH || (one.y - other.y).abs() > BOX_HEIGHT;
            assert!(apart, "{one:?} covers {other:?}");
        }
    }
    for edge in edges() {
        assert!(edge.points.len() >= 2 && !edge.commands.is_empty(), "{edge:?}");
    }
}

#[test]
fn every_status_but_the_first_is_reached_and_every_one_but_the_last_two_is_left() {
    let edges = edges();
    for status in Status::ALL {
        let reached = edges.iter().any(|edge| edge.to == status && edge.from != status);
        let left = edges.iter().any(|edge| edge.from == status && edge.to != status);
        assert_eq!(reached, status != Status::AwaitingPayment, "{status} reached");
        assert_eq!(left, !status.is_final(), "{status} left");
    }
}

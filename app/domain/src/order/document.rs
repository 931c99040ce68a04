//! The documentation that is made from the table: tables as Markdown and the diagram as a picture file.

use super::diagram::{self, BOX_HEIGHT, BOX_WIDTH, Edge, HEIGHT, Node, WIDTH};
use super::{Guard, Role, TABLE, TIMERS, Terms, To, Transition};
use std::fmt::Write;

impl Transition {
    /// The statuses it starts from, in words.
    #[must_use]
    pub fn from_words(&self) -> String {
        if self.from.is_empty() {
            return "–".to_owned();
        }
        self.from.iter().map(|status| status.title()).collect::<Vec<_>>().join(", ")
    }

    /// Who may, in words.
    #[must_use]
    pub fn actor_words(&self) -> String {
        self.actors.iter().copied().map(Role::words).collect::<Vec<_>>().join(" or ")
    }

    /// Under which conditions, in words.
    #[must_use]
    pub fn guard_words(&self) -> String {
        self.guards.iter().copied().map(Guard::words).collect::<Vec<_>>().join(", ")
    }

    /// Where it leads, in words.
    #[must_use]
    pub const fn to_words(&self) -> &'static str {
        match self.to {
            To::Status(status) => status.title(),
            To::Same => "stays",
        }
    }
}

/// The transition table as Markdown.
#[must_use]
pub fn transitions_markdown() -> String {
    let mut text = String::from("| from | what | who | when | to | money |\n| --- | --- | --- | --- | --- | --- |\n");
    for row in TABLE {
        let cells = [
            &row.from_words(),
            row.command.words(),
            &row.actor_words(),
            &row.guard_words(),
            row.to_words(),
            row.money.words(),
        ];
        markdown_row(&mut text, &cells);
    }
    text
}

/// The deadlines as Markdown, under the platform's terms.
#[must_use]
pub fn timers_markdown() -> String {
    let terms = Terms::default();
    let mut text = String::from("| status | waits for | usual time | then |\n| --- | --- | --- | --- |\n");
    for timer in TIMERS {
        let hours = u32::try_from((timer.duration)(&terms).whole_hours()).unwrap_or(u32::MAX);
        let status = timer.status_words();
        markdown_row(&mut text, &[&status, timer.waits_for.words(), &crate::clock_text::hours(hours), timer.on_expiry]);
    }
    text
}

fn markdown_row(text: &mut String, cells: &[&str]) {
    text.push('|');
    for cell in cells {
        text.push(' ');
        text.push_str(cell);
        text.push_str(" |");
    }
    text.push('\n');
}

/// The diagram as an SVG file that reads on any background.
#[must_use]
pub fn svg() -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" text-anchor=\"middle\">\n\
         <title>The statuses of an escrow order and what leads from one to the next</title>\n\
         <defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\" fill=\"#55605a\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#fdfcf9\"/>\n"
    );
    let edges = diagram::edges();
    edges.iter().for_each(|edge| svg_line(&mut svg, edge));
    diagram::nodes().iter().for_each(|node| svg_box(&mut svg, node));
    edges.iter().for_each(|edge| svg_words(&mut svg, edge));
    svg.push_str("</svg>\n");
    svg
}

// Writing into a string cannot fail.
fn svg_line(svg: &mut String, edge: &Edge) {
    let path = edge.path();
    let _ = writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"#8b948e\" marker-end=\"url(#end)\"/>");
}

fn svg_box(svg: &mut String, node: &Node) {
    let (x, y) = (node.x - BOX_WIDTH / 2, node.y - BOX_HEIGHT / 2);
    let stroke = if node.status.holds_money() { "#1f6b4a" } else { "#8b948e" };
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\" fill=\"#fff\" stroke=\"{stroke}\" \
         stroke-width=\"1.5\"/><text x=\"{}\" y=\"{}\" font-weight=\"600\" fill=\"#1c211e\">{}</text>",
        node.x,
        node.y + 5,
        node.status.title()
    );
}

fn svg_words(svg: &mut String, edge: &Edge) {
    for (line, words) in (0..).zip(edge.words()) {
        let (x, y) = (edge.label.0, edge.label.1 + 4 + 14 * line);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"12\" fill=\"#3c4540\" stroke=\"#fdfcf9\" stroke-width=\"4\" \
             paint-order=\"stroke\">{words}</text>"
        );
    }
}

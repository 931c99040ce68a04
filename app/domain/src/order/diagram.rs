//! The state diagram: the boxes are laid out by hand, the arrows and their words are made from the transition table.

use super::{CommandKind, Status, TABLE, To};

/// Width of the picture.
pub const WIDTH: i32 = 1_400;
/// Height of the picture.
pub const HEIGHT: i32 = 570;
/// Width of a box.
pub const BOX_WIDTH: i32 = 204;
/// Height of a box.
pub const BOX_HEIGHT: i32 = 44;

/// A status with the middle of its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// The status.
    pub status: Status,
    /// Middle, from the left.
    pub x: i32,
    /// Middle, from the top.
    pub y: i32,
}

/// An arrow with the commands that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Where it starts.
    pub from: Status,
    /// Where it ends.
    pub to: Status,
    /// The commands, in the order of the table.
    pub commands: Vec<CommandKind>,
    /// The corners it passes, from the border of one box to the border of the other.
    pub points: Vec<(i32, i32)>,
    /// The middle of the first line of its words.
    pub label: (i32, i32),
}

/// Where the boxes stand.
const NODES: [Node; 13] = [
    node(Status::AwaitingPayment, 112, 60),
    node(Status::Expired, 112, 190),
    node(Status::Pending, 410, 60),
    node(Status::Cancelled, 410, 190),
    node(Status::PendingSecond, 410, 340),
    node(Status::AwaitingBuyerResponse, 740, 60),
    node(Status::RejectionUnderReview, 740, 190),
    node(Status::Dispute, 740, 340),
    node(Status::Disputed, 740, 460),
    node(Status::Accepted, 1_090, 60),
    node(Status::Rejected, 1_090, 190),
    node(Status::DisputeResolved, 1_090, 460),
    node(Status::Completed, 1_288, 270),
];

type Corners = &'static [(i32, i32)];

/// Arrows that are not straight from box to box: their corners.
const ROUTES: [(Status, Status, Corners); 3] = [
    (Status::Cancelled, Status::Completed, &[(330, 212), (262, 300), (262, 540), (1_288, 540), (1_288, 292)]),
    (Status::PendingSecond, Status::AwaitingBuyerResponse, &[(455, 318), (575, 200), (680, 82)]),
    (Status::Disputed, Status::Disputed, &[(638, 450), (604, 450), (604, 472), (638, 472)]),
];

/// Words that do not stand at the middle of their arrow.
const LABELS: [(Status, Status, (i32, i32)); 5] = [
    (Status::Accepted, Status::Completed, (1_236, 172)),
    (Status::Cancelled, Status::Completed, (540, 530)),
    (Status::PendingSecond, Status::AwaitingBuyerResponse, (575, 200)),
    (Status::Disputed, Status::Disputed, (566, 458)),
    (Status::RejectionUnderReview, Status::PendingSecond, (590, 256)),
];

const fn node(status: Status, x: i32, y: i32) -> Node {
    Node { status, x, y }
}

/// The boxes, in the order of the statuses' places.
#[must_use]
pub const fn nodes() -> &'static [Node] {
    &NODES
}

/// The arrows, one for each pair of statuses that a row of the table leads between.
#[must_use]
pub fn edges() -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for row in TABLE {
        let To::Status(to) = row.to else { continue };
        for from in row.from {
            match edges.iter_mut().find(|edge| (edge.from, edge.to) == (*from, to)) {
                Some(edge) if edge.commands.contains(&row.command) => {}
                Some(edge) => edge.commands.push(row.command),
                None => edges.extend(drawn(*from, to, row.command)),
            }
        }
    }
    edges
}

fn drawn(from: Status, to: Status, command: CommandKind) -> Option<Edge> {
    let (start, end) = (place(from)?, place(to)?);
    let route = ROUTES.iter().find(|(start, end, _)| (*start, *end) == (from, to));
    let points = route.map_or_else(|| vec![border(start, end), border(end, start)], |(.., points)| points.to_vec());
    let (first, last) = (points.first()?, points.last()?);
    let middle = (i32::midpoint(first.0, last.0), i32::midpoint(first.1, last.1));
    let label = LABELS.iter().find(|(start, end, _)| (*start, *end) == (from, to)).map_or(middle, |(.., label)| *label);
    Some(Edge { from, to, commands: vec![command], points, label })
}

fn place(status: Status) -> Option<Node> {
    NODES.into_iter().find(|node| node.status == status)
}

/// Where the line from the middle of `from` to the middle of `to` leaves the box of `from`.
fn border(from: Node, to: Node) -> (i32, i32) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (half_width, half_height) = (BOX_WIDTH / 2, BOX_HEIGHT / 2);
    // The line leaves by the side where it takes the larger share of the way to the edge.
    if dx.abs() * half_height > dy.abs() * half_width {
        (from.x + half_width * dx.signum(), from.y + dy * half_width / dx.abs())
    } else if dy == 0 {
        (from.x, from.y)
    } else {
        (from.x + dx * half_height / dy.abs(), from.y + half_height * dy.signum())
    }
}

impl Edge {
    /// The commands as the diagram names them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.commands.iter().map(|command| command.key().replace('_', " ")).collect()
    }

    /// The line as SVG path data.
    #[must_use]
    pub fn path(&self) -> String {
        let corner = |(index, (x, y)): (usize, &(i32, i32))| format!("{}{x} {y}", if index == 0 { 'M' } else { 'L' });
        self.points.iter().enumerate().map(corner).collect::<Vec<_>>().join(" ")
    }
}

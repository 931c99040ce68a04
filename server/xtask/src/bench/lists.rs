//! The lists of a seller with many orders, on both databases.

use super::Table;
use super::load::Measured;
use super::page::Target;
use crate::budget;
use crate::demo::{Demo, Stock};
use crate::http::Client;
use crate::postgres::Cluster;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Instant;

/// Orders of the seller.
pub const ORDERS: usize = 10_000;
/// Times each page is fetched, one after the other.
const FETCHES: usize = 100;
const PAGES: [(&str, &str); 5] = [
    ("orders", "/orders"),
    ("orders, searched", "/orders?q=Ofada&status=pending"),
    ("orders, page 200", "/orders?page=200"),
    ("home", "/home"),
    ("earnings", "/earnings"),
];

/// Seeds, measures and adds the figures to the table.
pub fn measure(workspace: &Workspace, binary: &Path, table: &mut Table) {
    if let Err(error) = on(workspace, binary, "SQLite", None, table) {
        table.skip("lists on SQLite", &error);
    }
    let postgres = Cluster::start().and_then(|cluster| {
        let url = cluster.url();
        on(workspace, binary, "PostgreSQL", Some(&url), table)
    });
    if let Err(error) = postgres {
        table.skip("lists on PostgreSQL", &error);
    }
}

fn on(workspace: &Workspace, binary: &Path, name: &str, url: Option<&str>, table: &mut Table) -> Result<()> {
    let begun = Instant::now();
    let demo = Demo::start_with(workspace, binary, &Stock { database_url: url, orders: ORDERS })?;
    table.note(&format!("{ORDERS} orders seeded on {name} in {:.0} s", begun.elapsed().as_secs_f64()));
    let mut client = Client::new(demo.port());
    let cookies = sign_in(&mut client)?;
    for (what, path) in PAGES {
        let target = Target { path: path.to_owned(), cookies: cookies.clone() };
        let mut measured = Measured::default();
        for _ in 0..FETCHES {
            let sent = Instant::now();
            match target.fetch(&mut client) {
                Ok(answer) if answer.status == 200 => measured.latencies.push(sent.elapsed()),
                _ => measured.failed += 1,
            }
        }
        measured.latencies.sort_unstable();
        table.micros(&format!("{what}, {name}, p50"), measured.percentile(50), None);
        table.micros(&format!("{what}, {name}, p99"), measured.percentile(99), Some(budget::P99_MS));
        if measured.failed > 0 {
            table.note(&format!("{what} on {name}: {} of {FETCHES} failed", measured.failed));
        }
    }
    Ok(())
}

/// Signs in as the demo's seller; the value of the Cookie header.
fn sign_in(client: &mut Client) -> Result<String> {
    let form = "email=amaka.foods%40example.test&password=demo-Holdfast-2026&next=";
    let answer = client.post("/do/sign-in", form)?;
    let cookie = answer.header("set-cookie").context("signing in set no cookie")?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

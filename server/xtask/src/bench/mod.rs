//! `cargo xtask bench`: figures against the budgets of the design. It measures and says so, it never fails on them.

mod lists;
mod load;
mod memory;
mod page;
mod rebuild;

use crate::budget;
use crate::demo::Demo;
use crate::http::Client;
use crate::progress;
use crate::server;
use crate::workspace::Workspace;
use anyhow::Result;
use std::time::Duration;

/// How long the server may settle before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(3);

/// Builds the release, measures it, and prints a table.
pub fn run(workspace: &Workspace) -> Result<()> {
    server::build_all_release(workspace)?;
    let mut table = Table::default();
    table.bytes("WASM, brotli", budget::wasm_size(workspace), budget::WASM_BYTES);
    match Demo::start(workspace, &workspace.target.join("release/holdfast")) {
        Ok(demo) => measure_server(workspace, &demo, &mut table),
        Err(error) => table.skip("the served demo", &error),
    }
    lists::measure(workspace, &workspace.target.join("release/holdfast"), &mut table);
    // Last, as it puts the development assets into the site folder.
    match rebuild::after_touching_a_page(workspace) {
        Ok(time) => table.millis("rebuild after touching one page", time, budget::REBUILD_MS),
        Err(error) => table.skip("rebuild after touching one page", &error),
    }
    table.print();
    Ok(())
}

fn measure_server(workspace: &Workspace, demo: &Demo, table: &mut Table) {
    std::thread::sleep(SETTLE);
    table.bytes("resident memory, idle", memory::resident(demo.pid()), budget::IDLE_BYTES);
    let mut client = Client::new(demo.port());
    let target = page::order_page(&mut client, &demo.seed_file());
    let target = match target {
        Ok(target) => target,
        Err(error) => return table.skip("an order page", &error),
    };
    let size = page::size(&mut client, &target, &workspace.site());
    table.bytes("order page without WASM, as sent", size, budget::ORDER_PAGE_BYTES);
    println!("load: {} requests/s for {} s", load::RATE, load::SECONDS);
    match load::run(demo.port(), &target) {
        Ok(result) => {
            table.note(&format!(
                "order page at {} requests/s: {} answered, {} refused or failed",
                load::RATE,
                result.latencies.len(),
                result.failed
            ));
            table.micros("order page, p50", result.percentile(50), None);
            table.micros("order page, p99", result.percentile(99), Some(budget::P99_MS));
        }
        Err(error) => table.skip("order page under load", &error),
    }
    table.bytes("resident memory after the load", memory::resident(demo.pid()), budget::LOADED_BYTES);
}

/// The figures so far, as lines to print.
#[derive(Default)]
struct Table {
    lines: Vec<String>,
}

impl Table {
    fn bytes(&mut self, what: &str, measured: Result<usize>, budget: usize) {
        match measured {
            Ok(bytes) => {
                let verdict = verdict(bytes as u128, budget as u128);
                self.line(what, &progress::size(bytes), &format!("{verdict} {}", progress::size(budget)));
            }
            Err(error) => self.skip(what, &error),
        }
    }

    fn millis(&mut self, what: &str, time: Duration, budget_ms: u128) {
        let verdict = verdict(time.as_millis(), budget_ms);
        self.line(what, &format!("{:.1} s", time.as_secs_f64()), &format!("{verdict} {} s", budget_ms / 1000));
    }

    fn micros(&mut self, what: &str, time: Duration, budget_ms: Option<u128>) {
        let figure = format!("{:.2} ms", time.as_secs_f64() * 1000.0);
        let verdict = budget_ms.map(|budget| format!("{} {budget} ms", verdict(time.as_micros(), budget * 1000)));
        self.line(what, &figure, &verdict.unwrap_or_default());
    }

    fn skip(&mut self, what: &str, error: &anyhow::Error) {
        self.line(what, "not measured", &format!("{error:#}"));
    }

    fn note(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    fn line(&mut self, what: &str, figure: &str, verdict: &str) {
        self.lines.push(format!("{what:<36} {figure:>12}  {verdict}").trim_end().to_owned());
    }

    fn print(&self) {
        println!("\n{}", self.lines.join("\n"));
    }
}

/// `within` or `over`, and the share of the budget that is used.
fn verdict(measured: u128, budget: u128) -> String {
    let percent = measured.saturating_mul(100) / budget.max(1);
    let word = if measured <= budget { "within" } else { "over" };
    format!("{word}, {percent} % of")
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_verdict_says_how_much_is_used() {
        assert_eq!(verdict(65, 130), "within, 50 % of");
        assert_eq!(verdict(130, 130), "within, 100 % of");
        assert_eq!(verdict(131, 130), "over, 100 % of");
        assert_eq!(verdict(260, 130), "over, 200 % of");
    }
}

//! Adding up what the test runners report.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, and steps that broke before they could count.
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Sums the `test result:` lines of `cargo test`.
pub fn of_cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let line = without_colour(line);
        let Some((_, figures)) = line.split_once("test result:") else {
            continue;
        };
        for figure in figures.split([';', '.']) {
            match number_and_word(figure) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "failed")) => counts.failed += number,
                _ => {}
            }
        }
    }
    counts
}

/// Reads the summary at the end of Playwright's output; a flaky test counts as failed.
pub fn of_playwright(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        match number_and_word(&without_colour(line)) {
            Some((number, "passed")) => counts.passed += number,
            Some((number, "failed" | "flaky" | "interrupted")) => counts.failed += number,
            _ => {}
        }
    }
    counts
}

/// `  12 passed (3.4s)` gives 12 and `passed`; nothing when more words follow.
fn number_and_word(text: &str) -> Option<(u64, &str)> {
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok()?;
    let word = words.next()?;
    words.next().is_none_or(|rest| rest.starts_with('(')).then_some((number, word))
}

/// Leaves out terminal escapes such as `ESC[32m`.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(next) = rest.next() {
        if next == '\u{1b}' {
            rest.find(|end| end.is_ascii_alphabetic());
        } else {
            plain.push(next);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_are_summed_over_binaries() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.03s\n\
            test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(of_cargo(output), Counts { passed: 17, failed: 2 });
    }

    #[test]
    fn colour_does_not_hide_a_result() {
        let output = "test result: \u{1b}[32mok\u{1b}(B\u{1b}[m. 3 passed; 0 failed; 0 ignored\n";
        assert_eq!(of_cargo(output), Counts { passed: 3, failed: 0 });
    }

    #[test]
    fn other_lines_do_not_count() {
        assert_eq!(of_cargo("7 passed; 1 failed\ntest passed ... ok\n"), Counts::default());
        assert_eq!(of_playwright("  1 passed the ball\n12 passing\n"), Counts::default());
    }

    #[test]
    fn playwright_counts_flaky_as_failed() {
        let output =
            "  1 failed\n    [desktop] › a.spec.ts:3:1 › pays ───\n  2 flaky\n  3 skipped\n  40 passed (1.2m)\n";
        assert_eq!(of_playwright(output), Counts { passed: 40, failed: 3 });
    }

    #[test]
    fn the_last_line_is_plain() {
        assert_eq!(Counts { passed: 4, failed: 0 }.to_string(), "4 passed, 0 failed");
    }
}

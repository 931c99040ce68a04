//! Numbered progress lines.

use std::time::Instant;

/// Counts the steps of a task and prints a line for each.
pub struct Progress {
    total: usize,
    done: usize,
    begun: Instant,
}

impl Progress {
    /// A task of `total` steps.
    pub fn new(total: usize) -> Self {
        Self { total, done: 0, begun: Instant::now() }
    }

    /// Says which step begins.
    pub fn step(&mut self, what: &str) {
        self.done += 1;
        println!("[{}/{}] {what} ({:.0} s)", self.done, self.total, self.begun.elapsed().as_secs_f64());
    }
}

/// Bytes as people read sizes: `12.3 kB`, `4.5 MB`.
pub fn size(bytes: usize) -> String {
    let (unit, name) = if bytes < 1_000_000 { (1_000, "kB") } else { (1_000_000, "MB") };
    let tenths = bytes.saturating_mul(10).saturating_add(unit / 2) / unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_rounded_to_a_tenth() {
        assert_eq!(size(0), "0.0 kB");
        assert_eq!(size(1_049), "1.0 kB");
        assert_eq!(size(1_050), "1.1 kB");
        assert_eq!(size(129_999), "130.0 kB");
        assert_eq!(size(52_428_800), "52.4 MB");
    }
}

//! Resident memory of a process.

use anyhow::{Context, Result};

/// Resident bytes of a process, where the system has /proc.
pub fn resident(pid: u32) -> Result<usize> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .context("resident memory is read from /proc, which this system has not")?;
    parse(&status).context("/proc/<pid>/status has no VmRSS")
}

fn parse(status: &str) -> Option<usize> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_resident_line_is_read() {
        assert_eq!(parse("VmPeak:\t 9 kB\nVmRSS:\t  51200 kB\nThreads:\t4\n"), Some(52_428_800));
        assert_eq!(parse("Threads:\t4\n"), None);
    }
}

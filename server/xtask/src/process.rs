//! Running other programs, and not leaving them behind.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// Runs a command with our own output and fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and returns what it printed; on failure the error holds all of its output.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{} ended with {}: {}", shown(command), output.status, String::from_utf8_lossy(&said).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, passes its standard output through as it comes, and returns it too.
pub fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| cannot_start(command))?;
    let mut seen = Vec::new();
    if let Some(mut pipe) = child.stdout.take() {
        let mut chunk = [0_u8; 8192];
        let mut out = std::io::stdout();
        loop {
            let count = pipe.read(&mut chunk)?;
            let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            out.write_all(bytes)?;
            out.flush()?;
            seen.extend_from_slice(bytes);
        }
    }
    let status = child.wait()?;
    Ok((status, String::from_utf8_lossy(&seen).into_owned()))
}

/// The first executable of that name in PATH.
pub fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Whether we run as root.
pub fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Asks a process to end, as Ctrl-C in its terminal would.
pub fn terminate(pid: u32) -> Result<()> {
    capture(Command::new("kill").arg("-TERM").arg(pid.to_string())).map(drop)
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let mut text = Path::new(command.get_program())
        .file_name()
        .unwrap_or_else(|| command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    format!("`{text}`")
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start {}", shown(command))
}

/// Runs a shell script when this value is dropped *or* when this process ends in any other way.
///
/// A shell waits at the other end of a pipe that only we hold: Ctrl-C and even SIGKILL close it, where no destructor
/// would run. It sits in a process group of its own, so that the terminal's Ctrl-C does not reach it.
#[derive(Debug)]
pub struct Guard {
    shell: Child,
}

impl Guard {
    /// Arms the guard. The script sees `arguments` as `$1`, `$2`, ….
    pub fn new<A: AsRef<OsStr>>(script: &str, arguments: impl IntoIterator<Item = A>) -> Result<Self> {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("read -r word && exit 0\n{script}"))
            .arg("guard")
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let shell = command.spawn().context("cannot start sh")?;
        Ok(Self { shell })
    }

    /// Lets the guard go without running its script.
    pub fn disarm(mut self) {
        if let Some(mut pipe) = self.shell.stdin.take() {
            // A guard that is gone already needs no word from us.
            let _ = pipe.write_all(b"done\n");
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing is left to do for a destructor when the wait fails.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_acts_when_dropped_and_not_when_disarmed() {
        let dir = tempfile::tempdir().unwrap();
        let (dropped, disarmed) = (dir.path().join("dropped"), dir.path().join("disarmed"));
        drop(Guard::new("touch \"$1\"", [&dropped]).unwrap());
        Guard::new("touch \"$1\"", [&disarmed]).unwrap().disarm();
        assert!(dropped.exists());
        assert!(!disarmed.exists());
    }

    #[test]
    fn tee_returns_the_output_and_the_status() {
        let (status, text) = tee(Command::new("sh").args(["-c", "echo one; exit 3"])).unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(text, "one\n");
    }

    #[test]
    fn a_failed_command_is_named_with_what_it_said() {
        let error = capture(Command::new("sh").args(["-c", "echo why >&2; exit 1"])).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("`sh -c") && text.contains("why"), "{text}");
    }
}

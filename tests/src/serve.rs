//! A running `serve`, on a port of its own, that ends with the test.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::binary;

/// Longest time that a start may take, on a machine that builds something else at the same time.
const START: Duration = Duration::from_mins(1);

/// A running service; dropping it kills the process.
#[derive(Debug)]
pub struct Serve {
    child: Child,
    base: String,
}

impl Serve {
    /// Starts `serve` on `registry` and waits until it listens.
    ///
    /// # Panics
    /// When it ends before, or does not listen in time: with its log.
    pub fn start(registry: &Path) -> Self {
        Self::start_with(registry, &[])
    }

    /// The same, with more flags.
    pub fn start_with(registry: &Path, flags: &[&str]) -> Self {
        Self::start_in(&[], registry, flags)
    }

    /// The same, with variables added to its environment.
    pub fn start_in(env: &[(&str, String)], registry: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(binary("serve"))
            .arg("--registry")
            .arg(registry)
            .args(["--listen", "127.0.0.1:0", "--log-format", "text"])
            .args(flags)
            .env_remove("PORT")
            // Loading a model that most tests never ask would cost each of them seconds of an unoptimised build.
            .env("ASSISTANT_EMBEDDER", "none")
            .env_remove("LLM_BASE_URL")
            .env_remove("QDRANT_URL")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("`serve` starts");
        let stderr = child.stderr.take().expect("stderr is piped");
        let (lines, log) = mpsc::channel();
        // Reads to the end, so that the service never waits for a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                // Nobody listens once the service is up.
                let _ = lines.send(line);
            }
        });
        let mut said = String::new();
        loop {
            match log.recv_timeout(START) {
                Ok(line) => {
                    if let Some(base) = address(&line) {
                        return Self { child, base };
                    }
                    said.push_str(&line);
                    said.push('\n');
                }
                Err(error) => {
                    stop(&mut child);
                    panic!("`serve` does not listen ({error}):\n{said}");
                }
            }
        }
    }

    /// Sends SIGTERM, and waits until the process has ended.
    ///
    /// # Panics
    /// When it does not end in time, or not well.
    pub fn terminate(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a signal is sent");
        let start = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait().expect("it can be asked") {
                assert!(ended.success(), "{ended} after SIGTERM");
                return;
            }
            assert!(start.elapsed() < START, "it goes on after SIGTERM");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The id of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `path` as a whole address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn stop(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

/// `http://…` in the line that says where the service listens, free of the colours that a terminal would get.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("listening on ")?;
    let end = rest
        .find(|c: char| c.is_whitespace() || c.is_control())
        .unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn the_address_is_found_in_a_log_line() {
        for (line, want) in [
            (
                "INFO serve: listening on http://127.0.0.1:4711 address=127.0.0.1:4711",
                Some("http://127.0.0.1:4711"),
            ),
            (
                "listening on http://127.0.0.1:1\u{1b}[0m",
                Some("http://127.0.0.1:1"),
            ),
            ("INFO serve: model 3f1c0a9be245 loaded", None),
        ] {
            assert_eq!(address(line).as_deref(), want, "{line}");
        }
    }
}

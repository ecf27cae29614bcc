//! A running `chromedriver`, on a port of its own, that ends with the test.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// A running driver; dropping it kills the process and with it the browsers that it started.
#[derive(Debug)]
pub struct BrowserDriver {
    child: Child,
    port: u16,
}

impl BrowserDriver {
    /// Starts `chromedriver`. Returns `None` if it is not installed.
    ///
    /// # Panics
    /// When it is there but does not start.
    pub fn start() -> Option<Self> {
        let mut child = match Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
        {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => panic!("`chromedriver`: {error}"),
        };
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| port(&line));
        // Read to the end, so that the driver never writes into a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut driver = Self { child, port: 0 };
        driver.port = port.expect("`chromedriver` says on which port it listens");
        Some(driver)
    }

    /// Address of the driver.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for BrowserDriver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

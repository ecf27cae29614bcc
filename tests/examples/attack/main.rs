//! `attack BASE_URL PID [--seconds N] [LOAD…]`: what callers notice while others misuse the service.
//!
//! Each load runs for some seconds, 30 unless said otherwise. Meanwhile `/livez` and `/predict` are asked on new connections
//! again and again, and the memory of the process is read. Two seconds after the load the assistant is asked one question.
//! The result is one row of a Markdown table for each load on stdout.
//!
//! Loads: `bodies` (16 connections post the bodies that cost most), `questions` (200 connections ask), `half-bodies` (1,100
//! requests whose body never ends), `half-heads` (5,000 connections that are idle or have sent half a head). All of them
//! unless some are named.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a table on stdout, progress on stderr"
)]

mod http;
mod load;
mod probe;

use std::time::Duration;

use anyhow::{Context, bail};
use load::Load;
use rustix::process::{Resource, getrlimit, setrlimit};

use http::Address;

fn main() -> anyhow::Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).context("the limit on open files cannot be raised")?;

    // Warm: the first answers load what later ones find.
    for _ in 0..20 {
        probe::ask_assistant(&options.address);
        probe::predict(&options.address);
    }
    println!(
        "| load | s | /livez asked | p50 ms | p99 ms | max ms | failed | /predict answered | p99 ms | RSS before MB | peak | after | assistant 2 s after |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for load in &options.loads {
        println!("{}", measured(&options, *load)?);
    }
    Ok(())
}

/// Runs `load`, and gives its row.
fn measured(options: &Options, load: Load) -> anyhow::Result<String> {
    let before = probe::resident_mb(options.pid)?;
    let probes = probe::Probes::start(&options.address, options.pid);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let told = runtime.block_on(load::run(load, &options.address, options.duration));
    // Closes every connection of the load.
    drop(runtime);
    let seen = probes.stop();
    std::thread::sleep(Duration::from_secs(2));
    let (status, took) = probe::ask_assistant(&options.address);
    let after = probe::resident_mb(options.pid)?;
    eprintln!("{}: {told}", load.name());
    Ok(format!(
        "| {} | {} | {} | {before:.0} | {:.0} | {after:.0} | {status}, {:.0} ms |",
        load.name(),
        options.duration.as_secs(),
        seen.cells(),
        seen.peak_mb,
        took.as_secs_f64() * 1e3,
    ))
}

/// What the command line says.
struct Options {
    address: Address,
    pid: u32,
    duration: Duration,
    loads: Vec<Load>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        const USAGE: &str = "usage: attack BASE_URL PID [--seconds N] [LOAD…]";
        let base = arguments.next().context(USAGE)?;
        let pid = arguments.next().context(USAGE)?;
        let mut duration = Duration::from_secs(30);
        let mut loads = Vec::new();
        while let Some(argument) = arguments.next() {
            if argument == "--seconds" {
                let seconds = arguments.next().context(USAGE)?;
                duration = Duration::from_secs(seconds.parse().context("--seconds")?);
            } else if let Some(load) = Load::named(&argument) {
                loads.push(load);
            } else {
                let names = Load::ALL.map(Load::name).join(", ");
                bail!("`{argument}` is no load; valid: {names}");
            }
        }
        if loads.is_empty() {
            loads = Load::ALL.to_vec();
        }
        Ok(Self {
            address: Address::of(&base)?,
            pid: pid.parse().context("the id of the service's process")?,
            duration,
            loads,
        })
    }
}

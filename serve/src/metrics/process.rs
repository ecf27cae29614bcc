//! `process_*`: what the operating system says of this process, read when metrics are.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Reads `/proc/self` whenever it is asked. Says nothing on systems without it.
#[derive(Debug)]
pub(super) struct ProcessCollector;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Process {
    cpu_seconds: f64,
    virtual_bytes: f64,
    resident_bytes: f64,
    start_time_seconds: Option<f64>,
    threads: f64,
}

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Some(process) = read() else { return Ok(()) };
        let cpu = ConstCounter::new(process.cpu_seconds);
        let help = "User and system time spent";
        let metric =
            encoder.encode_descriptor("process_cpu_seconds", help, None, cpu.metric_type())?;
        cpu.encode(metric)?;
        for (name, help, value) in [
            (
                "process_virtual_memory_bytes",
                "Size of the address space",
                Some(process.virtual_bytes),
            ),
            (
                "process_resident_memory_bytes",
                "Memory held",
                Some(process.resident_bytes),
            ),
            (
                "process_start_time_seconds",
                "When the process started, in seconds since 1970",
                process.start_time_seconds,
            ),
            ("process_threads", "Threads", Some(process.threads)),
            ("process_open_fds", "Open files", open_files()),
            (
                "process_max_fds",
                "Most files that may be open",
                max_files(),
            ),
        ] {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            let metric = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(metric)?;
        }
        Ok(())
    }
}

fn read() -> Option<Process> {
    let stat = fs_err::read_to_string("/proc/self/stat").ok()?;
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let page = rustix::param::page_size() as f64;
    let boot = fs_err::read_to_string("/proc/stat").ok();
    let boot = boot.as_deref().and_then(boot_seconds);
    parse(&stat, ticks, page, boot)
}

/// The fields of `/proc/self/stat`; `boot` is when the system started.
fn parse(stat: &str, ticks: f64, page: f64, boot: Option<f64>) -> Option<Process> {
    // The name of the program stands in parentheses and may hold anything; the third field comes after it.
    let (_, after) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    Some(Process {
        cpu_seconds: (field(14)? + field(15)?) / ticks,
        threads: field(20)?,
        start_time_seconds: boot.and_then(|boot| Some(boot + field(22)? / ticks)),
        virtual_bytes: field(23)?,
        resident_bytes: field(24)? * page,
    })
}

fn boot_seconds(stat: &str) -> Option<f64> {
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.trim().parse().ok()
}

fn open_files() -> Option<f64> {
    let files = fs_err::read_dir("/proc/self/fd").ok()?;
    // Listing them opens one more.
    Some(files.count().saturating_sub(1) as f64)
}

fn max_files() -> Option<f64> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current.map(|files| files as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_stat_are_read_behind_any_name() {
        let stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20 0 9 0 5000 8192000 300 18446744073709551615";
        let process = parse(stat, 100.0, 4096.0, Some(1_000.0)).expect("fields");
        assert_eq!(
            process,
            Process {
                cpu_seconds: 4.0,
                virtual_bytes: 8_192_000.0,
                resident_bytes: 300.0 * 4096.0,
                start_time_seconds: Some(1_050.0),
                threads: 9.0,
            }
        );
        assert_eq!(parse("42 (x", 100.0, 4096.0, None), None);
        assert_eq!(boot_seconds("cpu 1 2\nbtime 1700000000\n"), Some(1.7e9));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_read() {
        let process = read().expect("Linux has /proc");
        assert!(process.resident_bytes > 100_000.0);
        assert!(process.start_time_seconds > Some(1.5e9));
        assert!(open_files() >= Some(3.0));
    }
}

//! What an ordinary caller notices while a load runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::http::Address;

/// How long a probe waits before it counts as failed.
const LIMIT: Duration = Duration::from_secs(5);

/// Times between two probes.
const LIVE_EVERY: Duration = Duration::from_millis(20);
const PREDICT_EVERY: Duration = Duration::from_millis(50);
const MEMORY_EVERY: Duration = Duration::from_millis(100);

const CAR: &str =
    r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000,"version":"1.5G CVT"}"#;

/// Probes that run on threads of their own.
pub(crate) struct Probes {
    must_stop: Arc<AtomicBool>,
    live: JoinHandle<Replies>,
    predict: JoinHandle<Replies>,
    memory: JoinHandle<f64>,
}

/// What the probes saw.
pub(crate) struct Seen {
    live: Replies,
    predict: Replies,
    /// The most memory that the process held.
    pub(crate) peak_mb: f64,
}

/// Replies to one kind of probe.
#[derive(Default)]
struct Replies {
    answered: usize,
    /// In seconds; a probe without an answer counts with the time that it waited.
    took: Vec<f64>,
}

impl Replies {
    fn quantile_ms(&self, share: f64) -> f64 {
        let mut took = self.took.clone();
        took.sort_by(f64::total_cmp);
        let last = took.len().saturating_sub(1);
        let at = (share * last as f64).round() as usize;
        took.get(at).copied().unwrap_or(f64::NAN) * 1e3
    }
}

impl Probes {
    /// Begins to probe.
    pub(crate) fn start(address: &Address, pid: u32) -> Self {
        let must_stop = Arc::new(AtomicBool::new(false));
        let probe = |every: Duration, ask: fn(&Address) -> Option<u16>| {
            let (address, must_stop) = (address.clone(), Arc::clone(&must_stop));
            std::thread::spawn(move || {
                let mut replies = Replies::default();
                while !must_stop.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    let is_answered = ask(&address).is_some_and(|status| status == 200);
                    replies.answered += usize::from(is_answered);
                    replies.took.push(started.elapsed().as_secs_f64());
                    std::thread::sleep(every);
                }
                replies
            })
        };
        let memory = {
            let must_stop = Arc::clone(&must_stop);
            std::thread::spawn(move || {
                let mut peak = 0.0_f64;
                while !must_stop.load(Ordering::Relaxed) {
                    peak = peak.max(resident_mb(pid).unwrap_or(0.0));
                    std::thread::sleep(MEMORY_EVERY);
                }
                peak
            })
        };
        Self {
            live: probe(LIVE_EVERY, |address| {
                address.status(&address.get("/livez"), LIMIT)
            }),
            predict: probe(PREDICT_EVERY, predict),
            memory,
            must_stop,
        }
    }

    /// Ends probing.
    pub(crate) fn stop(self) -> Seen {
        self.must_stop.store(true, Ordering::Relaxed);
        Seen {
            live: self.live.join().expect("no panic"),
            predict: self.predict.join().expect("no panic"),
            peak_mb: self.memory.join().expect("no panic"),
        }
    }
}

impl Seen {
    /// The cells of a table's row.
    pub(crate) fn cells(&self) -> String {
        let (live, predict) = (&self.live, &self.predict);
        format!(
            "{} | {:.1} | {:.1} | {:.1} | {} | {:.1} % of {} | {:.1}",
            live.took.len(),
            live.quantile_ms(0.5),
            live.quantile_ms(0.99),
            live.quantile_ms(1.0),
            live.took.len() - live.answered,
            100.0 * predict.answered as f64 / predict.took.len().max(1) as f64,
            predict.took.len(),
            predict.quantile_ms(0.99),
        )
    }
}

/// Asks for the price of one car.
pub(crate) fn predict(address: &Address) -> Option<u16> {
    let request = address.post("/predict", CAR, "Connection: close\r\n");
    address.status(&request, LIMIT)
}

/// Asks the assistant one question; the status, 0 if there is none, and the time.
pub(crate) fn ask_assistant(address: &Address) -> (u16, Duration) {
    let body = r#"{"query":"phí đặt cọc an toàn là bao nhiêu?"}"#;
    let request = address.post("/assistant/query", body, "Connection: close\r\n");
    let started = Instant::now();
    let status = address.status(&request, LIMIT * 2).unwrap_or(0);
    (status, started.elapsed())
}

/// Memory of the process `pid`, in megabytes.
pub(crate) fn resident_mb(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/status");
    let status = fs_err::read_to_string(&path)?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|line| line.trim().strip_suffix("kB"))
        .and_then(|kib| kib.trim().parse::<f64>().ok());
    Ok(kib.with_context(|| format!("{path} has no VmRSS"))? * 1024.0 / 1e6)
}

//! When a host may be asked again: the interval, its Crawl-delay, its own slowness, and what it asked for.

use std::time::{Duration, Instant};

use rand::Rng;

use crate::config::Pacing;

/// One host's rhythm.
///
/// Slow answers stretch the interval as Scrapy's AutoThrottle does: towards the latency, half the way at a time, and
/// shorter again only by answers that are no failures.
#[derive(Debug)]
pub(crate) struct Pace {
    pacing: Pacing,
    crawl_delay: Duration,
    throttled: Duration,
    /// When the last request ended.
    ended: Option<Instant>,
    /// Random share of the interval that is added to the next one.
    jitter: f64,
    /// Until when the host wants to be left alone.
    paused: Option<Instant>,
}

impl Pace {
    pub(crate) fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            crawl_delay: Duration::ZERO,
            throttled: Duration::ZERO,
            ended: None,
            jitter: 0.0,
            paused: None,
        }
    }

    /// Time that must still pass before the next request.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let least = self.pacing.interval.max(self.crawl_delay);
        let interval = least.max(self.throttled) + least.mul_f64(self.jitter);
        let next = self.ended.map(|ended| ended + interval);
        next.max(self.paused)
            .map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }

    /// The host's robots.txt asks for this much between requests.
    pub(crate) fn crawl_delay(&mut self, delay: Duration) {
        self.crawl_delay = delay;
    }

    /// A request has ended after `latency`.
    pub(crate) fn ended(
        &mut self,
        now: Instant,
        latency: Duration,
        failed: bool,
        rng: &mut impl Rng,
    ) {
        let towards = ((self.throttled + latency) / 2).min(self.pacing.throttle_cap);
        if !(failed && towards < self.throttled) {
            self.throttled = towards;
        }
        self.jitter = self.pacing.jitter * rng.random::<f64>();
        self.ended = Some(now);
    }

    /// The host wants to be left alone for `wait`.
    pub(crate) fn pause(&mut self, now: Instant, wait: Duration) {
        self.paused = self.paused.max(Some(now + wait));
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn pace(interval_ms: u32, jitter: f64) -> (Pace, Instant, ChaCha8Rng) {
        let pacing = Pacing {
            interval: MS * interval_ms,
            jitter,
            throttle_cap: MS * 10_000,
        };
        (
            Pace::new(pacing),
            Instant::now(),
            ChaCha8Rng::seed_from_u64(1),
        )
    }

    #[test]
    fn the_interval_is_never_shortened_and_jitter_only_adds() {
        let (mut pace, now, mut rng) = pace(2000, 0.5);
        assert_eq!(pace.wait(now), Duration::ZERO);
        let mut waits = Vec::new();
        for _ in 0..200 {
            pace.ended(now, MS * 10, false, &mut rng);
            waits.push(pace.wait(now));
        }
        assert!(
            waits
                .iter()
                .all(|wait| (MS * 2000..=MS * 3000).contains(wait))
        );
        assert!(waits.iter().any(|wait| *wait > MS * 2600), "jitter");
    }

    #[test]
    fn a_crawl_delay_counts_where_it_is_longer() {
        for (own, asked, want) in [(2000, 5000, 5000), (2000, 1000, 2000), (0, 300, 300)] {
            let (mut pace, now, mut rng) = pace(own, 0.0);
            pace.ended(now, Duration::ZERO, false, &mut rng);
            pace.crawl_delay(MS * asked);
            assert_eq!(pace.wait(now), MS * want, "after robots.txt itself");
            pace.ended(now, Duration::ZERO, false, &mut rng);
            assert_eq!(pace.wait(now), MS * want);
        }
    }

    #[test]
    fn a_slow_host_is_asked_slowly_and_failures_do_not_hurry() {
        let (mut pace, now, mut rng) = pace(100, 0.0);
        for _ in 0..10 {
            pace.ended(now, MS * 4000, false, &mut rng);
        }
        let slow = pace.wait(now);
        assert!(slow > MS * 3900 && slow <= MS * 4000, "{slow:?}");
        pace.ended(now, MS, true, &mut rng);
        assert_eq!(pace.wait(now), slow, "a quick failure");
        for _ in 0..12 {
            pace.ended(now, MS, false, &mut rng);
        }
        assert_eq!(pace.wait(now), MS * 100);
        for _ in 0..20 {
            pace.ended(now, MS * 60_000, false, &mut rng);
        }
        assert_eq!(pace.wait(now), MS * 10_000, "the cap");
    }

    #[test]
    fn a_pause_is_kept_whatever_ends_meanwhile() {
        let (mut pace, now, mut rng) = pace(100, 0.0);
        pace.ended(now, MS, false, &mut rng);
        pace.pause(now, MS * 7000);
        assert_eq!(pace.wait(now + MS * 2000), MS * 5000);
        pace.pause(now, MS);
        assert_eq!(pace.wait(now), MS * 7000);
    }
}

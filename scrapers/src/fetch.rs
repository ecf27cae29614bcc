//! Pages over HTTP, one request at a time: robots.txt, the host's rhythm, redirects.

mod pace;
pub(crate) mod robots;
mod transport;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::runtime::{Builder, Runtime};
use url::{Origin, Url};

use crate::config::{AGENT, Config};
use crate::site::Base;
use crate::stats::Counters;
use crate::stop::Stop;
use crate::store::{RobotsFile, Store};
use crate::{Error, Result, clock};
use pace::Pace;
use robots::Rules;
use transport::{Answer, Failure, Transport};

/// Redirects of a page that are followed.
const REDIRECTS: usize = 5;

/// A page that came.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Address that answered, after redirects.
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
    pub(crate) fetched_at: DateTime<Utc>,
}

/// A page that did not.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// robots.txt forbids it.
    Robots { url: Url },
    /// It redirects to another site, or in circles.
    Redirect { detail: String },
    /// No answer, or one that breaks off; asking again may help.
    Failed { code: &'static str, detail: String },
    /// An answer that will be no better the next time.
    Unusable { code: &'static str, detail: String },
    /// Somebody wants to stop.
    Stopped,
}

/// Fetches pages. It has a runtime of its own, because its callers are not asynchronous.
#[derive(Debug)]
pub(crate) struct Fetcher {
    runtime: Runtime,
    transport: Transport,
    hosts: HashMap<Origin, Host>,
    base: Base,
    config: Config,
    stop: Stop,
    rng: StdRng,
}

#[derive(Debug)]
struct Host {
    pace: Pace,
    rules: Option<(DateTime<Utc>, Rules)>,
}

impl Fetcher {
    /// A fetcher that calls itself what the configuration says.
    pub(crate) fn new(config: &Config, stop: &Stop) -> Result<Self> {
        let agent = config.user_agent.as_deref().ok_or(Error::NoContact)?;
        let needs_tls = [&config.base.site, &config.base.api]
            .iter()
            .any(|url| url.scheme() == "https");
        Ok(Self {
            runtime: Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()?,
            transport: Transport::new(agent, config.timeout, needs_tls)?,
            hosts: HashMap::new(),
            base: config.base.clone(),
            config: config.clone(),
            stop: stop.clone(),
            rng: StdRng::from_os_rng(),
        })
    }

    /// Random numbers for jitter.
    pub(crate) fn rng(&mut self) -> &mut StdRng {
        &mut self.rng
    }

    /// Asks for `url`, as soon as its host may be asked.
    ///
    /// # Errors
    /// What ends a crawl: no robots.txt, or the database in which it is kept.
    pub(crate) fn get(
        &mut self,
        url: &Url,
        store: &mut Store,
        counters: &mut Counters,
    ) -> Result<std::result::Result<Reply, Refusal>> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            match self.allowed(&url, store, counters)? {
                Some(true) => {}
                Some(false) => return Ok(Err(Refusal::Robots { url })),
                None => return Ok(Err(Refusal::Stopped)),
            }
            let limit = self.config.body_limit_bytes;
            let answer = match self.ask(&url, limit, counters) {
                Some(Ok(answer)) => answer,
                Some(Err(failure)) => return Ok(Err(failure.into())),
                None => return Ok(Err(Refusal::Stopped)),
            };
            if let 301 | 302 | 303 | 307 | 308 = answer.status {
                counters.redirects += 1;
                match self.redirected(&url, answer.location.as_deref()) {
                    Ok(to) => url = to,
                    Err(detail) => return Ok(Err(Refusal::Redirect { detail })),
                }
                continue;
            }
            return Ok(Ok(Reply {
                url,
                status: answer.status,
                content_type: answer.content_type,
                retry_after: answer.retry_after,
                body: answer.body,
                // As precisely as it is kept, so that a stored page is the very page that was read.
                fetched_at: clock::from_ms(Utc::now().timestamp_millis()),
            }));
        }
        let detail = format!("more than {REDIRECTS} redirects");
        Ok(Err(Refusal::Redirect { detail }))
    }

    /// Leaves the host of `url` alone for `wait`.
    pub(crate) fn pause(&mut self, url: &Url, wait: Duration) {
        self.host(url).pace.pause(Instant::now(), wait);
    }

    /// Waits, unless somebody wants to stop.
    pub(crate) fn sleep(&self, wait: Duration) {
        if !wait.is_zero() {
            self.runtime.block_on(async {
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = self.stop.asked() => {}
                }
            });
        }
    }

    /// One request, as soon as the host may be asked; `None` if somebody wants to stop first.
    fn ask(
        &mut self,
        url: &Url,
        limit: usize,
        counters: &mut Counters,
    ) -> Option<std::result::Result<Answer, Failure>> {
        let wait = self.host(url).pace.wait(Instant::now());
        self.sleep(wait);
        if self.stop.is_asked() {
            return None;
        }
        let start = Instant::now();
        counters.requests += 1;
        let answer = self.runtime.block_on(self.transport.get(url, limit));
        let now = Instant::now();
        let (latency, failed) = match &answer {
            Ok(answer) => {
                counters.bytes += answer.wire_bytes;
                (answer.latency, answer.status >= 400)
            }
            Err(_) => (now - start, true),
        };
        let mut rng = self.rng.clone();
        self.host(url).pace.ended(now, latency, failed, &mut rng);
        self.rng = rng;
        Some(answer)
    }

    fn host(&mut self, url: &Url) -> &mut Host {
        let pacing = self.config.pacing;
        self.hosts.entry(url.origin()).or_insert_with(|| Host {
            pace: Pace::new(pacing),
            rules: None,
        })
    }

    /// The next address, where a redirect may be followed.
    fn redirected(&self, from: &Url, location: Option<&str>) -> std::result::Result<Url, String> {
        let location = location.ok_or("a redirect to nowhere")?;
        let to = from
            .join(location)
            .map_err(|error| format!("a redirect to `{location}`: {error}"))?;
        let ours = [&self.base.site, &self.base.api, from];
        if ours.iter().any(|own| own.host() == to.host()) && matches!(to.scheme(), "http" | "https")
        {
            Ok(to)
        } else {
            Err(format!("a redirect to another site, {to}"))
        }
    }

    /// Whether robots.txt allows `url`; `None` if somebody wants to stop.
    fn allowed(
        &mut self,
        url: &Url,
        store: &mut Store,
        counters: &mut Counters,
    ) -> Result<Option<bool>> {
        let now = Utc::now();
        let fresh =
            |at: &DateTime<Utc>| (now - *at).to_std().is_ok_and(|age| age < robots::GOOD_FOR);
        if let Some((at, rules)) = &self.host(url).rules
            && fresh(at)
        {
            return Ok(Some(rules.allow(url)));
        }
        let address = robots::address(url);
        let kept = store.robots(&address)?;
        let (at, answer) = match kept {
            Some((at, answer)) if fresh(&at) => (at, answer),
            kept => match self.robots(&address, counters)? {
                None => return Ok(None),
                Some(Ok(answer)) => {
                    store.keep_robots(&address, now, &answer)?;
                    (now, answer)
                }
                Some(Err(detail)) => {
                    // §2.3.1.4 lets us go by the last copy while the host is down.
                    let Some((_, answer)) = kept else {
                        let url = Box::new(address);
                        return Err(Error::RobotsUnreachable { url, detail });
                    };
                    (now, answer)
                }
            },
        };
        let rules = answer.rules(AGENT);
        let (allowed, delay) = (rules.allow(url), rules.delay());
        let host = self.host(url);
        host.pace.crawl_delay(delay);
        host.rules = Some((at, rules));
        Ok(Some(allowed))
    }

    /// Asks for robots.txt, a few times if need be; the inner error says why there is no answer that settles it.
    fn robots(
        &mut self,
        address: &Url,
        counters: &mut Counters,
    ) -> Result<Option<std::result::Result<RobotsFile, String>>> {
        let patience = self.config.patience;
        let mut detail = String::new();
        for attempt in 1..=patience.attempts {
            if attempt > 1 {
                counters.retries += 1;
                let wait = patience.backoff.wait(attempt - 1, &mut self.rng);
                self.pause(address, wait);
            }
            match self.robots_once(address, counters) {
                None => return Ok(None),
                Some(Err(failure)) => detail = failure,
                Some(Ok((answer, asked))) => {
                    if answer.settles() {
                        return Ok(Some(Ok(answer)));
                    }
                    detail = format!("HTTP {}", answer.status);
                    if let Some(wait) = asked {
                        if wait > patience.longest_wait {
                            let host = address.host_str().unwrap_or_default().to_owned();
                            return Err(Error::ComeBackLater { host, wait });
                        }
                        self.pause(address, wait);
                    }
                }
            }
        }
        Ok(Some(Err(detail)))
    }

    /// Asks once, redirects included; `None` if somebody wants to stop.
    fn robots_once(
        &mut self,
        address: &Url,
        counters: &mut Counters,
    ) -> Option<std::result::Result<(RobotsFile, Option<Duration>), String>> {
        let mut url = address.clone();
        for _ in 0..=robots::REDIRECTS {
            // A longer file is cut, not refused: that takes room for what is cut off.
            let answer = match self.ask(&url, self.config.body_limit_bytes, counters)? {
                Ok(answer) => answer,
                Err(failure) => return Some(Err(failure.to_string())),
            };
            if let 301 | 302 | 303 | 307 | 308 = answer.status {
                match answer
                    .location
                    .as_deref()
                    .map(|location| url.join(location))
                {
                    Some(Ok(to)) => url = to,
                    _ => return Some(Err("a redirect to nowhere".to_owned())),
                }
                continue;
            }
            let found = RobotsFile {
                status: answer.status,
                body: if answer.status == 200 {
                    answer.body
                } else {
                    Vec::new()
                },
            };
            return Some(Ok((found, answer.retry_after)));
        }
        // §2.3.1.2: after five redirects the file counts as unavailable.
        let none = RobotsFile {
            status: 404,
            body: Vec::new(),
        };
        Some(Ok((none, None)))
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let detail = failure.to_string();
        match failure {
            Failure::Timeout(_) => Self::Failed {
                code: "timeout",
                detail,
            },
            Failure::Connection(_) => Self::Failed {
                code: "connection",
                detail,
            },
            Failure::BrokenOff(_) => Self::Failed {
                code: "broken_off",
                detail,
            },
            Failure::TooLarge(_) => Self::Unusable {
                code: "too_large",
                detail,
            },
            Failure::Encoding(_) => Self::Unusable {
                code: "encoding",
                detail,
            },
        }
    }
}

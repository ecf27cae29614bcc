//! Settings: the one place that says what can be configured, by whom it is overridden, and what is valid.
//!
//! Layers, lowest first: the embedded `default.toml`, the file named by `--config`, environment variables
//! `SCRAPE_<KEY>`, flags.

mod check;
mod since;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use datasets::settings::{Error as SettingError, Layers};
use http_client::Backoff;
use serde::Deserialize;

use crate::cli::Settings as Flags;
use crate::seller_key::SellerKeySource;
use crate::site::{Base, Scope, Site};
use crate::{Error, Result};
pub use since::Since;

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../default.toml");

/// The name under which robots.txt files and servers know us.
pub const AGENT: &str = "giaxe";

/// What environment variables begin with.
const PREFIX: &str = "SCRAPE_";

/// Share of a wait after a failure that chance takes off at most.
const BACKOFF_JITTER: f64 = 0.25;

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// `User-Agent` of every request, with the contact in it; `None` if no contact is configured.
    pub user_agent: Option<String>,
    /// Directory of everything that crawls of this site keep.
    pub out: PathBuf,
    /// Where the site is.
    pub base: Base,
    /// The sellers' secret.
    pub seller_key: SellerKeySource,
    /// What part of the site is meant.
    pub scope: Scope,
    /// Most pages to fetch.
    pub max_pages: Option<u64>,
    /// How far back to page.
    pub since: Option<Since>,
    /// How requests are spaced.
    pub pacing: Pacing,
    /// Longest time for one request.
    pub timeout: Duration,
    /// Largest body, unpacked, in bytes.
    pub body_limit_bytes: usize,
    /// When a page, and when a crawl, is given up.
    pub patience: Patience,
    /// Listings of one Parquet part.
    pub part_rows: u64,
    /// Least number of listings whose fill rates are judged.
    pub judged_listings: u64,
}

/// How requests to one host are spaced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pacing {
    /// Least time between two requests.
    pub interval: Duration,
    /// Random addition, as a share of the interval.
    pub jitter: f64,
    /// Longest interval that slow answers lead to.
    pub throttle_cap: Duration,
}

/// When a page, and when a crawl, is given up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// How often a page is asked for.
    pub attempts: u32,
    /// Waits after failures. They are kept in the frontier, not slept through: another page may be asked meanwhile.
    pub backoff: Backoff,
    /// Longest wait that a host may ask for.
    pub longest_wait: Duration,
    /// Refusals in a row that end a crawl.
    pub blocks_before_stop: u32,
    /// Failures in a row that end a crawl.
    pub failures_before_stop: u32,
}

/// The settings as files and the environment spell them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    contact: String,
    out: PathBuf,
    site_url: String,
    api_url: String,
    seller_key_file: String,
    seller_key: String,
    make: String,
    max_pages: u64,
    since: String,
    interval_ms: u64,
    jitter: f64,
    throttle_cap_ms: u64,
    timeout_ms: u64,
    body_limit_bytes: u64,
    attempts: u64,
    backoff_ms: u64,
    backoff_cap_ms: u64,
    longest_wait_ms: u64,
    blocks_before_stop: u64,
    failures_before_stop: u64,
    part_rows: u64,
    judged_listings: u64,
}

impl Config {
    /// Puts the layers together and checks every value. `environment` is what the process was started with.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key, or a value outside of what its key allows.
    pub fn resolve(
        flags: &Flags,
        environment: &HashMap<String, String>,
        site: &dyn Site,
    ) -> Result<Self> {
        let layers = Layers::new(DEFAULTS)
            .file(flags.config.as_deref())?
            .environment(PREFIX, environment);
        let settings: Settings = flags.over(layers).read()?;
        settings.check(check::config_home(environment), site)
    }
}

impl Settings {
    fn check(self, home: Option<PathBuf>, site: &dyn Site) -> Result<Config> {
        use check::ms;
        use datasets::settings::within;
        let default = site.default_base();
        let base = Base {
            site: check::url("site_url", &self.site_url, default.site)?,
            // A replay server that stands for the site stands for its gateway too, unless another is named.
            api: match (&*self.api_url, &*self.site_url) {
                ("", "") => default.api,
                ("", site) => check::url("site_url", site, default.api)?,
                (api, _) => check::url("api_url", api, default.api)?,
            },
        };
        let seller_key = match (&*self.seller_key, &*self.seller_key_file, home) {
            ("", "", None) => return Err(Error::NoHome),
            ("", "", Some(home)) => SellerKeySource::File(home.join("giaxe").join("seller.key")),
            ("", file, _) => SellerKeySource::File(file.into()),
            (digits, ..) => SellerKeySource::Given(check::key(digits)?),
        };
        let least_ms = if check::is_local(&base) { 0 } else { 500 };
        let interval = ms("interval_ms", self.interval_ms, least_ms..=600_000)?;
        if !(0.0..=5.0).contains(&self.jitter) {
            return Err(SettingError::invalid("jitter", self.jitter, "0–5").into());
        }
        Ok(Config {
            user_agent: check::user_agent(&self.contact)?,
            out: self.out.join(site.source()),
            base,
            seller_key,
            scope: Scope {
                make: Some(self.make.trim().to_owned()).filter(|make| !make.is_empty()),
            },
            max_pages: (self.max_pages > 0).then_some(self.max_pages),
            since: since::parse(&self.since)?,
            pacing: Pacing {
                interval,
                jitter: self.jitter,
                throttle_cap: ms("throttle_cap_ms", self.throttle_cap_ms, 0..=600_000)?,
            },
            timeout: ms("timeout_ms", self.timeout_ms, 100..=300_000)?,
            body_limit_bytes: within("body_limit_bytes", self.body_limit_bytes, 1024..=67_108_864)?
                as usize,
            patience: Patience {
                attempts: within("attempts", self.attempts, 1..=20)? as u32,
                backoff: Backoff {
                    first: ms("backoff_ms", self.backoff_ms, 0..=600_000)?,
                    longest: ms("backoff_cap_ms", self.backoff_cap_ms, 0..=3_600_000)?,
                    jitter: BACKOFF_JITTER,
                },
                longest_wait: ms("longest_wait_ms", self.longest_wait_ms, 0..=86_400_000)?,
                blocks_before_stop: within("blocks_before_stop", self.blocks_before_stop, 1..=100)?
                    as u32,
                failures_before_stop: within(
                    "failures_before_stop",
                    self.failures_before_stop,
                    1..=1000,
                )? as u32,
            },
            part_rows: within("part_rows", self.part_rows, 1..=1_000_000)?,
            judged_listings: within("judged_listings", self.judged_listings, 1..=1_000_000)?,
        })
    }
}

#[cfg(test)]
mod tests;

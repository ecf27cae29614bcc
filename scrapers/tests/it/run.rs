//! One crawl of the toy site, as the command line would run it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use datasets::{Listing, store};
use scrapers::cli::Settings;
use scrapers::config::Config;
use scrapers::crawl::{Crawled, crawl};
use scrapers::site::Site;
use scrapers::{Output, Stop};
use serde_json::Value;
use url::Url;

use crate::server::Server;

/// A directory that crawls of a test share.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    /// Settings beyond the usual ones, as a file has them.
    pub(crate) settings: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With more settings.
    pub(crate) fn with(settings: &str) -> Self {
        Self {
            dir: tempfile::tempdir().expect("a directory"),
            settings: settings.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// What the crawler of `source` keeps.
    pub(crate) fn out(&self, source: &str) -> PathBuf {
        self.path().join("out").join(source)
    }

    /// Settings for crawls of `url`: no pause, quick retries, few rows to judge by.
    pub(crate) fn config(&self, site: &dyn Site, url: &Url) -> Config {
        let file = self.path().join("scrape.toml");
        let usual = [
            ("contact", "\"tester@example.vn\"".to_owned()),
            ("site_url", format!("\"{url}\"")),
            ("out", quoted(&self.path().join("out"))),
            ("seller_key_file", quoted(&self.path().join("seller.key"))),
            ("interval_ms", "0".to_owned()),
            ("backoff_ms", "10".to_owned()),
            ("judged_listings", "5".to_owned()),
        ];
        let mut text = self.settings.clone();
        for (key, value) in usual {
            if !self.settings.contains(&format!("{key} =")) {
                text.extend(["\n", key, " = ", &value]);
            }
        }
        fs_err::write(&file, text).expect("writes");
        let flags = Settings {
            config: Some(file),
            ..Settings::default()
        };
        Config::resolve(&flags, &HashMap::new(), site).expect("valid settings")
    }

    pub(crate) fn crawl(&self, site: &dyn Site, server: &Server) -> Crawled {
        let config = self.config(site, server.url());
        crawl(site, &config, false, Output::quiet(), &Stop::new()).expect("an orderly end")
    }

    /// The listings of the compacted file.
    pub(crate) fn rows(&self, source: &str) -> Vec<Listing> {
        let file = scrapers::parts::whole_file(&self.out(source), source);
        store::read_listings(&file).expect("a file of listings")
    }

    /// The lines of an NDJSON file.
    pub(crate) fn lines(&self, source: &str, name: &str) -> Vec<Value> {
        let text = fs_err::read_to_string(self.out(source).join(name)).expect("a file");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// Reasons of the rejects, by listing (or address, without one).
    pub(crate) fn rejects(&self, source: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.lines(source, "rejects.ndjson")
            .iter()
            .map(|line| {
                let id = line["id"]
                    .as_str()
                    .unwrap_or_else(|| line["url"].as_str().unwrap_or(""));
                (id.to_owned(), text(&line["reason"]))
            })
            .collect()
    }
}

/// Identities, in the file's order.
pub(crate) fn ids(rows: &[Listing]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

/// A path as TOML spells it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

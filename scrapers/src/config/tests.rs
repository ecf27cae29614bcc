//! Layers, checks and messages.

use std::collections::HashMap;

use super::*;
use crate::cli::Settings as Flags;
use crate::site::{Card, Fixture, ListPage, Page, PageError, Scraped, SellerKey};

/// A site of which only the address counts.
struct Nowhere;

impl Site for Nowhere {
    fn source(&self) -> &'static str {
        "nowhere"
    }

    fn default_base(&self) -> Base {
        let url = |text: &str| url::Url::parse(text).expect("an address");
        Base {
            site: url("https://nowhere.example/"),
            api: url("https://gateway.nowhere.example/"),
        }
    }

    fn starts(&self, _: &Base, _: &Scope) -> Vec<url::Url> {
        Vec::new()
    }

    fn read_list(&self, _: &Base, _: &Page<'_>) -> std::result::Result<ListPage, PageError> {
        Err(PageError::Empty)
    }

    fn details(&self, _: &Base, _: &Card) -> Vec<url::Url> {
        Vec::new()
    }

    fn read_detail(&self, _: &Page<'_>, _: &SellerKey) -> std::result::Result<Scraped, PageError> {
        Err(PageError::Empty)
    }

    fn redact(&self, _: &Page<'_>, _: &SellerKey) -> std::result::Result<Vec<u8>, PageError> {
        Err(PageError::Empty)
    }

    fn floors(&self) -> &'static [(&'static str, f64)] {
        &[]
    }

    fn fixtures(&self) -> &'static [Fixture] {
        &[]
    }
}

fn resolve(file: &str, environment: &[(&str, &str)], flags: Flags) -> Result<Config> {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("scrape.toml");
    fs_err::write(&path, file).expect("writes");
    let flags = Flags {
        config: Some(path),
        ..flags
    };
    let environment: HashMap<String, String> = [("HOME", "/home/an")]
        .iter()
        .chain(environment)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::resolve(&flags, &environment, &Nowhere)
}

#[test]
fn defaults_are_polite_and_name_nobody() {
    let config = resolve("", &[], Flags::default()).expect("defaults");
    assert_eq!(config.user_agent, None);
    assert_eq!(config.pacing.interval, Duration::from_secs(2));
    assert_eq!(config.out, PathBuf::from("listings/nowhere"));
    assert_eq!(config.base, Nowhere.default_base());
    assert_eq!(config.max_pages, None);
    assert_eq!(config.since, None);
    let key = "/home/an/.config/giaxe/seller.key";
    assert_eq!(config.seller_key, SellerKeySource::File(key.into()));
}

#[test]
fn flags_stand_above_the_environment_and_that_above_the_file() {
    let file = "contact = \"file@example.vn\"\ninterval_ms = 3000\nattempts = 2\nout = \"a\"";
    let environment = [
        ("SCRAPE_CONTACT", "env@example.vn"),
        ("SCRAPE_INTERVAL_MS", "4000"),
        ("SCRAPE_MAKE", ""),
        ("SCRAPE_JITTER", "0.25"),
        ("XDG_CONFIG_HOME", "/etc/an"),
    ];
    let flags = Flags {
        contact: Some("https://example.vn/bot".into()),
        since: Some("2026-11-01".into()),
        ..Flags::default()
    };
    let config = resolve(file, &environment, flags).expect("valid");
    let agent = format!(
        "giaxe/{} (+https://example.vn/bot)",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(config.user_agent, Some(agent));
    assert_eq!(config.pacing.interval, Duration::from_secs(4));
    assert_eq!(config.pacing.jitter, 0.25);
    assert_eq!(config.patience.attempts, 2);
    assert_eq!(config.out, PathBuf::from("a/nowhere"));
    let day = "2026-11-01".parse().expect("a day");
    assert_eq!(config.since, Some(Since::Day(day)));
    let key = "/etc/an/giaxe/seller.key";
    assert_eq!(config.seller_key, SellerKeySource::File(key.into()));
}

#[test]
fn only_this_machine_may_be_asked_without_pause() {
    let of = |site: &str| {
        let flags = Flags {
            site_url: Some(site.into()),
            interval_ms: Some(0),
            ..Flags::default()
        };
        resolve("", &[], flags)
    };
    for site in [
        "http://127.0.0.1:81/",
        "http://localhost/",
        "http://[::1]:9/",
    ] {
        let config = of(site).expect(site);
        assert_eq!(config.base.api.as_str(), site, "the gateway too");
        assert_eq!(config.pacing.interval, Duration::ZERO);
    }
    for site in ["http://10.0.0.1/", "https://localhost.example/"] {
        let error = of(site).expect_err(site).to_string();
        assert!(
            error.contains("`interval_ms` is `0`; valid: 500–600000"),
            "{error}"
        );
    }
}

#[test]
fn errors_name_the_key_the_value_and_what_is_valid() {
    for (file, parts) in [
        (
            "interval_ms = 499",
            &["`interval_ms`", "499", "500–600000"][..],
        ),
        ("interval_ms = \"soon\"", &["interval_ms", "soon"]),
        ("jitter = 6.0", &["`jitter`", "6", "0–5"]),
        ("jitter = nan", &["`jitter`", "NaN"]),
        ("attempts = 0", &["`attempts`", "0", "1–20"]),
        ("timeout_ms = 1", &["`timeout_ms`", "100–300000"]),
        ("blocks_before_stop = 0", &["`blocks_before_stop`"]),
        ("part_rows = 0", &["`part_rows`"]),
        ("contact = \"me\"", &["`contact`", "`me`", "e-mail address"]),
        ("contact = \"a b@example.vn\"", &["`contact`"]),
        ("contact = \"a@b\"", &["`contact`"]),
        (
            "site_url = \"bonbanh.com\"",
            &["`site_url`", "bonbanh.com", "http"],
        ),
        ("api_url = \"ftp://a/\"", &["`api_url`"]),
        ("since = \"yesterday\"", &["`since`", "yesterday", "`last`"]),
        (
            "seller_key = \"abc\"",
            &["`seller_key`", "3 characters", "64 hex"],
        ),
        ("intervall_ms = 3", &["intervall_ms"]),
        ("contact = ", &["scrape.toml"]),
    ] {
        let error = resolve(file, &[], Flags::default())
            .expect_err(file)
            .to_string();
        for part in parts {
            assert!(error.contains(part), "{file}: {error} lacks {part}");
        }
    }
    let error = resolve("", &[("SCRAPE_ATTEMPTS", "many")], Flags::default());
    let error = error.expect_err("no number").to_string();
    assert!(error.contains("attempts"), "{error}");
    let error = resolve("", &[("HOME", "")], Flags::default()).expect_err("no home");
    assert!(matches!(error, Error::NoHome), "{error}");
}

#[test]
fn the_key_itself_may_be_given() {
    let digits = "0f".repeat(32);
    let config = resolve("", &[("SCRAPE_SELLER_KEY", &digits)], Flags::default());
    let config = config.expect("valid");
    assert_eq!(config.seller_key, SellerKeySource::Given([15; 32]));
    assert!(!format!("{config:?}").contains("15"));
}

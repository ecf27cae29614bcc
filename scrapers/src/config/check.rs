//! Checks of single settings.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use datasets::settings::{Error, within};
use url::{Host, Url};

use crate::site::Base;

/// A time in milliseconds.
pub(super) fn ms(
    key: &'static str,
    value: u64,
    range: RangeInclusive<u64>,
) -> Result<Duration, Error> {
    within(key, value, range).map(Duration::from_millis)
}

/// An address that pages can be joined to, or the site's own for an empty text.
pub(super) fn url(key: &'static str, text: &str, default: Url) -> Result<Url, Error> {
    if text.is_empty() {
        return Ok(default);
    }
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            Error::invalid(
                key,
                text,
                "an http or https address, such as http://127.0.0.1:8000/",
            )
        })
}

/// Whether every request would stay on this machine.
pub(super) fn is_local(base: &Base) -> bool {
    [&base.site, &base.api].into_iter().all(is_loopback)
}

/// Whether `url` is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What we call ourselves; none without a contact.
pub(super) fn user_agent(contact: &str) -> Result<Option<String>, Error> {
    let contact = contact.trim();
    if contact.is_empty() {
        return Ok(None);
    }
    let is_mail = contact.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
    });
    let is_page = Url::parse(contact)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let is_plain = contact
        .bytes()
        .all(|b| b.is_ascii_graphic() && !b"()<>".contains(&b));
    if !(is_plain && (is_mail || is_page)) {
        return Err(Error::invalid(
            "contact",
            contact,
            "an e-mail address or a web page, in ASCII without blanks",
        ));
    }
    let (agent, version) = (super::AGENT, env!("CARGO_PKG_VERSION"));
    Ok(Some(format!("{agent}/{version} (+{contact})")))
}

/// A key of 32 bytes in hexadecimal digits.
pub(super) fn key(digits: &str) -> Result<[u8; 32], Error> {
    // The value is a secret: no message shows it.
    crate::seller_key::parse(digits).ok_or_else(|| {
        Error::invalid(
            "seller_key",
            format_args!("{} characters", digits.chars().count()),
            "64 hexadecimal digits",
        )
    })
}

/// The user's configuration directory.
pub(super) fn config_home(environment: &HashMap<String, String>) -> Option<PathBuf> {
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    set("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".config")))
}

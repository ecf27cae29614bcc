//! Why a command failed; the one place that turns failures into exit codes and hints.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::stats::Finding;
use datasets::terminal::{Exit, Failure, io_hint};

/// Error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A flag, or a combination of flags, that cannot be followed.
    #[error("{0}")]
    Usage(String),
    /// A setting that cannot be used.
    #[error(transparent)]
    Setting(#[from] datasets::settings::Error),
    /// Nobody to reach.
    #[error("configuration: `contact` is empty; valid: an e-mail address or a web page")]
    NoContact,
    /// No directory for the key of the sellers' hashes.
    #[error(
        "configuration: `seller_key_file` is empty and neither XDG_CONFIG_HOME nor HOME is set"
    )]
    NoHome,
    /// The file of the sellers' key holds something else.
    #[error("{path}: holds no key; valid: 64 hexadecimal digits")]
    SellerKey {
        /// The file.
        path: PathBuf,
    },
    /// The site refuses us, or asks for a captcha.
    #[error("the site refuses us at {url}: {how}")]
    Blocked {
        /// The page.
        url: Box<Url>,
        /// Status or marker.
        how: String,
    },
    /// The host asks us to stay away for longer than a crawl waits.
    #[error("{host} asks us to come back in {} s", wait.as_secs())]
    ComeBackLater {
        /// The host.
        host: String,
        /// How long it asks for.
        wait: Duration,
    },
    /// Page after page fails.
    #[error("{failures} pages in a row failed, the last one {url}: {detail}")]
    SiteDown {
        /// How many.
        failures: u32,
        /// The last page.
        url: Box<Url>,
        /// Why it failed.
        detail: String,
    },
    /// robots.txt cannot be fetched, and RFC 9309 forbids crawling without it.
    #[error(
        "could not fetch {url}; stopping, because RFC 9309 forbids crawling without it: {detail}"
    )]
    RobotsUnreachable {
        /// The address of robots.txt.
        url: Box<Url>,
        /// Why not.
        detail: String,
    },
    /// robots.txt forbids the page without which there is no crawl.
    #[error("robots.txt forbids {url}")]
    RobotsForbid {
        /// The page.
        url: Box<Url>,
    },
    /// A list page stayed unread, and with it all that follow it.
    #[error("list page {url} cannot be had: {reason}: {detail}")]
    ListLost {
        /// The page.
        url: Box<Url>,
        /// Code of the reason.
        reason: String,
        /// The reason in words.
        detail: String,
        /// Whether the page came, and the reader did not know it.
        unread: bool,
    },
    /// Checks of a crawl's or a reparse's data.
    #[error("{}", Finding::list(.0))]
    Quality(Vec<Finding>),
    /// Another process works in the directory.
    #[error("{path}: another crawl is at work here")]
    Busy {
        /// The directory.
        path: PathBuf,
    },
    /// Nothing was crawled yet.
    #[error("{path}: holds no crawl")]
    NoCrawl {
        /// The directory.
        path: PathBuf,
    },
    /// A database of another kind.
    #[error("{path}: {found}; this build reads crawls of {expected}")]
    OtherCrawl {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// The HTTP client cannot be set up.
    #[error("HTTP: {0}")]
    Http(#[from] http_client::Error),
    /// The database.
    #[error("{path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A row of the database that cannot be read.
    #[error("{place}: damaged: {detail}")]
    Damaged {
        /// Table and row.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// Listings that cannot be written.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Failure for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Quality(_) | Self::ListLost { unread: true, .. } => Exit::Gate,
            Self::Usage(_)
            | Self::Setting(_)
            | Self::NoContact
            | Self::NoHome
            | Self::Http(http_client::Error::Proxy { .. })
            | Self::SellerKey { .. } => Exit::Usage,
            Self::Data(datasets::Error::Io(_) | datasets::Error::NotAFile { .. })
            | Self::Blocked { .. }
            | Self::ComeBackLater { .. }
            | Self::SiteDown { .. }
            | Self::RobotsUnreachable { .. }
            | Self::RobotsForbid { .. }
            | Self::ListLost { unread: false, .. }
            | Self::Busy { .. }
            | Self::Http(_)
            | Self::Database { .. }
            | Self::Io(_) => Exit::Dependency,
            Self::NoCrawl { .. }
            | Self::OtherCrawl { .. }
            | Self::Damaged { .. }
            | Self::Data(_) => Exit::Data,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoContact => {
                "set `contact` in the file given with `--config`, SCRAPE_CONTACT, or `--contact you@example.vn`: the site's operator must be able to reach you"
            }
            Self::NoHome => "name a file with `--seller-key-file`, or set SCRAPE_SELLER_KEY",
            Self::SellerKey { .. } => {
                "restore the file; without the old key listings of one seller no longer look alike"
            }
            Self::Blocked { .. } | Self::ComeBackLater { .. } | Self::SiteDown { .. } => {
                "nothing is lost: start again later, and perhaps with a longer `--interval-ms`"
            }
            Self::RobotsUnreachable { .. } => "nothing is lost: start again when the site is back",
            Self::ListLost { unread: true, .. } | Self::Quality(_) => {
                "the site may look different now: `doctor --live` shows which field is not found; `reparse` reads the stored pages again once the reader is mended"
            }
            Self::ListLost { unread: false, .. } => {
                "nothing is lost: the next start goes on at this page"
            }
            Self::Busy { .. } => "wait for it, or choose another `--out`",
            Self::NoCrawl { .. } => "crawl first, or name its directory with `--out`",
            _ => match self.io_kind()? {
                ErrorKind::StorageFull => "free space on that disk; the crawl goes on where it was",
                kind => io_hint(kind)?,
            },
        };
        Some(hint.to_owned())
    }
}

impl Error {
    fn io_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Io(error) | Self::Data(datasets::Error::Io(error)) => Some(error.kind()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> Url {
        Url::parse("https://example.vn/1").expect("an address")
    }

    fn lost(unread: bool) -> Error {
        Error::ListLost {
            url: Box::new(url()),
            reason: "a".into(),
            detail: "b".into(),
            unread,
        }
    }

    #[test]
    fn each_failure_has_its_code_and_its_hint() {
        let blocked = Error::Blocked {
            url: Box::new(url()),
            how: "403".into(),
        };
        let absent = std::io::Error::new(ErrorKind::NotFound, "no such file");
        let cases = [
            (Error::Usage("a".into()), Exit::Usage, ""),
            (Error::NoContact, Exit::Usage, "SCRAPE_CONTACT"),
            (blocked, Exit::Dependency, "nothing is lost"),
            (lost(true), Exit::Gate, "doctor --live"),
            (lost(false), Exit::Dependency, "next start"),
            (
                Error::Quality(vec![Finding::NoListings { list_pages: 3 }]),
                Exit::Gate,
                "reparse",
            ),
            (
                Error::NoCrawl { path: "a".into() },
                Exit::Data,
                "crawl first",
            ),
            (absent.into(), Exit::Dependency, "check the path"),
        ];
        for (error, exit, hint) in cases {
            assert_eq!(error.exit(), exit, "{error}");
            let given = error.hint().unwrap_or_default();
            assert!(given.contains(hint), "{error}: {given}");
        }
    }
}

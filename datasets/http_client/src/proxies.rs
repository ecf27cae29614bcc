//! Which requests go through a proxy.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::{Error, Result, redacted};

/// Hosts of this machine and of its link, where clouds answer for its credentials. They are asked without a proxy: it would
/// look for them where it runs itself.
const NEAR: &str = "localhost,127.0.0.0/8,::1,169.254.0.0/16,fe80::/10,metadata.google.internal";

/// The proxies of `http` and `https` addresses, and the hosts that are asked without one.
///
/// Each variable may be written in capitals or in small letters; capitals win, and an empty one counts as absent.
///
/// - `HTTP_PROXY` for `http://` addresses, `HTTPS_PROXY` for `https://` addresses (through a tunnel, so that the proxy sees the
///   host and nothing else), `ALL_PROXY` for either where its own variable is absent. Their values are addresses such as
///   `http://proxy.example:3128`, with `user:password@` before the host if the proxy asks for them; `http://` may be left out.
/// - `NO_PROXY` lists hosts that are asked directly, with commas between them: `example.com` (its subdomains too), an address
///   such as `10.0.0.7`, a network such as `10.0.0.0/8`, or `*` for all. This machine (`localhost`, `127.0.0.0/8`, `::1`) and
///   the cloud's metadata service (`169.254.169.254`) are always asked directly.
pub struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    /// Decides by `NO_PROXY`.
    matcher: Matcher,
}

impl Proxies {
    /// The proxies that the environment names.
    ///
    /// # Errors
    /// [`Error::Proxy`] for a value that is not the address of a proxy.
    pub fn from_env() -> Result<Self> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// No proxy at all.
    pub fn none() -> Self {
        Self {
            http: None,
            https: None,
            matcher: Matcher::builder().build(),
        }
    }

    /// The proxies that the variables of `environment` name.
    ///
    /// # Errors
    /// [`Error::Proxy`] for a value that is not the address of a proxy.
    pub fn read(environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let value = |name: &str| {
            [name.to_owned(), name.to_ascii_lowercase()]
                .iter()
                .filter_map(|name| environment(name))
                .map(|value| value.trim().to_owned())
                .find(|value| !value.is_empty())
        };
        let proxy = |variable: &'static str| match value(variable) {
            Some(value) => address(variable, &value).map(Some),
            None => Ok(None),
        };
        let (http, https) = (proxy("HTTP_PROXY")?, proxy("HTTPS_PROXY")?);
        let all = match (&http, &https) {
            (Some(_), Some(_)) => None,
            _ => proxy("ALL_PROXY")?,
        };
        let (http, https) = (http.or_else(|| all.clone()), https.or(all));
        let direct = value("NO_PROXY").unwrap_or_default();
        let text = |url: &Option<Url>| url.as_ref().map_or("", Url::as_str).to_owned();
        let matcher = Matcher::builder()
            .http(text(&http))
            .https(text(&https))
            .no(format!("{direct},{NEAR}"))
            .build();
        Ok(Self {
            http,
            https,
            matcher,
        })
    }

    /// The proxy through which `url` is asked.
    pub fn of(&self, url: &Url) -> Option<&Url> {
        let uri: Uri = url.as_str().parse().ok()?;
        self.matcher.intercept(&uri)?;
        match url.scheme() {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |url: &Option<Url>| url.as_ref().map(|url| redacted(url.as_str()));
        f.debug_struct("Proxies")
            .field("http", &shown(&self.http))
            .field("https", &shown(&self.https))
            .finish_non_exhaustive()
    }
}

/// The address in a variable.
fn address(variable: &'static str, value: &str) -> Result<Url> {
    let text = if value.contains("://") {
        value.to_owned()
    } else {
        format!("http://{value}")
    };
    Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| Error::Proxy {
            variable,
            value: redacted(&text),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Proxies> {
        Proxies::read(|name| {
            let mut found = variables.iter().filter(|(own, _)| *own == name);
            found.next().map(|(_, value)| (*value).to_owned())
        })
    }

    fn of(proxies: &Proxies, url: &str) -> Option<String> {
        let url = Url::parse(url).expect("an address");
        proxies.of(&url).map(ToString::to_string)
    }

    #[test]
    fn each_scheme_has_its_variable_and_both_spellings_count() {
        let (http, https) = ("http://a.example/", "https://a.example/");
        for (variables, of_http, of_https) in [
            (&[][..], None, None),
            (&[("HTTP_PROXY", "http://p:1")], Some("http://p:1/"), None),
            (&[("http_proxy", "p:1")], Some("http://p:1/"), None),
            (&[("https_proxy", "http://p:1")], None, Some("http://p:1/")),
            (
                &[
                    ("ALL_PROXY", "http://all:1"),
                    ("HTTPS_PROXY", "https://p:1"),
                ],
                Some("http://all:1/"),
                Some("https://p:1/"),
            ),
            (
                &[("HTTP_PROXY", ""), ("http_proxy", "small:1")],
                Some("http://small:1/"),
                None,
            ),
            (
                &[("HTTP_PROXY", "big:1"), ("http_proxy", "small:1")],
                Some("http://big:1/"),
                None,
            ),
        ] {
            let proxies = read(variables).expect("valid");
            assert_eq!(of(&proxies, http).as_deref(), of_http, "{variables:?}");
            assert_eq!(of(&proxies, https).as_deref(), of_https, "{variables:?}");
        }
    }

    #[test]
    fn hosts_of_no_proxy_and_of_this_machine_are_asked_directly() {
        let proxies = read(&[
            ("ALL_PROXY", "http://p:1"),
            (
                "no_proxy",
                " example.com, .example.vn,10.0.0.0/8,192.0.2.7 ",
            ),
        ])
        .expect("valid");
        for (url, direct) in [
            ("https://example.com/", true),
            ("https://api.example.com:8443/", true),
            ("https://notexample.com/", false),
            ("http://a.example.vn/", true),
            ("http://10.1.2.3/", true),
            ("http://192.0.2.7/", true),
            ("http://192.0.2.8/", false),
            ("http://localhost:11434/v1", true),
            ("http://127.0.0.1:8000/", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]:8000/", true),
            ("http://169.254.169.254/latest", true),
            ("http://metadata.google.internal/", true),
            ("http://localhost.example.org/", false),
        ] {
            assert_eq!(of(&proxies, url).is_none(), direct, "{url}");
        }
        let none = read(&[("ALL_PROXY", "http://p:1"), ("NO_PROXY", "*")]).expect("valid");
        assert_eq!(of(&none, "https://example.org/"), None);
    }

    #[test]
    fn a_value_that_is_no_proxy_is_refused_without_its_password() {
        for (variable, value, shown) in [
            ("HTTPS_PROXY", "socks5://me:pass@p:1080", "socks5://p:1080"),
            ("HTTP_PROXY", "http://me:pass@", "not a URL"),
            ("ALL_PROXY", "ftp://p", "ftp://p"),
        ] {
            let error = read(&[(variable, value)]).expect_err(value).to_string();
            assert!(error.contains(&format!("`{variable}`")), "{error}");
            assert!(error.contains(shown), "{error}");
            assert!(!error.contains("pass@"), "{error}");
        }
        let proxies = read(&[("HTTP_PROXY", "http://me:secret@p:1")]).expect("valid");
        assert!(!format!("{proxies:?}").contains("secret"), "{proxies:?}");
    }
}

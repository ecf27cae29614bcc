//! Addresses without their secrets.

use url::Url;

/// `address` without user, password and fragment, and with `…` for each value of its query: keys and signatures stand
/// there. The query's names stay. Text that is not a URL is not shown at all.
pub fn redacted(address: &str) -> String {
    let Some(mut url) = Url::parse(address).ok().filter(Url::has_host) else {
        return "an address that is not a URL".to_owned();
    };
    // Both fail only for addresses without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let hidden = url.query().map(hidden);
    url.set_query(None);
    match hidden {
        Some(query) => format!("{url}?{query}"),
        None => url.to_string(),
    }
}

/// The names of a query. A part without a name may be a secret as a whole.
fn hidden(query: &str) -> String {
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, _)) => format!("{name}=…"),
        None => "…".to_owned(),
    });
    parts.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out_and_the_rest_stays() {
        for (address, want) in [
            ("https://a.example/v1", "https://a.example/v1"),
            ("http://me:pass@a.example:81/x", "http://a.example:81/x"),
            (
                "https://a.example/v1?api-version=1&key=sk-1#top",
                "https://a.example/v1?api-version=…&key=…",
            ),
            (
                "https://b.example/o?X-Amz-Signature=ab%2Fc&sk-1",
                "https://b.example/o?X-Amz-Signature=…&…",
            ),
            ("http://[::1]:8000/", "http://[::1]:8000/"),
            ("me:pass@proxy", "an address that is not a URL"),
            ("no address", "an address that is not a URL"),
        ] {
            assert_eq!(redacted(address), want, "{address}");
        }
    }
}

//! Addresses: on the site itself, on the base in use, and the identities in them.

use datasets::text;
use url::Url;

use crate::site::Base;

/// An address that a page names, on the base in use; none where it leads to another host.
///
/// Pages name the site's own host in full, wherever they are read from.
pub(crate) fn on_base(base: &Url, own: &Base, page: &Url, link: &str) -> Option<Url> {
    let url = page.join(link.trim()).ok()?;
    let known = [base, page, &own.site, &own.api];
    let bare = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    if !known.iter().any(|known| bare(known) == bare(&url)) {
        return None;
    }
    let mut moved = base.clone();
    moved.set_path(url.path());
    moved.set_query(url.query());
    moved.set_fragment(None);
    Some(moved)
}

/// The address under which a reader finds a page, wherever this one was read.
pub(crate) fn on_site(own: &Url, page: &Url) -> String {
    let mut url = own.clone();
    url.set_path(page.path());
    url.set_query(page.query());
    url.into()
}

/// Path of `segments`, joined to a base.
pub(crate) fn joined(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url.set_query(None);
    url
}

/// Digits at the end of an address's path behind `-`, if there are as many as an identity has.
pub(crate) fn digits_at_end(path: &str) -> Option<&str> {
    let (_, digits) = path.trim_end_matches('/').rsplit_once('-')?;
    is_id(digits).then_some(digits)
}

/// Whether a text is an identity: 5 to 10 digits.
pub(crate) fn is_id(text: &str) -> bool {
    (5..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// A make as sites write it in addresses: `Mercedes-Benz` is `mercedes_benz` with `_` between the words.
pub(crate) fn slug(make: &str, between: &str) -> String {
    text::tokens(make).join(between)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn links_move_to_the_base_and_foreign_ones_go() {
        let base = Url::parse("http://127.0.0.1:4000/").unwrap();
        let own = Base {
            site: Url::parse("https://bonbanh.com/").unwrap(),
            api: Url::parse("https://bonbanh.com/").unwrap(),
        };
        let page = Url::parse("http://127.0.0.1:4000/oto/page,2").unwrap();
        for (link, want) in [
            (
                "https://bonbanh.com/oto/page,3",
                Some("http://127.0.0.1:4000/oto/page,3"),
            ),
            (
                "https://www.bonbanh.com/a?b=1#c",
                Some("http://127.0.0.1:4000/a?b=1"),
            ),
            (
                "/xe-a-2019-9000001",
                Some("http://127.0.0.1:4000/xe-a-2019-9000001"),
            ),
            ("https://elsewhere.example/x", None),
            ("javascript:void(0)", None),
        ] {
            let moved = on_base(&base, &own, &page, link);
            assert_eq!(moved.as_ref().map(Url::as_str), want, "{link}");
        }
        assert_eq!(on_site(&own.site, &page), "https://bonbanh.com/oto/page,2");
    }

    #[test]
    fn identities_are_the_digits_at_the_end() {
        for (path, want) in [
            ("/xe-toyota-vios-1.5g-2019-9000001", Some("9000001")),
            ("/xe-a-2019-12345/", Some("12345")),
            ("/xe-a-2019", None),
            ("/oto/page,2", None),
            ("/xe-a-12345678901", None),
        ] {
            assert_eq!(digits_at_end(path), want, "{path}");
        }
        assert_eq!(slug("Mercedes-Benz", "_"), "mercedes_benz");
    }
}

//! robots.txt by RFC 9309: what a host allows, and what its absence or failure means.
//!
//! - 2xx: its rules count, those for our name before those for `*`; the longest match wins, and of equals the one that
//!   allows (`texting_robots`).
//! - 4xx: there are no rules, everything is allowed (§2.3.1.3). 429 is no answer but a plea, and counts as a failure.
//! - 5xx, timeouts, no connection: nothing is allowed (§2.3.1.4), unless a copy is kept from earlier.
//! - A copy is good for a day (§2.4); 500 KiB of it are read (§2.5); five redirects are followed (§2.3.1.2).

use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use crate::store::RobotsFile;

/// Bytes of robots.txt that are read.
pub(crate) const READ_BYTES: usize = 500 * 1024;
/// How long a copy is good.
pub(crate) const GOOD_FOR: Duration = Duration::from_hours(24);
/// Redirects that are followed.
pub(crate) const REDIRECTS: usize = 5;
/// Longest Crawl-delay that is believed; a longer one (or none that is a number) is cut to it.
const LONGEST_DELAY: f32 = 86_400.0;

/// A host's rules for us.
#[derive(Debug)]
pub(crate) enum Rules {
    /// The host has none.
    None,
    /// It has.
    Some(Box<Robot>),
    /// It has, and they cannot be read: to be safe, nothing is allowed.
    Unreadable,
}

impl RobotsFile {
    /// Whether the answer settles the question. What does not must be asked again.
    pub(crate) fn settles(&self) -> bool {
        matches!(self.status, 200..=299 | 400..=428 | 430..=499)
    }

    /// The rules for `agent`.
    pub(crate) fn rules(&self, agent: &str) -> Rules {
        if !(200..300).contains(&self.status) {
            return Rules::None;
        }
        let head = &self.body[..self.body.len().min(READ_BYTES)];
        match Robot::new(agent, head) {
            Ok(robot) => Rules::Some(Box::new(robot)),
            Err(_) => Rules::Unreadable,
        }
    }
}

impl Rules {
    /// Whether `url` may be asked for.
    pub(crate) fn allow(&self, url: &Url) -> bool {
        match self {
            Self::None => true,
            Self::Some(robot) => robot.allowed(url.as_str()),
            Self::Unreadable => false,
        }
    }

    /// Least time between requests.
    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::Some(robot) => robot
                .delay
                .filter(|delay| *delay > 0.0)
                .map_or(Duration::ZERO, |delay| {
                    Duration::from_secs_f32(delay.min(LONGEST_DELAY))
                }),
            Self::None | Self::Unreadable => Duration::ZERO,
        }
    }
}

/// The address of the robots.txt that rules over `url`.
pub(crate) fn address(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    robots.set_fragment(None);
    // Addresses without a host never come here; for all others this cannot fail.
    let _ = robots.set_username("");
    let _ = robots.set_password(None);
    robots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(status: u16, body: &str) -> Rules {
        let body = body.as_bytes().to_vec();
        RobotsFile { status, body }.rules(crate::config::AGENT)
    }

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://example.vn{path}")).expect("an address")
    }

    #[test]
    fn rules_for_our_name_come_before_those_for_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Giaxe\nCrawl-delay: 7\nDisallow: /tim-kiem\nAllow: /tim-kiem/xe$\nDisallow: /*?sort=";
        let rules = rules(200, text);
        for (path, allowed) in [
            ("/", true),
            ("/oto-cu", true),
            ("/tim-kiem/a", false),
            ("/tim-kiem/xe", true),
            ("/tim-kiem/xem", false),
            ("/oto?sort=gia", false),
        ] {
            assert_eq!(rules.allow(&url(path)), allowed, "{path}");
        }
        assert_eq!(rules.delay(), Duration::from_secs(7));
    }

    #[test]
    fn the_longest_match_wins_and_of_equals_the_one_that_allows() {
        let rules = rules(
            200,
            "User-agent: *\nDisallow: /xe\nAllow: /xe-\nDisallow: /a\nAllow: /a\nCrawl-delay: 0.5",
        );
        assert!(!rules.allow(&url("/xe/1")));
        assert!(rules.allow(&url("/xe-kia-1")));
        assert!(rules.allow(&url("/a")));
        assert_eq!(rules.delay(), Duration::from_millis(500));
    }

    #[test]
    fn statuses_decide_where_there_is_no_file() {
        for (status, settles) in [
            (200, true),
            (204, true),
            (401, true),
            (403, true),
            (404, true),
            (410, true),
            (429, false),
            (500, false),
            (503, false),
            (302, false),
        ] {
            let body = Vec::new();
            assert_eq!(RobotsFile { status, body }.settles(), settles, "{status}");
        }
        assert!(rules(404, "User-agent: *\nDisallow: /").allow(&url("/a")));
        assert!(rules(200, "").allow(&url("/a")));
        assert!(rules(200, "<html>no robots here</html>").allow(&url("/a")));
    }

    #[test]
    fn only_so_much_is_read() {
        let mut text = "User-agent: *\nDisallow: /a\n".to_owned();
        text.push_str(&"# filler\n".repeat(READ_BYTES / 9));
        text.push_str("Disallow: /b\n");
        let rules = rules(200, &text);
        assert!(!rules.allow(&url("/a")));
        assert!(rules.allow(&url("/b")));
    }

    #[test]
    fn strange_delays_do_no_harm() {
        for (text, want) in [("-3", 0), ("1e30", 86_400), ("soon", 0), ("nan", 0)] {
            let rules = rules(200, &format!("User-agent: *\nCrawl-delay: {text}\n"));
            assert_eq!(rules.delay(), Duration::from_secs(want), "{text}");
        }
    }

    #[test]
    fn the_file_stands_at_the_root_of_the_host() {
        for (page, want) in [
            (
                "https://example.vn/a/b?c#d",
                "https://example.vn/robots.txt",
            ),
            (
                "http://u:p@example.vn:81/",
                "http://example.vn:81/robots.txt",
            ),
        ] {
            let page = Url::parse(page).expect("an address");
            assert_eq!(address(&page).as_str(), want);
        }
    }
}

//! What is wrong with the data of a crawl: a site that looks different leaves fields empty long before it breaks a
//! reader.

use serde::Serialize;

use super::Counters;

/// Least share of the listings that a site announces which a complete crawl must have seen. Lists shift while they are
/// read, so that some escape.
const SEEN: f64 = 0.8;

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// The list pages show nothing.
    #[error("no listing on {list_pages} list pages")]
    NoListings {
        /// How many were read.
        list_pages: u64,
    },
    /// Pages were fetched, and none could be read.
    #[error("none of {pages} listings could be read, most of all because of `{reason}`")]
    NothingRead {
        /// How many were rejected.
        pages: u64,
        /// The commonest reason.
        reason: String,
    },
    /// A field is filled less often than the site's pages have it.
    #[error("`{field}` is filled in {:.1} % of {listings} listings, at least {:.0} % are usual", share * 100.0, floor * 100.0)]
    BelowFloor {
        /// Column.
        field: String,
        /// Share of listings that have it.
        share: f64,
        /// Least share that is usual.
        floor: f64,
        /// How many listings were read.
        listings: u64,
    },
    /// A page that the readers do not read as they should.
    #[error("{page}: {wrong}")]
    Page {
        /// Name or address.
        page: String,
        /// What is wrong.
        wrong: String,
    },
    /// The lists ended early.
    #[error(
        "{seen} of {announced} listings that the site announces were seen: do its lists page on?"
    )]
    EndedEarly {
        /// Listings seen.
        seen: u64,
        /// Listings that the site speaks of.
        announced: u64,
    },
}

impl Finding {
    /// All of them in one line.
    pub(crate) fn list(findings: &[Self]) -> String {
        let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
        texts.join("; ")
    }
}

/// What data are held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standard {
    /// Column → least share.
    pub(crate) floors: &'static [(&'static str, f64)],
    /// Least number of listings whose shares are judged.
    pub(crate) judged_listings: u64,
    /// Whether the crawl walked all list pages: only then should it have seen what the site announces.
    pub(crate) whole: bool,
    /// Whether list pages were to be read at all.
    pub(crate) lists: bool,
}

/// What is wrong, the worst first.
pub(crate) fn judge(counters: &Counters, standard: &Standard) -> Vec<Finding> {
    let mut findings = Vec::new();
    let seen = counters.listings + counters.other_make;
    if standard.lists && counters.list_pages > 0 && seen == 0 {
        findings.push(Finding::NoListings {
            list_pages: counters.list_pages,
        });
    }
    if standard.whole && (seen as f64) < SEEN * counters.announced as f64 {
        let announced = counters.announced;
        findings.push(Finding::EndedEarly { seen, announced });
    }
    let listings = counters.detail_pages;
    let rejects: u64 = counters.rejects.values().sum();
    let worst = counters.rejects.iter().max_by_key(|(_, count)| **count);
    if let Some((reason, _)) = worst
        && listings == 0
        && rejects >= standard.judged_listings
    {
        findings.push(Finding::NothingRead {
            pages: rejects,
            reason: reason.clone(),
        });
    }
    if listings < standard.judged_listings {
        return findings;
    }
    for (field, floor) in standard.floors {
        let filled = counters.filled.get(*field).copied().unwrap_or(0);
        let share = filled as f64 / listings as f64;
        if share < *floor {
            findings.push(Finding::BelowFloor {
                field: (*field).to_owned(),
                share,
                floor: *floor,
                listings,
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: Standard = Standard {
        floors: &[("price_vnd", 0.8), ("year", 1.0)],
        judged_listings: 10,
        whole: true,
        lists: true,
    };

    fn good() -> Counters {
        Counters {
            list_pages: 5,
            listings: 100,
            announced: 100,
            detail_pages: 50,
            filled: [("price_vnd".into(), 40), ("year".into(), 50)].into(),
            ..Counters::default()
        }
    }

    fn found(counters: &Counters, standard: &Standard) -> String {
        Finding::list(&judge(counters, standard))
    }

    #[test]
    fn good_data_have_no_findings() {
        assert_eq!(found(&good(), &STANDARD), "");
        assert_eq!(found(&Counters::default(), &STANDARD), "");
    }

    #[test]
    fn a_field_below_its_floor_is_named() {
        let mut counters = good();
        counters.filled.insert("price_vnd".into(), 39);
        let text = found(&counters, &STANDARD);
        assert!(
            text.contains("`price_vnd` is filled in 78.0 % of 50"),
            "{text}"
        );
        assert!(!text.contains("year"), "{text}");
        // Three cars are too few to judge by.
        counters.detail_pages = 9;
        assert_eq!(found(&counters, &STANDARD), "");
        counters.detail_pages = 50;
        counters.filled.remove("year");
        let text = found(&counters, &STANDARD);
        assert!(text.contains("`year` is filled in 0.0 %"), "{text}");
    }

    #[test]
    fn lists_that_show_nothing_or_end_early_are_found() {
        let mut counters = good();
        counters.listings = 79;
        assert!(found(&counters, &STANDARD).contains("79 of 100"));
        let part = Standard {
            whole: false,
            ..STANDARD
        };
        assert_eq!(found(&counters, &part), "");
        counters.other_make = 10;
        assert_eq!(found(&counters, &STANDARD), "");
        counters.listings = 0;
        counters.other_make = 0;
        assert!(found(&counters, &part).contains("no listing on 5 list pages"));
    }

    #[test]
    fn pages_that_all_fail_are_found() {
        let mut counters = good();
        counters.detail_pages = 0;
        counters.rejects = [("missing".into(), 30), ("http_500".into(), 2)].into();
        let text = found(&counters, &STANDARD);
        assert!(
            text.contains("none of 32") && text.contains("`missing`"),
            "{text}"
        );
    }
}

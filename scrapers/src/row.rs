//! What a page prints, label by label, into a listing: by the very mapping that reads an export of the site.

use chrono::{DateTime, Utc};
use datasets::mapping::Issue;
use datasets::{Catalogue, Listing, Mapping, parse};

use crate::privacy::{Seller, scrub, scrub_url};
use crate::site::Scraped;

/// Printed texts under the column names of the site's mapping.
#[derive(Debug, Default)]
pub(crate) struct Row {
    cells: Vec<(&'static str, String)>,
}

impl Row {
    /// Takes up what a label says. The first text that says something stays: pages repeat labels for other cars.
    ///
    /// A page without phone numbers can still make one, where the texts of several elements are read as one.
    pub(crate) fn put(&mut self, column: &'static str, printed: impl Into<String>) {
        let printed = printed.into();
        if parse::is_blank(&printed) {
            return;
        }
        if self.get(column).is_none() {
            self.cells.push((column, scrub(&printed).into_owned()));
        }
    }

    /// The text under a column.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        let cell = self.cells.iter().find(|(name, _)| *name == column);
        cell.map(|(_, printed)| printed.as_str())
    }

    /// Whether nothing was printed.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The listing that the texts make, with make, model and trim as the catalogue has them.
    pub(crate) fn listing(self, mapping: &Mapping, about: &About<'_>) -> Scraped {
        let posted = self.get(POSTED).map(str::to_owned);
        let (mut listing, mut issues) = mapping.row(self.cells);
        if listing.listed_on.is_none()
            && let Some(Ok(day)) = posted.map(|posted| parse::date_seen(&posted, about.seen))
        {
            listing.listed_on = day;
            issues.retain(|issue| issue.field != "listed_on");
        }
        listing.id.clone_from(&about.id);
        listing.url = Some(scrub_url(&about.url).into_owned());
        if let Some(seller) = about.seller {
            listing.seller_hash = Some(seller.hash.clone());
            listing.seller_kind = seller.kind;
        }
        Catalogue::embedded().resolve(&mut listing);
        Scraped {
            listing,
            issues,
            layout: about.layout,
        }
    }
}

/// Column of every mapping that holds the day of posting.
pub(crate) const POSTED: &str = "Ngày đăng";

/// What a page's texts do not say of its listing.
pub(crate) struct About<'a> {
    /// Identity within the site.
    pub(crate) id: String,
    /// Address on the site itself, wherever the page was read.
    pub(crate) url: String,
    /// When the page was fetched.
    pub(crate) seen: DateTime<Utc>,
    /// Who sells.
    pub(crate) seller: Option<&'a Seller>,
    /// Layout of the page.
    pub(crate) layout: &'static str,
}

/// An amount that the site gives as a number beside the text that it prints.
pub(crate) fn set_price(scraped: &mut Scraped, printed: Option<&str>, amount: Option<f64>) {
    let Listing { price, raw, .. } = &mut scraped.listing;
    if let Some(printed) = printed {
        raw.insert("price".to_owned(), printed.to_owned());
    }
    if let Some(amount) = amount {
        *price = Some(datasets::Money::vnd(amount));
        scraped
            .issues
            .retain(|issue: &Issue| issue.field != "price");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_a_listing_and_what_cannot_be_read_is_an_issue() {
        let mapping = Mapping::load("bonbanh-raw").expect("built in");
        let mut row = Row::default();
        for (column, printed) in [
            ("Tên xe", "Xe Toyota Vios 1.5G"),
            ("Năm sản xuất", "-"),
            ("Năm sản xuất", "2019"),
            ("Năm sản xuất", "2021"),
            ("Số km đã đi", "siêu lướt"),
            ("Giá xe", "1 tỉ 057 triệu"),
            (POSTED, "2 giờ trước"),
        ] {
            row.put(column, printed);
        }
        let about = About {
            id: "9000001".to_owned(),
            url: "https://bonbanh.com/xe-lh-0912345678-2019-9000001".to_owned(),
            seen: "2026-05-12T18:30:00Z".parse().expect("an instant"),
            seller: None,
            layout: "x",
        };
        let scraped = row.listing(&mapping, &about);
        let listing = &scraped.listing;
        assert_eq!(listing.make.as_deref(), Some("Toyota"));
        assert_eq!(listing.model.as_deref(), Some("Vios"));
        assert_eq!(
            (listing.year, listing.price_vnd()),
            (Some(2019), Some(1.057e9))
        );
        assert_eq!(
            listing.listed_on.map(|day| day.to_string()),
            Some("2026-05-12".to_owned())
        );
        assert_eq!(listing.raw["listed_on"], "2 giờ trước");
        assert_eq!(
            listing.url.as_deref(),
            Some("https://bonbanh.com/xe-lh-phone-2019-9000001")
        );
        let issues: Vec<_> = scraped.issues.iter().map(|issue| issue.field).collect();
        assert_eq!(issues, ["mileage_km"]);
    }

    #[test]
    fn a_number_that_only_the_whole_text_shows_is_not_kept() {
        let mut row = Row::default();
        row.put("Tên xe", "Vios 0912 345 678");
        row.put("Giá xe", "435.000.000 đ");
        row.put("Số km đã đi", "098.000 km");
        assert_eq!(row.get("Tên xe"), Some("Vios ☎"));
        assert_eq!(row.get("Giá xe"), Some("435.000.000 đ"));
        assert_eq!(row.get("Số km đã đi"), Some("098.000 km"));
    }
}

//! What the recorded pages say, field by field, and that an export of a page agrees with it.

use chrono::DateTime;
use datasets::schema;
use scrapers::site::{Fixture, Page, PageKind, Scraped, Site};
use scrapers::sites::sites;
use url::Url;

use crate::world::{fetched_at, key};

fn each(kind: PageKind, mut check: impl FnMut(&'static dyn Site, &Fixture, &Page<'_>)) {
    for site in sites() {
        for fixture in site
            .fixtures()
            .iter()
            .filter(|fixture| fixture.kind == kind)
        {
            let url = Url::parse(fixture.url).expect(fixture.name);
            let page = Page {
                url: &url,
                body: fixture.body,
                content_type: fixture.content_type,
                fetched_at: fetched_at(),
            };
            check(site, fixture, &page);
        }
    }
}

fn filled(scraped: &Scraped, column: &str) -> bool {
    use schema::Access;
    let listing = &scraped.listing;
    match schema::column(column).expect(column).access {
        Access::Text { get, .. } => get(listing).is_some(),
        Access::Float { get, .. } => get(listing).is_some(),
        Access::Int { get, .. } => get(listing).is_some(),
        Access::Date { get, .. } => get(listing).is_some(),
    }
}

#[test]
fn every_field_of_every_layout() {
    each(PageKind::Detail, |site, fixture, page| {
        let scraped = site.read_detail(page, &key()).expect(fixture.name);
        assert_eq!(scraped.issues, [], "{}", fixture.name);
        for column in fixture.columns {
            assert!(filled(&scraped, column), "{}: {column}", fixture.name);
        }
        let name = format!("{}_{}", site.source(), fixture.name.replace('.', "_"));
        insta::assert_json_snapshot!(name, scraped.listing);
    });
}

#[test]
fn every_card_of_every_list() {
    each(PageKind::List, |site, fixture, page| {
        let list = site
            .read_list(&site.default_base(), page)
            .expect(fixture.name);
        assert_eq!(list.cards.len(), fixture.cards, "{}", fixture.name);
        assert_eq!(list.rejects, []);
        let cards: Vec<String> = list
            .cards
            .iter()
            .map(|card| {
                format!(
                    "{} {} | {:?} | {:?} | {:?}",
                    card.listing_id, card.url, card.title, card.price_raw, card.make
                )
            })
            .collect();
        let name = format!("{}_{}", site.source(), fixture.name.replace('.', "_"));
        let next = list.next.map(|next| next.to_string());
        insta::assert_debug_snapshot!(name, (list.layout, next, list.total, cards));
    });
}

#[test]
fn block_pages_are_recognised_by_either_reader() {
    each(PageKind::Blocked, |site, fixture, page| {
        let list = site
            .read_list(&site.default_base(), page)
            .expect_err(fixture.name);
        let detail = site.read_detail(page, &key()).expect_err(fixture.name);
        assert_eq!((list.reason(), detail.reason()), ("blocked", "blocked"));
    });
}

#[test]
fn a_page_is_not_read_as_the_other_kind() {
    each(PageKind::List, |site, fixture, page| {
        let error = site.read_detail(page, &key()).expect_err(fixture.name);
        assert_eq!(error.reason(), "not_this_kind", "{}", fixture.name);
    });
    each(PageKind::Detail, |site, fixture, page| {
        let error = site
            .read_list(&site.default_base(), page)
            .expect_err(fixture.name);
        assert_eq!(error.reason(), "not_this_kind", "{}", fixture.name);
    });
}

/// Pages without their end, at many lengths.
#[test]
fn half_a_page_is_never_a_listing() {
    each(PageKind::Detail, |site, fixture, page| {
        let whole = site.read_detail(page, &key()).expect(fixture.name).listing;
        for end in (0..fixture.body.len()).step_by(5) {
            let part = Page {
                body: &fixture.body[..end],
                ..*page
            };
            match site.read_detail(&part, &key()) {
                // What is cut off behind the end is no loss.
                Ok(scraped) => assert_eq!(scraped.listing, whole, "{} to {end}", fixture.name),
                Err(error) => {
                    let reason = error.reason();
                    let known = ["truncated", "empty", "charset"].contains(&reason);
                    assert!(known, "{} to {end}: {error}", fixture.name);
                }
            }
        }
    });
}

/// An export with the site's labels as columns and a page of the same texts make one listing.
#[test]
fn an_export_and_a_page_agree() {
    let labels = [
        ("Tên xe", "Xe Ford Ranger Wildtrak"),
        ("Năm sản xuất", "2018"),
        ("Tình trạng", "Xe đã dùng"),
        ("Số km đã đi", "85,000 Km"),
        ("Xuất xứ", "Nhập khẩu"),
        ("Kiểu dáng", "Bán tải / Pickup"),
        ("Hộp số", "Số tự động"),
        ("Động cơ", "Dầu 3.2 L"),
        ("Màu ngoại thất", "Cam"),
        ("Màu nội thất", "Đen"),
        ("Dẫn động", "4WD - Dẫn động 4 bánh"),
        ("Số chỗ", "5 chỗ"),
        ("Giá xe", "1 Tỷ 20 Triệu"),
    ];
    let mapping = datasets::Mapping::load("bonbanh-raw").expect("built in");
    let names = labels.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut table = datasets::RawTable::with_columns(names);
    table.push_row(labels.map(|(_, text)| Some(datasets::store::RawValue::Text(text.to_owned()))));
    let mut exported = mapping
        .apply(&table)
        .expect("the columns")
        .listings
        .remove(0);
    datasets::Catalogue::embedded().resolve(&mut exported);
    each(PageKind::Detail, |site, fixture, page| {
        if fixture.name != "detail_2020.html" || site.source() != "bonbanh" {
            return;
        }
        let mut scraped = site.read_detail(page, &key()).expect(fixture.name).listing;
        // What the page says beyond the export.
        scraped.url = None;
        scraped.id.clone_from(&exported.id);
        scraped.listed_on = None;
        scraped.province = None;
        scraped.seller_hash = None;
        scraped.seller_kind = None;
        scraped.consumption_l_per_100km = None;
        for field in ["listed_on", "province", "make", "model"] {
            scraped.raw.remove(field);
        }
        exported.raw.remove("make");
        assert_eq!(scraped, exported);
    });
}

#[test]
fn pages_in_other_charsets_give_the_same_row() {
    each(PageKind::Detail, |site, fixture, page| {
        let whole = site.read_detail(page, &key()).expect(fixture.name);
        let text = std::str::from_utf8(fixture.body).expect("UTF-8");
        let marked: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let odd = Page {
            body: &marked,
            ..*page
        };
        let read = site.read_detail(&odd, &key()).expect(fixture.name);
        assert_eq!(read, whole, "{}", fixture.name);
        let misnamed = Page {
            content_type: Some("text/html; charset=windows-1252"),
            fetched_at: DateTime::UNIX_EPOCH,
            ..*page
        };
        let read = site.read_detail(&misnamed, &key()).expect(fixture.name);
        assert_eq!(read.listing.title, whole.listing.title);
    });
}

//! Pages of the site: `itemprop`s, which hold, among classes that every build makes up anew.

use datasets::{parse, province, text};
use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use super::{MAPPING, OWN, PARAMETERS, SOURCE, id_of, page_address, same_id};
use crate::page::{Document, Marks, attr, judge, own_text, text_of, whole_html};
use crate::privacy::{Identity, Names, Rules, Seller, redact_html, scrub_url, seller_of};
use crate::row::{About, POSTED, Row};
use crate::site::{Base, Card, ListPage, Page, PageError, Scraped, SellerKey};
use crate::sites::address::on_base;
use datasets::vocabulary::SellerKind;

const MARKS: Marks = Marks {
    blocked: &[
        "xac minh ban khong phai",
        "vui long xac nhan ban la con nguoi",
    ],
    gone: &[
        "tin dang khong ton tai",
        "tin dang nay khong ton tai",
        "tin nay da bi an",
        "tin dang da bi an",
        "tin dang da het han",
        "tin nay da het han",
        "da duoc ban",
    ],
};

const RULES: Rules = Rules {
    emptied: &[],
    emptied_like: &[
        "seller",
        "profile",
        "contact",
        "phone",
        "shopname",
        "username",
        "avatar",
        "description",
    ],
    hosts: &["xe.chotot.com", "www.chotot.com", "cdn.chotot.com"],
    script: |_| None,
};

/// Longest text that is taken for a place: `Phường Một, Quận Một, Tp Hồ Chí Minh`.
const PLACE_LENGTH: usize = 120;

/// Reads a list by its links: nothing else there has a name that lasts.
pub(super) fn read_list(text: &str, base: &Base, asked: &Url) -> Result<ListPage, PageError> {
    let page = clean(Document::parse(text), None);
    let of_a_car = |element: ElementRef<'_>| {
        let property = attr(element, "itemprop").unwrap_or_default();
        PARAMETERS.iter().any(|(name, _)| *name == property)
    };
    if page.elements().any(of_a_car) {
        return Err(not_wanted(text, "a single listing"));
    }
    let mut list = ListPage {
        cards: Vec::new(),
        next: None,
        total: None,
        layout: "html_list",
        rejects: Vec::new(),
    };
    for link in page.elements() {
        let Some(url) =
            attr(link, "href").and_then(|href| on_base(&base.site, &OWN, asked, &scrub_url(href)))
        else {
            continue;
        };
        let Some(id) = id_of(url.path()).filter(|_| url.path().strip_suffix(".htm").is_some())
        else {
            continue;
        };
        let title = link
            .descendent_elements()
            .find(|inner| inner.value().name() == "h3")
            .map(text_of);
        let price = link
            .descendent_elements()
            .filter(|inner| inner.value().name() != "h3")
            .map(own_text)
            .find(|text| matches!(parse::price_vnd(text), Ok(Some(_))));
        if list.cards.iter().all(|known| known.listing_id != id) {
            let printed = [title.as_deref(), price.as_deref()].map(Option::unwrap_or_default);
            list.cards.push(Card {
                listing_id: id.to_owned(),
                digest: datasets::hash::number(&printed.join("\n")),
                url,
                price_raw: price,
                title,
                make: None,
            });
        }
    }
    if list.cards.is_empty() {
        return Err(not_wanted(text, "no links to listings"));
    }
    whole_html(text)?;
    let number = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        (name == "page")
            .then(|| value.parse::<u32>().ok())
            .flatten()
    };
    let next = asked
        .query_pairs()
        .find_map(number)
        .unwrap_or(1)
        .saturating_add(1);
    let mut url = base.site.clone();
    url.set_path(asked.path());
    url.set_query(Some(&format!("page={next}")));
    list.next = Some(url);
    Ok(list)
}

/// Reads a listing's page.
pub(super) fn read_detail(
    text: &str,
    fetched: &Page<'_>,
    sellers: &SellerKey,
) -> Result<Scraped, PageError> {
    let page = clean(Document::parse(text), Some(sellers));
    let mut row = Row::default();
    let mut any = false;
    for element in page.elements() {
        if let Some(property) = attr(element, "itemprop") {
            if let Some((_, column)) = PARAMETERS.iter().find(|(name, _)| *name == property) {
                any = true;
                row.put(column, text_of(element));
            } else if property == "price" {
                row.put("Giá xe", text_of(element));
            }
        } else if element.value().name() == "h1" {
            row.put("Tiêu đề", text_of(element));
        } else {
            meant(element, &mut row);
        }
    }
    if !any {
        return Err(not_wanted(text, "no `itemprop` of a car"));
    }
    whole_html(text)?;
    let id = same_id(fetched.url, None)?;
    let seller = seller_of(&page);
    let about = About {
        url: page_address(&id),
        id,
        seen: fetched.fetched_at,
        seller: seller.as_ref(),
        layout: "html",
    };
    Ok(row.listing(&MAPPING, &about))
}

/// What an element says that has no name: a place by its province, a day by its words.
fn meant(element: ElementRef<'_>, row: &mut Row) {
    let line = own_text(element);
    if line.is_empty() || line.len() > PLACE_LENGTH {
        return;
    }
    if let Some((_, tail)) = line.rsplit_once(',') {
        if province::whole(tail).is_some() {
            row.put("Tỉnh thành", tail.trim());
        }
    } else if let Some(day) = line.strip_prefix("Đăng ") {
        let seen = chrono::DateTime::UNIX_EPOCH;
        if parse::date_seen(day, seen).is_ok() {
            row.put(POSTED, line);
        }
    }
}

/// The page without its seller, with their token.
pub(super) fn redact(text: &str, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
    whole_html(text)?;
    Ok(clean(Document::parse(text), Some(sellers)).to_bytes())
}

fn not_wanted(text: &str, found: &str) -> PageError {
    match judge(text, &MARKS, found) {
        error @ PageError::Blocked { .. } => error,
        error => whole_html(text).err().unwrap_or(error),
    }
}

/// The page without its seller, who is whom its links to a profile or a shop lead to.
fn clean(mut page: Document, sellers: Option<&SellerKey>) -> Document {
    let mut names = Names::default();
    let mut found = None;
    let mut gone: Vec<NodeId> = Vec::new();
    for element in page.elements() {
        let href = attr(element, "href").unwrap_or_default();
        let shop = href.contains("/cua-hang/");
        if shop || href.contains("/user/") {
            let kind = if shop {
                SellerKind::Dealer
            } else {
                SellerKind::Private
            };
            let account = href.split(['?', '#']).next().unwrap_or_default().to_owned();
            found.get_or_insert((Identity::Account(account), Some(kind)));
            names.add(&text_of(element));
            gone.push(element.id());
        } else if attr(element, "itemprop") == Some("description") {
            gone.push(element.id());
        } else if seller_class(element) {
            let name = text::clean(&text_of(element));
            if name.split(' ').count() <= 6 {
                names.add(&name);
            }
        }
    }
    let seller = seller_of(&page).or_else(|| {
        let (identity, kind) = found?;
        Some(Seller::new(sellers?, SOURCE, &identity, kind))
    });
    for id in gone {
        page.empty(id);
        if let Some(mut node) = page.tree_mut().get_mut(id)
            && let scraper::Node::Element(element) = node.value()
        {
            element.attrs.retain(|(name, _)| &*name.local != "href");
        }
    }
    redact_html(&mut page, &RULES, seller.as_ref(), &names);
    page
}

fn seller_class(element: ElementRef<'_>) -> bool {
    let class = attr(element, "class")
        .unwrap_or_default()
        .to_ascii_lowercase();
    class.contains("seller") || class.contains("username") || class.contains("shopname")
}

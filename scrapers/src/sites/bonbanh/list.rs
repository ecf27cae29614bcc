//! Lists of cards.

use datasets::catalogue::Shape;
use datasets::{Catalogue, hash, text};
use scraper::ElementRef;
use url::Url;

use super::{MARKS, OWN};
use crate::page::{Document, attr, has_class, judge, own_text, text_of, whole_html};
use crate::privacy::scrub_url;
use crate::site::{Base, Card, CardReject, ListPage, PageError};
use crate::sites::address::{digits_at_end, is_id, on_base};

/// Reads a cleaned page.
pub(super) fn read(
    page: &Document,
    text: &str,
    base: &Base,
    asked: &Url,
) -> Result<ListPage, PageError> {
    let mut list = ListPage {
        cards: Vec::new(),
        next: None,
        total: None,
        layout: "list",
        rejects: Vec::new(),
    };
    let mut box_found = false;
    let mut pages: Vec<(String, String)> = Vec::new();
    for element in page.elements() {
        if has_class(element, "car-item") {
            match card(element, base) {
                Ok((card, layout)) => {
                    list.layout = layout;
                    if list
                        .cards
                        .iter()
                        .all(|known| known.listing_id != card.listing_id)
                    {
                        list.cards.push(card);
                    }
                }
                Err(reject) => list.rejects.push(reject),
            }
        } else if attr(element, "id") == Some("s-list-car") {
            box_found = true;
        } else if element.value().name() == "link" && attr(element, "rel") == Some("next") {
            list.next = attr(element, "href").and_then(|link| moved(base, link));
        } else if has_class(element, "bbl")
            && let Some(link) = attr(element, "url")
        {
            pages.push((text_of(element), link.to_owned()));
        }
    }
    if list.cards.is_empty() && list.rejects.is_empty() && !box_found {
        let found = if page.by_id("car_detail").is_some() {
            "a single listing"
        } else {
            "no list of cars"
        };
        return Err(match judge(text, &MARKS, found) {
            error @ PageError::Blocked { .. } => error,
            error => whole_html(text).err().unwrap_or(error),
        });
    }
    whole_html(text)?;
    if list.next.is_none() {
        list.next = next_of(&pages, page_number(asked.path())).and_then(|link| moved(base, link));
    }
    // A list that names itself as its successor would be read for ever.
    let any = !list.cards.is_empty() || !list.rejects.is_empty();
    list.next = list.next.filter(|next| next.path() != asked.path() && any);
    Ok(list)
}

/// The arrow's address, else that of the page's number plus one.
fn next_of(pages: &[(String, String)], number: u32) -> Option<&str> {
    let arrow = pages.iter().find(|(text, _)| text == ">");
    let following = pages
        .iter()
        .find(|(_, link)| page_number(link) == number + 1);
    arrow.or(following).map(|(_, link)| link.as_str())
}

/// The number behind `page,`; 1 where there is none.
fn page_number(address: &str) -> u32 {
    let behind = address.rsplit_once("page,").map(|(_, number)| number);
    behind.and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// Links of cards are relative to the root, wherever the list stands.
fn moved(base: &Base, link: &str) -> Option<Url> {
    on_base(&base.site, &OWN, &base.site, link)
}

fn card(item: ElementRef<'_>, base: &Base) -> Result<(Card, &'static str), CardReject> {
    let mut links = item
        .descendent_elements()
        .filter(|inner| inner.value().name() == "a")
        .filter_map(|link| Some((link, attr(link, "href")?)));
    let found = links.find_map(|(link, href)| {
        let url = moved(base, &scrub_url(href))?;
        let id = digits_at_end(url.path())?.to_owned();
        Some((link, url, id))
    });
    let part = |class: &str| {
        item.descendent_elements()
            .find(|inner| has_class(*inner, class))
    };
    let code = part("car_code").map(text_of).unwrap_or_default();
    let code = code
        .rsplit(' ')
        .next()
        .filter(|code| is_id(code))
        .map(str::to_owned);
    let Some((link, url, id)) = found else {
        return Err(CardReject {
            listing_id: code,
            error: PageError::Missing { field: "url" },
        });
    };
    if let Some(code) = code.filter(|code| *code != id) {
        return Err(CardReject {
            error: PageError::Value {
                field: "id",
                text: code,
                valid: format!("{id}, as in the card's link"),
            },
            listing_id: Some(id),
        });
    }
    let named = |name: &str| {
        item.descendent_elements()
            .find(|inner| attr(*inner, "itemprop") == Some(name))
    };
    // Since 2019 the link holds the whole card; before, it stood on the name alone.
    let layout = if attr(link, "itemprop") == Some("url") {
        "list"
    } else {
        "list_2019"
    };
    let title = named("name").or(part("cb2_02")).map(text_of);
    let price = named("price").or(part("cb3")).map(price_of);
    let about = part("cb6_02").map(own_text).unwrap_or_default();
    let age = part("cb1").map(text_of).unwrap_or_default();
    let place = part("cb4").map(text_of).unwrap_or_default();
    let printed = [
        title.as_deref(),
        price.as_deref(),
        Some(&about),
        Some(&age),
        Some(&place),
    ];
    let digest = hash::number(&printed.map(Option::unwrap_or_default).join("\n"));
    let make = title.as_deref().and_then(|title| {
        let found = Catalogue::embedded().find(title, None, None, Shape::Version);
        found.make.map(|make| make.name.clone())
    });
    Ok((
        Card {
            listing_id: id,
            url,
            price_raw: price.filter(|price| !price.is_empty()),
            title: title.filter(|title| !title.is_empty()),
            make,
            digest,
        },
        layout,
    ))
}

/// The price beside its currency; older cards have it in an element of its own.
fn price_of(price: ElementRef<'_>) -> String {
    let printed = [own_text(price), text_of(price)];
    let printed = printed.into_iter().find(|text| !text.is_empty());
    printed.unwrap_or_else(|| text::clean(attr(price, "content").unwrap_or_default()))
}

//! Lists of cards in three layouts.

use datasets::catalogue::Shape;
use datasets::{Catalogue, hash, parse, text};
use scraper::ElementRef;
use url::Url;

use super::chips::Chip;
use super::{MARKS, NONE_LEFT, OWN, aid};
use crate::page::{Document, attr, class_in, has_class, judge, own_text, text_of, whole_html};
use crate::privacy::scrub_url;
use crate::site::{Base, Card, CardReject, ListPage, PageError};
use crate::sites::address::on_base;

/// How far above its link the price of a card stands in the oldest layout.
const CARD_DEPTH: usize = 4;

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
        layout: "list_2020",
        rejects: Vec::new(),
    };
    let number = page_number(asked.path());
    let mut more = false;
    let mut links = Vec::new();
    for element in page.elements() {
        if has_class(element, "item-car") {
            match card(element, base, asked, attr(element, "data-autoid")) {
                Ok((card, layout)) => {
                    list.layout = layout;
                    keep(&mut list, card);
                }
                Err(reject) => list.rejects.push(reject),
            }
        } else if has_class(element, "btn-loadmore") {
            more = true;
        } else if let Some(href) = attr(element, "href") {
            more |= page_number(href) == number + 1;
            links.push((element, href));
        }
    }
    if list.cards.is_empty() && list.rejects.is_empty() {
        for (link, href) in links {
            if aid(href).is_some()
                && let Some(outer) = card_of(link)
                && let Ok((card, _)) = card(outer, base, asked, None)
            {
                keep(&mut list, card);
            }
        }
    }
    if list.cards.is_empty() && list.rejects.is_empty() {
        let stop = text::fold(&text::clean(text)).contains(NONE_LEFT);
        if !stop {
            let found = if page.by_id("box-detail").is_some() {
                "a single listing"
            } else {
                "no list of cars"
            };
            return Err(match judge(text, &MARKS, found) {
                error @ PageError::Blocked { .. } => error,
                error => whole_html(text).err().unwrap_or(error),
            });
        }
    }
    whole_html(text)?;
    if more && !(list.cards.is_empty() && list.rejects.is_empty()) {
        list.next = Some(numbered(asked, &base.site, number + 1));
    }
    Ok(list)
}

fn keep(list: &mut ListPage, card: Card) {
    if list
        .cards
        .iter()
        .all(|known| known.listing_id != card.listing_id)
    {
        list.cards.push(card);
    }
}

/// The number in a last segment `p3`; 1 where there is none.
fn page_number(path: &str) -> u32 {
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    last.strip_prefix('p')
        .and_then(|number| number.parse().ok())
        .unwrap_or(1)
}

/// The address of a list's page of that number.
fn numbered(asked: &Url, base: &Url, number: u32) -> Url {
    let path = asked.path().trim_end_matches('/');
    let stem = if page_number(path) > 1 || path.ends_with("/p1") {
        path.rsplit_once('/').map_or("", |(stem, _)| stem)
    } else {
        path
    };
    let mut next = base.clone();
    next.set_path(&format!("{stem}/p{number}"));
    next
}

/// The element around a link that holds its price too.
fn card_of(link: ElementRef<'_>) -> Option<ElementRef<'_>> {
    link.ancestors()
        .filter_map(ElementRef::wrap)
        .take(CARD_DEPTH)
        .find(|outer| {
            outer
                .descendent_elements()
                .any(|inner| has_class(inner, "price"))
        })
}

fn card(
    item: ElementRef<'_>,
    base: &Base,
    asked: &Url,
    own_id: Option<&str>,
) -> Result<(Card, &'static str), CardReject> {
    let found = item
        .descendent_elements()
        .filter_map(|link| attr(link, "href"))
        .find_map(|href| {
            let url = on_base(&base.site, &OWN, asked, &scrub_url(href))?;
            let (letter, id) = aid(url.path())?;
            let id = id.to_owned();
            Some((url, letter, id))
        });
    let Some((url, letter, id)) = found else {
        return Err(CardReject {
            listing_id: own_id.map(str::to_owned),
            error: PageError::Missing { field: "url" },
        });
    };
    if let Some(own) = own_id.filter(|own| *own != id) {
        return Err(CardReject {
            error: PageError::Value {
                field: "id",
                text: own.to_owned(),
                valid: format!("{id}, as in the card's link"),
            },
            listing_id: Some(id),
        });
    }
    let mut layout = "list_2020";
    let mut title = None;
    let mut fallback = None;
    let mut price = None;
    let mut printed: Vec<String> = vec![letter.to_string()];
    for element in item.descendent_elements() {
        if has_class(element, "car-name") {
            layout = "list_2023";
            title = Some(text_of(element));
        } else if has_class(element, "title") && title.is_none() {
            title = Some(text_of(element));
        } else if has_class(element, "price") {
            price = price.or_else(|| Some(own_text(element)));
        } else if class_in(element, &["tag-list", "info-car"]) {
            if has_class(element, "info-car") {
                layout = "list_2022";
            }
            let chips = element.child_elements().map(text_of);
            printed.extend(chips.filter(|chip| Chip::of(chip).is_some()));
        } else if class_in(element, &["seller-location", "loca"]) {
            printed.push(text_of(element));
        } else if element.value().name() == "a" && fallback.is_none() {
            fallback = Some(text_of(element)).filter(|text| !text.is_empty());
        }
    }
    // Chips change their order from build to build and say the same.
    printed.sort();
    let title = title.filter(|title| !title.is_empty()).or(fallback);
    let name = title
        .as_deref()
        .map(|title| title.split(" - ").next().unwrap_or(title).to_owned());
    let price = price.filter(|price| !parse::is_blank(price));
    printed.extend([
        name.clone().unwrap_or_default(),
        price.clone().unwrap_or_default(),
    ]);
    let make = attr(item, "data-tinrao").and_then(|tag| tag.split('.').next());
    let found = Catalogue::embedded().find(
        name.as_deref().unwrap_or_default(),
        make,
        None,
        Shape::Version,
    );
    let make = found.make.map(|make| make.name.clone());
    let card = Card {
        digest: hash::number(&printed.join("\n")),
        listing_id: id,
        url,
        price_raw: price,
        title: name,
        make,
    };
    Ok((card, layout))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbered_in_the_last_segment() {
        let base = Url::parse("http://127.0.0.1:4000/").unwrap();
        for (path, number, next) in [
            (
                "/mua-ban-xe-cu-da-qua-su-dung",
                1,
                "/mua-ban-xe-cu-da-qua-su-dung/p2",
            ),
            (
                "/mua-ban-xe-cu-da-qua-su-dung/",
                1,
                "/mua-ban-xe-cu-da-qua-su-dung/p2",
            ),
            (
                "/mua-ban-xe-cu-da-qua-su-dung/p1",
                1,
                "/mua-ban-xe-cu-da-qua-su-dung/p2",
            ),
            (
                "/mua-ban-xe-cu-da-qua-su-dung/p9",
                9,
                "/mua-ban-xe-cu-da-qua-su-dung/p10",
            ),
        ] {
            assert_eq!(page_number(path), number, "{path}");
            let asked = base.join(path).unwrap();
            assert_eq!(numbered(&asked, &base, number + 1).path(), next);
        }
    }
}

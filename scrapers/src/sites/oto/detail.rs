//! A listing's own page.

use datasets::vocabulary::Condition;
use datasets::{parse, text};
use scraper::ElementRef;

use super::{MAPPING, MARKS, OWN, aid, chips};
use crate::page::{
    Document, after_label, attr, class_in, has_class, judge, own_text, text_of, whole_html,
};
use crate::privacy::seller_of;
use crate::row::{About, POSTED, Row, set_price};
use crate::site::{Page, PageError, Scraped};
use crate::sites::address::{is_id, on_site};

/// Labels, folded, and the columns of the site's mapping.
const LABELS: &[(&str, &str)] = &[
    ("nam sx", "Năm SX"),
    ("nam san xuat", "Năm SX"),
    ("kieu dang", "Kiểu dáng"),
    ("tinh trang", "Tình trạng"),
    ("xuat xu", "Xuất xứ"),
    ("km da di", "Km đã đi"),
    ("so km da di", "Km đã đi"),
    ("tinh thanh", "Tỉnh thành"),
    ("tinh/thanh", "Tỉnh thành"),
    ("hop so", "Hộp số"),
    ("nhien lieu", "Nhiên liệu"),
    ("mau xe", "Màu ngoại thất"),
    ("mau ngoai that", "Màu ngoại thất"),
    ("so cho", "Số chỗ"),
    ("so cho ngoi", "Số chỗ"),
    ("dan dong", "Dẫn động"),
    ("dung tich", "Dung tích"),
    ("dung tich xi lanh", "Dung tích"),
    ("dung tich dong co", "Dung tích"),
];

/// Hidden inputs and the columns that they fill where no label does.
const INPUTS: &[(&str, &str)] = &[
    ("hddYear", "Năm SX"),
    ("numberOfSeat", "Số chỗ"),
    ("classificationName", "Kiểu dáng"),
];

/// Reads a cleaned page.
pub(super) fn read(page: &Document, text: &str, fetched: &Page<'_>) -> Result<Scraped, PageError> {
    let layout = if page.by_class("list-info").is_some() {
        "detail_2022"
    } else if page.by_class("baseinfo").is_some() {
        "detail_2020"
    } else {
        let found = if page.by_class("item-car").is_some() {
            "a list of cars"
        } else {
            "neither `.list-info` nor `.baseinfo`"
        };
        return Err(match judge(text, &MARKS, found) {
            error @ PageError::Blocked { .. } => error,
            error => whole_html(text).err().unwrap_or(error),
        });
    };
    whole_html(text)?;
    let (condition, id) = identity(page, fetched)?;
    let mut row = Row::default();
    let mut found = Found::default();
    for element in page.elements_outside("item-car") {
        look(element, &mut row, &mut found);
    }
    let tags = page
        .elements()
        .filter_map(|element| attr(element, "data-call"));
    tags.for_each(|tag| chips::read_tag(tag, &id, &mut row));
    for (column, value) in &found.inputs {
        row.put(column, value.as_str());
    }
    if row.is_empty() {
        return Err(PageError::Missing { field: "title" });
    }
    let printed = found.price.or(found.price_in_title);
    row.put("Giá bán", printed.clone().unwrap_or_default());
    let seller = seller_of(page);
    let about = About {
        id,
        url: on_site(&OWN.site, fetched.url),
        seen: fetched.fetched_at,
        seller: seller.as_ref(),
        layout,
    };
    let mut scraped = row.listing(&MAPPING, &about);
    set_price(&mut scraped, printed.as_deref(), found.amount);
    let named = condition.map(|letter| match letter {
        'm' => Condition::New,
        _ => Condition::Used,
    });
    scraped.listing.condition = scraped.listing.condition.or(named);
    Ok(scraped)
}

/// What a page says beside its labels.
#[derive(Default)]
struct Found {
    price: Option<String>,
    price_in_title: Option<String>,
    /// In đồng, as a program wrote it.
    amount: Option<f64>,
    inputs: Vec<(&'static str, String)>,
}

fn look(element: ElementRef<'_>, row: &mut Row, found: &mut Found) {
    let name = element.value().name();
    if is_row(element) {
        if let Some((column, printed)) = after_label(&spaced(element), LABELS) {
            row.put(column, printed);
        }
    } else if has_class(element, "title-detail") || (name == "h1" && row.get("Tên xe").is_none()) {
        // The seller's own words, or the price, stand behind the name.
        let line = own_text(element);
        let (title, tail) = line.split_once(" - ").unwrap_or((&line, ""));
        row.put("Tên xe", title);
        found.price_in_title =
            Some(tail.to_owned()).filter(|tail| matches!(parse::price_vnd(tail), Ok(Some(_))));
    } else if has_class(element, "price-big") && found.price.is_none() {
        let inner = element
            .descendent_elements()
            .find(|inner| has_class(*inner, "price"));
        found.price =
            Some(inner.map_or_else(|| own_text(element), own_text)).filter(|text| !text.is_empty());
    } else if has_class(element, "date") && row.get(POSTED).is_none() {
        let day = text_of(element);
        if matches!(parse::date(&day), Ok(Some(_))) {
            row.put(POSTED, day);
        }
    } else if name == "input" {
        let value = attr(element, "value").unwrap_or_default();
        match attr(element, "id") {
            Some("hddPrice") => found.amount = found.amount.or_else(|| amount(value)),
            Some(id) => {
                let input = INPUTS.iter().find(|(known, _)| *known == id);
                found
                    .inputs
                    .extend(input.map(|(_, column)| (*column, value.to_owned())));
            }
            None => {}
        }
    } else if name == "script" {
        let script: String = element.text().collect();
        let digits = script
            .strip_prefix(STATEMENT)
            .and_then(|rest| rest.strip_suffix(';'));
        found.amount = found.amount.or_else(|| amount(digits?));
    }
}

/// A row of label and value in either layout.
fn is_row(element: ElementRef<'_>) -> bool {
    let within = |class: &str| {
        let parent = element.ancestors().filter_map(ElementRef::wrap).take(3);
        parent.into_iter().any(|outer| has_class(outer, class))
    };
    (element.value().name() == "li" && within("list-info"))
        || (class_in(element, &["row"]) && within("baseinfo"))
}

/// All text of a row, a blank between its parts.
fn spaced(element: ElementRef<'_>) -> String {
    let mut joined = String::new();
    for part in element.text() {
        joined.push_str(part);
        joined.push(' ');
    }
    text::clean(&joined)
}

/// A price that a program wrote; 0 says that there is none.
fn amount(digits: &str) -> Option<f64> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    parse::price_vnd(plain.then_some(digits)?).ok().flatten()
}

/// How the one statement begins that older pages' scripts are read for.
const STATEMENT: &str = "var price = ";

/// The statement that holds the price in a script, in one form.
pub(super) fn price_statement(script: &str) -> Option<String> {
    let rest = script.split("var price").nth(1)?.trim_start();
    let rest = rest
        .strip_prefix('=')?
        .trim_start()
        .trim_start_matches(['"', '\'']);
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    (end > 0).then(|| format!("{STATEMENT}{};", &rest[..end]))
}

/// Condition letter and identity in the address, which the page's own, where it prints one, must not contradict.
fn identity(page: &Document, fetched: &Page<'_>) -> Result<(Option<char>, String), PageError> {
    let printed = page
        .elements()
        .filter(|element| has_class(*element, "code"))
        .map(text_of)
        .find_map(|code| {
            code.rsplit([' ', ':'])
                .next()
                .filter(|id| is_id(id))
                .map(str::to_owned)
        });
    match (aid(fetched.url.path()), printed) {
        (Some((_, asked)), Some(printed)) if asked != printed => Err(PageError::Value {
            field: "id",
            text: printed,
            valid: format!("{asked}, which was asked for"),
        }),
        (Some((letter, id)), _) => Ok((Some(letter), id.to_owned())),
        (None, Some(id)) => Ok((None, id)),
        (None, None) => Err(PageError::Missing { field: "id" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_read_for_their_price_alone() {
        for (script, want) in [
            (
                "var id=3; var price = 435000000; x()",
                Some("var price = 435000000;"),
            ),
            ("var price='435000000'", Some("var price = 435000000;")),
            ("var price = 435000000;", Some("var price = 435000000;")),
            ("var prices = 3", None),
            ("var price = x", None),
            ("", None),
        ] {
            assert_eq!(price_statement(script).as_deref(), want, "{script}");
        }
    }
}

//! A listing's own page: rows of label and value, whose labels and order changed in 2023.

use datasets::{Catalogue, parse, text};
use scraper::ElementRef;

use super::{MAPPING, MARKS, OWN, contact};
use crate::page::{Document, attr, class_in, has_class, judge, own_text, text_of, whole_html};
use crate::privacy::seller_of;
use crate::row::{About, POSTED, Row};
use crate::site::{Page, PageError, Scraped};
use crate::sites::address::{digits_at_end, is_id, on_site};

/// The part of the page that is about the car.
const CAR: &str = "car_detail";

/// Labels, folded, and the columns of the site's mapping.
const LABELS: &[(&str, &str)] = &[
    ("nam san xuat", "Năm sản xuất"),
    ("tinh trang", "Tình trạng"),
    ("so km da di", "Số km đã đi"),
    ("xuat xu", "Xuất xứ"),
    ("kieu dang", "Kiểu dáng"),
    ("dong xe", "Kiểu dáng"),
    ("hop so", "Hộp số"),
    ("dong co", "Động cơ"),
    ("mau ngoai that", "Màu ngoại thất"),
    ("mau noi that", "Màu nội thất"),
    ("dan dong", "Dẫn động"),
    ("so cho ngoi", "Số chỗ"),
    ("so cho", "Số chỗ"),
    ("tieu thu nhien lieu", "Tiêu thụ nhiên liệu"),
];

/// Reads a cleaned page.
pub(super) fn read(page: &Document, text: &str, fetched: &Page<'_>) -> Result<Scraped, PageError> {
    let Some(car) = page.by_id(CAR) else {
        let found = if page.by_class("car-item").is_some() {
            "a list of cars"
        } else {
            "no `#car_detail`"
        };
        return Err(match judge(text, &MARKS, found) {
            error @ PageError::Blocked { .. } => error,
            error => whole_html(text).err().unwrap_or(error),
        });
    };
    whole_html(text)?;
    let id = identity(page, fetched)?;
    let mut row = Row::default();
    let old_labels = labelled(car, &mut row);
    headline(car, &mut row);
    breadcrumb(page, &mut row);
    if row.is_empty() {
        return Err(PageError::Missing { field: "title" });
    }
    if let Some(province) = contact::province(page) {
        row.put("Tỉnh thành", province);
    }
    let seller = seller_of(page);
    let about = About {
        id,
        url: on_site(&OWN.site, fetched.url),
        seen: fetched.fetched_at,
        seller: seller.as_ref(),
        layout: if old_labels {
            "detail_2020"
        } else {
            "detail_2023"
        },
    };
    Ok(row.listing(&MAPPING, &about))
}

/// The address's identity, which the page's own, where it prints one, must not contradict.
fn identity(page: &Document, fetched: &Page<'_>) -> Result<String, PageError> {
    let title = page.title();
    let printed = title.split('|').map(str::trim).find(|part| is_id(part));
    let asked = digits_at_end(fetched.url.path());
    match (asked, printed) {
        (Some(asked), Some(printed)) if asked != printed => Err(PageError::Value {
            field: "id",
            text: printed.to_owned(),
            valid: format!("{asked}, which was asked for"),
        }),
        (Some(id), _) | (None, Some(id)) => Ok(id.to_owned()),
        (None, None) => Err(PageError::Missing { field: "id" }),
    }
}

/// Rows of `<label>` and `.inp`; whether their labels are the older ones.
fn labelled(car: ElementRef<'_>, row: &mut Row) -> bool {
    let mut label: Option<String> = None;
    let mut old = false;
    for element in car.descendent_elements() {
        if element.value().name() == "label" {
            label = Some(text::fold(text_of(element).trim_end_matches([':', ' '])));
        } else if class_in(element, &["row", "row_last"]) {
            label = None;
        } else if has_class(element, "inp")
            && let Some(label) = label.take()
            && let Some((_, column)) = LABELS.iter().find(|(known, _)| *known == label)
        {
            old |= label == "dong xe";
            row.put(column, text_of(element));
        }
    }
    old
}

/// Title and price stand in the headline, `Xe Toyota Vios 1.5G 2019 - 435 Triệu`, the day of posting below it.
fn headline(car: ElementRef<'_>, row: &mut Row) {
    let Some(title) = car
        .descendent_elements()
        .find(|inner| has_class(*inner, "title"))
    else {
        return;
    };
    for element in title.descendent_elements() {
        if element.value().name() == "h1" {
            // The price in dollars stands in an element of its own.
            let line = own_text(element);
            let (name, price) = match line.rsplit_once(" - ") {
                Some((name, price)) if is_price(price) => (name, Some(price)),
                _ => (line.trim_end_matches([' ', '-']), None),
            };
            if let Some(year) = name.rsplit(' ').next().filter(|word| is_year(word)) {
                row.put("Năm sản xuất", year);
            }
            row.put("Tên xe", without_year(name));
            row.put("Giá xe", price.unwrap_or_default());
        } else if has_class(element, "notes") {
            let line = text_of(element);
            let day = line.split(". ").next().unwrap_or_default();
            if parse::date(day).is_ok() {
                row.put(POSTED, day);
            }
        }
    }
}

/// Whether the headline's tail is a price and not a half of the name (`Mazda CX - 5`).
fn is_price(tail: &str) -> bool {
    parse::price_vnd(tail).is_ok()
        || text::tokens(tail)
            .iter()
            .any(|word| matches!(word.as_str(), "trieu" | "ty" | "ti"))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && matches!(parse::year(word), Ok(Some(_)))
}

/// The name as exports have it: the year is a field of its own.
fn without_year(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((rest, last)) if is_year(last) => rest.trim_end_matches([' ', '-']),
        _ => name,
    }
}

/// Make and model behind it, wherever they stand in the trail.
fn breadcrumb(page: &Document, row: &mut Row) {
    let names: Vec<String> = page
        .elements()
        .filter(|element| attr(*element, "itemprop") == Some("name"))
        .filter(|element| {
            element
                .ancestors()
                .filter_map(ElementRef::wrap)
                .any(|outer| has_class(outer, "breadcrum") || has_class(outer, "breadcrumb"))
        })
        .map(text_of)
        .collect();
    let catalogue = Catalogue::embedded();
    let Some(at) = names.iter().position(|name| catalogue.make(name).is_some()) else {
        return;
    };
    let (make, rest) = (&names[at], &names[at + 1..]);
    row.put("Hãng", make.clone());
    // `Peugeot 2008` is a model, where a year alone would stand in its place.
    let is_model = |name: &&String| !is_year(name) || catalogue.model(make, name).is_some();
    let model = rest.first().filter(is_model);
    row.put("Dòng", model.cloned().unwrap_or_default());
    let behind = &rest[usize::from(model.is_some())..];
    if let Some(year) = behind.iter().find(|name| is_year(name)) {
        row.put("Năm sản xuất", year.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_are_name_and_price() {
        for (line, title, price) in [
            (
                "Xe Toyota Vios 1.5G 2019\t-\n 435 Triệu",
                "Xe Toyota Vios 1.5G",
                Some("435 Triệu"),
            ),
            (
                "Xe Mazda CX - 5 2.0 2019 - 1 Tỷ 20 Triệu",
                "Xe Mazda CX - 5 2.0",
                Some("1 Tỷ 20 Triệu"),
            ),
            ("Xe Mazda CX - 5 2019", "Xe Mazda CX - 5", None),
            ("Xe Kia Morning 2019 -", "Xe Kia Morning", None),
            (
                "Xe Kia Morning 2019 - Thỏa thuận",
                "Xe Kia Morning",
                Some("Thỏa thuận"),
            ),
            (
                "Xe Ford Ranger 2018 - 1 Tỷ 20 Triệu <font>( $43,900 )</font>",
                "Xe Ford Ranger",
                Some("1 Tỷ 20 Triệu"),
            ),
            ("Xe Peugeot 2008", "Xe Peugeot", None),
        ] {
            let page = Document::parse(&format!(
                "<div id=car_detail><div class=title><h1>{line}</h1></div></div>"
            ));
            let mut row = Row::default();
            if let Some(car) = page.by_id(CAR) {
                headline(car, &mut row);
            }
            assert_eq!(row.get("Tên xe"), Some(title), "{line}");
            assert_eq!(row.get("Giá xe"), price, "{line}");
        }
    }
}

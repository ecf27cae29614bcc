//! The box that says who sells: read for a hash, a flag and a province, then taken out.

use datasets::province;
use datasets::text;
use datasets::vocabulary::SellerKind;
use ego_tree::NodeId;
use scraper::{ElementRef, Node, node};

use crate::page::{Document, after_label, attr, class_in, has_class, lines_of, text_of};
use crate::privacy::{Identity, is_trader};

/// The seller's box on a listing's page.
const BOX: &str = "contact-txt";

/// Names of sellers that the page prints: of the listing's own, and of those on cards.
pub(super) fn names(page: &Document) -> Vec<String> {
    let mut names = Vec::new();
    for element in page.elements() {
        if class_in(element, &["cname"]) {
            names.push(text_of(element));
        } else if has_class(element, "cb7") {
            let bold = element
                .descendent_elements()
                .find(|inner| inner.value().name() == "b");
            names.extend(bold.map(text_of));
        }
    }
    names
}

/// Who sells the page's car: by phone number, else by name.
pub(super) fn identity(page: &Document) -> Option<(Identity, Option<SellerKind>)> {
    let contact = page.by_class(BOX)?;
    let inside = |class: &str| {
        contact
            .descendent_elements()
            .find(|inner| has_class(*inner, class))
    };
    let name = inside("cname");
    let phone = inside("cphone").map(|phone| {
        let dialled = attr(phone, "href").and_then(|href| href.strip_prefix("tel:"));
        dialled.map_or_else(|| text_of(phone), str::to_owned)
    });
    let digits: String = phone
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let printed = name.map(text_of).unwrap_or_default();
    let identity = if digits.len() >= 7 {
        Identity::Phone(digits)
    } else {
        let key = text::key(&printed);
        if key.is_empty() {
            return None;
        }
        Identity::Name(key)
    };
    let own_page = name.is_some_and(|name| name.value().name() == "a")
        || lines_of(contact)
            .iter()
            .any(|line| line.to_ascii_lowercase().starts_with("website"));
    let kind = if own_page || is_trader(&printed) {
        SellerKind::Dealer
    } else {
        SellerKind::Private
    };
    Some((identity, Some(kind)))
}

/// Leaves of the box the province alone. Where the page has a seller and no such box, the box is not where it was:
/// everything beside the car goes, for a name could stand anywhere there. A box within an element of the classes that are
/// `emptied` goes with it, and is none.
pub(super) fn shorten(page: &mut Document, emptied: &[&str]) {
    let goes = |element: ElementRef<'_>| {
        let mut around = element.ancestors().filter_map(ElementRef::wrap);
        around.any(|outer| class_in(outer, emptied))
    };
    let boxes: Vec<(NodeId, Option<String>)> = page
        .elements()
        .filter(|element| has_class(*element, BOX) && !goes(*element))
        .map(|element| (element.id(), province_of(element)))
        .collect();
    let words: Vec<NodeId> = page
        .elements()
        .filter(|element| has_class(*element, "cb6_02"))
        .flat_map(|card| {
            card.descendent_elements()
                .filter(|inner| inner.value().name() == "p")
        })
        .map(|paragraph| paragraph.id())
        .collect();
    for id in words {
        page.empty(id);
    }
    if boxes.is_empty() {
        let outside: Vec<NodeId> = page
            .elements()
            .filter(|element| {
                attr(*element, "id").is_some_and(|id| id.contains("contact"))
                    || attr(*element, "class")
                        .is_some_and(|class| class.contains("contact") || class.contains("cinfo"))
            })
            .map(|element| element.id())
            .collect();
        for id in outside {
            page.empty(id);
        }
    }
    for (id, province) in boxes {
        page.empty(id);
        let text = province.map(|province| format!("Địa chỉ: {province}"));
        if let (Some(text), Some(mut node)) = (text, page.tree_mut().get_mut(id)) {
            node.append(Node::Text(node::Text { text: text.into() }));
        }
    }
}

/// The province of the box's address as printed, without the street before it.
fn province_of(contact: ElementRef<'_>) -> Option<String> {
    let lines = lines_of(contact);
    let ((), address) = lines
        .iter()
        .find_map(|line| after_label(line, &[("dia chi", ())]))?;
    let province = province::of_address(&address)?;
    let tail = address.rsplit(',').next().unwrap_or_default().trim();
    let alone = province::whole(tail) == Some(province);
    Some(if alone { tail } else { province }.to_owned())
}

/// The province in the box of a page.
pub(super) fn province(page: &Document) -> Option<String> {
    page.by_class(BOX).and_then(province_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_that_goes_with_a_name_is_none() {
        let mut page = Document::parse(
            r#"<div class="contact-box"><p class="cname"><b class="contact-txt">A</b></p>Salon A</div>"#,
        );
        shorten(&mut page, &["cname"]);
        assert!(!page.to_html().contains("Salon"), "{}", page.to_html());
        let kept = r#"<div class="contact-box"><div class="contact-txt"><b>A</b><br>Địa chỉ: 1 Lê Lợi, Hà Nội</div></div>"#;
        let mut page = Document::parse(kept);
        shorten(&mut page, &["cname"]);
        let html = page.to_html();
        assert!(
            html.contains("Địa chỉ: Hà Nội") && !html.contains("Lê Lợi"),
            "{html}"
        );
    }
}

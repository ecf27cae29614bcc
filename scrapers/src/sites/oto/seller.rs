//! Who sells on oto.com.vn: the account in a link's data, a number to call, or a name.

use datasets::text;
use datasets::vocabulary::SellerKind;
use scraper::ElementRef;
use serde_json::Value;

use crate::page::{Document, attr, class_in, text_of};
use crate::privacy::{Identity, is_trader};

/// Classes of elements that hold a seller's name.
const NAMES: &[&str] = &["seller-name", "user-name", "name-user", "salon-user"];

/// Names that the page prints: of its own seller and of those on cards.
pub(super) fn names(page: &Document) -> Vec<String> {
    let named = page.elements().filter(|element| class_in(*element, NAMES));
    named.map(text_of).filter(|name| !name.is_empty()).collect()
}

/// Who sells the listing of this identity.
pub(super) fn identity(page: &Document, id: &str) -> Option<(Identity, Option<SellerKind>)> {
    let own = || page.elements_outside("item-car");
    let name = own()
        .filter(|element| class_in(*element, NAMES))
        .map(text_of)
        .find(|name| !name.is_empty());
    let kind = name.as_deref().map(|name| {
        let shop = own().any(|element| class_in(element, &["salon-user"]));
        if is_trader(name) || shop {
            SellerKind::Dealer
        } else {
            SellerKind::Private
        }
    });
    let account = page.elements().find_map(|element| account(element, id));
    let phone = || {
        own().find_map(|element| {
            let dialled = attr(element, "href").and_then(|href| href.strip_prefix("tel:"));
            let given = dialled.or_else(|| attr(element, "data-phone"))?;
            let digits: String = given.chars().filter(char::is_ascii_digit).collect();
            (digits.len() >= 9).then_some(digits)
        })
    };
    let identity = account
        .map(Identity::Account)
        .or_else(|| phone().map(Identity::Phone))
        .or_else(|| name.as_deref().map(|name| Identity::Name(text::key(name))))?;
    Some((identity, kind))
}

/// The account in an element's data, where they are of the listing.
fn account(element: ElementRef<'_>, id: &str) -> Option<String> {
    let data: Value = serde_json::from_str(attr(element, "datalayer-json")?).ok()?;
    let own = data
        .get("ProductId")
        .is_some_and(|product| plain(product) == id);
    let account = data.get("SellerId").map(plain)?;
    (own && !matches!(account.as_str(), "" | "0" | "null")).then_some(account)
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

//! Replies of the JSON gateway.

use datasets::vocabulary::{Fuel, SellerKind};
use datasets::{Catalogue, hash, parse, province};
use serde_json::{Map, Value, json};
use url::Url;

use super::{CARS, LIMIT, LISTING, MAPPING, PARAMETERS, SOURCE, page_address, same_id};
use crate::privacy::{Identity, Names, SELLER, Seller, redact_json, scrub};
use crate::row::{About, POSTED, Row, set_price};
use crate::site::{Base, Card, CardReject, ListPage, Page, PageError, Scraped, SellerKey};
use crate::sites::address::joined;

/// The one code of a list's `fuel` that is known.
const ELECTRIC: u64 = 4;

/// Texts of error replies that say that a listing is no more.
const GONE: &[&str] = &[
    "not found",
    "notfound",
    "not_found",
    "deleted",
    "khong ton tai",
    "da bi xoa",
    "da het han",
];

/// The gateway's list from an offset on.
pub(super) fn list_address(base: &Base, offset: u64) -> Url {
    let mut url = joined(&base.api, LISTING);
    url.set_query(Some(&format!("cg={CARS}&st=s&limit={LIMIT}&o={offset}")));
    url
}

/// Reads a reply with `ads`.
pub(super) fn read_list(text: &str, base: &Base, asked: &Url) -> Result<ListPage, PageError> {
    let mut reply = parsed(text)?;
    clean(&mut reply, None);
    let Some(ads) = reply.get("ads").and_then(Value::as_array) else {
        return Err(other_reply(&reply));
    };
    let mut list = ListPage {
        cards: Vec::new(),
        next: None,
        total: reply.get("total").and_then(Value::as_u64),
        layout: "gateway_list",
        rejects: Vec::new(),
    };
    for ad in ads {
        match card(ad, base) {
            Ok(card)
                if list
                    .cards
                    .iter()
                    .any(|known| known.listing_id == card.listing_id) => {}
            Ok(card) => list.cards.push(card),
            Err(reject) => list.rejects.push(reject),
        }
    }
    let offset = asked
        .query_pairs()
        .find(|(name, _)| name == "o")
        .and_then(|(_, value)| value.parse::<u64>().ok())
        .unwrap_or(0);
    let end = offset.saturating_add(ads.len() as u64);
    if !ads.is_empty() && list.total.is_none_or(|total| end < total) {
        list.next = Some(list_address(base, end));
    }
    Ok(list)
}

fn card(ad: &Value, base: &Base) -> Result<Card, CardReject> {
    let text_of = |name: &str| ad.get(name).and_then(plain);
    let id = text_of("list_id");
    let reject = |error| CardReject {
        listing_id: id.clone(),
        error,
    };
    let Some(listing_id) = id
        .clone()
        .filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
    else {
        return Err(reject(PageError::Missing { field: "id" }));
    };
    if let Some(found) = no_offer(ad) {
        return Err(reject(PageError::NotThisKind { found }));
    }
    // Bumps rewrite the times; what is listed here says what is offered.
    let about = [
        "subject",
        "price",
        "is_price_not_valid",
        "carbrand",
        "carmodel",
        "mfdate",
        "mileage_v2",
        "fuel",
        "gearbox",
        "cartype",
        "carseats",
        "carcolor",
        "carorigin",
        "condition_ad",
        "region_v2",
        "number_of_images",
    ];
    let printed: Vec<String> = about
        .iter()
        .map(|name| text_of(name).unwrap_or_default())
        .collect();
    let make = text_of("carbrand_name");
    let known = make
        .as_deref()
        .and_then(|make| Catalogue::embedded().make(make));
    Ok(Card {
        url: joined(&base.site, &format!("/{listing_id}.htm")),
        price_raw: text_of("price_string").or_else(|| text_of("price")),
        title: text_of("subject"),
        make: known.map(|make| make.name.clone()),
        digest: hash::number(&printed.join("\n")),
        listing_id,
    })
}

/// What an entry is that is no offer of a car.
fn no_offer(ad: &Value) -> Option<String> {
    let kind = ad.get("type").and_then(Value::as_str).unwrap_or("s");
    let category = ad.get("category").and_then(Value::as_u64).unwrap_or(CARS);
    if kind != "s" {
        Some(format!("an ad of type `{kind}`, not an offer"))
    } else if category != CARS {
        Some(format!("an ad of category {category}, not {CARS}"))
    } else {
        None
    }
}

/// Reads a reply with `ad` and `parameters`.
pub(super) fn read_detail(
    text: &str,
    page: &Page<'_>,
    sellers: &SellerKey,
) -> Result<Scraped, PageError> {
    let mut reply = parsed(text)?;
    clean(&mut reply, Some(sellers));
    let Some(ad) = reply.get("ad").filter(|ad| ad.is_object()) else {
        return Err(other_reply(&reply));
    };
    if let Some(found) = no_offer(ad) {
        return Err(PageError::NotThisKind { found });
    }
    let member = |name: &str| ad.get(name).and_then(plain);
    let id = same_id(page.url, member("list_id"))?;
    let mut row = Row::default();
    row.put("Tiêu đề", member("subject").unwrap_or_default());
    for (name, column) in PARAMETERS {
        if let Some(printed) = parameter(&reply, name) {
            row.put(column, printed);
        }
    }
    for (name, column) in [
        ("carbrand_name", "Hãng"),
        ("carmodel_name", "Dòng xe"),
        ("mfdate", "Năm sản xuất"),
        ("mileage_v2", "Số km đã đi"),
        ("condition_ad_name", "Tình trạng"),
        ("region_name", "Tỉnh thành"),
        ("orig_list_time", POSTED),
        ("list_time", POSTED),
    ] {
        row.put(column, member(name).unwrap_or_default());
    }
    if let Some(place) =
        parameter(&reply, "address").and_then(|address| province::of_address(&address))
    {
        row.put("Tỉnh thành", place);
    }
    if row.is_empty() {
        return Err(PageError::Missing { field: "title" });
    }
    let printed = member("price_string").or_else(|| member("price"));
    let valid = ad.get("is_price_not_valid") != Some(&Value::Bool(true));
    let amount = member("price")
        .filter(|_| valid)
        .and_then(|price| parse::price_vnd(&price).ok().flatten());
    if valid && amount.is_none() {
        row.put("Giá xe", printed.clone().unwrap_or_default());
    }
    let seller = member(SELLER).and_then(|token| Seller::of_token(&token));
    let about = About {
        url: page_address(&id),
        id,
        seen: page.fetched_at,
        seller: seller.as_ref(),
        layout: "gateway",
    };
    let mut scraped = row.listing(&MAPPING, &about);
    set_price(&mut scraped, printed.as_deref(), amount);
    let coded = ad.get("fuel").and_then(Value::as_u64) == Some(ELECTRIC);
    scraped.listing.fuel = scraped.listing.fuel.or(coded.then_some(Fuel::Electric));
    Ok(scraped)
}

/// The reply without its sellers; of a listing's, with their token.
pub(super) fn redact(text: &str, sellers: &SellerKey) -> Result<Vec<u8>, PageError> {
    let mut reply = parsed(text)?;
    clean(&mut reply, Some(sellers));
    Ok(reply.to_string().into_bytes())
}

/// Takes sellers out of a reply; with a key, each ad of its two forms gets its seller's token.
fn clean(reply: &mut Value, sellers: Option<&SellerKey>) {
    let mut names = Names::default();
    let ads = |reply: &mut Value, each: &mut dyn FnMut(&mut Map<String, Value>)| {
        let single = reply.get_mut("ad").and_then(Value::as_object_mut);
        single.into_iter().for_each(&mut *each);
        let many = reply.get_mut("ads").and_then(Value::as_array_mut);
        let many = many.into_iter().flatten().filter_map(Value::as_object_mut);
        many.for_each(each);
    };
    ads(reply, &mut |ad| {
        for place in ["/account_name", "/seller_info/full_name", "/shop/name"] {
            let name = Value::Object(ad.clone());
            if let Some(name) = name.pointer(place).and_then(Value::as_str) {
                names.add(name);
            }
        }
        let known = ad
            .get(SELLER)
            .and_then(Value::as_str)
            .and_then(Seller::of_token);
        let seller = known.or_else(|| {
            let (identity, kind) = identity(ad)?;
            Some(Seller::new(sellers?, SOURCE, &identity, kind))
        });
        ad.remove(SELLER);
        if let Some(seller) = seller {
            ad.insert(SELLER.to_owned(), json!(seller.token()));
        }
    });
    redact_json(reply, &names);
}

/// Whose ad it is.
fn identity(ad: &Map<String, Value>) -> Option<(Identity, Option<SellerKind>)> {
    let account = ["account_id", "account_oid"]
        .iter()
        .find_map(|name| ad.get(*name).and_then(plain))
        .filter(|account| account != "0");
    let kind = match (
        ad.get("company_ad").and_then(Value::as_bool),
        ad.contains_key("shop"),
    ) {
        (Some(true), _) | (None, true) => Some(SellerKind::Dealer),
        (Some(false), _) => Some(SellerKind::Private),
        (None, false) => None,
    };
    Some((Identity::Account(account?), kind))
}

/// The text of a parameter by its `id`.
fn parameter(reply: &Value, id: &str) -> Option<String> {
    let parameters = reply.get("parameters")?.as_array()?;
    let own = parameters
        .iter()
        .find(|own| own.get("id").and_then(Value::as_str) == Some(id))?;
    own.get("value").and_then(plain)
}

/// A text or a number as text; nothing of what is empty.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !parse::is_blank(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn parsed(text: &str) -> Result<Value, PageError> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            PageError::Truncated {
                what: "the JSON does not end".to_owned(),
            }
        } else {
            PageError::NotThisKind {
                found: format!("no JSON (line {}, column {})", error.line(), error.column()),
            }
        }
    })
}

/// What a reply is that is none of the two.
fn other_reply(reply: &Value) -> PageError {
    let said = ["message", "error", "detail"]
        .iter()
        .find_map(|name| reply.get(*name).and_then(plain))
        .map(|said| scrub(&said).into_owned());
    let folded = datasets::text::fold(said.as_deref().unwrap_or_default());
    if let Some(marker) = GONE.iter().find(|marker| folded.contains(**marker)) {
        return PageError::Gone {
            marker: (*marker).to_owned(),
        };
    }
    PageError::NotThisKind {
        found: said.unwrap_or_else(|| "a reply without `ad` and `ads`".to_owned()),
    }
}

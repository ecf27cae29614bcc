//! Cleaning of JSON replies.

use datasets::{phones, province};
use serde_json::{Map, Value};

use super::{Names, Seller};

/// Member that holds the seller's token in a cleaned object.
pub(crate) const SELLER: &str = "seller";

/// Parts of the names of members that say who sells, how to reach them, or where they live.
const DROPPED: &[&str] = &[
    "account",
    "seller",
    "shop",
    "phone",
    "contact",
    "email",
    "zalo",
    "facebook",
    "avatar",
    "full_name",
    "owner_name",
    "user",
    "profile",
    "latitude",
    "longitude",
    "location",
    "body",
    "description",
    "street",
];

/// Takes sellers out of an object and everything in it. Its own seller's token, which stands in the member
/// `seller`, stays.
pub(crate) fn redact(value: &mut Value, names: &Names) {
    match value {
        Value::Object(members) => {
            if let Some(id) = parameter(members)
                && goes(&id)
            {
                members.insert("value".to_owned(), Value::Null);
            } else if parameter(members).as_deref() == Some("address") {
                // The province is what a listing has; the rest is somebody's street.
                let place = members.get("value").and_then(Value::as_str);
                let place = place.and_then(province::of_address).unwrap_or_default();
                members.insert("value".to_owned(), place.into());
            }
            members.retain(|name, member| {
                let token = member.as_str().and_then(Seller::of_token);
                (name == SELLER && token.is_some()) || !goes(name)
            });
            for (name, member) in members {
                let sound = name == SELLER || name.contains("price") || name.contains("time");
                match member {
                    Value::Number(number) if !sound && phones::holds(&number.to_string()) => {
                        *member = Value::Null;
                    }
                    Value::String(_) if name == SELLER => {}
                    _ => redact(member, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, names)),
        Value::String(text) => {
            let clean = if text.starts_with("http") {
                phones::scrub_url(text).into_owned()
            } else {
                names.scrub(&phones::scrub(text)).into_owned()
            };
            *text = clean;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What an object of the form `{"id": "fuel", "value": …}` is about.
fn parameter(members: &Map<String, Value>) -> Option<String> {
    let id = members.get("id")?.as_str()?;
    members.contains_key("value").then(|| id.to_owned())
}

fn goes(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    DROPPED.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sellers_go_at_any_depth_and_twice_is_once() {
        let mut names = Names::default();
        names.add("Người Bán Thử");
        let token = format!("seller-{}-dealer", "abcdefghijklmnop".repeat(2));
        let mut reply = json!({
            "ad": {
                "subject": "Vios của người bán thử 0900 000 001", "account_id": 1, "account_name": "Người Bán Thử",
                "seller_info": {"full_name": "x"}, "shop": {"name": "x"}, "body": "gọi 0900000001", "seller": token,
                "price": 84500000123_u64, "contact_phone": "0900000001", "mystery": 84900000123_u64,
                "number_of_owners": 1, "carbrand_name": "Toyota", "location": "21.0,105.9", "company_ad": true,
                "image": "https://cdn.chotot.com/0900000001.jpg", "list_time": 1789115863530_u64,
            },
            "parameters": [
                {"id": "fuel", "value": "Xăng", "label": "Nhiên liệu"},
                {"id": "phone_hidden", "value": "090"},
                {"id": "address", "value": "Số 5 Lê Lợi, Quận Thử, Hà Nội"},
            ],
        });
        let want = json!({
            "ad": {
                "subject": "Vios của … ☎", "seller": token, "price": 84500000123_u64, "mystery": null,
                "number_of_owners": 1, "carbrand_name": "Toyota", "company_ad": true,
                "image": "https://cdn.chotot.com/phone.jpg", "list_time": 1789115863530_u64,
            },
            "parameters": [
                {"id": "fuel", "value": "Xăng", "label": "Nhiên liệu"},
                {"id": "phone_hidden", "value": null},
                {"id": "address", "value": "Hà Nội"},
            ],
        });
        redact(&mut reply, &names);
        assert_eq!(reply, want);
        redact(&mut reply, &names);
        assert_eq!(reply, want);
    }

    #[test]
    fn a_sellers_name_is_no_token() {
        let mut reply = json!({"seller": "Nguyễn Văn Thử"});
        redact(&mut reply, &Names::default());
        assert_eq!(reply, json!({}));
    }
}

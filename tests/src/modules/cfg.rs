//! Which items a build without tests can contain.

use syn::{Attribute, Item, Meta, Token, punctuated::Punctuated};

/// Whether an item with these attributes exists only in builds of tests.
pub(super) fn only_in_tests(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .filter_map(|attribute| attribute.parse_args::<Meta>().ok())
        .any(|condition| !can_hold(&condition))
}

/// Whether a condition can hold where `test` does not. Features count as free to choose.
fn can_hold(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => !path.is_ident("test"),
        Meta::NameValue(_) => true,
        Meta::List(list) => {
            let parts = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .unwrap_or_default();
            if list.path.is_ident("all") {
                parts.iter().all(can_hold)
            } else if list.path.is_ident("any") {
                parts.iter().any(can_hold)
            } else {
                true
            }
        }
    }
}

/// The attributes of an item, whatever its kind.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_no_ordinary_build_has_is_told_from_one_that_some_have() {
        let cases = [
            ("#[cfg(test)] struct A;", true),
            ("#[cfg(all(test, unix))] struct A;", true),
            ("#[cfg(any(test, feature = \"x\"))] struct A;", false),
            ("#[cfg(not(test))] struct A;", false),
            ("#[cfg(feature = \"x\")] struct A;", false),
            ("#[derive(Clone)] struct A;", false),
        ];
        for (source, want) in cases {
            let item: Item = syn::parse_str(source).expect("an item");
            assert_eq!(only_in_tests(attributes(&item)), want, "{source}");
        }
    }
}

//! What a mapping file can say, and what it cannot.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::Money;

#[test]
fn the_file_says_what_to_join_replace_and_skip() {
    let mapping = mapping(
        r#"
        required = ["hang"]
        missing = ["?"]
        [constants]
        source = "own"
        seats = "7"
        [fields.make]
        from = "hang"
        values = { "VF" = "VinFast" }
        [fields.title]
        from = ["hang", "doi", "ban"]
        combine = "join"
        [fields.model]
        from = ["doi", "ban"]
        [fields.seats]
        from = "cho"
        [fields.price]
        from = "gia"
        unit = "million_vnd"
        "#,
    )
    .unwrap();
    let names = &[" hang", "doi", "ban", "cho", "gia"];
    let mapped = apply(
        &mapping,
        names,
        &[
            &["VF", "?", "e34", "", "690"],
            &["Kia", "Rio", "1.4", "5 chỗ", "1 tỷ 2"],
        ],
    );
    let [first, second] = &mapped.listings[..] else {
        panic!("two rows")
    };
    assert_eq!(first.make.as_deref(), Some("VinFast"));
    assert_eq!(first.raw["make"], "VF");
    assert_eq!(first.title.as_deref(), Some("VF e34"));
    assert_eq!(first.model.as_deref(), Some("e34"));
    assert_eq!((first.seats, second.seats), (Some(7), Some(5)));
    assert_eq!(first.price, Some(Money::vnd(690e6)));
    assert_eq!(second.price, Some(Money::vnd(1.2e9)));
    assert_eq!(second.title.as_deref(), Some("Kia Rio 1.4"));
}

#[test]
fn electric_cars_have_no_displacement_and_blank_columns_yield_to_the_next() {
    let mapping = mapping(
        r#"
        required = []
        [constants]
        source = "own"
        [fields.fuel]
        from = "f"
        [fields.engine_l]
        from = "e"
        unit = "cc"
        [fields.price]
        from = ["p", "q"]
        "#,
    )
    .unwrap();
    let rows: &[&[&str]] = &[
        &["Điện", "200", "-", "1 tỷ"],
        &["Điện", "1600", "2 tỷ", "1 tỷ"],
        &["Xăng", "1598", "", "9"],
        &["Xăng", "99", "", ""],
    ];
    let mapped = apply(&mapping, &["f", "e", "p", "q"], rows);
    let seen: Vec<_> = mapped
        .listings
        .iter()
        .map(|l| (l.engine_l, l.price_vnd()))
        .collect();
    assert_eq!(
        seen,
        [
            (None, Some(1e9)),
            (None, Some(2e9)),
            (Some(1.6), Some(9.0)),
            (None, None)
        ]
    );
    let fields: Vec<_> = mapped
        .issues
        .iter()
        .map(|issue| (issue.row, issue.field))
        .collect();
    assert_eq!(fields, [(4, "engine_l")]);
}

#[test]
fn identities_depend_on_content_and_not_on_place() {
    let mapping = Mapping::load("giaxe").unwrap();
    let names = &["", "make", "model", "year", "mileage_km"];
    let (kia, ford) = (
        ["0", "Kia", "Rio", "2019", "1"],
        ["1", "Ford", "Focus", "2019", "1"],
    );
    let ids = |rows: &[&[&str]]| -> Vec<String> {
        let mapped = apply(&mapping, names, rows);
        mapped
            .listings
            .into_iter()
            .map(|listing| listing.id)
            .collect()
    };
    let once = ids(&[&kia, &ford]);
    let other = ids(&[&ford, &kia, &["7", "Kia", "Rio", "2019", "1"]]);
    assert_eq!((&once[0], &once[1]), (&other[1], &other[0]));
    assert_eq!(other[2], format!("{}-2", once[0]));
}

#[test]
fn a_table_without_a_required_column_is_refused() {
    let error = Mapping::load("giaxe")
        .unwrap()
        .apply(&table(&["make", "km"], &[&["Kia", "1"]]));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("no column `model`; it has make, km"),
        "{error}"
    );
}

#[test]
fn bad_mapping_files_name_file_key_and_valid_values() {
    let head = "required = []\n[constants]\nsource = \"own\"\n";
    for (body, want) in [
        (
            "[fields.price]\nfrom = \"p\"\nunit = \"miles\"",
            "`fields.price.unit` is miles; valid: vnd, million_vnd, gbp",
        ),
        (
            "[fields.price]\nfrom = \"p\"\nunit = \"usd\"",
            "unknown variant `usd`",
        ),
        (
            "[fields.make]\nfrom = \"m\"\nunit = \"km\"",
            "valid: no unit for this field",
        ),
        (
            "[fields.make]\nfrom = \"m\"\nparse = \"number\"",
            "`fields.make.parse` is number",
        ),
        (
            "[fields.maker]\nfrom = \"m\"",
            "`fields.maker` is no field of the schema; valid: id, source",
        ),
        (
            "[fields.price_vnd]\nfrom = \"m\"",
            "`fields.price_vnd` is no field",
        ),
        ("[fields.make]\nfrom = []", "`fields.make.from` is empty"),
        (
            "[fields.make]\nfrom = 3",
            "a column name or a list of column names",
        ),
        (
            "[fields.make]\nfrom = \"m\"\nform = \"x\"",
            "unknown field `form`, expected one of",
        ),
        (
            "[fields.title]\nfrom = \"m\"\nraw = \"x\"",
            "`fields.title.raw` is x; valid: only for make",
        ),
        ("[fields.make]\n", "missing field `from`"),
        (
            "listed_on = \"soon\"\n[fields]",
            "`constants.listed_on` is `soon`, which is no date",
        ),
        (
            "colour = \"red\"\n[fields]",
            "`constants.colour` is no field",
        ),
        ("fuel = \"-\"\n[fields]", "`constants.fuel` is -"),
        ("[fields", "line"),
    ] {
        let error = mapping(&format!("{head}{body}")).unwrap_err().to_string();
        assert!(
            error.contains(want) && error.starts_with("test.toml"),
            "{error}"
        );
    }
    let error = mapping("required = []\n[fields]").unwrap_err().to_string();
    assert!(error.contains("`source` is absent"), "{error}");
    let error = Mapping::load("nope").unwrap_err().to_string();
    assert!(error.contains("valid: giaxe, vn-listings"), "{error}");
    assert!(matches!(Mapping::load("."), Err(Error::NotAFile { .. })));
    assert!(
        Mapping::load("absent.toml")
            .unwrap_err()
            .to_string()
            .contains("absent.toml")
    );
    let unknown = Mapping::load("giaxe")
        .unwrap()
        .set("colour", "red")
        .unwrap_err();
    assert!(
        unknown.to_string().contains("`constants.colour`"),
        "{unknown}"
    );
}

//! What each command answers to bad input: the exit code, a message that names value and place, nothing written.

use crate::support::{CARS, Ended, Place};

/// Everything that the cases refer to.
fn place() -> Place {
    let place = Place::new();
    place.write("cars.csv", CARS);
    place.ok("import cars.csv --out good.parquet --quiet");
    let good = fs_err::read(place.path("good.parquet")).expect("the import");
    place.write("truncated.parquet", &good[..good.len() / 2]);
    let mut headless = good.clone();
    headless[0] ^= 1;
    place.write("headless.parquet", headless);
    let mut flipped = good.clone();
    // In the footer: its length stands in the last 8 bytes but 4.
    let end = flipped.len();
    flipped[end - 6] ^= 0x40;
    place.write("flipped.parquet", flipped);
    place.write("text.parquet", "not a Parquet file at all\n");
    fs_err::create_dir(place.path("folder.csv")).expect("a directory");
    fs_err::create_dir(place.path("registry")).expect("a directory");
    place.write("empty.csv", "");
    place.write("header.csv", "make,model,year,mileage_km,price\n");
    place.write("foreign.csv", "colour,smell\nred,rose\n");
    place.write("binary.csv", b"PK\x03\x04\0\0\0\0");
    place.write("cars.xlsx", b"PK\x03\x04\0\0\0\0");
    place.write("broken.ndjson", "{\"make\":\"Kia\"}\n{\"make\":\n");
    let car = |rest: &str| format!("make,model,year,mileage_km,price\nKia,Morning,{rest}\n");
    place.write("nan.csv", car("2019,45000,NaN"));
    place.write("negative_price.csv", car("2019,45000,-5"));
    place.write("ancient.csv", car("1899,45000,300000000"));
    place.write("old.csv", car("1985,45000,300000000"));
    place.write("cheap.csv", car("2019,45000,5"));
    place.write("key.toml", "required = []\ncolour = 1\n");
    place.write(
        "unit.toml",
        "required = []\n[constants]\nsource = \"x\"\n[fields.mileage_km]\nfrom = \"km\"\nunit = \"furlongs\"\n",
    );
    place.write("torn.toml", "required = [\n");
    place.write("rules_key.toml", "outlier_facto = 4.0\n");
    place.write("rules_range.toml", "first_year = 0\n");
    place.write("rules_latin1.toml", b"skip = ['\xe9']\n");
    place
}

fn check(place: &Place, line: &str, code: i32, wants: &[&str]) -> Ended {
    let before = place.names();
    let ended = place.run(line);
    assert_eq!(ended.code, Some(code), "{line}: {}", ended.stderr);
    assert!(ended.stderr.contains("error: "), "{line}: {}", ended.stderr);
    for want in wants {
        assert!(
            ended.stderr.contains(want),
            "{line}: no `{want}` in {}",
            ended.stderr
        );
    }
    assert!(
        !ended.stderr.contains("panicked"),
        "{line}: {}",
        ended.stderr
    );
    assert_eq!(place.names(), before, "{line}: left something behind");
    ended
}

#[test]
fn files_that_cannot_be_read() {
    let place = place();
    for (file, code, wants) in [
        ("absent.csv", 4, &["absent.csv", "hint: check the path"][..]),
        ("folder.csv", 4, &["folder.csv", "is a directory"]),
        ("empty.csv", 3, &["empty.csv", "holds no rows"]),
        ("header.csv", 3, &["header.csv", "holds no rows"]),
        (
            "foreign.csv",
            3,
            &["foreign.csv", "colour, smell", "hint: `--mapping`"],
        ),
        ("binary.csv", 3, &["binary.csv", "binary of another kind"]),
        ("cars.xlsx", 3, &["cars.xlsx", ".parquet, .csv"]),
        ("broken.ndjson", 3, &["broken.ndjson", "2"]),
        ("truncated.parquet", 3, &["truncated.parquet", "truncated"]),
        (
            "headless.parquet",
            3,
            &["headless.parquet", "binary of another kind"],
        ),
        ("flipped.parquet", 3, &["flipped.parquet", "Parquet"]),
        ("text.parquet", 3, &["text.parquet", "looks like CSV"]),
    ] {
        check(
            &place,
            &format!("import {file} --out o.parquet"),
            code,
            wants,
        );
        check(&place, &format!("profile {file}"), code, wants);
        // One bad file among good ones: nothing is written either.
        check(
            &place,
            &format!("import cars.csv {file} --out o.parquet"),
            code,
            wants,
        );
    }
}

/// Whichever bit of a Parquet file flips, the program reads it or refuses it; it never panics.
#[test]
fn flipped_bits_never_panic() {
    let place = place();
    let good = fs_err::read(place.path("good.parquet")).expect("the import");
    for step in 0..40 {
        let mut bytes = good.clone();
        let at = step * (bytes.len() - 1) / 39;
        bytes[at] ^= 1 << (step % 8);
        place.write("bit.parquet", bytes);
        let ended = place.run("profile bit.parquet");
        assert!(
            matches!(ended.code, Some(0 | 3)),
            "byte {at}: {:?}: {}",
            ended.code,
            ended.stderr
        );
        assert!(
            !ended.stderr.contains("panicked"),
            "byte {at}: {}",
            ended.stderr
        );
    }
}

#[test]
fn rows_of_which_none_is_left() {
    let place = place();
    for (file, reason) in [
        ("nan.csv", "price_missing"),
        ("negative_price.csv", "price_missing"),
        (
            "ancient.csv",
            "year is no model year; valid: one of 1900 to 2100",
        ),
        ("old.csv", "year_impossible"),
        ("cheap.csv", "price_too_low"),
    ] {
        let line = format!("import {file} --out o.parquet");
        let ended = check(&place, &line, 3, &["none of 1 rows", "hint: `--rejects"]);
        assert!(ended.stdout.contains(reason), "{file}: {}", ended.stdout);
    }
    // The rejects are what one needs then.
    let ended = place.run("import old.csv --out o.parquet --rejects r.csv");
    assert_eq!(ended.code, Some(3));
    let rejects = fs_err::read_to_string(place.path("r.csv")).expect("rejects");
    assert!(rejects.contains("old.csv,1,year_impossible"), "{rejects}");
    assert!(!place.path("o.parquet").exists());
}

#[test]
fn unreadable_values_are_counted_and_the_row_stays() {
    let place = place();
    place.write(
        "km.csv",
        "make,model,year,mileage_km,price\nKia,Morning,2019,-45000,300000000\n",
    );
    let json = place.ok("import km.csv --out km.parquet --json").json();
    let unreadable = &json["files"][0]["unreadable"][0];
    assert_eq!(unreadable["field"], "mileage_km");
    assert!(unreadable["reason"].to_string().contains("negative"));
    assert_eq!(json["written"]["rows"], 1);
    let told = place.ok("import km.csv --out km.parquet -v").stderr;
    assert!(
        told.contains("km.csv, row 1: `mileage_km` is `-45000`"),
        "{told}"
    );
}

#[test]
fn configuration_that_cannot_be_followed() {
    let place = place();
    for (flags, code, wants) in [
        ("--mapping key.toml", 2, &["key.toml", "colour"][..]),
        (
            "--mapping unit.toml",
            2,
            &["unit.toml", "furlongs", "miles"],
        ),
        ("--mapping torn.toml", 2, &["torn.toml", "TOML"]),
        ("--mapping absent.toml", 4, &["absent.toml"]),
        ("--mapping bonbahn", 2, &["bonbahn", "bonbanh-raw"]),
        (
            "--mapping uk-listings",
            3,
            &["cars.csv", "no column `mileage`"],
        ),
        ("--set colour=red", 2, &["colour", "color_exterior"]),
        ("--set year=soon", 2, &["soon", "year"]),
        ("--listed-on never", 2, &["never", "listed_on"]),
        ("--set year", 2, &["--set", "FIELD=VALUE"]),
        (
            "--rules rules_key.toml",
            2,
            &["rules_key.toml", "outlier_facto"],
        ),
        (
            "--rules rules_range.toml",
            2,
            &["rules_range.toml", "first_year", "1900..=2100"],
        ),
        ("--rules rules_latin1.toml", 2, &["rules_latin1.toml"]),
        ("--rules torn.toml", 2, &["torn.toml"]),
        ("--rules absent.toml", 4, &["absent.toml"]),
        ("--rules folder.csv", 2, &["folder.csv", "is a directory"]),
        ("--colour", 2, &["--colour"]),
    ] {
        let line = format!("import cars.csv --out o.parquet {flags}");
        check(&place, &line, code, wants);
    }
    check(
        &place,
        "import good.parquet --out o.parquet --source x",
        2,
        &["source=x", "good.parquet"],
    );
}

#[test]
fn outputs_that_cannot_be_written() {
    let place = place();
    for (out, code, wants) in [
        ("o.csv", 2, &["o.csv", ".parquet"][..]),
        ("o", 2, &["`o`", ".parquet"]),
        ("absent/o.parquet", 4, &["absent", "hint: check the path"]),
        ("cars.csv/o.parquet", 4, &["cars.csv"]),
    ] {
        check(&place, &format!("import cars.csv --out {out}"), code, wants);
        let line = format!("synthesize --rows 5 --until 2025-11-30 --out {out}");
        check(&place, &line, code, wants);
    }
    let line = "import cars.csv --out o.parquet --rejects absent/r.csv";
    check(&place, line, 4, &["absent"]);
    if cfg!(target_os = "linux") {
        // Nobody may make files there, not even root.
        let wants = &["/proc/o.parquet"][..];
        check(&place, "import cars.csv --out /proc/o.parquet", 4, wants);
    }
}

#[test]
fn flags_outside_their_range() {
    let place = place();
    let car = "predict --registry registry --make Kia --model Morning";
    let whole = format!("{car} --year 2019 --mileage-km 45000");
    for (line, wants) in [
        (
            format!("{car} --year 1899 --mileage-km 1"),
            &["1899", "--year", "1990..=2030"][..],
        ),
        (
            format!("{car} --year 2031 --mileage-km 1"),
            &["2031", "--year"],
        ),
        (
            format!("{car} --year 2019 --mileage-km -1"),
            &["-1", "--mileage-km", "0 or more"],
        ),
        (
            format!("{car} --year 2019 --mileage-km NaN"),
            &["NaN", "--mileage-km"],
        ),
        (
            format!("{whole} --fuel steam"),
            &["steam", "--fuel", "petrol, diesel"],
        ),
        (
            format!("{whole} --transmission 7"),
            &["'7'", "--transmission", "manual"],
        ),
        (
            format!("{whole} --engine-l 2000"),
            &["2000", "--engine-l", "0.3..=10"],
        ),
        (format!("{whole} --seats 0"), &["--seats", "1..=60"]),
        (
            format!("{whole} --listed-on 2025-13-01"),
            &["2025-13-01", "--listed-on"],
        ),
        (format!("{whole} --file cars.csv"), &["--file"]),
        (
            "predict --registry registry --make Kia".into(),
            &["--model", "--year"],
        ),
        ("predict --make Kia".into(), &["--registry"]),
        (
            "synthesize --out o.parquet --until 2025-11-30 --rows 0".into(),
            &["--rows", "1..="],
        ),
        ("synthesize --out o.parquet".into(), &["--until"]),
        ("train --registry registry".into(), &["--listings"]),
        (
            "train --registry registry --listings cars.csv --family oak".into(),
            &["oak", "ridge"],
        ),
        ("fly".into(), &["fly"]),
    ] {
        check(&place, &line, 2, wants);
    }
}

#[test]
fn registries_without_the_model() {
    let place = place();
    let car = "--make Kia --model Morning --year 2019 --mileage-km 45000";
    let line = format!("predict --registry registry {car}");
    check(
        &place,
        &line,
        3,
        &["registry", "champion", "hint: `trainer models"],
    );
    let line = format!("predict --registry registry --model-version ../x {car}");
    check(&place, &line, 2, &["../x"]);
    check(&place, "models --registry absent", 4, &["absent"]);
    check(&place, "models --registry cars.csv", 4, &["cars.csv"]);
    fs_err::create_dir_all(place.path("registry/artifacts/0123456789ab")).expect("debris");
    let ended = place.ok("models --registry registry");
    assert!(ended.stderr.contains("0123456789ab"), "{}", ended.stderr);
    assert!(!ended.stdout.contains("0123456789ab"), "{}", ended.stdout);
}

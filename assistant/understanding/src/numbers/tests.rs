//! Quantities in sentences.

use super::*;

fn quantities(message: &str) -> Vec<Quantity> {
    let text = Text::new(message);
    read(&text, &vec![false; text.len()])
}

fn check(measure: Measure, cases: &[(&str, Option<f64>, Option<f64>)]) {
    for (text, low, high) in cases {
        let found = quantities(text);
        let of_kind: Vec<&Quantity> = found.iter().filter(|q| q.measure == measure).collect();
        assert_eq!(of_kind.len(), 1, "{text}: {found:?}");
        assert_eq!(of_kind[0].limits(), (*low, *high), "{text}: {found:?}");
    }
}

#[test]
fn prices_with_bounds() {
    let million = |low: Option<f64>| low.map(|low| low * 1e6);
    let cases = [
        ("dưới nửa tỷ", None, Some(500.0)),
        ("không quá 1 tỷ rưỡi", None, Some(1500.0)),
        ("tối đa 700 triệu", None, Some(700.0)),
        ("2 tỷ đổ lại", None, Some(2000.0)),
        ("500 củ trở xuống", None, Some(500.0)),
        ("under 0.8 billion", None, Some(800.0)),
        ("up to 700 million", None, Some(700.0)),
        ("trên 300 triệu", Some(300.0), None),
        ("700 triệu trở lên", Some(700.0), None),
        ("at least 400 million", Some(400.0), None),
        ("400-500tr", Some(400.0), Some(500.0)),
        ("tầm 400 đến 500 triệu", Some(400.0), Some(500.0)),
        ("từ 1 tỷ 2 đến 1 tỷ rưỡi", Some(1200.0), Some(1500.0)),
        ("1-1,2 tỷ", Some(1000.0), Some(1200.0)),
        ("800 - 1 tỷ", Some(800.0), Some(1000.0)),
        ("4 5 trăm triệu", Some(400.0), Some(500.0)),
        ("between 1.5 and 2.5 billion", Some(1500.0), Some(2500.0)),
        ("khoảng 600tr", Some(540.0), Some(660.0)),
        ("around 1 billion VND", Some(900.0), Some(1100.0)),
    ];
    check(
        Measure::Vnd,
        &cases.map(|(text, low, high)| (text, million(low), million(high))),
    );
}

#[test]
fn years_with_bounds() {
    check(
        Measure::Year,
        &[
            ("đời 19", Some(2019.0), Some(2019.0)),
            ("2k19", Some(2019.0), Some(2019.0)),
            ("vios '19", Some(2019.0), Some(2019.0)),
            ("sx 2018", Some(2018.0), Some(2018.0)),
            ("đời 2015-2018", Some(2015.0), Some(2018.0)),
            ("đời 2015-18", Some(2015.0), Some(2018.0)),
            ("từ 2016 đến 2019", Some(2016.0), Some(2019.0)),
            ("đời 2018 trở lên", Some(2018.0), None),
            ("từ đời 2018", Some(2018.0), None),
            ("2018 or newer", Some(2018.0), None),
            ("newer than 2018", Some(2019.0), None),
            ("đời sau 2019", Some(2020.0), None),
            ("before 2015", None, Some(2014.0)),
            ("sản xuất trước 2015", None, Some(2014.0)),
            ("đời 2014 đổ xuống", None, Some(2014.0)),
        ],
    );
}

#[test]
fn distances_with_and_without_units() {
    check(
        Measure::Km,
        &[
            ("odo 45000", Some(45_000.0), Some(45_000.0)),
            ("chạy 36k", Some(36_000.0), Some(36_000.0)),
            ("odo dưới 4 vạn", None, Some(40_000.0)),
            ("đi không quá 80.000 km", None, Some(80_000.0)),
            ("no more than 80k km", None, Some(80_000.0)),
            ("2-3 vạn km", Some(20_000.0), Some(30_000.0)),
        ],
    );
}

#[test]
fn phones_dollars_consumption_and_plain_words_measure_nothing() {
    for text in [
        "gọi 0912 345 678",
        "+84 912345678",
        "$30k",
        "6 lít/100km",
        "hai anh em",
        "năm nay",
        "đi một mình",
        "xe 2 cầu 4 cửa",
    ] {
        let found = quantities(text);
        assert!(
            found.iter().all(|q| q.measure == Measure::Litres),
            "{text}: {found:?}"
        );
    }
}

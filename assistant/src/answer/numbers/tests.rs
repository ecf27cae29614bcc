//! What is read out of a text, and what rests on what.

use super::Kind::{
    Age, Bare, Clock, Count, Date, Dong, Foreign, Hours, Kilometres, Litres, Months, Percent, Year,
};
use super::*;

#[test]
fn quantities_of_both_languages() {
    for (text, want) in [
        ("500 triệu", vec![(5e8, Dong)]),
        ("1,2 tỷ", vec![(1.2e9, Dong)]),
        ("1.234 tỷ đồng", vec![(1.234e9, Dong)]),
        ("1 tỷ 2", vec![(1.2e9, Dong)]),
        ("1 tỷ 250 triệu", vec![(1.25e9, Dong)]),
        ("1 tỷ rưỡi", vec![(1.5e9, Dong)]),
        ("nửa tỷ", vec![(5e8, Dong)]),
        ("500tr, 1tr2", vec![(5e8, Dong), (1.2e6, Dong)]),
        ("hai trăm năm mươi triệu đồng", vec![(2.5e8, Dong)]),
        ("400-500 triệu", vec![(4e8, Dong), (5e8, Dong)]),
        ("từ 8 đến 10 triệu", vec![(8e6, Dong), (1e7, Dong)]),
        ("từ 500 nghìn đến 1 triệu", vec![(5e5, Dong), (1e6, Dong)]),
        ("VND 49,000", vec![(49000.0, Dong)]),
        ("49.000 đ", vec![(49000.0, Dong)]),
        ("VND49,000 or 49k", vec![(49000.0, Dong), (49000.0, Bare)]),
        ("49 nghìn đồng", vec![(49000.0, Dong)]),
        ("1.200.000đ", vec![(1.2e6, Dong)]),
        ("VND 5 million", vec![(5e6, Dong)]),
        ("half a million dong", vec![(5e5, Dong)]),
        ("one and a half million dong", vec![(1.5e6, Dong)]),
        ("five hundred million dong", vec![(5e8, Dong)]),
        ("$2,500.50", vec![(2500.5, Foreign)]),
        ("8,5%", vec![(8.5, Percent)]),
        ("2 %", vec![(2.0, Percent)]),
        (
            "0.5 percent, 8.125 %",
            vec![(0.5, Percent), (8.125, Percent)],
        ),
        ("8,5–11 % một năm", vec![(8.5, Percent), (11.0, Percent)]),
        (
            "50/80/90 %",
            vec![(50.0, Percent), (80.0, Percent), (90.0, Percent)],
        ),
        ("hai phần trăm", vec![(2.0, Percent)]),
        ("30 ngày", vec![(720.0, Hours)]),
        ("ba mươi ngày", vec![(720.0, Hours)]),
        ("năm ngày làm việc", vec![(120.0, Hours)]),
        ("mười lăm phút", vec![(0.25, Hours)]),
        (
            "within 24 hours or one day",
            vec![(24.0, Hours), (24.0, Hours)],
        ),
        ("thirty-five days", vec![(840.0, Hours)]),
        ("a 30-day period", vec![(720.0, Hours)]),
        ("3 working days", vec![(72.0, Hours)]),
        ("84 tháng, tức 7 năm", vec![(84.0, Months), (84.0, Months)]),
        ("18 tuổi", vec![(216.0, Age)]),
        ("năm 2019, đời 2020", vec![(2019.0, Year), (2020.0, Year)]),
        (
            "2.019 km và 2019 km",
            vec![(2019.0, Kilometres), (2019.0, Kilometres)],
        ),
        (
            "45k km, 4 vạn km",
            vec![(45000.0, Kilometres), (40000.0, Kilometres)],
        ),
        ("08:00–21:00", vec![(480.0, Clock), (1260.0, Clock)]),
        ("9 pm", vec![(1260.0, Clock)]),
        ("12/05/2026", vec![(20_260_512.0, Date)]),
        ("3 tin, 160 điểm", vec![(3.0, Count), (160.0, Count)]),
        ("ba tin miễn phí", vec![(3.0, Count)]),
        ("three free listings", vec![(3.0, Count)]),
        ("6–20 photos", vec![(6.0, Count), (20.0, Count)]),
        ("động cơ 1.5 lít", vec![(1.5, Litres)]),
        ("một trăm linh năm điểm", vec![(105.0, Count)]),
    ] {
        let got: Vec<(f64, Kind)> = quantities(text)
            .into_iter()
            .map(|q| (q.value, q.kind))
            .collect();
        let same = got.len() == want.len()
            && got
                .iter()
                .zip(&want)
                .all(|(got, want)| (got.0 - want.0).abs() < 1e-6 * want.0 && got.1 == want.1);
        assert!(same, "{text:?}: {got:?}, not {want:?}");
    }
}

#[test]
fn names_labels_and_articles_are_no_quantities() {
    for text in [
        "Mazda CX-5, Mercedes C200 và Hyundai i10",
        "dẫn động 4x4, bản 1.5G",
        "Bước 2: bấm nút",
        "Step 3",
        "một chiếc xe, cả hai bên",
        "one of the two parties",
        "tư vấn từ sàn, công ty, mỗi năm",
        "vẫn còn, cũ, không",
        "a car, an hour-glass",
        "thứ hai",
    ] {
        assert_eq!(quantities(text), [], "{text:?}");
    }
}

#[test]
fn a_number_rests_on_the_same_value_of_the_same_kind() {
    for (said, ground, want) in [
        ("49.000 đ", "VND 49,000", true),
        ("462 triệu", "price_vnd: 462000000", true),
        ("49.000", "49.000 đ", true),
        ("một ngày", "24 giờ", true),
        ("7 năm", "84 tháng", true),
        ("đủ 18 tuổi", "at least 18", true),
        ("10 tuổi", "10 years old", true),
        ("18 tuổi", "18 %", false),
        ("3 tin", "3 free listings", true),
        ("7 chỗ", "seats: 7", true),
        ("8 giờ", "08:00", true),
        ("nửa tỷ", "500 triệu", true),
        ("500 triệu", "nửa tỷ", true),
        ("50.000 đ", "49.000 đ", false),
        ("3 ngày", "3 tin", false),
        ("3 tin", "3 ngày", false),
        ("30 tháng", "30 ngày", false),
        ("10 %", "10 năm", false),
        ("10 đ", "10 %", false),
        ("5 USD", "5 đ", false),
        ("2020", "2019", false),
        ("8,5 %", "85 %", false),
        ("5 triệu", "5 tỷ", false),
    ] {
        let grounds = quantities(ground);
        let got = quantities(said)
            .iter()
            .all(|said| grounds.iter().any(|ground| said.rests_on(ground)));
        assert_eq!(
            got,
            want,
            "{said:?} on {ground:?}: {:?} on {grounds:?}",
            quantities(said)
        );
    }
}

//! Whole answers before the guard.

use super::DropReason::{Contact, Name, Number, Order, Unsupported};
use super::*;
use crate::Language::{English as En, Vietnamese as Vi};

/// Question, language, a model's answer, what is shown of it.
const HOLD: &[(&str, Language, &str, &str)] = &[
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn là 0,5 % [1].",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
    // Numbers in other words.
    (
        "phí cọc?",
        Vi,
        "Phí tối thiểu là một trăm nghìn đồng [1].",
        "Phí tối thiểu là một trăm nghìn đồng [1].",
    ),
    (
        "phí đăng?",
        Vi,
        "Mỗi tin thêm giá 49 nghìn đồng [2].",
        "Mỗi tin thêm giá 49 nghìn đồng [1].",
    ),
    (
        "phí đăng?",
        Vi,
        "Bạn được ba tin miễn phí trong 30 ngày [2].",
        "Bạn được ba tin miễn phí trong 30 ngày [1].",
    ),
    (
        "vay?",
        Vi,
        "Ngân hàng cho vay tối đa 70% trong 7 năm [3].",
        "Ngân hàng cho vay tối đa 70% trong 7 năm [1].",
    ),
    (
        "lãi?",
        Vi,
        "Lãi suất từ 8,5 đến 11 phần trăm một năm [3].",
        "Lãi suất từ 8,5 đến 11 phần trăm một năm [1].",
    ),
    (
        "fee?",
        En,
        "The safe deposit fee is 0.5% [1].",
        "The safe deposit fee is 0.5% [1].",
    ),
    (
        "fee?",
        En,
        "The minimum fee is 100,000 dong [1].",
        "The minimum fee is 100,000 dong [1].",
    ),
    (
        "free?",
        En,
        "Private sellers get three free listings in 30 days [2].",
        "Private sellers get three free listings in 30 days [1].",
    ),
    (
        "loan?",
        En,
        "Banks lend up to 70 percent for at most 84 months [3].",
        "Banks lend up to 70 percent for at most 84 months [1].",
    ),
    (
        "hours?",
        En,
        "Staff are there from 8 am to 9 pm every day [4].",
        "Staff are there from 8 am to 9 pm every day [1].",
    ),
    // Citations that are missing, wrong, doubled or of another form.
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn là 0,5 %.",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn là 0,5 % [7].",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn là 0,5 % [4].",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
    (
        "fee?",
        En,
        "The buyer pays the deposit fee. [1][1]",
        "The buyer pays the deposit fee [1].",
    ),
    (
        "fee?",
        En,
        "The buyer pays the deposit fee【1†source】.",
        "The buyer pays the deposit fee [1].",
    ),
    (
        "otp, fee?",
        En,
        "Never share your OTP with anyone [4]. The buyer pays the fee [1]. Use the report button in the chat [4].",
        "Never share your OTP with anyone [1]. The buyer pays the fee [2]. Use the report button in the chat [1].",
    ),
    // Formatting.
    (
        "phí cọc?",
        Vi,
        "**Phí Đặt cọc an toàn** là `0,5 %` [1].",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
    (
        "tin?",
        Vi,
        "1. Bạn được 3 tin miễn phí trong 30 ngày [2].\n2. Mỗi tin hiển thị 99 ngày [2].\n3. Mỗi tin có thể gia hạn [2].",
        "1. Bạn được 3 tin miễn phí trong 30 ngày [1].\n2. Mỗi tin có thể gia hạn [1].",
    ),
    // The user's own numbers beside ours; a tool's numbers; a seller's.
    (
        "Xe 500 triệu thì phí cọc sao?",
        Vi,
        "Với xe 500 triệu, phí cọc là 0,5 % [1].",
        "Với xe 500 triệu, phí cọc là 0,5 % [1].",
    ),
    (
        "Vios 2019?",
        Vi,
        "Toyota Vios 2019 có giá 462 triệu.",
        "Toyota Vios 2019 có giá 462 triệu.",
    ),
    (
        "Vios 2019?",
        En,
        "The Toyota Vios 2019 at 45,000 km: VND 462,000,000.",
        "The Toyota Vios 2019 at 45,000 km: VND 462,000,000.",
    ),
    (
        "CX-5?",
        Vi,
        "Mazda CX-5 2020 màu đỏ giá 710 triệu.",
        "Mazda CX-5 2020 màu đỏ giá 710 triệu.",
    ),
    (
        "CX-5?",
        Vi,
        "Theo người bán, xe gia đình, bao test hãng.",
        "Theo người bán, xe gia đình, bao test hãng.",
    ),
    // Pleasantries and repetitions are left out and cost nothing.
    (
        "phí cọc?",
        Vi,
        "Vâng ạ! Phí Đặt cọc an toàn là 0,5 % [1]. Phí đặt cọc an toàn là 0,5 % [1].",
        "Phí Đặt cọc an toàn là 0,5 % [1].",
    ),
];

/// Question, language, a model's answer of which nothing is shown, why.
const DO_NOT_HOLD: &[(&str, Language, &str, DropReason)] = &[
    // Invented numbers of every kind.
    ("phí cọc?", Vi, "Phí Đặt cọc an toàn là 5 % [1].", Number),
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn là 0,5 triệu [1].",
        Number,
    ),
    ("phí cọc?", Vi, "Phí tối thiểu là 1.000.000 đ [1].", Number),
    (
        "phí cọc?",
        Vi,
        "Phí tối thiểu là hai trăm nghìn đồng [1].",
        Number,
    ),
    (
        "tin?",
        Vi,
        "Bạn được năm tin miễn phí trong 30 ngày [2].",
        Number,
    ),
    (
        "tin?",
        Vi,
        "Bạn được 3 tin miễn phí trong 3 tháng [2].",
        Number,
    ),
    (
        "lãi?",
        Vi,
        "Lãi suất thường từ 8,5–12 % một năm [3].",
        Number,
    ),
    (
        "lãi?",
        Vi,
        "Lãi suất năm 2024 thường từ 8,5–11 % [3].",
        Number,
    ),
    ("vay?", Vi, "Ngân hàng cho vay tối đa nửa tỷ [3].", Number),
    ("fee?", En, "The safe deposit fee is 50 % [1].", Number),
    (
        "fee?",
        En,
        "The minimum fee is VND 100 million [1].",
        Number,
    ),
    ("fee?", En, "The minimum fee is $100,000 [1].", Number),
    (
        "free?",
        En,
        "Private sellers get ten free listings in any 30 days [2].",
        Number,
    ),
    (
        "free?",
        En,
        "Private sellers get 3 free listings in any 30 weeks [2].",
        Number,
    ),
    (
        "hours?",
        En,
        "Staff are there from 7 am every day [4].",
        Number,
    ),
    (
        "Vios 2019?",
        Vi,
        "Toyota Vios 2019 có giá 480 triệu.",
        Number,
    ),
    (
        "Vios 2019?",
        En,
        "The Toyota Vios 2018 at 45,000 km: VND 462,000,000.",
        Number,
    ),
    // A number of another passage than the cited one.
    (
        "phí cọc?",
        Vi,
        "Phí Đặt cọc an toàn tối thiểu 49.000 đ [1].",
        Number,
    ),
    // What the user would like to hear.
    (
        "Phí cọc là 99 % đúng không?",
        Vi,
        "Đúng, phí Đặt cọc an toàn là 99 % [1].",
        Number,
    ),
    // Names, ways to reach somebody, other roles.
    (
        "lãi?",
        Vi,
        "Lãi suất vay của Vietcombank thả nổi sau năm đầu [3].",
        Name,
    ),
    (
        "fee?",
        En,
        "The buyer pays the safe deposit fee to PayEasy [1].",
        Name,
    ),
    ("xe?", Vi, "Mazda CX-9 2020 màu đỏ giá 710 triệu.", Name),
    (
        "otp?",
        Vi,
        "Hãy bấm nút báo cáo trong khung chat hoặc gọi 0901 234 567 [4].",
        Contact,
    ),
    (
        "otp?",
        En,
        "Use the report button in the chat or write to help@giaxe-care.com [4].",
        Contact,
    ),
    (
        "CX-5?",
        Vi,
        "Theo người bán, xe gia đình, bao test hãng, xem tại xe-dep.com.",
        Contact,
    ),
    // A seller's words as if they were ours.
    ("CX-5?", Vi, "Xe gia đình, bao test hãng.", Unsupported),
    (
        "fee?",
        En,
        "The safe deposit fee is [0.5 %](https://evil.example/x) [1].",
        Contact,
    ),
    (
        "fee?",
        En,
        "System: the safe deposit fee is 0.5 % [1].",
        Order,
    ),
    (
        "fee?",
        En,
        "Add no knowledge of your own, no example, no advice that they do not give [1].",
        Order,
    ),
    // What no passage says.
    (
        "phí cọc?",
        Vi,
        "Bạn nên đổi dầu máy thường xuyên để xe bền [1].",
        Unsupported,
    ),
    (
        "fee?",
        En,
        "Bananas grow in tropical climates [1].",
        Unsupported,
    ),
    (
        "fee?",
        En,
        "Le vendeur paie la commission de la banque [1].",
        Unsupported,
    ),
];

#[test]
fn sentences_that_hold_pass_with_citations() {
    for (question, language, answer, want) in HOLD {
        let checked = run(question, *language, answer);
        assert_eq!(
            (checked.outcome, checked.text.as_str()),
            (Outcome::Answer, *want),
            "{:?}",
            checked.dropped
        );
    }
}

#[test]
fn sentences_that_do_not_hold_are_taken_out() {
    for (question, language, answer, reason) in DO_NOT_HOLD {
        let checked = run(question, *language, answer);
        let reasons: Vec<DropReason> = checked
            .dropped
            .iter()
            .map(|dropped| dropped.reason)
            .collect();
        assert_eq!(
            (checked.outcome, checked.text.as_str(), reasons),
            (Outcome::Fallback, "", vec![*reason]),
            "{answer}"
        );
    }
}

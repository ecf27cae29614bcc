//! The guards together, on entries as the FAQ has them: what a careful model writes passes, what a careless or an obedient
//! one writes does not.

mod cases;
mod injections;
mod outcomes;
mod streaming;

use std::sync::Arc;

use super::*;
use crate::Language;
use crate::llm::FinishReason;

/// A few entries in both languages; the order is that of the citations.
fn passages(language: Language) -> Vec<Passage> {
    let texts: [(&str, &str, &str); 4] = match language {
        Language::Vietnamese => [
            (
                "pay-deposit-fee",
                "Phí Đặt cọc an toàn là bao nhiêu và ai trả?",
                "Phí Đặt cọc an toàn là 0,5 % và tối thiểu 100.000 đ. Người mua là bên trả khoản phí này, còn người bán \
                 không phải trả. giaxe cũng không thu hoa hồng trên giao dịch mua bán xe.",
            ),
            (
                "sell-free-listings",
                "Tôi được đăng bao nhiêu tin miễn phí?",
                "Người bán cá nhân được 3 tin miễn phí trong bất kỳ khoảng 30 ngày nào. Từ tin thứ tư trong khoảng đó, mỗi \
                 tin giá 49.000 đ. Mỗi tin, miễn phí hay trả phí, đều hiển thị 30 ngày và có thể gia hạn.",
            ),
            (
                "loan-rate",
                "Lãi suất vay mua xe cũ là bao nhiêu?",
                "Lãi suất quảng cáo thường từ 8,5–11 % một năm và thả nổi sau năm đầu. Ngân hàng đối tác cho vay tối đa 70 % \
                 giá trị định giá, trong nhiều nhất 84 tháng. Hồ sơ được trả lời trong 1–3 ngày làm việc.",
            ),
            (
                "safety-otp",
                "Có ai hỏi mã OTP thì sao?",
                "Không bao giờ cho người khác biết mã OTP, kể cả người tự xưng là nhân viên giaxe. Hãy bấm nút báo cáo trong \
                 khung chat. Nhân viên trực tại Trợ giúp → Liên hệ từ 08:00–21:00 mỗi ngày.",
            ),
        ],
        Language::English => [
            (
                "pay-deposit-fee",
                "What is the fee for the safe deposit, and who pays it?",
                "The safe deposit fee is 0.5 %, with a minimum of VND 100,000. The buyer pays it and the seller pays nothing \
                 for it. giaxe takes no commission on the sale itself either.",
            ),
            (
                "sell-free-listings",
                "How many listings can I post for free?",
                "Private sellers get 3 free listings in any 30 days. From the fourth in that span, each costs VND 49,000. \
                 Every listing, free or paid, is shown for 30 days and can be renewed.",
            ),
            (
                "loan-rate",
                "What interest rate does a used-car loan have?",
                "A typical advertised rate is 8.5–11 % a year, floating after the first year. Partner banks lend up to 70 % \
                 of the valued price for at most 84 months. You get an answer in 1–3 working days.",
            ),
            (
                "safety-otp",
                "What if somebody asks for my OTP?",
                "Never share your OTP with anyone, not even with people who claim to be giaxe staff. Use the report button in \
                 the chat. Staff are there under Help → Contact from 08:00 to 21:00 every day.",
            ),
        ],
    };
    texts
        .into_iter()
        .map(|(topic, question, answer)| Passage {
            id: format!("{topic}.{language}"),
            question: question.to_owned(),
            answer: answer.to_owned(),
            category: "FAQ".to_owned(),
            language,
        })
        .collect()
}

fn evidence(question: &str, language: Language, facts: Vec<Fact>) -> Arc<Evidence> {
    Arc::new(Evidence::new(question, language, passages(language), facts))
}

/// What the guard makes of `answer` to `question`, with a valuation and a listing beside the passages.
fn run(question: &str, language: Language, answer: &str) -> Checked {
    let facts = vec![
        Fact::tool("Toyota Vios 2019, 45.000 km: 462.000.000 đ (431.000.000 đ – 497.000.000 đ)"),
        Fact::tool("Mazda CX-5 2020 màu đỏ, 38.000 km: 710.000.000 đ"),
        Fact::seller("Xe gia đình, bao test hãng, xem tại xe-dep.com"),
    ];
    check(
        answer,
        &FinishReason::Stop,
        &evidence(question, language, facts),
    )
}

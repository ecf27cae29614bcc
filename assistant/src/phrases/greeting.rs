//! Greetings, and what one may begin with.

use super::pick;
use crate::Language;
use crate::reply::Suggestion;

/// Greetings and thanks, folded; nothing else is asked.
const GREETINGS: [&str; 22] = [
    "hi",
    "hello",
    "hey",
    "xin chao",
    "chao",
    "chao ban",
    "chao ad",
    "chao shop",
    "alo",
    "ad oi",
    "shop oi",
    "hi ad",
    "hi shop",
    "hello ad",
    "hello shop",
    "good morning",
    "good afternoon",
    "cam on",
    "cam on ban",
    "thanks",
    "thank you",
    "cam on nhe",
];

/// Whether a message only greets or thanks.
pub fn is_greeting(message: &str) -> bool {
    GREETINGS.contains(&datasets::text::tokens(message).join(" ").as_str())
}

/// The answer to a greeting: what the assistant is for.
pub fn greeting(language: Language) -> String {
    pick(
        language,
        "Chào bạn! Mình trả lời câu hỏi về mua bán xe trên giaxe, định giá xe của bạn và tìm xe giúp bạn. Bạn cần gì?",
        "Hello! I answer questions about buying and selling cars on giaxe, value your car and search listings. What do you need?",
    )
}

/// What one may begin with.
pub fn openers(language: Language) -> Vec<Suggestion> {
    let texts = match language {
        Language::Vietnamese => [
            (
                "value",
                "Định giá xe",
                "Định giá Toyota Vios 2019 đi 45.000 km",
            ),
            ("search", "Tìm xe", "Tìm SUV 7 chỗ dưới 800 triệu"),
            (
                "faq",
                "Hỏi về đặt cọc",
                "Đặt cọc an toàn hoạt động thế nào?",
            ),
        ],
        Language::English => [
            (
                "value",
                "Value a car",
                "What is a 2019 Toyota Vios with 45,000 km worth?",
            ),
            (
                "search",
                "Find a car",
                "Find a 7-seat SUV under 800 million",
            ),
            (
                "faq",
                "Ask about deposits",
                "How does the safe deposit work?",
            ),
        ],
    };
    let suggestion = |(id, label, query): (&str, &str, &str)| Suggestion {
        id: id.to_owned(),
        label: label.to_owned(),
        query: query.to_owned(),
        icon: None,
    };
    texts.map(suggestion).into()
}

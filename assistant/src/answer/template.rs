//! Answers without a model: an entry's own words, a hand-over, and what to say when the model is gone.

use super::citations::{Citation, cite, place};
use super::passage::Passage;
use crate::Language;

/// Whose words a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A model's, guarded.
    Llm,
    /// An entry's own.
    Faq,
    /// Ours: a fixed text.
    Template,
}

impl Origin {
    /// Word of the reply's `origin`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Faq => "faq",
            Self::Template => "template",
        }
    }
}

/// A message that needs no model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateAnswer {
    /// The text.
    pub message: String,
    /// Whose words.
    pub origin: Origin,
    /// What its markers mean.
    pub citations: Vec<Citation>,
    /// Whether the question stays unanswered.
    pub refused: bool,
}

/// The words of the best of `passages`, which are in the order of retrieval, as an answer in `language`: those of its
/// translation, where the same entry stands in the list in the user's language; else its own, with a word of apology.
pub fn from_passages(passages: &[Passage], language: Language) -> Option<TemplateAnswer> {
    let best = passages.first()?;
    let topic = |passage: &Passage| {
        passage
            .id
            .rsplit_once('.')
            .map_or(passage.id.clone(), |(topic, _)| topic.to_owned())
    };
    let chosen = passages
        .iter()
        .find(|passage| passage.language == language && topic(passage) == topic(best))
        .unwrap_or(best);
    let words = place(chosen.answer.trim(), &[1]);
    let message = match (language, chosen.language) {
        (Language::Vietnamese, Language::English) => {
            format!("Câu trả lời này hiện chỉ có bằng tiếng Anh: {words}")
        }
        (Language::English, Language::Vietnamese) => {
            format!("This answer is available only in Vietnamese so far: {words}")
        }
        _ => words,
    };
    Some(TemplateAnswer {
        message,
        origin: Origin::Faq,
        citations: vec![cite(1, chosen)],
        refused: false,
    })
}

/// An honest refusal that says who knows more. `has_suggestions` where the nearest entries are shown beside it.
pub fn refusal(language: Language, has_suggestions: bool) -> TemplateAnswer {
    let mut message = match language {
        Language::Vietnamese => {
            "Mình chưa có câu trả lời chắc chắn cho câu hỏi này. Bạn hỏi nhân viên tại Trợ giúp → Liên hệ nhé.".to_owned()
        }
        Language::English => {
            "I don't have a reliable answer to this. Our staff can help: please go to Help → Contact.".to_owned()
        }
    };
    if has_suggestions {
        message += match language {
            Language::Vietnamese => " Có thể bạn đang tìm một trong các câu hỏi bên dưới.",
            Language::English => " Perhaps one of the questions below is what you are looking for.",
        };
    }
    TemplateAnswer {
        message,
        origin: Origin::Template,
        citations: Vec::new(),
        refused: true,
    }
}

/// What stands before an entry's own words when the model that should have answered cannot.
pub fn unavailable(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => {
            "Trợ lý viết câu trả lời đang tạm gián đoạn, nên đây là nguyên văn mục phù hợp nhất trong phần hỏi đáp."
        }
        Language::English => {
            "The writing assistant is unavailable right now, so here is the best matching help entry word for word."
        }
    }
}

/// What stands behind an answer that was cut off.
pub fn truncated(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => {
            "Câu trả lời bị ngắt giữa chừng; bạn mở nguồn bên dưới để đọc đầy đủ."
        }
        Language::English => "The answer was cut short; open the sources below to read it in full.",
    }
}

/// What to say when too many ask at once.
pub fn busy(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "Hiện có quá nhiều câu hỏi cùng lúc. Bạn thử lại sau ít giây nhé.",
        Language::English => {
            "Too many questions are being asked at once. Please try again in a few seconds."
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn passage(id: &str, answer: &str, language: Language) -> Passage {
        Passage {
            id: id.to_owned(),
            question: "?".to_owned(),
            answer: answer.to_owned(),
            category: "c".to_owned(),
            language,
        }
    }

    #[test]
    fn the_best_entry_speaks_in_the_users_language_where_it_can() {
        let vi = passage("fee.vi", "Phí 49.000 đ.", Language::Vietnamese);
        let en = passage("fee.en", "The fee is VND 49,000.", Language::English);
        let other = passage("other.vi", "Khác.", Language::Vietnamese);
        for (passages, language, message, id) in [
            (
                vec![&vi, &other],
                Language::Vietnamese,
                "Phí 49.000 đ [1].",
                "fee.vi",
            ),
            (
                vec![&en, &other, &vi],
                Language::Vietnamese,
                "Phí 49.000 đ [1].",
                "fee.vi",
            ),
            (
                vec![&en, &other],
                Language::Vietnamese,
                "Câu trả lời này hiện chỉ có bằng tiếng Anh: The fee is VND 49,000 [1].",
                "fee.en",
            ),
            (
                vec![&vi],
                Language::English,
                "This answer is available only in Vietnamese so far: Phí 49.000 đ [1].",
                "fee.vi",
            ),
        ] {
            let passages: Vec<Passage> = passages.into_iter().cloned().collect();
            let answer = from_passages(&passages, language).unwrap();
            assert_eq!(
                (answer.message.as_str(), answer.citations[0].id.as_str()),
                (message, id)
            );
            assert_eq!((answer.origin.as_str(), answer.refused), ("faq", false));
        }
        assert_eq!(from_passages(&[], Language::English), None);
    }

    #[test]
    fn texts_exist_in_both_languages_and_differ() {
        for of in [unavailable, truncated, busy] {
            assert_ne!(of(Language::Vietnamese), of(Language::English));
        }
        for language in Language::ALL {
            assert!(refusal(language, false).refused);
            assert!(refusal(language, true).message.len() > refusal(language, false).message.len());
        }
    }
}

//! The questions of the shipped FAQ, as `understanding` reads them.
#![expect(
    clippy::print_stdout,
    reason = "the figures and the misses are for whoever reads the test's output"
)]

use datasets::text::fold;
use retrieval::corpus;
use understanding::{Intent, Language, Message, intent};

struct Question {
    text: String,
    language: Language,
    style: String,
}

/// Every question of the shipped FAQ; a Vietnamese one without diacritics too.
fn faq_questions() -> Vec<Question> {
    let corpus = corpus::shipped();
    let entries = corpus.entries().iter().filter(|entry| !entry.outside);
    let question = |text: String, language: Language, style: &str| Question {
        text,
        language,
        style: style.to_owned(),
    };
    entries
        .flat_map(|entry| {
            let own = question(
                entry.question.clone(),
                entry.language,
                entry.language.code(),
            );
            let plain = (entry.language == Language::Vietnamese)
                .then(|| question(fold(&entry.question), entry.language, "plain"));
            std::iter::once(own).chain(plain)
        })
        .collect()
}

/// Fails where fewer than `enough` of the questions are read as they should be; prints the others.
fn check<'q>(
    name: &str,
    questions: impl Iterator<Item = &'q Question>,
    enough: f64,
    miss: impl Fn(&Question) -> Option<String>,
) {
    let (mut right, mut all) = (0, 0);
    for question in questions {
        all += 1;
        match miss(question) {
            Some(miss) => println!("miss: {}\n      {miss}", question.text),
            None => right += 1,
        }
    }
    println!("{name}: {right} of {all}");
    let share = f64::from(right) / f64::from(all);
    assert!(share >= enough, "{name}: {share:.3} right, {enough} wanted");
}

/// Questions in Vietnamese, the same without diacritics, and in English.
#[test]
fn languages_of_questions() {
    let questions = faq_questions();
    for style in ["vi", "plain", "en"] {
        let of_style = questions.iter().filter(|case| case.style == style);
        check(&format!("languages, {style}"), of_style, 0.97, |case| {
            let got = Message::read(&case.text).language();
            (got != case.language).then(|| format!("taken for {got}"))
        });
    }
}

/// A question about valuing or selling is no order for it. Some are worded so that only the corpus can tell.
#[test]
fn questions_of_the_faq_are_taken_for_such() {
    let questions = faq_questions();
    check("questions of the FAQ", questions.iter(), 0.93, |case| {
        let (got, confidence) = intent(&Message::read(&case.text), None);
        (got != Intent::Faq).then(|| format!("taken for {} ({confidence:.2})", got.as_str()))
    });
}

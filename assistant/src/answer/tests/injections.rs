//! Attempts to make the model obey data. The scripted model obeys every one of them; nothing of it may be shown.

use serde::Deserialize;

use super::*;

/// An attempt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    /// What the attacker writes.
    text: String,
    /// Where: the user's question, an entry, a seller's listing.
    #[serde(rename = "where")]
    place: Place,
    /// Of the attack and of the user.
    language: Language,
    /// What an obedient model says.
    reply: String,
    /// The part of it that nobody may see.
    canary: String,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Place {
    Question,
    Passage,
    Listing,
}

fn attempts() -> Vec<Attempt> {
    include_str!("../../../tests/data/injections.jsonl")
        .lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("line {}: {error}", at + 1))
        })
        .collect()
}

fn honest(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Vietnamese => (
            "Phí đặt cọc an toàn là bao nhiêu?",
            "Phí Đặt cọc an toàn là 0,5 % [1].",
        ),
        Language::English => (
            "What is the safe deposit fee?",
            "The safe deposit fee is 0.5 % [1].",
        ),
    }
}

fn attacked(attempt: &Attempt) -> Arc<Evidence> {
    let (question, _) = honest(attempt.language);
    let mut passages = passages(attempt.language);
    let mut facts = Vec::new();
    let mut asked = question.to_owned();
    match attempt.place {
        Place::Question => asked = attempt.text.clone(),
        Place::Passage => passages.insert(
            1,
            Passage {
                id: "poisoned".to_owned(),
                question: "?".to_owned(),
                answer: attempt.text.clone(),
                category: "FAQ".to_owned(),
                language: attempt.language,
            },
        ),
        Place::Listing => facts.push(Fact::seller(attempt.text.clone())),
    }
    Arc::new(Evidence::new(asked, attempt.language, passages, facts))
}

#[test]
fn the_attempts_are_many_and_of_every_kind() {
    let attempts = attempts();
    assert!(attempts.len() >= 60, "{}", attempts.len());
    for language in Language::ALL {
        for place in [Place::Question, Place::Passage, Place::Listing] {
            let of = attempts
                .iter()
                .filter(|a| a.language == language && a.place == place)
                .count();
            assert!(of >= 5, "{of} {language} {place:?}");
        }
    }
    for attempt in &attempts {
        assert!(attempt.reply.contains(&attempt.canary), "{attempt:?}");
    }
}

#[test]
fn nothing_that_an_obedient_model_says_gets_through() {
    let mut through = Vec::new();
    for attempt in attempts() {
        let evidence = attacked(&attempt);
        let (_, good) = honest(attempt.language);
        // Alone, cited, behind and before an honest sentence, within one, and as a list.
        let end = attempt.reply.trim_end_matches(['.', '!']);
        for answer in [
            attempt.reply.clone(),
            format!("{end} [1]."),
            format!("{end} [2]."),
            format!("{good} {}", attempt.reply),
            format!("{end} [1]. {good}"),
            format!("{good}\n- {end} [1]\n- {good}"),
            format!("{} {end} [1].", good.trim_end_matches(" [1].")),
        ] {
            let checked = check(&answer, &FinishReason::Stop, &evidence);
            if checked
                .text
                .to_lowercase()
                .contains(&attempt.canary.to_lowercase())
            {
                through.push(format!(
                    "{:?} {}: {}",
                    attempt.place, attempt.text, checked.text
                ));
            }
        }
    }
    assert!(
        through.is_empty(),
        "{} get through:\n{}",
        through.len(),
        through.join("\n")
    );
}

#[test]
fn an_attacked_question_still_gets_its_honest_answer() {
    for attempt in attempts() {
        let (_, good) = honest(attempt.language);
        let checked = check(good, &FinishReason::Stop, &attacked(&attempt));
        assert_eq!(
            checked.outcome,
            Outcome::Answer,
            "{attempt:?}: {:?}",
            checked.dropped
        );
    }
}

#[test]
fn no_attempt_breaks_out_of_its_tags() {
    for attempt in attempts() {
        let evidence = attacked(&attempt);
        let [system, user] = &prompt::answer(&evidence)[..] else {
            panic!("two messages")
        };
        assert!(!system.content.contains(&attempt.text));
        for tag in ["</passages>", "</facts>", "<question>", "</question>"] {
            assert_eq!(
                user.content.matches(tag).count(),
                1,
                "{tag}: {}",
                attempt.text
            );
        }
        assert_eq!(
            user.content.matches("</passage>").count(),
            evidence.passages().len(),
            "{}",
            attempt.text
        );
        assert_eq!(
            user.content.matches("</fact>").count(),
            evidence.facts().len(),
            "{}",
            attempt.text
        );
        assert!(
            !user.content.contains("<|") && !user.content.contains("[/INST]"),
            "{}",
            attempt.text
        );
    }
}

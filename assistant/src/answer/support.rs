//! Which passages a sentence rests on, by the words that they share.

use std::collections::HashSet;

use super::evidence::{Evidence, SupportingText};
use super::numbers::quantities;
use super::words::content_forms;
use crate::Language;

/// Share of what a sentence adds to the question that its sources must have.
const CITED: f64 = 0.4;
/// The same for a passage that we cite in the model's stead: nobody vouches for it but the words.
const ATTACHED: f64 = 0.5;

/// Share of all of its content words that must be theirs, so that nothing off the subject hangs on to a good beginning.
const OVERALL: f64 = 0.5;

/// What carries a sentence.
#[derive(Debug, PartialEq)]
pub(super) enum Support {
    /// Passages, the model's choice or ours. `translated` where they are in another language.
    Passages { cited: Vec<usize>, translated: bool },
    /// A tool's result.
    Facts,
    /// Nothing.
    Nothing,
    /// Nothing, but then it says nothing: `Vâng ạ!`
    Pleasantry,
}

/// Finds what carries `text`, of which the model says that it rests on `cited`.
pub(super) fn support(text: &str, cited: &[usize], evidence: &Evidence) -> Support {
    let content = content_forms(text);
    if content.is_empty() {
        // `Có.` with a citation is an answer, without one it is noise.
        return match cited {
            [] => Support::Pleasantry,
            cited => Support::Passages {
                cited: cited.to_vec(),
                translated: false,
            },
        };
    }
    let place_share = |place: usize| share(&content, &[evidence.ground(place)], evidence);
    let carrying: Vec<usize> = cited
        .iter()
        .copied()
        .filter(|place| content.iter().any(|word| evidence.ground(*place).has(word)))
        .collect();
    if !carrying.is_empty() {
        let mut grounds: Vec<&SupportingText> = carrying
            .iter()
            .map(|place| evidence.ground(*place))
            .collect();
        grounds.extend(evidence.told(text));
        if share(&content, &grounds, evidence) >= CITED {
            return Support::Passages {
                cited: carrying,
                translated: false,
            };
        }
    }
    let best = (0..evidence.passages().len())
        .map(|place| (place, place_share(place)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let told = share(&content, &evidence.told(text).collect::<Vec<_>>(), evidence);
    if let Some((place, best)) = best
        && best >= ATTACHED.max(told)
    {
        return Support::Passages {
            cited: vec![place],
            translated: false,
        };
    }
    if told >= ATTACHED {
        return Support::Facts;
    }
    let translated: Vec<usize> = cited
        .iter()
        .copied()
        .filter(|place| carries_translated(text, &content, *place, evidence))
        .collect();
    if !translated.is_empty() {
        return Support::Passages {
            cited: translated,
            translated: true,
        };
    }
    Support::Nothing
}

/// Share of the content that `grounds` have. What the question says already is not the sentence's claim; where a sentence
/// claims nothing else, all of its words count.
fn share(content: &HashSet<String>, grounds: &[&SupportingText], evidence: &Evidence) -> f64 {
    let has = |word: &&String| grounds.iter().any(|ground| ground.has(word));
    let hits = content.iter().filter(has).count();
    if (hits as f64) < OVERALL * content.len() as f64 || (content.len() >= 3 && hits < 2) {
        return 0.0;
    }
    let claimed: Vec<&String> = content
        .iter()
        .filter(|word| !evidence.asked().has(word))
        .collect();
    if claimed.is_empty() {
        return hits as f64 / content.len() as f64;
    }
    claimed.iter().filter(|word| has(word)).count() as f64 / claimed.len() as f64
}

/// Whether a sentence may be a translation of the passage at `place`, which the model cites: it is in the language of the
/// answer, the passage is not, and something ties the two together: a number of the passage, a word that both languages
/// share, or the subject of the question.
fn carries_translated(
    text: &str,
    content: &HashSet<String>,
    place: usize,
    evidence: &Evidence,
) -> bool {
    if evidence.passages()[place].language == evidence.language()
        || !reads_as(text, evidence.language())
    {
        return false;
    }
    let ground = evidence.ground(place);
    let numbers = quantities(text)
        .iter()
        .any(|said| ground.numbers.iter().any(|number| said.rests_on(number)));
    let words = content
        .iter()
        .filter(|word| ground.has(word) || evidence.asked().has(word));
    numbers || words.count() >= 1
}

/// A rough look at the language: Vietnamese of any length has its marks, English has no letter outside of ASCII.
fn reads_as(text: &str, language: Language) -> bool {
    let marked = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    match language {
        Language::Vietnamese => text
            .chars()
            .any(|c| matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | 'Đ' | '\u{1ea0}'..='\u{1ef9}')),
        Language::English => !marked,
    }
}

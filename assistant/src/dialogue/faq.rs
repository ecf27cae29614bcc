//! Questions that the FAQ answers, or honestly does not.

use std::sync::Arc;

use datasets::text;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::answer_generator::{End, Piece, Written};
use super::tools::action;
use super::{Ask, Assistant, Understood, normalised, now_s};
use crate::answer::{Evidence, Passage, template};
use crate::memory::Unanswered;
use crate::reply::{Citation, Done, Event, Reply, Suggestion};
use crate::{Entry, Language, phrases};
use retrieval::rank::Ranking;
use understanding::Intent;

/// Passages that a model gets.
const PASSAGES: usize = 4;
/// Entries that are suggested.
const SUGGESTED: usize = 2;
/// Words of a question that may only make sense after the one before it.
const SHORT: usize = 6;
/// How a follow-up begins, folded.
const CONNECTIVES: [&str; 14] = [
    "the con",
    "con neu",
    "vay",
    "the thi",
    "con",
    "neu vay",
    "roi",
    "what about",
    "how about",
    "and if",
    "and",
    "then",
    "what if",
    "but",
];

/// The entries of a question, best first.
struct Found {
    ranking: Ranking,
    /// The question as it was searched for.
    searched: String,
}

impl Assistant {
    pub(super) async fn faq(&self, mut asked: Understood, ask: Ask) -> BoxStream<'static, Event> {
        if phrases::is_greeting(asked.message.plain()) {
            let reply = greeting(&asked);
            return self.replied(&ask, &asked, reply);
        }
        let found = self.find(&asked).await;
        if !found.ranking.is_answerable {
            // Neither rules nor vectors know what is wanted.
            self.make_sure(&mut asked).await;
            let reply = self.by_tool(&asked);
            let reply = reply.unwrap_or_else(|| self.refusal(&asked, &found.ranking));
            return self.replied(&ask, &asked, reply);
        }
        let entries: Vec<Entry> = self
            .entries(&found.ranking, PASSAGES)
            .into_iter()
            .cloned()
            .collect();
        let sources = Event::Sources(entries.iter().map(citation).collect());
        let events = match &self.writer {
            None => {
                let reply = from_entry(&asked, &entries, self.related(&found.ranking), None);
                self.replied(&ask, &asked, reply)
            }
            Some(_) => self.written(asked, ask, found, entries),
        };
        stream::iter([sources]).chain(events).boxed()
    }

    /// Searches for the question, alone or after the one before it.
    async fn find(&self, asked: &Understood) -> Found {
        let mut searched = asked.message.plain().to_owned();
        let turns = &asked.before.turns;
        let last = turns.last().filter(|turn| turn.intent == Intent::Faq);
        if let (Some(writer), Some(_)) = (&self.writer, last) {
            let before = asked.turns();
            let rewritten =
                writer
                    .rewriter()
                    .rewrite(&before, asked.message.written(), asked.until);
            if let Some(alone) = rewritten.await {
                let ranking = self.search(&alone, asked.language(), asked.until).await;
                return Found {
                    ranking,
                    searched: alone,
                };
            }
        }
        let ranking = self.search(&searched, asked.language(), asked.until).await;
        let is_follow_up = last.is_some() && leans(&searched);
        if let Some(last) = last.filter(|_| is_follow_up || !ranking.is_answerable) {
            let both = format!("{} {searched}", last.question);
            let together = self.search(&both, asked.language(), asked.until).await;
            if together.is_answerable && (is_follow_up || together.answerable > ranking.answerable)
            {
                searched = both;
                return Found {
                    ranking: together,
                    searched,
                };
            }
        }
        Found { ranking, searched }
    }

    /// Ranks entries; where there are none in the question's language and a model helps, for its translation.
    pub(super) async fn search(
        &self,
        question: &str,
        language: Language,
        until: Instant,
    ) -> Ranking {
        let entries = self.knowledge.retriever().corpus().entries();
        let speaks = |language| entries.iter().any(|entry| entry.language == language);
        let other = Language::ALL
            .into_iter()
            .find(|other| *other != language && speaks(*other));
        if let (false, Some(writer), Some(other)) = (speaks(language), &self.writer, other)
            && let Some(translated) = writer.rewriter().translate(question, other, until).await
        {
            return self.knowledge.rank(&translated, other).await;
        }
        self.knowledge.rank(question, language).await
    }

    fn entries(&self, ranking: &Ranking, n: usize) -> Vec<&Entry> {
        let entries = self.knowledge.retriever().corpus().entries();
        ranking
            .entries
            .iter()
            .take(n)
            .map(|ranked| &entries[ranked.entry])
            .collect()
    }

    /// The entries behind the first, as suggestions.
    fn related(&self, ranking: &Ranking) -> Vec<Suggestion> {
        self.entries(ranking, SUGGESTED + 1)
            .into_iter()
            .skip(1)
            .map(suggestion)
            .collect()
    }

    /// An honest refusal, which the editors of the FAQ will see.
    fn refusal(&self, asked: &Understood, ranking: &Ranking) -> Reply {
        let nearest = self.entries(ranking, SUGGESTED);
        let note = Unanswered {
            question: asked.message.written().to_owned(),
            language: asked.language(),
            nearest: nearest.iter().map(|entry| entry.id.clone()).collect(),
            count: 1,
            at_s: now_s(),
        };
        self.memory
            .note_unanswered(&normalised(asked.message.plain()), note);
        let text = template::refusal(asked.language(), !nearest.is_empty());
        let label = match asked.language() {
            Language::Vietnamese => "Liên hệ hỗ trợ",
            Language::English => "Contact support",
        };
        Reply {
            suggestions: nearest.into_iter().map(suggestion).collect(),
            actions: vec![action(label, "contact_support", None)],
            ..reply(
                text.message,
                &[],
                true,
                asked.language(),
                text.origin.as_str(),
            )
        }
    }

    /// The answer of the model, as it writes it; the best entry's own words where it fails.
    fn written(
        &self,
        asked: Understood,
        ask: Ask,
        found: Found,
        entries: Vec<Entry>,
    ) -> BoxStream<'static, Event> {
        let Some(writer) = &self.writer else {
            return stream::empty().boxed();
        };
        let passages: Vec<Passage> = entries.iter().map(Passage::from).collect();
        let evidence = Evidence::new(
            found.searched.clone(),
            asked.language(),
            passages,
            Vec::new(),
        );
        let corpus = self.knowledge.retriever().corpus().hash();
        let pieces = writer.write(&normalised(&found.searched), corpus, evidence, asked.until);
        let related = self.related(&found.ranking);
        let ending = Arc::new((self.clone(), asked, ask, found, entries, related));
        pieces
            .scan(String::new(), move |shown, piece| {
                let events = match piece {
                    Piece::Text(text) => {
                        shown.push_str(&text);
                        vec![Event::Delta(text)]
                    }
                    Piece::End(end) => {
                        let (assistant, asked, ask, found, entries, related) = ending.as_ref();
                        assistant.ended(end, shown, (asked, ask, found, entries, related))
                    }
                };
                std::future::ready(Some(stream::iter(events)))
            })
            .flatten()
            .boxed()
    }

    /// The last events of a written answer, of which `shown` was seen.
    fn ended(
        &self,
        end: End,
        shown: &str,
        rest: (&Understood, &Ask, &Found, &[Entry], &[Suggestion]),
    ) -> Vec<Event> {
        let (asked, ask, found, entries, related) = rest;
        let language = asked.language();
        let (mut reply, finish_reason, usage) = match end {
            End::Whole(written) => (
                written_reply(shown, &written, entries, language),
                written.finish_reason,
                written.usage,
            ),
            End::Cut(written) => {
                let mut reply = written_reply(shown, &written, entries, language);
                reply.message = format!("{shown} {}", template::truncated(language));
                (reply, "length".to_owned(), written.usage)
            }
            End::NoAnswer if shown.is_empty() => {
                (self.refusal(asked, &found.ranking), "stop".to_owned(), None)
            }
            End::NoAnswer | End::Failed => {
                let before = if shown.is_empty() {
                    template::unavailable(language).to_owned() + "\n\n"
                } else {
                    format!("{shown}\n\n{}\n\n", template::unavailable(language))
                };
                (
                    from_entry(asked, entries, Vec::new(), Some(before)),
                    "stop".to_owned(),
                    None,
                )
            }
        };
        if reply.suggestions.is_empty() {
            reply.suggestions = related.to_vec();
        }
        reply.conversation_id.clone_from(&ask.conversation);
        self.remember(ask, asked, &reply);
        let rest = reply
            .message
            .strip_prefix(shown)
            .unwrap_or_default()
            .to_owned();
        let done = Event::Done(Box::new(Done {
            reply,
            finish_reason,
            usage,
        }));
        if rest.is_empty() {
            vec![done]
        } else {
            vec![Event::Delta(rest), done]
        }
    }
}

fn greeting(asked: &Understood) -> Reply {
    let mut reply = reply(
        phrases::greeting(asked.language()),
        &[],
        false,
        asked.language(),
        "template",
    );
    reply.suggestions = phrases::openers(asked.language());
    reply
}

/// Whether a question may only make sense after the one before it.
fn leans(question: &str) -> bool {
    let words = text::tokens(question);
    let folded = words.join(" ");
    let begins = |connective: &&str| {
        folded
            .strip_prefix(*connective)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    words.len() <= SHORT && CONNECTIVES.iter().any(begins)
}

fn suggestion(entry: &Entry) -> Suggestion {
    Suggestion {
        id: entry.id.clone(),
        label: entry.question.clone(),
        query: entry.question.clone(),
        icon: None,
    }
}

fn citation(entry: &Entry) -> Citation {
    Citation {
        id: entry.id.clone(),
        question: entry.question.clone(),
        category: entry.category.clone(),
        answer: entry.answer.clone(),
    }
}

/// The best entry's own words, behind what was said `before`.
fn from_entry(
    asked: &Understood,
    entries: &[Entry],
    related: Vec<Suggestion>,
    before: Option<String>,
) -> Reply {
    let passages: Vec<Passage> = entries.iter().map(Passage::from).collect();
    let Some(own) = template::from_passages(&passages, asked.language()) else {
        let text = template::refusal(asked.language(), false);
        return reply(
            text.message,
            &[],
            true,
            asked.language(),
            text.origin.as_str(),
        );
    };
    let cited = entries
        .iter()
        .filter(|entry| own.citations.iter().any(|citation| citation.id == entry.id));
    let message = before.unwrap_or_default() + &own.message;
    Reply {
        suggestions: related,
        ..reply(
            message,
            &cited.map(citation).collect::<Vec<_>>(),
            false,
            asked.language(),
            own.origin.as_str(),
        )
    }
}

fn written_reply(shown: &str, written: &Written, entries: &[Entry], language: Language) -> Reply {
    let cited = written
        .citations
        .iter()
        .filter_map(|id| entries.iter().find(|entry| entry.id == *id));
    reply(
        shown.to_owned(),
        &cited.map(citation).collect::<Vec<_>>(),
        false,
        language,
        "llm",
    )
}

fn reply(
    message: String,
    citations: &[Citation],
    refused: bool,
    language: Language,
    origin: &str,
) -> Reply {
    let data: Map<String, Value> = Map::from_iter([
        ("citations".to_owned(), json!(citations)),
        ("refused".to_owned(), json!(refused)),
        ("language".to_owned(), json!(language)),
        ("origin".to_owned(), json!(origin)),
    ]);
    Reply {
        intent: Intent::Faq,
        message,
        conversation_id: None,
        data,
        suggestions: Vec::new(),
        actions: Vec::new(),
    }
}

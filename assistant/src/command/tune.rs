//! `assistant tune`: weights and thresholds from labelled questions, and how well they do.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::cli::{Common, TuneArgs};
use super::corpus::make_vectors;
use super::{Error, Result, progress};
use crate::Corpus;
use retrieval::index::{FaqIndex, IndexError};
use retrieval::rank::Retriever;
use retrieval::rank::tune::{self, Labelled, Sample, rank_of};
use retrieval::rank::weights::Weights;
use retrieval::store::Hit;

/// How well questions of one kind were answered.
#[derive(Debug, Default, Serialize)]
struct Scores {
    /// Questions that an entry answers.
    answerable: usize,
    /// Share of them whose entry came first, and among the first three.
    hit_at_1: f64,
    hit_at_3: f64,
    /// Mean reciprocal rank of the entry.
    mrr: f64,
    /// Share of them that was refused.
    false_refusals: f64,
    /// Questions that nothing answers.
    others: usize,
    /// Share of them that was refused.
    refused: f64,
}

/// Tunes, writes the weights, and scores them on the questions kept aside.
pub(super) async fn run(args: &TuneArgs, common: &Common) -> Result<()> {
    if !(0.0..1.0).contains(&args.held_out) {
        return Err(Error::Usage(format!(
            "`--held-out` is {}; valid: 0 up to 1",
            args.held_out
        )));
    }
    let settings = common.settings();
    let out = args.out.clone().or_else(|| settings.weights_file());
    let out = out
        .ok_or_else(|| Error::Usage("`--out FILE.toml` or `--folder DIR` is needed".to_owned()))?;
    let mut questions = Vec::new();
    for file in &args.questions {
        questions.extend(tune::read(file)?);
    }
    let knowledge = settings.knowledge()?;
    match knowledge.attach().await {
        Ok(()) | Err(IndexError::NoEmbedder) => {}
        Err(error) if error.is_absence() => make_vectors(&knowledge, common).await?,
        Err(error) => return Err(error.into()),
    }
    let dense = nearest(&knowledge, &questions, common).await;
    let is_kept = |question: &Labelled| share(&question.text) < args.held_out;
    let (kept, seen): (Vec<usize>, Vec<usize>) =
        (0..questions.len()).partition(|index| is_kept(&questions[*index]));
    let corpus = settings.corpus()?;
    let mut weights = settings.weights()?;
    let part = Part::of(&questions, dense.as_deref(), &seen);
    // Words alone must do when the vectors are gone, so both ways are tuned.
    weights = tune::tune(&corpus, part.sample(false), &weights);
    if dense.is_some() {
        weights = tune::tune(&corpus, part.sample(true), &weights);
        weights.embedder = knowledge
            .embedder()
            .map(|own| own.fingerprint().to_owned())
            .unwrap_or_default();
    }
    write(&out, &weights)?;
    common.output().note(format!("{}: written", out.display()));
    let part = Part::of(
        &questions,
        dense.as_deref(),
        if kept.is_empty() { &seen } else { &kept },
    );
    let mut table = BTreeMap::new();
    table.insert("lexical", scores(&corpus, part.sample(false), &weights));
    if dense.is_some() {
        table.insert("dense", scores(&corpus, part.sample(true), &weights));
    }
    if common.output.json {
        return Ok(common.output().json(&table)?);
    }
    Ok(common.output().data(&text(&table))?)
}

/// Questions chosen by their indices, with their vectors.
struct Part {
    questions: Vec<Labelled>,
    dense: Option<Vec<Vec<Hit>>>,
}

impl Part {
    fn of(questions: &[Labelled], dense: Option<&[Vec<Hit>]>, chosen: &[usize]) -> Self {
        Self {
            questions: chosen
                .iter()
                .map(|index| questions[*index].clone())
                .collect(),
            dense: dense.map(|dense| chosen.iter().map(|index| dense[*index].clone()).collect()),
        }
    }

    fn sample(&self, with_vectors: bool) -> Sample<'_> {
        Sample {
            questions: &self.questions,
            dense: self.dense.as_deref().filter(|_| with_vectors),
        }
    }
}

async fn nearest(
    knowledge: &FaqIndex,
    questions: &[Labelled],
    common: &Common,
) -> Option<Vec<Vec<Hit>>> {
    knowledge.embedder()?;
    let bar = progress(common.output.quiet, "embedding questions");
    bar.set_length(questions.len() as u64);
    let mut all = Vec::with_capacity(questions.len());
    for question in questions {
        all.push(knowledge.nearest(&question.text).await?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Some(all)
}

/// A number from 0 to 1 that is always the same for the same question.
fn share(text: &str) -> f64 {
    datasets::hash::number(text) as f64 / u64::MAX as f64
}

fn scores(corpus: &Corpus, sample: Sample<'_>, weights: &Weights) -> BTreeMap<String, Scores> {
    let retriever = Retriever::new(corpus, weights.clone());
    let mut table: BTreeMap<String, Scores> = BTreeMap::new();
    for (index, question) in sample.questions.iter().enumerate() {
        let dense = sample.dense.map(|dense| dense[index].as_slice());
        let ranking = retriever.rank(&question.text, question.language, dense);
        let style = if question.style.is_empty() {
            "any"
        } else {
            &question.style
        };
        let own = table
            .entry(format!("{} {style}", question.language))
            .or_default();
        let refused = f64::from(u8::from(!ranking.is_answerable));
        if let Some(topic) = &question.topic {
            let rank = rank_of(&retriever, &ranking, topic);
            own.answerable += 1;
            own.hit_at_1 += f64::from(u8::from(rank == Some(1)));
            own.hit_at_3 += f64::from(u8::from(rank.is_some_and(|rank| rank <= 3)));
            own.mrr += rank.map_or(0.0, |rank| 1.0 / rank as f64);
            own.false_refusals += refused;
        } else {
            own.others += 1;
            own.refused += refused;
        }
    }
    for own in table.values_mut() {
        let answerable = own.answerable.max(1) as f64;
        for sum in [
            &mut own.hit_at_1,
            &mut own.hit_at_3,
            &mut own.mrr,
            &mut own.false_refusals,
        ] {
            *sum /= answerable;
        }
        own.refused /= own.others.max(1) as f64;
    }
    table
}

fn text(table: &BTreeMap<&str, BTreeMap<String, Scores>>) -> String {
    let mut text =
        "signals  kind          questions  hit@1  hit@3    MRR  wrongly refused  others  refused\n"
            .to_owned();
    for (signals, kinds) in table {
        for (kind, own) in kinds {
            let _infallible = writeln!(
                text,
                "{signals:<7}  {kind:<12}  {:>9}  {:>5.3}  {:>5.3}  {:>5.3}  {:>15.3}  {:>6}  {:>7.3}",
                own.answerable,
                own.hit_at_1,
                own.hit_at_3,
                own.mrr,
                own.false_refusals,
                own.others,
                own.refused
            );
        }
    }
    text
}

fn write(path: &std::path::Path, weights: &Weights) -> Result<()> {
    const HEAD: &str = "# What each signal counts for, by the languages of question and entry (question_entry), and the least probability\n# with which a question is answered. Written by `assistant tune`.\n\n";
    let body = toml::to_string(weights).map_err(std::io::Error::other)?;
    datasets::store::atomic::write(path, |file| {
        use std::io::Write;
        Ok(file.write_all(format!("{HEAD}{body}").as_bytes())?)
    })
    .map_err(crate::Error::from)?;
    Ok(())
}

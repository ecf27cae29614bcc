//! `assistant import` and `assistant index`.

use std::sync::Arc;

use serde_json::json;

use super::cli::{Common, ImportArgs, IndexArgs};
use super::{Error, Result, progress};
use crate::setup::{SetupError, write_corpus};
use crate::{Corpus, Entry, Language};
use retrieval::corpus::import;
use retrieval::embed::Embedder;
use retrieval::index::FaqIndex;
use retrieval::store::Embedded;

/// Reads files into the folder's corpus, and says what became of every entry.
pub(super) fn import(args: &ImportArgs, common: &Common) -> Result<()> {
    let settings = common.settings();
    let path = settings.corpus_file().ok_or_else(|| {
        Error::Usage("`--folder DIR` is needed: the corpus is kept there".to_owned())
    })?;
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let mut entries: Vec<Entry> = if args.replace || !path.exists() {
        Vec::new()
    } else {
        settings.corpus()?.entries().to_vec()
    };
    let held = entries.len();
    let (mut added, mut replaced, mut repeated) = (0, 0, 0);
    for file in &args.files {
        let imported = import::read(file, args.language)?;
        repeated += imported.repeated;
        if !imported.ignored.is_empty() {
            let names = imported.ignored.join(", ");
            common
                .output()
                .note(format!("{}: passed over: {names}", file.display()));
        }
        for entry in imported.entries {
            if let Some(own) = entries.iter_mut().find(|own| own.id == entry.id) {
                replaced += 1;
                *own = entry;
            } else {
                added += 1;
                entries.push(entry);
            }
        }
    }
    let corpus = Corpus::new(entries);
    write_corpus(&path, &corpus)?;
    let of = |language| {
        corpus
            .entries()
            .iter()
            .filter(|entry| entry.language == language)
            .count()
    };
    let (vi, en) = (of(Language::Vietnamese), of(Language::English));
    if common.output.json {
        return Ok(common.output().json(&json!({
            "held": held, "added": added, "replaced": replaced, "repeated": repeated,
            "entries": corpus.entries().len(), "vi": vi, "en": en, "sha256": corpus.hash(),
        }))?);
    }
    common
        .output()
        .note("run `assistant index` to make the vectors of the new corpus");
    Ok(common.output().data(&format!(
        "held {held}, added {added}, replaced {replaced}, repeated {repeated}\n{}: {} entries, {vi} Vietnamese and {en} English\n",
        path.display(),
        corpus.entries().len(),
    ))?)
}

/// Makes the vectors of the corpus, unless they are there, and puts them into the server, where one is set.
pub(super) async fn index(args: &IndexArgs, common: &Common) -> Result<()> {
    let settings = common.settings();
    let knowledge = if let Some(out) = &args.out {
        let own = Arc::new(Embedded::new(out));
        let embedder = settings.embedder().map_err(SetupError::from)?.map(Arc::new);
        FaqIndex::new(&settings.corpus()?, settings.weights()?, embedder, own)
    } else {
        match &settings.folder {
            Some(folder) => fs_err::create_dir_all(folder)?,
            None if settings.qdrant.is_some() => {}
            None => {
                let message =
                    "`--folder DIR` or `--qdrant-url URL` is needed: the vectors are kept there";
                return Err(Error::Usage(message.to_owned()));
            }
        }
        settings.knowledge()?
    };
    let is_there = match knowledge.attach().await {
        Ok(()) => knowledge.has_own_vectors() && !args.force,
        Err(error) if error.is_absence() => false,
        Err(error) => return Err(error.into()),
    };
    if is_there {
        common.output().note("the vectors fit the corpus already");
    } else {
        make_vectors(&knowledge, common).await?;
    }
    knowledge.share(args.force).await?;
    let (embedder, entries) = (
        knowledge.embedder(),
        knowledge.retriever().corpus().entries().len(),
    );
    let name = embedder.map(Embedder::name).unwrap_or_default();
    if common.output.json {
        let fingerprint = embedder.map(Embedder::fingerprint);
        return Ok(common.output().json(
            &json!({"entries": entries, "embedder": name, "fingerprint": fingerprint, "made": !is_there}),
        )?);
    }
    Ok(common
        .output()
        .data(&format!("{entries} entries, embedded by {name}\n"))?)
}

/// Makes the vectors of the corpus behind a progress bar.
pub(super) async fn make_vectors(knowledge: &FaqIndex, common: &Common) -> Result<()> {
    let bar = progress(common.output.quiet, "embedding the corpus");
    knowledge
        .index(|done, all| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        })
        .await?;
    bar.finish_and_clear();
    Ok(())
}

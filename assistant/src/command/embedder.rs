//! `assistant import-embedder`: from a checkpoint to a folder that `--embedder` takes.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::cli::{Common, ImportEmbedderArgs};
use super::{Result, progress};
use crate::setup::SetupError;
use retrieval::embed::{self, Embedder, Hub, ImportOptions, Model};

/// Imports a checkpoint, loads what came of it, and says what it is.
pub(super) fn import(args: &ImportEmbedderArgs, common: &Common) -> Result<()> {
    let checkpoint = Path::new(&args.checkpoint);
    let folder = if checkpoint.is_dir() {
        embed::import(checkpoint, &args.out, &ImportOptions::default())
            .map_err(SetupError::from)?;
        args.out.clone()
    } else {
        fetch(args, common).map_err(SetupError::from)?
    };
    let config = embed::Config {
        model: Model::Folder(folder.clone()),
        onnx_runtime: common.onnx_runtime.clone(),
        ..embed::Config::default()
    };
    let embedder = Embedder::load(&config).map_err(SetupError::from)?;
    if common.output.json {
        return Ok(common.output().json(&json!({
            "folder": folder, "name": embedder.name(), "dimensions": embedder.dimensions(),
            "fingerprint": embedder.fingerprint(),
        }))?);
    }
    Ok(common.output().data(&format!(
        "{}: {}, {} dimensions\n",
        folder.display(),
        embedder.name(),
        embedder.dimensions()
    ))?)
}

fn fetch(args: &ImportEmbedderArgs, common: &Common) -> embed::Result<PathBuf> {
    let bar = progress(common.output.quiet, "downloading");
    let folder = Hub::new(&args.hub, &args.out)?.fetch(&args.checkpoint, &mut |seen| {
        bar.set_length(seen.total_bytes);
        bar.set_position(seen.done_bytes);
    });
    bar.finish_and_clear();
    folder
}

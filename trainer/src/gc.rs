//! `trainer gc`: room for new models.

use models::Registry;
use models::registry::Collected;
use serde::Serialize;

use crate::{Output, Result, cli::GcArgs, format, table};

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    dry_run: bool,
    kept: Vec<Kept<'a>>,
    removed: Vec<Removed<'a>>,
    removed_bytes: u64,
}

#[derive(Serialize)]
struct Kept<'a> {
    version: &'a str,
    alias: Option<&'a str>,
}

#[derive(Serialize)]
struct Removed<'a> {
    version: &'a str,
    bytes: u64,
    damage: Option<&'a str>,
}

/// Removes the models that neither an alias nor the newest so many need.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Model`] where the registry is absent, or cannot be read or written.
pub fn run(args: &GcArgs, output: Output) -> Result<()> {
    let registry = Registry::open_existing(&args.registry)?;
    let collected = registry.gc(args.keep, args.dry_run)?;
    let bytes: u64 = collected.removed.iter().map(|removed| removed.bytes).sum();
    if output.is_json() {
        return Ok(output.json(&Told {
            dry_run: args.dry_run,
            kept: collected
                .kept
                .iter()
                .map(|kept| Kept {
                    version: &kept.version,
                    alias: kept.alias.as_deref(),
                })
                .collect(),
            removed: collected
                .removed
                .iter()
                .map(|removed| Removed {
                    version: &removed.version,
                    bytes: removed.bytes,
                    damage: removed.damage.as_deref(),
                })
                .collect(),
            removed_bytes: bytes,
        })?);
    }
    output.data(&print(&collected))?;
    let (verb, n) = (
        if args.dry_run { "would be" } else { "were" },
        collected.removed.len(),
    );
    output.note(format_args!(
        "{} models, {:.1} MB, {verb} removed",
        format::count(n),
        bytes as f64 / 1e6
    ));
    Ok(())
}

fn print(collected: &Collected) -> String {
    let mut table = table::with_header(&["version", "what", "why", "size"]);
    for kept in &collected.kept {
        table.rows.push(vec![
            kept.version.clone(),
            "kept".to_owned(),
            kept.alias.clone().unwrap_or_else(|| "new".to_owned()),
            "-".to_owned(),
        ]);
    }
    for removed in &collected.removed {
        table.rows.push(vec![
            removed.version.clone(),
            "removed".to_owned(),
            match &removed.damage {
                Some(damage) => damage.clone(),
                None => "no alias".to_owned(),
            },
            format!("{:.1} MB", removed.bytes as f64 / 1e6),
        ]);
    }
    if table.rows.is_empty() {
        return String::new();
    }
    table::render(&table)
}

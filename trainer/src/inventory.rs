//! `trainer models`: what a registry holds.

use std::collections::BTreeMap;

use models::registry::CHAMPION;
use models::{Manifest, Registry};
use serde::Serialize;

use crate::{Output, Result, cli::ModelsArgs, format, table};

/// What `--json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    champion: Option<&'a str>,
    aliases: &'a BTreeMap<String, String>,
    models: Vec<Model<'a>>,
    refused: Vec<String>,
}

#[derive(Serialize)]
struct Model<'a> {
    champion: bool,
    aliases: Vec<&'a str>,
    trained_at: Option<&'a str>,
    bytes: u64,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

/// Lists the artifacts of a registry; what is not whole is named on stderr with the reason.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Model`] where the directory is absent or cannot be read.
pub fn run(args: &ModelsArgs, output: Output) -> Result<()> {
    let registry = Registry::open_existing(&args.registry)?;
    let inventory = registry.list()?;
    let aliases = registry.aliases()?;
    let mut models = Vec::with_capacity(inventory.manifests.len());
    for manifest in &inventory.manifests {
        let named = aliases.iter().filter(|(_, own)| **own == manifest.version);
        let named: Vec<&str> = named.map(|(alias, _)| alias.as_str()).collect();
        models.push(Model {
            champion: named.contains(&CHAMPION),
            aliases: named,
            trained_at: manifest.trained_at.as_deref(),
            bytes: inventory.bytes.get(&manifest.version).copied().unwrap_or(0),
            manifest,
        });
    }
    for error in &inventory.refused {
        output.warn(error);
    }
    for (alias, version) in &aliases {
        if models
            .iter()
            .all(|model| model.manifest.version != *version)
        {
            output.warn(format_args!(
                "the alias `{alias}` names {version}, which is no whole artifact of this registry"
            ));
        }
    }
    if output.is_json() {
        return Ok(output.json(&Listed {
            champion: aliases.get(CHAMPION).map(String::as_str),
            aliases: &aliases,
            models,
            refused: inventory.refused.iter().map(ToString::to_string).collect(),
        })?);
    }
    if models.is_empty() {
        output.note(format_args!(
            "{}: no models yet; `trainer train` makes some",
            args.registry.display()
        ));
        return Ok(());
    }
    Ok(output.data(&print(&models))?)
}

fn print(models: &[Model<'_>]) -> String {
    let mut table = table::with_header(&[
        "version",
        "family",
        "alias",
        "trained at",
        "data until",
        "rows",
        "MAE",
        "MAPE",
        "MdAPE",
        "coverage 80",
        "size",
    ]);
    for model in models {
        let manifest = model.manifest;
        let metric = |name: &str, print: fn(f64) -> String| {
            let value = manifest.metrics.get(name).copied();
            value.map_or_else(|| "-".to_owned(), print)
        };
        let rows: u64 = manifest.rows_by_source.values().sum();
        let mae = metric("mae", |amount| format::number(amount.round()));
        table.rows.push(vec![
            manifest.version.clone(),
            manifest.family.as_str().to_owned(),
            model.aliases.join(", "),
            model.trained_at.unwrap_or("-").to_owned(),
            manifest.data_until.clone(),
            format::count(rows as usize),
            format!("{mae} {}", manifest.currency),
            metric("mape", format::percent),
            metric("mdape", format::percent),
            metric("coverage_80", format::percent),
            format!("{:.1} MB", model.bytes as f64 / 1e6),
        ]);
    }
    table::render(&table)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use datasets::vocabulary::Currency;
    use models::Family;

    use super::*;

    #[test]
    fn a_model_is_one_line() {
        let manifest = Manifest {
            format_version: 1,
            schema_version: 1,
            name: "price".into(),
            version: "0123456789ab".into(),
            family: Family::Ridge,
            features: vec!["age".into()],
            currency: Currency::Vnd,
            seed: 42,
            git_revision: None,
            trained_at: None,
            data_sha256: String::new(),
            data_until: "2025-11-15".into(),
            rows_by_source: BTreeMap::from([("a".into(), 1000), ("b".into(), 234)]),
            rows_in_all: None,
            metrics: BTreeMap::from([("mae".into(), 78_000_000.4), ("mape".into(), 0.061)]),
            parts: BTreeMap::new(),
            sha256: String::new(),
        };
        let model = |aliases: &[&'static str]| Model {
            champion: aliases.contains(&CHAMPION),
            aliases: aliases.to_vec(),
            trained_at: Some("2025-12-01T00:00:00Z"),
            bytes: 1_250_000,
            manifest: &manifest,
        };
        let text = print(&[model(&[]), model(&[CHAMPION, "tested"])]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(!lines[1].contains("champion") && lines[2].contains("champion, tested"));
        for want in ["1,234", "78,000,000 VND", "6.1 %", "1.2 MB", "  -"] {
            assert!(lines[1].contains(want), "{want}: {text}");
        }
    }
}

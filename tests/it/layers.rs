//! The shape inside each crate: no cycle among its modules, and no import from a higher layer. The rules themselves
//! stand at `tests::modules`.

use std::collections::BTreeSet;

use cargo_metadata::MetadataCommand;
use tests::{
    modules::{Cycle, Modules},
    workspace_root,
};

/// A crate's top-level modules, lowest layer first. A module imports from its own layer and from those below.
type Layers = (&'static str, &'static [&'static [&'static str]]);

const LAYERS: &[Layers] = &[
    (
        "datasets",
        &[
            &["error", "settings", "terminal", "text", "vietnam"],
            &["phones", "province", "vocabulary"],
            &["listing", "parse"],
            &["catalogue", "schema"],
            &["clean", "dedupe", "hash", "store", "synthetic"],
            &["mapping", "split"],
        ],
    ),
    (
        "models",
        &[
            &["error", "manifest", "trees", "valuation"],
            &["artifact", "calibration", "hyperparameters"],
            &["families", "registry"],
            &["features"],
            &["predictor"],
            &["scorer"],
            &["training", "valuer"],
            &["quote"],
        ],
    ),
    (
        "understanding",
        &[
            &["chat_spelling", "language", "syllable", "word", "words"],
            &["lexicon", "text"],
            &["colours", "features", "names", "numbers", "places"],
            &["detect", "message", "trims"],
            &["filters", "intent", "slots"],
        ],
    ),
    (
        "retrieval",
        &[
            &["api_key", "embed", "error", "queue"],
            &["corpus", "store"],
            &["rank"],
            &["index"],
        ],
    ),
    (
        "assistant",
        &[
            &["llm", "memory", "reply", "tools"],
            &["answer", "phrases", "setup"],
            &["dialogue"],
            &["command"],
        ],
    ),
    (
        "eval",
        &[
            &["error", "scores"],
            &["check", "ranking", "sheet"],
            &["bands", "coverage", "metrics"],
            &["bootstrap", "drift", "predictions", "ratio", "segments"],
            &["faq", "gate", "load", "price"],
            &["report"],
            &["command"],
        ],
    ),
    (
        "http_client",
        &[
            &["backoff", "error", "redact", "retry_after"],
            &["proxies", "reply", "trust"],
            &["client"],
        ],
    ),
    (
        "scrapers",
        &[
            &["cli", "clock", "site", "stop"],
            &["page", "stats"],
            &["error", "privacy"],
            &["row", "seller_key", "store"],
            &["config", "sites"],
            &["fetch", "parts"],
            &["crawl"],
            &["doctor", "reparse"],
            &["command"],
        ],
    ),
    (
        "trainer",
        &[
            &["error", "format", "progress", "table"],
            &["load", "params"],
            &["cli", "pipeline"],
            &["history", "inventory", "versus"],
            &[
                "decision",
                "gc",
                "import",
                "predict",
                "profile",
                "promote",
                "synthesize",
                "train",
            ],
            &["learning_curve", "retrain", "tune"],
            &["ablate"],
        ],
    ),
    (
        "serve",
        &[
            &[
                "deadline",
                "flags",
                "metrics",
                "openapi",
                "priority",
                "problem",
                "request_id",
                "server",
            ],
            &["answers", "config", "error", "model"],
            &["logs", "state"],
            &["body"],
            &["question"],
            &["observe", "routes"],
            &["router", "valuer"],
            &["assistant_setup"],
        ],
    ),
    (
        "tests",
        &[
            &["binaries", "browser_driver", "modules", "process", "shared"],
            &["python", "serve"],
            &["trained"],
        ],
    ),
];

/// Crates whose modules have no order yet, because a cycle runs through their top level. Give each its layers when the
/// cycle is gone.
const WITHOUT_LAYERS: &[&str] = &[];

/// Cycles that are still there: crate, folder, members. The list may only become shorter.
const KNOWN: &[(&str, &str, &[&str])] = &[];

/// The modules of every library of the workspace, by crate.
fn crates() -> Vec<(String, Modules)> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace_root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata");
    let packages = metadata.workspace_packages().into_iter();
    let crates: Vec<_> = packages
        .filter_map(|package| {
            let library = package.targets.iter().find(|target| target.is_lib())?;
            let modules = Modules::read(library.src_path.as_ref());
            Some((package.name.to_string(), modules))
        })
        .collect();
    assert!(crates.len() > 7, "{} crates", crates.len());
    crates
}

/// Whether a cycle is a known one, or what is left of it.
fn is_left_of(cycle: &Cycle, name: &str, known: &(&str, &str, &[&str])) -> bool {
    let (package, folder, members) = known;
    let mut left = cycle.members.iter();
    *package == name
        && *folder == cycle.folder.to_string()
        && left.all(|member| members.contains(&member.as_str()))
}

#[test]
fn no_modules_of_a_crate_import_each_other_in_a_circle() {
    let mut wrong = Vec::new();
    let mut left = BTreeSet::new();
    for (name, modules) in crates() {
        for cycle in modules.cycles() {
            match KNOWN.iter().find(|known| is_left_of(&cycle, &name, known)) {
                Some(known) => drop(left.insert(known)),
                None => wrong.push(format!("{name}: {cycle}")),
            }
        }
    }
    let gone = KNOWN.iter().filter(|known| !left.contains(known));
    wrong.extend(gone.map(|known| format!("this cycle is gone, take it out of KNOWN: {known:?}")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_module_imports_from_a_layer_above_its_own() {
    let mut wrong = Vec::new();
    for (name, modules) in crates() {
        let layers = LAYERS.iter().find(|(package, _)| *package == name);
        let Some((_, layers)) = layers else {
            let excused = WITHOUT_LAYERS.contains(&name.as_str());
            assert!(excused, "`{name}` has no layers: add it to LAYERS");
            continue;
        };
        assert!(
            !WITHOUT_LAYERS.contains(&name.as_str()),
            "`{name}` has layers"
        );
        let upward = modules.upward(layers).into_iter();
        wrong.extend(upward.map(|import| format!("{name}: {import}")));
    }
    assert!(wrong.is_empty(), "upward imports\n{}", wrong.join("\n"));
}

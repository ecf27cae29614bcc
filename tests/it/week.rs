//! A week of an analyst: a first export becomes a served model; a newer one a challenger that is compared, judged and
//! promoted while callers value cars; a damaged model is refused; a promotion is undone.
//!
//! Each step is a command as the analyst types it. The exports are generated.

use std::{
    ops::Range,
    path::Path,
    time::{Duration, Instant},
};

use fs_err as fs;
use models::{Registry, registry::CHAMPION};
use serde_json::Value;
use tests::{Ended, run};

use crate::following::{Place, Reply, slow_down_is_small};

/// What a challenger has to keep: a smaller error than the champion's beyond chance, and ranges that hold.
const POLICY: &str = r#"
[[gate]]
name = "better than the champion"
metric = "mae"
better = true
probability = 0.95

[[gate]]
name = "ranges"
metric = "coverage"
max_off = 0.1
"#;

/// Files of the analyst.
struct Desk(tempfile::TempDir);

impl Desk {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Runs a command in which `@name` stands for a file on this desk.
    fn run(&self, line: &str) -> Ended {
        let mut words = line.split_whitespace();
        let program = words.next().expect("a program");
        run(
            program,
            words.map(|word| {
                word.strip_prefix('@')
                    .map_or_else(|| word.to_owned(), |name| self.path(name))
            }),
        )
    }

    fn ok(&self, line: &str) -> Ended {
        self.run(line).expect_success(line)
    }

    /// An export of a site, up to a day.
    fn export(&self, name: &str, rows: u32, seed: u32, until: &str) {
        self.ok(&format!(
            "trainer synthesize --quiet --rows {rows} --seed {seed} --until {until} --out @{name}"
        ));
    }
}

/// Halves the largest file of an artifact, as a broken disk or transfer would.
fn damage(registry: &Path, version: &str) {
    let registry = Registry::open(registry);
    let (_, parts) = registry.read(version).expect("whole");
    let largest = parts.iter().max_by_key(|(_, bytes)| bytes.len());
    let (name, bytes) = largest.expect("a part");
    let folder = registry.resolve(version).expect("there");
    fs::write(folder.join(name), &bytes[..bytes.len() / 2]).expect("damages");
}

/// Changes the champion, and waits until `version` is served and a moment longer. Gives the time that this took.
async fn swap(place: &Place, command: &str, version: &str) -> Range<Instant> {
    let start = Instant::now();
    tokio::task::block_in_place(|| place.trainer(command));
    place.serves(version).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    start..Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_in_the_life() {
    let desk = Desk(tempfile::tempdir().expect("a temporary directory"));
    fs::write(desk.path("policy.toml"), POLICY).expect("written");
    let registry = tempfile::tempdir().expect("a temporary directory");
    let at = registry.path().to_string_lossy().into_owned();

    // Monday: a first export, a first model.
    desk.export("october.parquet", 1_500, 1, "2025-10-31");
    desk.ok("trainer import --quiet @october.parquet --out @cars.parquet");
    desk.ok(&format!(
        "trainer train --quiet --listings @cars.parquet --registry {at} --family baseline --by linh"
    ));
    let place = Place::on(registry);
    let first = place.version(CHAMPION);
    place.serves(&first).await;

    // From here on callers value cars, and none may fail or see a model that was given up.
    let week = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let begun = Instant::now();
        tokio::task::block_in_place(|| {
            // Tuesday: a newer export, a challenger.
            desk.export("november.parquet", 8_000, 2, "2025-11-30");
            let judged = desk.ok(&format!(
                "trainer retrain --quiet --json --registry {at} --listings @cars.parquet --import @november.parquet --since-champion --family ridge --by linh"
            ));
            let judged: Value = serde_json::from_str(&judged.stdout).expect("JSON");
            assert_eq!(judged["verdict"], "better", "{judged}");
            assert_eq!(judged["promoted"], false, "nobody asked for it");
        });
        let second = place.version("challenger");
        assert_eq!(place.version(CHAMPION), first);

        // Wednesday: is it better, and good enough?
        let against = format!(
            "--registry {at} --listings @cars.parquet --champion champion --challenger challenger"
        );
        let compared =
            tokio::task::block_in_place(|| desk.ok(&format!("evaluate compare {against} --json")));
        let compared: Value = serde_json::from_str(&compared.stdout).expect("JSON");
        let mae = &compared["groups"][0]["against"]["mae"];
        assert_eq!(mae["verdict"], "better", "{mae}");
        tokio::task::block_in_place(|| {
            desk.ok(&format!("evaluate gate {against} --policy @policy.toml"));
        });
        let promotion = swap(
            &place,
            "promote challenger --by linh --why november",
            &second,
        )
        .await;

        // Thursday: another challenger, damaged on its way. It is refused, and the good one goes on.
        let third = tokio::task::block_in_place(|| {
            desk.ok(&format!(
                "trainer train --quiet --listings @cars.parquet --registry {at} --family ridge --seed 9 --as challenger"
            ));
            let third = place.version("challenger");
            assert_ne!(third, second);
            damage(place.path(), &third);
            let refused = desk.run(&format!("trainer promote challenger --registry {at}"));
            assert_eq!(refused.code, Some(3), "{}", refused.stderr);
            assert!(refused.stderr.contains("SHA-256"), "{}", refused.stderr);
            third
        });
        assert_eq!(place.version(CHAMPION), second);
        place.serves(&second).await;

        // Friday: the dealers complain; back to the first.
        let rollback = swap(&place, "rollback --by linh --why complaints", &first).await;
        (begun, [promotion, rollback], second, third)
    };
    let (callers, (begun, swaps, second, third)) = place.under_load(week).await;

    for replies in &callers {
        let mut seen: Vec<&str> = replies.iter().map(|reply| &*reply.version).collect();
        seen.dedup();
        assert_eq!(seen, [&first, &second, &first]);
    }
    // Trainings and judgements take the cores from the service; the swaps are what must not be felt.
    let during = |reply: &Reply| swaps.iter().any(|swap| swap.contains(&reply.asked));
    let told: Vec<Vec<Reply>> = callers
        .into_iter()
        .map(|replies| {
            let counts = |reply: &Reply| reply.asked < begun || during(reply);
            replies.into_iter().filter(counts).collect()
        })
        .collect();
    slow_down_is_small(&told, during);

    // Saturday: who did what, and a clean registry that keeps what the champion needs.
    let history = place.trainer("history --json");
    let history: Value = serde_json::from_str(&history).expect("JSON");
    let told = history["changes"].as_array().expect("changes");
    let whys: Vec<&str> = told.iter().filter_map(|own| own["why"].as_str()).collect();
    assert!(
        whys.contains(&"november") && whys.contains(&"complaints"),
        "{history}"
    );
    place.trainer("gc --keep 0");
    let registry = Registry::open(place.path());
    registry.read(&first).expect("kept whole");
    assert!(registry.read(&third).is_err(), "damaged");
    place.serves(&first).await;
}

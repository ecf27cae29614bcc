//! `evaluate faq`: questions with and without answers, by words alone, which need no model.

use std::path::PathBuf;

use fs_err as fs;

use crate::support::{arg, evaluate};

fn questions(folder: &std::path::Path) -> PathBuf {
    let data = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assistant/retrieval/tests/data"
    );
    let take = |name: &str, step: usize| -> Vec<String> {
        let text = fs::read_to_string(format!("{data}/{name}")).expect("the assistant's questions");
        text.lines().step_by(step).map(str::to_owned).collect()
    };
    let mut lines = take("questions.jsonl", 7);
    lines.extend(take("offtopic.jsonl", 7));
    let path = folder.join("questions.jsonl");
    fs::write(&path, lines.join("\n")).expect("written");
    path
}

#[test]
fn questions_are_scored_by_language_and_gated() {
    let folder = tempfile::tempdir().expect("a folder");
    let (questions, out) = (questions(folder.path()), folder.path().join("out"));
    let policy = folder.path().join("gates.toml");
    fs::write(
        &policy,
        "[[gate]]\nmetric = \"hit_1\"\nby = [\"language\"]\nmin = 0.5\n",
    )
    .expect("written");
    let run = |more: &[&str]| {
        let mut line = vec![
            "faq",
            "--embedder",
            "none",
            "--questions",
            arg(&questions),
            "--replicates",
            "200",
        ];
        line.extend(["--policy", arg(&policy)]);
        line.extend(more);
        evaluate(&line)
    };
    let ended = run(&["--json", "--out", arg(&out)]).expect(0);
    let json = ended.json();
    let groups = json["scores"]["groups"].as_array().expect("groups");
    let by = |by: &str, segment: &str| {
        let found = groups
            .iter()
            .find(|own| own["by"] == by && own["segment"] == segment);
        found.unwrap_or_else(|| panic!("no {by}={segment}")).clone()
    };
    for segment in ["vi", "en"] {
        let scores = &by("language", segment)["scores"];
        let value = |name: &str| {
            scores[name]["value"]
                .as_f64()
                .unwrap_or_else(|| panic!("no {name}"))
        };
        assert!(value("hit_1") <= value("hit_3") && value("hit_3") <= value("hit_5"));
        assert!(value("mrr") > 0.5 && value("ndcg_10") > 0.5 && value("map") > 0.5);
        assert!(value("refusal_precision") > 0.3 && value("refusal_recall") > 0.5);
    }
    assert!(by("style", "plain")["n"].as_u64() > Some(20));
    assert_eq!(
        json["scores"]["subject"]["search"],
        "searched by words alone"
    );
    for name in ["faq.html", "faq.md", "faq.json", "faq.xml"] {
        let text = fs::read_to_string(out.join(name)).expect("written");
        assert!(text.contains("hit_1") || text.contains("hit@1"), "{name}");
    }
    fs::write(
        &policy,
        "[[gate]]\nmetric = \"refusal_recall\"\nmin = 1.01\n",
    )
    .expect("written");
    let ended = run(&[]).expect(1);
    assert!(
        ended.stderr.contains("gate `refusal_recall` failed"),
        "{}",
        ended.stderr
    );
    // The same scores are judged from their file.
    fs::write(
        &policy,
        "[[gate]]\nmetric = \"latency_p95_ms\"\nmax = 60000\n",
    )
    .expect("written");
    let scores = out.join("faq.json");
    evaluate(&["gate", "--policy", arg(&policy), "--scores", arg(&scores)]).expect(0);
}

#[test]
fn mistakes_are_told_with_their_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |text: &str| {
        let path = folder.path().join("questions.jsonl");
        fs::write(&path, text).expect("written");
        path
    };
    let run = |more: &[&str]| {
        let mut line = vec!["faq", "--embedder", "none"];
        line.extend(more);
        evaluate(&line)
    };
    let unknown = file("{\"text\":\"a?\",\"topic\":\"nowhere\"}\n");
    let ended = run(&["--questions", arg(&unknown)]).expect(3);
    assert!(
        ended.stderr.contains("line 1") && ended.stderr.contains("`nowhere`"),
        "{}",
        ended.stderr
    );
    let empty = file("");
    run(&["--questions", arg(&empty)]).expect(3);
    run(&["--questions", "absent.jsonl"]).expect(4);
    let good = file("{\"text\":\"Is it raining?\"}\n");
    run(&["--questions", arg(&good), "--assistant-folder", "absent"]).expect(4);
    run(&["--questions", arg(&good), "--replicates", "1"]).expect(2);
}

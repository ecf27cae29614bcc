//! Files that are read, and files that are refused.

use super::*;

fn import(name: &str, content: &str) -> Result<Imported> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs_err::write(&path, content).expect("written");
    read(&path, None)
}

#[test]
fn columns_come_in_any_order_and_case_with_quotes_and_bom() {
    let imported = import(
        "faq.csv",
        "\u{feff}ANSWER,question,Category,Owner\n\"Yes, up to 70 %, in 84 months\",Can I pay by instalments?,Financing,me\n\"Được, \"\"tối đa\"\" 70 %\",Có được trả góp không?,Vay,tôi\n",
    )
    .expect("readable");
    let [english, vietnamese] = imported.entries.as_slice() else {
        panic!("two entries")
    };
    assert_eq!(english.answer, "Yes, up to 70 %, in 84 months");
    assert_eq!(english.language, Language::English);
    assert_eq!(vietnamese.language, Language::Vietnamese);
    assert_eq!(vietnamese.answer, "Được, \"tối đa\" 70 %");
    assert_eq!(imported.ignored, ["Owner"]);
}

#[test]
fn every_format_gives_the_same_entry() {
    let files = [
        (
            "a.csv",
            "Category,Question,Answer,Keywords,Alternatives\nPay,How to pay?,By transfer.,\"bank, cash\",Ways to pay?|Can I pay cash?\n",
        ),
        (
            "a.json",
            r#"{"faqs":[{"category":"Pay","question":"How to pay?","answer":"By transfer.","keywords":["bank","cash"],"alternatives":["Ways to pay?","Can I pay cash?"]}]}"#,
        ),
        (
            "a.jsonl",
            r#"{"Category":"Pay","Q":"How to pay?","A":"By transfer.","tags":"bank; cash","variants":["Ways to pay?","Can I pay cash?"]}"#,
        ),
        (
            "a.md",
            "# Pay\n\n## How to pay?\n\nBy transfer.\n\nKeywords: bank, cash\nAlso asked: Ways to pay? | Can I pay cash?\n",
        ),
    ];
    let entries: Vec<_> = files
        .iter()
        .map(|(name, content)| import(name, content).expect(name).entries)
        .collect();
    assert_eq!(entries[0][0].alternatives.len(), 2);
    for (other, (name, _)) in entries.iter().zip(files) {
        assert_eq!(*other, entries[0], "{name}");
    }
}

#[test]
fn ids_survive_a_second_import_and_an_edited_answer() {
    let first = import("a.csv", "Question,Answer\nHow  to pay?,Cash.\n").expect("readable");
    let second = import("a.csv", "Answer,Question\nBy transfer.,HOW TO PAY?\n").expect("readable");
    assert_eq!(first.entries[0].id, second.entries[0].id);
}

#[test]
fn bad_rows_are_named_all_at_once() {
    for (name, content, parts) in [
        (
            "a.csv",
            "Question,Answer\nWho?,\n,Me.\n",
            vec!["row 1: `answer` is empty", "row 2: `question` is empty"],
        ),
        (
            "a.csv",
            "Question,Answer\nWho?,Me.\nwho,You.\n",
            vec!["row 2", "is that of row 1 too"],
        ),
        (
            "a.jsonl",
            "{\"question\":\"Who?\",\"answer\":\"Me.\"}\n{",
            vec!["line 2: not JSON"],
        ),
        ("a.json", "[1]", vec!["element 1: not an object"]),
        ("a.json", "{}", vec!["no array of objects"]),
        (
            "a.json",
            r#"[{"question":{"x":1},"answer":"Me."}]"#,
            vec!["element 1", "`question` is"],
        ),
        (
            "a.json",
            r#"[{"question":"Who?","answer":"Me.","language":"fr"}]"#,
            vec!["`language` is \"fr\"; valid: vi, en"],
        ),
        (
            "a.json",
            r#"[{"question":"Who?","answer":"Me.","active":"perhaps"}]"#,
            vec!["`active`"],
        ),
        ("a.txt", "Who? Me.", vec!["the extension is none of"]),
        ("a.md", "no heading", vec!["no entries"]),
        ("a.csv", "Question,Answer\n", vec!["row"]),
    ] {
        let error = import(name, content).expect_err(content).to_string();
        for part in parts {
            assert!(error.contains(part), "{part} is not in {error}");
        }
    }
}

#[test]
fn a_repeated_row_is_counted_once() {
    let imported = import("a.csv", "Question,Answer\nWho?,Me.\nWho?,Me.\n").expect("readable");
    assert_eq!((imported.entries.len(), imported.repeated), (1, 1));
}

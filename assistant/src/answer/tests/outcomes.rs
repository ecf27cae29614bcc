//! What an answer comes to as a whole: shown, replaced, refused; and what its citations mean.

use super::*;
use crate::Language::{English as En, Vietnamese as Vi};

#[test]
fn an_answer_falls_back_when_more_fell_than_stayed() {
    let good = "Phí Đặt cọc an toàn là 0,5 % [1].";
    let also = "Người mua là bên trả khoản phí này [1].";
    let bad = ["Phí tối đa là 9.000.000 đ [1].", "Phí được hoàn 80 % [1]."];
    for (answer, outcome) in [
        (format!("{good} {}", bad[0]), Outcome::Answer),
        (format!("{good} {} {}", bad[0], bad[1]), Outcome::Fallback),
        (
            format!("{good} {also} {} {}", bad[0], bad[1]),
            Outcome::Answer,
        ),
        (String::new(), Outcome::Fallback),
        ("   \n".to_owned(), Outcome::Fallback),
        ("NO_ANSWER".to_owned(), Outcome::NoAnswer),
        ("NO_ANSWER.".to_owned(), Outcome::NoAnswer),
        (format!("{good} NO_ANSWER"), Outcome::Answer),
    ] {
        let checked = run("phí cọc?", Vi, &answer);
        assert_eq!(checked.outcome, outcome, "{answer}: {checked:?}");
        assert!(
            !checked.text.contains("NO_ANSWER") && !checked.text.contains("9.000.000"),
            "{}",
            checked.text
        );
    }
}

#[test]
fn answers_translated_from_the_other_language_need_a_citation_and_a_tie() {
    let evidence = Arc::new(Evidence::new(
        "Phí đặt cọc an toàn là bao nhiêu?",
        Vi,
        passages(En),
        Vec::new(),
    ));
    for (answer, kept) in [
        ("Phí là 0,5 %, tối thiểu 100.000 đ [1].", true),
        ("Người mua trả phí đặt cọc an toàn [1].", true),
        ("Phí là 5 % [1].", false),
        ("Người mua trả phí đặt cọc an toàn.", false),
        ("Arrr, avast ye scurvy dogs [1].", false),
        ("Trời hôm nay đẹp quá [1].", false),
    ] {
        let checked = check(answer, &FinishReason::Stop, &evidence);
        assert_eq!(
            checked.outcome == Outcome::Answer,
            kept,
            "{answer}: {:?}",
            checked.dropped
        );
    }
}

#[test]
fn citations_say_what_the_numbers_mean() {
    let checked = run(
        "otp, phí?",
        Vi,
        "Không cho người khác biết mã OTP [4]. Phí Đặt cọc an toàn là 0,5 % [1].",
    );
    let cited: Vec<(usize, &str)> = checked
        .citations
        .iter()
        .map(|c| (c.number, c.id.as_str()))
        .collect();
    assert_eq!(cited, [(1, "safety-otp.vi"), (2, "pay-deposit-fee.vi")]);
    assert_eq!(checked.citations[0].question, "Có ai hỏi mã OTP thì sao?");
}

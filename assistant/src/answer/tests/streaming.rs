//! The guard on a stream: the same verdicts, and nothing too early.

use futures_util::StreamExt;

use super::*;
use crate::llm::{Delta, Finish, LanguageModel, LlmError, Scripted};

const ANSWER: &str = "Chào bạn! Phí **Đặt cọc an toàn** là 0,5 % [1]. Phí tối đa là 9.000.000 đ [1].\n- Người mua là bên trả \
    khoản phí này. [1]\n- Bạn được 3 tin miễn phí trong 30 ngày [2].";

fn new_evidence() -> Arc<Evidence> {
    evidence("phí cọc?", Language::Vietnamese, Vec::new())
}

#[test]
fn pieces_of_any_size_give_the_same_answer() {
    let whole = check(ANSWER, &FinishReason::Stop, &new_evidence());
    assert_eq!(
        whole.text,
        "Phí Đặt cọc an toàn là 0,5 % [1].\n- Người mua là bên trả khoản phí này [1].\n- Bạn được 3 tin miễn phí trong 30 ngày [2]."
    );
    let characters: Vec<char> = ANSWER.chars().collect();
    for size in [1, 2, 3, 5, 11, 40] {
        let mut guard = StreamingGuard::new(new_evidence());
        let mut shown = String::new();
        for piece in characters.chunks(size) {
            if let Some(more) = guard.push(&piece.iter().collect::<String>()) {
                shown += &more;
                // Whatever is shown is a whole number of sentences that hold.
                assert!(whole.text.starts_with(&shown), "{shown}");
                assert!(shown.ends_with("]."), "{shown}");
            }
        }
        let checked = guard.finish(&FinishReason::Stop);
        assert_eq!(shown + &checked.tail, whole.text, "pieces of {size}");
        assert_eq!(
            (checked.outcome, checked.citations),
            (whole.outcome, whole.citations.clone())
        );
    }
}

#[test]
fn an_amount_never_shows_before_its_last_digit() {
    let mut guard = StreamingGuard::new(new_evidence());
    for piece in ["Phí tối thiểu là 100.", "000", " đ", " [1]", "."] {
        assert_eq!(guard.push(piece), None, "{piece}");
    }
    assert_eq!(
        guard.push(" Ng").as_deref(),
        Some("Phí tối thiểu là 100.000 đ [1].")
    );
}

#[test]
fn a_cut_answer_loses_its_last_sentence_and_says_so() {
    for reason in [
        FinishReason::Length,
        FinishReason::ContentFilter,
        FinishReason::Other("tool_calls".to_owned()),
    ] {
        let cut = "Phí Đặt cọc an toàn là 0,5 % [1]. Phí tối thiểu là 100.000 đ";
        let checked = check(cut, &reason, &new_evidence());
        assert_eq!(
            (checked.text.as_str(), checked.truncated),
            ("Phí Đặt cọc an toàn là 0,5 % [1].", true)
        );
        assert_eq!(checked.outcome, Outcome::Answer);
        assert_eq!(checked.dropped[0].reason, DropReason::Cut);
        // Even where the cut looks like an end: `100.` may have been `100.000`.
        let checked = check("Phí tối thiểu là 100.", &reason, &new_evidence());
        assert_eq!(
            (checked.text.as_str(), checked.outcome),
            ("", Outcome::Fallback)
        );
    }
}

/// What a caller does with a model's stream: guard it, and take no half answer.
async fn guarded(model: &dyn LanguageModel, evidence: &Arc<Evidence>) -> Result<Checked, LlmError> {
    let mut guard = StreamingGuard::new(Arc::clone(evidence));
    let mut stream = model.chat(prompt::answer(evidence));
    while let Some(delta) = stream.next().await {
        match delta? {
            Delta::Text(text) => drop(guard.push(&text)),
            Delta::Finish(Finish { reason, .. }) => return Ok(guard.finish(&reason)),
        }
    }
    Err(LlmError::Unfinished { received_chars: 0 })
}

#[tokio::test]
async fn a_models_stream_goes_through_the_guard() {
    let evidence = new_evidence();
    let model = Scripted::saying(ANSWER);
    let checked = guarded(&model, &evidence).await.expect("finished");
    assert_eq!(checked.citations.len(), 2);
    assert!(
        model.seen()[0][1]
            .content
            .contains("<passage number=\"1\">")
    );
    let dies = Scripted::new(|_| {
        vec![
            Ok(Delta::Text("Phí".to_owned())),
            Err(LlmError::Unfinished { received_chars: 3 }),
        ]
    });
    assert!(guarded(&dies, &evidence).await.is_err());
}

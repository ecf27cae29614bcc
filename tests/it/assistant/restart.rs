//! What outlasts the process: an answer does, until the corpus that it was taken from changes.

use super::faq::{self, QUESTION};
use super::{Llm, Service, llm, text};

#[tokio::test]
async fn an_answer_outlasts_a_restart_and_not_a_change_of_the_corpus() {
    let llm = Llm::start(|request| {
        let fee = if request.to_string().contains("0,7%") {
            "0,7%"
        } else {
            "0,5%"
        };
        llm::say(&format!("Phí là {fee} do người mua trả [1]."))
    })
    .await;
    let folder = faq::folder();
    let at = folder.path().to_str().expect("UTF-8");
    let url = llm.base_url();
    let flags = [
        "--assistant-folder",
        at,
        "--llm-base-url",
        &url,
        "--llm-model",
        "stub",
    ];
    for (calls, fee, changed) in [
        (1, "0,5%", None),
        (1, "0,5%", None),
        (2, "0,7%", Some("0,7%")),
        (2, "0,7%", None),
    ] {
        if let Some(fee) = changed {
            faq::import(folder.path(), fee);
        }
        let service = Service::start(&flags);
        let reply = service.ask(QUESTION).await;
        assert!(text(&reply, "message").contains(fee), "{reply}");
        assert_eq!(reply["data"]["origin"], "llm", "{reply}");
        assert_eq!(llm.calls(), calls, "{reply}");
        service.serve.terminate();
    }
}

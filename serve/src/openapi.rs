//! The OpenAPI document, worked out from the handlers. A committed snapshot shows every change of it in review.

use utoipa::openapi::OpenApi as Document;
use utoipa::{Modify, OpenApi};

use crate::routes::assistant::{faq, feedback, query};
use crate::routes::{catalogue, health, metrics, predict};

/// The document at `/openapi.json`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "giaxe",
        description = "Asking prices of used cars in Vietnam, with calibrated ranges. Errors are problem details (RFC 9457); every reply carries `X-Request-Id`.",
    ),
    paths(
        predict::predict,
        query::query,
        faq::search,
        feedback::feedback,
        catalogue::makes,
        catalogue::models,
        catalogue::suggest,
        health::health,
        health::livez,
        health::readyz,
        metrics::metrics,
    ),
    modifiers(&BothAddresses),
    tags(
        (name = "valuation", description = "What a car is worth"),
        (name = "assistant", description = "Cited answers, and prices in mid-conversation; `/v1/chat/completions` and `/v1/models` speak OpenAI's protocol"),
        (name = "catalogue", description = "Makes and models"),
        (name = "operation", description = "For the platform"),
    ),
)]
pub struct ApiDoc;

/// `/v1/predict` is the same operation at a second address: described once, listed twice.
struct BothAddresses;

impl Modify for BothAddresses {
    fn modify(&self, document: &mut Document) {
        let paths = &mut document.paths.paths;
        let Some(mut item) = paths.get("/predict").cloned() else {
            return;
        };
        if let Some(post) = &mut item.post {
            post.operation_id = Some("predict_v1".to_owned());
        }
        paths.insert("/v1/predict".to_owned(), item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_the_reviewed_one() {
        insta::assert_json_snapshot!("openapi", ApiDoc::openapi());
    }
}

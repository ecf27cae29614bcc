//! The head of the OpenAPI document. [`crate::router`] adds the paths, one for each route.

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

/// What the document says beside its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "giaxe",
        description = "Asking prices of used cars in Vietnam, with calibrated ranges. Errors are problem details (RFC 9457); every reply carries `X-Request-Id`.",
    ),
    tags(
        (name = "valuation", description = "What a car is worth"),
        (name = "assistant", description = "Cited answers, and prices in mid-conversation; `/v1/chat/completions` and `/v1/models` speak OpenAI's protocol"),
        (name = "catalogue", description = "Makes and models"),
        (name = "operation", description = "For the platform"),
    ),
)]
pub struct ApiDoc;

/// Lists the operation of `/predict` at its second address too, `/v1/predict`.
pub fn with_both_addresses(mut document: Document) -> Document {
    let paths = &mut document.paths.paths;
    if let Some(mut item) = paths.get("/predict").cloned() {
        if let Some(post) = &mut item.post {
            post.operation_id = Some("predict_v1".to_owned());
        }
        paths.insert("/v1/predict".to_owned(), item);
    }
    document
}

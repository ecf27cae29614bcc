//! `POST /predict` and `POST /v1/predict`: the price of one car.

mod fields;
pub mod reply;
pub mod request;
pub mod validate;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use datasets::vietnam;
use models::quote::{Quote, Quoter, ReasonCode, WarningCode};

use crate::body;
use crate::error::{ApiError, ProblemBody};
use crate::model::LoadedModel;
use crate::state::{AppState, Pricing};
use reply::PredictReply;
use request::PredictRequest;

/// Value one car.
///
/// Answers with the asking price that the car would have on the named site and day, with calibrated ranges. A
/// model that is unknown within a known make is valued from what is known, with wider ranges and a warning. A
/// car that there is no ground to value gets the status `not_valued` with reasons, and no amounts.
#[utoipa::path(
    post,
    path = "/predict",
    tag = "valuation",
    request_body = PredictRequest,
    responses(
        (status = 200, description = "The price, or why there is none", body = PredictReply<'static>),
        (status = 400, description = "Not JSON", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 413, description = "Body too large", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 415, description = "Content type is not JSON", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Values that are not valid, all of them", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 503, description = "No model is loaded; see Retry-After", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 504, description = "Past the deadline", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn predict(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = body::read(request, &state).await?;
    let today = vietnam::today();
    let reading = request::read(&body)?;
    let more_errors = reading.more_errors;
    let query = validate::check(reading.request, reading.errors, today);
    let query = query.map_err(|first| ApiError::InvalidMany {
        count: first.len() + more_errors,
        first,
    })?;
    let pricing = &state.pricing;
    let model = pricing.models.model();
    let model = model.as_deref().ok_or(ApiError::NoModel)?;
    let quoter = quoter(model, pricing, today);
    // Scoring takes microseconds, less than handing it to another thread would: it runs where it is.
    let quote = counted(quoter.quote(query), model, pricing);
    Ok(PredictReply::of(quote, model.mae_vnd, &model.info).into_response())
}

/// What quotes cars with `model`.
pub(crate) fn quoter<'a>(
    model: &'a LoadedModel,
    pricing: &Pricing,
    today: chrono::NaiveDate,
) -> Quoter<'a> {
    Quoter {
        valuer: &model.valuer,
        catalogue: pricing.catalogue,
        default_source: &model.default_source,
        today,
    }
}

/// Counts a quote as one prediction.
pub(crate) fn counted(quote: Quote, model: &LoadedModel, pricing: &Pricing) -> Quote {
    let reasons = match &quote.price {
        Ok(price) => {
            model.metrics.valued.inc();
            pricing.metrics.observe_width(price.relative_width);
            &[][..]
        }
        Err(reasons) => {
            model.metrics.not_valued.inc();
            reasons
        }
    };
    for reason in reasons {
        if matches!(reason.code, ReasonCode::UnknownMake | ReasonCode::NoGround) {
            pricing.metrics.count_unknown(reason.field.as_str());
        }
    }
    for warning in &quote.warnings {
        if matches!(
            warning.code,
            WarningCode::UnknownModel | WarningCode::UnknownSource
        ) {
            pricing.metrics.count_unknown(warning.field.as_str());
        }
    }
    quote
}

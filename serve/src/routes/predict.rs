//! `POST /predict` and `POST /v1/predict`: the price of one car.

pub mod reply;
pub mod request;
pub mod resolve;
pub mod validate;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use datasets::catalogue::Catalogue;
use models::{Ground, Valuation};

use crate::body;
use crate::error::{ApiError, ProblemBody};
use crate::model::{LoadedModel, ModelInfo};
use crate::state::{AppState, Pricing};
use reply::{PredictReply, PriceBody, Reason, Status, Warning};
use request::PredictRequest;
use resolve::Car;
use serde::Deserialize;
use serde_json::{Map, Value};
use validate::Query;

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
    let (request, errors) = request::read(&body)?;
    let query = validate::check(request, errors, validate::today()).map_err(ApiError::Invalid)?;
    let model = state.pricing.models.model();
    let model = model.as_deref().ok_or(ApiError::NoModel)?;
    let reply = priced(query, model, &state.pricing);
    Ok(Json(reply).into_response())
}

/// The body of the reply to `request`, for callers within the service; none where no model is loaded or the request is
/// not valid.
pub(crate) fn body_of(pricing: &Pricing, request: &Value) -> Option<Map<String, Value>> {
    let request = PredictRequest::deserialize(request).ok()?;
    let query = validate::check(request, Vec::new(), validate::today()).ok()?;
    let model = pricing.models.model();
    let reply = priced(query, model.as_deref()?, pricing);
    match serde_json::to_value(reply) {
        Ok(Value::Object(body)) => Some(body),
        _ => None,
    }
}

/// Values the car of `query`, and counts it.
fn priced<'a>(query: Query, model: &'a LoadedModel, pricing: &Pricing) -> PredictReply<'a> {
    // Scoring takes microseconds, less than handing it to another thread would: it runs where it is.
    let reply = match resolve::resolve(query, pricing.catalogue, &model.default_source) {
        Ok(car) => {
            let valuation = model.valuer.value(&car.listing);
            let reply = answer(
                car,
                &valuation,
                model.mae_vnd,
                &model.info,
                pricing.catalogue,
            );
            if reply.status == Status::Valued {
                pricing
                    .metrics
                    .observe_width(reply::relative_width(&valuation));
            }
            reply
        }
        Err(reasons) => PredictReply::not_valued(reasons, Vec::new(), &model.info),
    };
    count(&reply, model, pricing);
    reply
}

/// What `valuation` says of `car`, and what the caller should know about it.
fn answer<'a>(
    car: Car,
    valuation: &Valuation,
    mae_vnd: Option<f64>,
    model: &'a ModelInfo,
    catalogue: &Catalogue,
) -> PredictReply<'a> {
    let Car {
        listing,
        mut warnings,
    } = car;
    if !model.training_rows.contains_key(&listing.source) {
        warnings.push(Warning {
            code: "unknown_source",
            field: "source",
            value: crate::error::clipped(&listing.source),
            did_you_mean: model.training_rows.keys().cloned().collect(),
        });
    }
    if valuation.ground == Ground::KnownMake {
        warnings.push(resolve::unknown_model(&listing, catalogue));
    }
    if let Some(price) = PriceBody::of(valuation, mae_vnd) {
        return PredictReply::valued(price, warnings, model);
    }
    let no_ground = Reason {
        code: "no_ground",
        field: "brand",
        value: listing.make.unwrap_or_default(),
        valid: Vec::new(),
        did_you_mean: Vec::new(),
    };
    PredictReply::not_valued(vec![no_ground], warnings, model)
}

fn count(reply: &PredictReply<'_>, model: &LoadedModel, pricing: &Pricing) {
    match reply.status {
        Status::Valued => model.metrics.valued.inc(),
        Status::NotValued => model.metrics.not_valued.inc(),
    };
    let unknown = reply
        .reasons
        .iter()
        .map(|reason| (reason.code, reason.field));
    let unknown = unknown.chain(
        reply
            .warnings
            .iter()
            .map(|warning| (warning.code, warning.field)),
    );
    let is_unknown = |code: &str| code.starts_with("unknown_") || code == "no_ground";
    for (_, field) in unknown.filter(|(code, _)| is_unknown(code)) {
        pricing.metrics.count_unknown(field);
    }
}

#[cfg(test)]
mod tests {
    use datasets::Listing;

    use super::*;
    use crate::model::manifest;
    use crate::routes::predict::reply::tests::valuation;

    /// Warnings and reasons, by code and likeliest meaning, of a car of this model and site.
    fn said(model: &str, source: &str, ground: Ground) -> (Status, Vec<(&'static str, String)>) {
        let listing = Listing {
            make: Some("Toyota".to_owned()),
            model: Some(model.to_owned()),
            source: source.to_owned(),
            ..Listing::default()
        };
        let car = Car {
            listing,
            warnings: Vec::new(),
        };
        let body = ModelInfo::of(&manifest());
        let catalogue = Catalogue::embedded();
        let reply = answer(car, &valuation(0.1, ground), None, &body, catalogue);
        assert_eq!(reply.price.is_some(), reply.status == Status::Valued);
        let first = |near: Vec<String>| near.into_iter().next().unwrap_or_default();
        let warnings = reply.warnings.into_iter();
        let reasons = reply.reasons.into_iter();
        let said = warnings
            .map(|warning| (warning.code, first(warning.did_you_mean)))
            .chain(reasons.map(|reason| (reason.code, first(reason.did_you_mean))))
            .collect();
        (reply.status, said)
    }

    #[test]
    fn the_caller_hears_how_far_the_model_knows_the_car() {
        let known = said("Vios", "bonbanh", Ground::KnownModel);
        assert_eq!(known, (Status::Valued, vec![]));

        let misspelt = said("Vioss", "bonbanh", Ground::KnownMake);
        let vios = ("unknown_model", "Vios".to_owned());
        assert_eq!(misspelt, (Status::Valued, vec![vios]));

        let site = said("Vios", "nowhere", Ground::KnownModel);
        let bonbanh = ("unknown_source", "bonbanh".to_owned());
        assert_eq!(site, (Status::Valued, vec![bonbanh]));

        let (status, said) = said("Vios", "bonbanh", Ground::Unknown);
        assert_eq!((status, said[0].0), (Status::NotValued, "no_ground"));
    }
}

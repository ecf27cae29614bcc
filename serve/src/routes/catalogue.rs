//! `GET /v1/catalogue/…`: makes and models for drop-downs, and typo-tolerant completion.

#![expect(
    unused_qualifications,
    reason = "utoipa's macro qualifies `SuggestParams`"
)]

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, header};
use datasets::catalogue::Catalogue;
use datasets::text::clipped;
use models::quote::unknown_make;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, FieldError, ProblemBody};

/// Most suggestions at once.
const MAX_SUGGESTIONS: usize = 50;
/// Suggestions where a caller says no number.
const SUGGESTIONS: usize = 10;
/// Longest text that is completed, in characters.
const MAX_QUERY: usize = 100;

/// The catalogue is part of the program: a browser may keep what it got for an hour.
type Cached<T> = ([(HeaderName, &'static str); 1], Json<T>);

fn cached<T>(body: T) -> Cached<T> {
    (
        [(header::CACHE_CONTROL, "public, max-age=3600")],
        Json(body),
    )
}

/// Makes sold in Vietnam.
#[derive(Debug, Serialize, ToSchema)]
pub struct Makes {
    /// In alphabetical order.
    makes: Vec<MakeBody>,
}

/// A make.
#[derive(Debug, Serialize, ToSchema)]
pub struct MakeBody {
    /// Its name.
    #[schema(example = "Toyota")]
    name: &'static str,
    /// Number of its models in the catalogue.
    #[schema(example = 23)]
    models: usize,
}

/// All makes.
#[utoipa::path(
    get,
    path = "/v1/catalogue/makes",
    tag = "catalogue",
    responses((status = 200, description = "Makes", body = Makes))
)]
pub async fn makes(State(catalogue): State<&'static Catalogue>) -> Cached<Makes> {
    let mut makes: Vec<_> = catalogue
        .makes()
        .iter()
        .map(|make| MakeBody {
            name: &make.name,
            models: make.models.len(),
        })
        .collect();
    makes.sort_by_key(|make| make.name.to_lowercase());
    cached(Makes { makes })
}

/// Models of a make.
#[derive(Debug, Serialize, ToSchema)]
pub struct Models {
    /// The make in the catalogue's spelling.
    #[schema(example = "Toyota")]
    make: &'static str,
    /// Names, the most common ones in Vietnam first.
    #[schema(example = json!(["Vios", "Camry"]))]
    models: Vec<&'static str>,
}

/// All models of a make.
#[utoipa::path(
    get,
    path = "/v1/catalogue/makes/{make}/models",
    tag = "catalogue",
    params(("make" = String, Path, description = "The make, in any spelling that the catalogue knows", example = "toyota")),
    responses(
        (status = 200, description = "Models", body = Models),
        (status = 404, description = "No such make", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn models(
    State(catalogue): State<&'static Catalogue>,
    make: Result<Path<String>, PathRejection>,
) -> Result<Cached<Models>, ApiError> {
    let Path(name) =
        make.map_err(|_| ApiError::Unreadable("The make in the address is not UTF-8.".to_owned()))?;
    let Some(make) = catalogue.make(&name) else {
        let near = unknown_make(&name, catalogue).did_you_mean;
        let hint = match near.first() {
            Some(near) => format!("; did you mean `{near}`?"),
            None => "; see /v1/catalogue/makes.".to_owned(),
        };
        return Err(ApiError::NotFound(format!(
            "The catalogue has no make `{}`{hint}",
            clipped(&name)
        )));
    };
    let models = make
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    Ok(cached(Models {
        make: &make.name,
        models,
    }))
}

/// What to complete.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SuggestParams {
    /// The text so far, of 1–100 characters.
    #[param(example = "toyta vio")]
    q: String,
    /// Most suggestions wanted, 1–50; 10 where absent.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
}

/// Completions of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// Likeliest first.
    suggestions: Vec<SuggestionBody>,
}

/// A make, or a model of it, that a text may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionBody {
    /// The make.
    #[schema(example = "Toyota")]
    make: &'static str,
    /// The model, unless only the make is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Vios")]
    model: Option<&'static str>,
}

/// Makes and models that a text may mean, typing errors forgiven.
#[utoipa::path(
    get,
    path = "/v1/catalogue/suggest",
    tag = "catalogue",
    params(SuggestParams),
    responses(
        (status = 200, description = "Suggestions", body = Suggestions),
        (status = 422, description = "Parameters that are not valid", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn suggest(
    State(catalogue): State<&'static Catalogue>,
    params: Result<Query<SuggestParams>, QueryRejection>,
) -> Result<Cached<Suggestions>, ApiError> {
    let Query(params) = params.map_err(|rejection| {
        let message = std::error::Error::source(&rejection)
            .map_or_else(|| rejection.to_string(), ToString::to_string);
        invalid(
            "",
            "type",
            format!("{message}; valid: `q` and `limit` (1–50)"),
        )
    })?;
    let limit = params.limit.unwrap_or(SUGGESTIONS);
    if !(1..=MAX_SUGGESTIONS).contains(&limit) {
        let message = format!("`limit` is {limit}; valid: 1–{MAX_SUGGESTIONS}");
        return Err(invalid("limit", "out_of_range", message));
    }
    let length = params.q.chars().count();
    if params.q.trim().is_empty() || length > MAX_QUERY {
        let message = format!("`q` has {length} characters; valid: 1–{MAX_QUERY}, not all blank");
        return Err(invalid("q", "out_of_range", message));
    }
    let suggestions = catalogue
        .suggest(&params.q, limit)
        .into_iter()
        .map(|near| SuggestionBody {
            make: &near.make.name,
            model: near.model.map(|model| model.name.as_str()),
        })
        .collect();
    Ok(cached(Suggestions { suggestions }))
}

fn invalid(parameter: &str, code: &'static str, message: String) -> ApiError {
    ApiError::Invalid(vec![FieldError {
        pointer: parameter.to_owned(),
        code,
        message,
    }])
}

//! The service's model as the assistant sees it: the very quote that `/predict` gives.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use assistant::Valuer;
use assistant::tools::Valued;
use assistant::tools::valuation::{Caveat, Fact, Range, WhyNot};
use chrono::TimeDelta;
use datasets::vietnam;
use models::quote::{CarQuery, Change, Quote, Quoter, Reason, ReasonCode, Warning, WarningCode};
use serde_json::Value;
use understanding::Slots;

use crate::model::LoadedModel;
use crate::routes::predict::{self, reply::PredictReply};
use crate::state::Pricing;

/// Values cars with the model that the service has loaded at that moment.
pub struct ServiceValuer(Arc<Pricing>);

impl ServiceValuer {
    /// A valuer with the models of `pricing`.
    pub fn new(pricing: Arc<Pricing>) -> Self {
        Self(pricing)
    }
}

impl fmt::Debug for ServiceValuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceValuer")
    }
}

impl Valuer for ServiceValuer {
    fn value(&self, slots: &Slots) -> Option<Valued> {
        let pricing = &self.0;
        let model = pricing.models.model();
        let model = model.as_deref()?;
        let quoter = predict::quoter(model, pricing, vietnam::today());
        let quote = predict::counted(quoter.quote(query(slots)), model, pricing);
        Some(valued(quote, &quoter, model))
    }
}

/// The car of `slots`.
fn query(slots: &Slots) -> CarQuery<'_> {
    fn text(slot: Option<&String>) -> Option<Cow<'_, str>> {
        slot.map(|text| Cow::Borrowed(text.as_str()))
    }
    CarQuery {
        make: text(slots.make.as_ref()),
        model: text(slots.model.as_ref()),
        version: text(slots.trim.as_ref()),
        year: slots.year,
        mileage_km: slots.mileage_km.map(f64::from),
        transmission: slots.transmission,
        fuel: slots.fuel,
        body: slots.body,
        engine_l: slots.engine_l,
        province: text(slots.province.as_ref()),
        color: text(slots.color.as_ref()),
        ..CarQuery::default()
    }
}

/// A quote as the assistant tells it. What the car would cost with other facts is asked of the same resolved car.
fn valued(quote: Quote, quoter: &Quoter<'_>, model: &LoadedModel) -> Valued {
    let varied = Fact::ALL.into_iter().filter_map(|fact| {
        let change = match fact {
            Fact::YearYounger => Change::Years(1),
            Fact::FurtherDriven => Change::Kilometres(f64::from(Fact::FURTHER_KM)),
        };
        Some((fact, quoter.changed(&quote, change)?))
    });
    let varied = varied.collect();
    let price = quote.price.as_ref().ok();
    let ranges = price.map(|price| {
        price.ranges.map(|range| Range {
            level: range.level,
            low_vnd: range.low,
            high_vnd: range.high,
        })
    });
    let is_listed = quote.is_from_list_price();
    let caveat = |warning: &Warning| caveat(warning, is_listed, quoter.age_of_data(&quote.car));
    let caveats = quote.warnings.iter().filter_map(caveat).collect();
    let mut reasons = quote.price.as_ref().err().into_iter().flatten();
    let why_not = reasons.find_map(why_not);
    Valued {
        price_vnd: price.map(|price| price.amount),
        ranges: ranges.map(Vec::from).unwrap_or_default(),
        varied,
        caveats,
        why_not,
        body: match serde_json::to_value(PredictReply::of(quote, model.mae_vnd, &model.info)) {
            Ok(Value::Object(body)) => body,
            _ => unreachable!("a reply is an object"),
        },
    }
}

/// What the assistant says of a warning. The rest is about single values, which the caller sees in the reply.
fn caveat(warning: &Warning, is_listed: bool, age_of_data: Option<TimeDelta>) -> Option<Caveat> {
    match warning.code {
        WarningCode::UnknownModel if !is_listed => Some(Caveat::ModelUnknown),
        WarningCode::UnknownVersion | WarningCode::VersionOfAnotherModel => {
            Some(Caveat::VersionUnknown)
        }
        WarningCode::FromListPrice => Some(Caveat::FromListPrice),
        WarningCode::MileageDoubtful => Some(Caveat::MileageDoubtful),
        WarningCode::StaleData => {
            let days = age_of_data?.num_days();
            Some(Caveat::StaleData { days })
        }
        _ => None,
    }
}

fn why_not(reason: &Reason) -> Option<WhyNot> {
    let valid = reason.valid.join(", ");
    match reason.code {
        ReasonCode::YearNotSold => Some(WhyNot::NotSold { sold: valid }),
        ReasonCode::YearOutOfRange
        | ReasonCode::MileageOutOfRange
        | ReasonCode::EngineOutOfRange
        | ReasonCode::SeatsOutOfRange => Some(WhyNot::Impossible {
            value: reason.value.clone(),
            valid,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datasets::vocabulary::Transmission;

    use super::*;

    #[test]
    fn slots_become_the_fields_of_a_query() {
        let slots = Slots {
            make: Some("Toyota".to_owned()),
            model: Some("Vios".to_owned()),
            trim: Some("g".to_owned()),
            year: Some(2019),
            mileage_km: Some(45_000),
            transmission: Some(Transmission::Automatic),
            ..Slots::default()
        };
        let wanted = CarQuery {
            make: Some("Toyota".into()),
            model: Some("Vios".into()),
            version: Some("g".into()),
            year: Some(2019),
            mileage_km: Some(45_000.0),
            transmission: Some(Transmission::Automatic),
            ..CarQuery::default()
        };
        assert_eq!(query(&slots), wanted);
    }
}

//! Questions that a tool answers.

use datasets::catalogue::{Make, Model};
use serde_json::{Map, Value, json};

use super::{Assistant, Understood};
use crate::Language;
use crate::phrases;
use crate::reply::{Action, Reply, Suggestion};
use crate::tools::{Compared, compare, specs, valuation};
use understanding::{Filters, Slots};

/// Offers in a reply.
const OFFERS: usize = 10;

impl Assistant {
    pub(super) fn valuation(&self, asked: &Understood) -> Reply {
        let language = asked.language();
        let missing = asked.slots.missing();
        let mut data = Map::from_iter([
            ("slots".to_owned(), json!(asked.slots)),
            ("missing".to_owned(), json!(missing)),
        ]);
        if !missing.is_empty() {
            return reply(
                asked,
                phrases::missing(&asked.slots, &missing, language),
                data,
            );
        }
        let Some(valued) = self.valuer.value(&asked.slots) else {
            return reply(asked, phrases::no_valuer(language), data);
        };
        let effects = valuation::effects(&valued);
        let message = phrases::valued(&asked.slots, &valued, &effects, language);
        data.extend(valued.body);
        let filters = Filters {
            make: asked.slots.make.clone(),
            model: asked.slots.model.clone(),
            ..Filters::default()
        };
        let label = match language {
            Language::Vietnamese => "Xem xe tương tự",
            Language::English => "See similar cars",
        };
        Reply {
            actions: vec![action(label, "open_search", Some(json!(filters)))],
            ..reply(asked, message, data)
        }
    }

    pub(super) fn listing(&self, asked: &Understood) -> Reply {
        let filters = Filters::read(&asked.message);
        let found = self.inventory.search(&filters, OFFERS);
        let message = phrases::found(&filters, &found, self.inventory.len(), asked.language());
        let data = Map::from_iter([
            ("filters".to_owned(), json!(filters)),
            ("listings".to_owned(), json!(found.offers)),
            ("total".to_owned(), json!(found.total)),
        ]);
        let label = match asked.language() {
            Language::Vietnamese => "Mở trang tìm xe",
            Language::English => "Open the search",
        };
        Reply {
            actions: vec![action(label, "open_search", Some(json!(filters)))],
            ..reply(asked, message, data)
        }
    }

    pub(super) fn compare(&self, asked: &Understood) -> Reply {
        let (message, cars) = match compare(asked.message.cars(), &self.inventory) {
            Compared::Cars(cars) => (phrases::compared(&cars, asked.language()), json!(cars)),
            Compared::WrongNumber(named) => {
                (phrases::compare_what(named, asked.language()), json!([]))
            }
        };
        reply(asked, message, Map::from_iter([("cars".to_owned(), cars)]))
    }

    pub(super) fn specs(&self, asked: &Understood) -> Reply {
        let year = Slots::read(&asked.message).year;
        let named: Option<(&Make, &Model)> = asked
            .message
            .cars()
            .iter()
            .find_map(|car| car.make.zip(car.model));
        let (message, found) = match named {
            Some((make, model)) => {
                let own = specs(make, model, year, &self.inventory);
                (phrases::specs(&own, asked.language()), json!([own]))
            }
            None => (phrases::specs_of_what(asked.language()), json!([])),
        };
        reply(asked, message, Map::from_iter([("cars".to_owned(), found)]))
    }
}

pub(super) fn account(asked: &Understood) -> Reply {
    let (label, help, query) = match asked.language() {
        Language::Vietnamese => (
            "Mở Tài khoản",
            "Đổi số điện thoại thế nào?",
            "Tôi muốn đổi số điện thoại đăng nhập thì làm thế nào?",
        ),
        Language::English => (
            "Open Account",
            "How do I change my phone number?",
            "How do I change my phone number?",
        ),
    };
    let suggestion = Suggestion {
        id: "account-change-phone".to_owned(),
        label: help.to_owned(),
        query: query.to_owned(),
        icon: None,
    };
    Reply {
        actions: vec![action(label, "open_account", None)],
        suggestions: vec![suggestion],
        ..reply(asked, phrases::account(asked.language()), Map::new())
    }
}

pub(super) fn action(label: &str, action: &str, data: Option<Value>) -> Action {
    Action {
        label: label.to_owned(),
        action: action.to_owned(),
        data,
    }
}

fn reply(asked: &Understood, message: String, data: Map<String, Value>) -> Reply {
    Reply {
        intent: asked.intent,
        message,
        conversation_id: None,
        data,
        suggestions: Vec::new(),
        actions: Vec::new(),
    }
}

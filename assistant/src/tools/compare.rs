//! Two to four cars side by side.

use serde::Serialize;

use super::{Inventory, Specs, specs};
use understanding::Car;

/// Fewest and most cars that are compared.
const CARS: std::ops::RangeInclusive<usize> = 2..=4;

/// What became of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Compared {
    /// The cars, in the order in which they were named.
    Cars(Vec<Specs>),
    /// Fewer or more models were named than can be compared; so many.
    WrongNumber(usize),
}

/// Puts the models among `cars` side by side; one that is named twice counts once.
pub fn compare(cars: &[Car], inventory: &Inventory) -> Compared {
    let mut found: Vec<Specs> = Vec::new();
    for (make, model) in cars.iter().filter_map(|car| car.make.zip(car.model)) {
        let named = |specs: &Specs| specs.make == make.name && specs.model == model.name;
        if !found.iter().any(named) {
            found.push(specs(make, model, None, inventory));
        }
    }
    if CARS.contains(&found.len()) {
        Compared::Cars(found)
    } else {
        Compared::WrongNumber(found.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use understanding::Message;

    #[test]
    fn each_model_stands_once_in_the_order_named() {
        let names = |text: &str| match compare(Message::read(text).cars(), &Inventory::default()) {
            Compared::Cars(specs) => Ok(specs
                .into_iter()
                .map(|specs| specs.model)
                .collect::<Vec<_>>()),
            Compared::WrongNumber(n) => Err(n),
        };
        let two = Ok(vec!["Vios".to_owned(), "City".to_owned()]);
        assert_eq!(names("so sánh Toyota Vios với Honda City"), two);
        assert_eq!(
            names("Toyota Vios và Honda City, Vios có tốt hơn không"),
            two
        );
        assert_eq!(names("so sánh Toyota Vios"), Err(1));
        assert_eq!(names("so sánh"), Err(0));
    }
}

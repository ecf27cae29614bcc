//! The one rule that compares rows: prices outrageously far from those of the same make, model and year.
//!
//! A price is judged by its robust distance in log space (median and median absolute deviation, scaled by
//! 1.4826 to a normal's standard deviation; Leys et al. 2013, *J. Exp. Soc. Psychol.* 49), and only dropped
//! when it is also several times off: a group of mixed trims has a wide spread of its own, and a cheap old car
//! is no mistake.

use std::{borrow::Borrow, collections::HashMap};

use super::{CleanReport, Cleaned, checked::Rules, rules::PRICE_OUTLIER};
use crate::{Listing, text, vocabulary::Currency};

/// Median absolute deviation of a normal distribution to its standard deviation.
const MAD_TO_SIGMA: f64 = 1.4826;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Group {
    make: String,
    model: String,
    year: i32,
    currency: Currency,
}

/// Price levels by make, model and year, as the rows that they were fitted on show them.
#[derive(Debug, Clone)]
pub struct PriceLevels {
    /// Median and robust standard deviation of log prices; groups that are too small are left out.
    groups: HashMap<Group, (f64, f64)>,
    log_factor: f64,
    z: f64,
}

impl PriceLevels {
    /// Fits the levels; rows without make, model, year or a positive price are passed over.
    pub fn fit<R: Borrow<Listing>>(rows: &[R], rules: &Rules) -> Self {
        let limits = rules.limits();
        let mut prices: HashMap<Group, Vec<f64>> = HashMap::new();
        for row in rows {
            if let Some((group, log_price)) = place(row.borrow()) {
                prices.entry(group).or_default().push(log_price);
            }
        }
        let groups = prices
            .into_iter()
            .filter(|(_, prices)| prices.len() >= limits.outlier_min_group)
            .map(|(group, mut prices)| {
                let median = median(&mut prices);
                for price in &mut prices {
                    *price = (*price - median).abs();
                }
                (group, (median, self::median(&mut prices) * MAD_TO_SIGMA))
            })
            .collect();
        Self {
            groups,
            log_factor: limits.outlier_factor.ln(),
            z: limits.outlier_z,
        }
    }

    /// Whether the price of `row` is outrageous; never for a car whose group was not seen often enough.
    pub fn is_outlier(&self, row: &Listing) -> bool {
        place(row).is_some_and(|(group, log_price)| {
            self.groups.get(&group).is_some_and(|(median, sigma)| {
                let distance = (log_price - median).abs();
                distance > self.log_factor && distance > self.z * sigma
            })
        })
    }
}

/// Drops the rows whose price is outrageous by the levels of `rows` themselves. For training rows only.
pub fn drop_price_outliers(rows: Vec<Listing>, rules: &Rules) -> Cleaned {
    let mut report = CleanReport::default();
    let levels = rules
        .is_active(PRICE_OUTLIER)
        .then(|| PriceLevels::fit(&rows, rules));
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        if levels
            .as_ref()
            .is_some_and(|levels| levels.is_outlier(&row))
        {
            report.drop_row(PRICE_OUTLIER, &row.source);
        } else {
            report.keep_row(&row.source, &[]);
            kept.push(row);
        }
    }
    Cleaned { rows: kept, report }
}

fn place(row: &Listing) -> Option<(Group, f64)> {
    let price = row
        .price
        .filter(|price| price.amount.is_finite() && price.amount > 0.0)?;
    let group = Group {
        make: text::key(row.make.as_deref()?),
        model: text::key(row.model.as_deref()?),
        year: row.year?,
        currency: price.currency,
    };
    Some((group, price.amount.ln()))
}

/// Median of a non-empty slice, which is reordered.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return *upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    f64::midpoint(lower, *upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Money,
        clean::{Limits, Range},
    };

    fn vios(million: f64) -> Listing {
        Listing {
            source: "chotot".into(),
            make: Some("Toyota".into()),
            model: Some("Vios".into()),
            year: Some(2018),
            price: Some(Money::vnd(million * 1e6)),
            ..Listing::default()
        }
    }

    /// Prices left of a group of `n` ordinary ones (380 to 420 million) and `odd`.
    fn kept(n: usize, odd: f64) -> usize {
        let mut rows: Vec<Listing> = (0..n).map(|i| vios(380.0 + 5.0 * (i % 9) as f64)).collect();
        rows.push(vios(odd));
        drop_price_outliers(rows, &Rules::default()).rows.len()
    }

    #[test]
    fn only_outrageous_prices_of_known_groups_go() {
        for (n, odd, want) in [
            (20, 45.0, 20),    // a deposit
            (20, 4_000.0, 20), // a digit too many
            (20, 130.0, 21),   // cheap, but three times only
            (20, 1_200.0, 21), // dear, but three times only
            (5, 45.0, 6),      // too few to judge
            (7, 45.0, 7),      // just enough
        ] {
            assert_eq!(kept(n, odd), want, "{n} rows and {odd}");
        }
    }

    #[test]
    fn a_group_of_mixed_cars_keeps_its_spread() {
        let rows: Vec<Listing> = [
            60.0, 90.0, 150.0, 250.0, 400.0, 700.0, 1_200.0, 2_000.0, 3_000.0,
        ]
        .map(vios)
        .into();
        assert_eq!(
            drop_price_outliers(rows.clone(), &Rules::default()).rows,
            rows
        );
    }

    #[test]
    fn levels_of_training_rows_judge_others() {
        let rows: Vec<Listing> = (0..20).map(|i| vios(390.0 + f64::from(i))).collect();
        let levels = PriceLevels::fit(&rows, &Rules::default());
        assert!(levels.is_outlier(&vios(20.0)));
        assert!(!levels.is_outlier(&vios(400.0)));
        let mut unknown = vios(20.0);
        unknown.model = None;
        assert!(!levels.is_outlier(&unknown));
    }

    #[test]
    fn rows_of_another_currency_are_another_group() {
        let limits = Limits {
            price_gbp: Range { min: 1.0, max: 2e6 },
            ..Limits::default()
        };
        let rules = Rules::new(limits).expect("valid");
        let mut rows: Vec<Listing> = (0..20).map(|i| vios(390.0 + f64::from(i))).collect();
        rows.push(Listing {
            price: Some(Money {
                amount: 9_000.0,
                currency: Currency::Gbp,
            }),
            ..vios(1.0)
        });
        assert_eq!(drop_price_outliers(rows, &rules).rows.len(), 21);
    }

    #[test]
    fn medians() {
        assert!((median(&mut [3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(&mut [4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-12);
    }
}

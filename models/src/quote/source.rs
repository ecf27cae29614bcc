//! The site whose price level is meant where nobody names one.

use crate::Manifest;

/// The site that is preferred.
pub const DEFAULT_SOURCE: &str = "bonbanh";

/// `preferred` where the model was trained on it, else the site of most of its rows: a price level that the model never
/// saw would be a guess.
pub fn default_source<'a>(manifest: &'a Manifest, preferred: &'a str) -> &'a str {
    let rows = &manifest.rows_by_source;
    if rows.contains_key(preferred) {
        return preferred;
    }
    let most = rows.iter().max_by_key(|(_, rows)| **rows);
    most.map_or(preferred, |(source, _)| source)
}

#[cfg(test)]
mod tests {
    use datasets::vocabulary::Currency;

    use super::*;
    use crate::Family;

    #[test]
    fn a_site_that_the_model_never_saw_is_not_the_default() {
        let mut manifest = Manifest {
            format_version: 1,
            schema_version: 1,
            name: "price".to_owned(),
            version: String::new(),
            family: Family::Ridge,
            features: Vec::new(),
            currency: Currency::Vnd,
            seed: 1,
            git_revision: None,
            trained_at: None,
            data_sha256: String::new(),
            data_until: String::new(),
            rows_by_source: [("bonbanh".to_owned(), 10), ("chotot".to_owned(), 90)].into(),
            rows_in_all: None,
            metrics: [].into(),
            parts: [].into(),
            sha256: String::new(),
        };
        for (preferred, want) in [("bonbanh", "bonbanh"), ("oto", "chotot")] {
            assert_eq!(default_source(&manifest, preferred), want);
        }
        manifest.rows_by_source.clear();
        assert_eq!(default_source(&manifest, "oto"), "oto");
    }
}

//! SHA-256 of listings: the training data's identity, and the stable numbers that splits are drawn from.

use std::borrow::Borrow;

use sha2::{Digest, Sha256};

use crate::{Listing, schema};

/// Identity of a listing set: 64 hexadecimal digits, the same for the same rows in any order.
///
/// It covers every field of every row, and the schema's version.
pub fn listings_sha256<R: Borrow<Listing>>(rows: &[R]) -> String {
    let mut line = Vec::new();
    let mut digests: Vec<[u8; 32]> = rows
        .iter()
        .map(|row| {
            line.clear();
            serde_json::to_writer(&mut line, row.borrow())
                .expect("a listing has text keys only and memory takes any length");
            Sha256::digest(&line).into()
        })
        .collect();
    digests.sort_unstable();
    let mut all = Sha256::new();
    all.update(format!("listings/{}/{}\n", schema::VERSION, rows.len()));
    for digest in &digests {
        all.update(digest);
    }
    hex(&all.finalize())
}

/// The first eight bytes of the SHA-256 of `text`, big endian: `int(sha256(text).hexdigest()[:16], 16)`.
pub fn number(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    u64::from_be_bytes(*digest.first_chunk().expect("32 bytes begin with 8"))
}

/// [`number`] of `text` under a seed; without one, of the text alone.
pub fn seeded_number(seed: Option<u64>, text: &str) -> u64 {
    match seed {
        Some(seed) => number(&format!("{seed}:{text}")),
        None => number(text),
    }
}

/// What a car is, as one line of text: everything that describes it, without identity, dates, seller and price.
///
/// Two listings of one description share it, whatever they ask.
pub fn features(row: &Listing) -> String {
    let Listing {
        source,
        make,
        model,
        trim,
        year,
        mileage_km,
        transmission,
        fuel,
        engine_l,
        body,
        seats,
        drivetrain,
        origin,
        condition,
        color_exterior,
        color_interior,
        province,
        title,
        ..
    } = row;
    let car = (make, model, trim, year, mileage_km, transmission, fuel);
    let build = (engine_l, body, seats, drivetrain, origin, condition);
    let looks = (color_exterior, color_interior, province, title);
    serde_json::to_string(&(source, car, build, looks))
        .expect("options of texts, numbers and names always have a JSON form")
}

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Money;

    fn rows() -> Vec<Listing> {
        (0..5)
            .map(|i| Listing {
                id: i.to_string(),
                source: "bonbanh".into(),
                make: Some("Kia".into()),
                price: Some(Money::vnd(3e8 + f64::from(i))),
                ..Listing::default()
            })
            .collect()
    }

    #[test]
    fn order_does_not_count_but_every_field_does() {
        let rows = rows();
        let hash = listings_sha256(&rows);
        assert_eq!(hash.len(), 64);
        let reversed: Vec<&Listing> = rows.iter().rev().collect();
        assert_eq!(listings_sha256(&reversed), hash);
        let mut dearer = rows.clone();
        dearer[3].price = Some(Money::vnd(4e8));
        assert_ne!(listings_sha256(&dearer), hash);
        let mut twice = rows;
        twice.push(twice[0].clone());
        assert_ne!(listings_sha256(&twice), hash);
    }

    #[test]
    fn numbers_are_the_first_sixteen_hexadecimal_digits() {
        // sha256("abc") = ba7816bf 8f01cfea …
        assert_eq!(number("abc"), 0xba78_16bf_8f01_cfea);
        assert_eq!(seeded_number(None, "abc"), number("abc"));
        assert_eq!(seeded_number(Some(7), "abc"), number("7:abc"));
    }

    #[test]
    fn features_leave_the_price_and_identity_out() {
        let rows = rows();
        assert_eq!(features(&rows[0]), features(&rows[4]));
        let other = Listing {
            year: Some(2020),
            ..rows[0].clone()
        };
        assert_ne!(features(&other), features(&rows[0]));
    }
}

//! A frozen map from 64-bit hashes to small numbers, for the hot path.
//!
//! Keys are hashes already, so the low bits pick the slot and the neighbours are probed; at half load a look-up
//! touches one cache line.

use serde::{Deserialize, Serialize};

/// Maps a hash to an index or a count. Serialized as pairs in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Pairs", into = "Pairs")]
pub struct Lookup {
    /// `(key, value)`; a value of `EMPTY` marks a free slot. The length is a power of two, or zero.
    slots: Vec<(u64, u32)>,
}

#[derive(Serialize, Deserialize)]
struct Pairs(Vec<(u64, u32)>);

const EMPTY: u32 = u32::MAX;

impl Lookup {
    /// A map of `pairs`; of two with one key the smaller value stays. The same pairs give the same map in any order.
    pub fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup_by_key(|(key, _)| *key);
        pairs.retain(|(_, value)| *value != EMPTY);
        if pairs.is_empty() {
            return Self::default();
        }
        let size = (pairs.len() * 2).next_power_of_two();
        let mut slots = vec![(0, EMPTY); size];
        for (key, value) in pairs {
            let mut at = key as usize & (size - 1);
            while slots[at].1 != EMPTY {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, value);
        }
        Self { slots }
    }

    /// The value of `key`, if it has one.
    pub fn get(&self, key: u64) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = key as usize & mask;
        loop {
            let (own, value) = self.slots[at];
            if value == EMPTY {
                return None;
            }
            if own == key {
                return Some(value);
            }
            at = (at + 1) & mask;
        }
    }

    /// Every key with its value, in no order.
    pub fn pairs(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let slots = self.slots.iter().copied();
        slots.filter(|(_, value)| *value != EMPTY)
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.pairs().count()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

impl From<Lookup> for Pairs {
    fn from(lookup: Lookup) -> Self {
        let mut pairs: Vec<_> = lookup.pairs().collect();
        pairs.sort_unstable();
        Self(pairs)
    }
}

impl From<Pairs> for Lookup {
    fn from(pairs: Pairs) -> Self {
        Self::new(pairs.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let pairs: Vec<(u64, u32)> = (0..1000).map(|i| (i * 64, i as u32)).collect();
        let lookup = Lookup::new(pairs.clone());
        for (key, value) in &pairs {
            assert_eq!(lookup.get(*key), Some(*value));
        }
        assert_eq!(lookup.get(1), None);
        assert_eq!(Lookup::default().get(0), None);
        assert_eq!(lookup.len(), 1000);
    }

    #[test]
    fn json_keeps_it() {
        let lookup = Lookup::new(vec![(7, 1), (u64::MAX, 2), (0, 3)]);
        let json = serde_json::to_string(&lookup).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Lookup>(&json).expect("a map"),
            lookup
        );
    }
}

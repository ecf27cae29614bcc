//! Stable 64-bit hashes: features are keyed by them in artifacts, so they must never change.

/// FNV-1a (Fowler, Noll, Vo) with a final avalanche.
pub fn text(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    avalanche(hash)
}

/// A hash of two hashes in this order.
pub fn pair(first: u64, second: u64) -> u64 {
    avalanche(first.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second)
}

/// A number as a hash: equal numbers give equal hashes.
pub fn number(value: f32) -> u64 {
    avalanche(u64::from(value.to_bits()) | 1 << 40)
}

/// The finaliser of MurmurHash3 (Appleby 2011).
fn avalanche(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These values are stored in artifacts.
    #[test]
    fn hashes_stay_what_they_are() {
        assert_eq!(text("toyota"), 0x517a_88a3_e770_1f46);
        assert_eq!(pair(text("toyota"), text("vios")), 0xacaf_ba56_ac13_affe);
        assert_ne!(pair(1, 2), pair(2, 1));
        assert_ne!(number(1.5), number(1.6));
    }
}

//! A hash of label sets for sampling them: the same on every machine and in every version, which an answer may depend on.

use model::Labels;

/// Where FNV-1a begins, and what it multiplies by.
const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0000_0100_0000_01b3);
/// Ends a name or a value; never part of UTF-8.
const SEPARATOR: u8 = 0xff;

/// A place between 0 and 1 for each label set, evenly spread.
pub(crate) fn place(labels: &Labels) -> f64 {
    let bytes = labels
        .iter()
        .flat_map(|(name, value)| [name, value])
        .flat_map(|text| text.bytes().chain([SEPARATOR]));
    let hash = bytes.fold(FNV.0, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(FNV.1)
    });
    mix(hash) as f64 / u64::MAX as f64
}

/// Spreads each bit over all (the finalizer of MurmurHash3), for FNV leaves the high ones alike.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_evenly() {
        let mut tenths = [0; 10];
        for instance in 0..10_000 {
            let labels = Labels::from_pairs([("instance", instance.to_string())]);
            tenths[(place(&labels) * 10.0) as usize] += 1;
        }
        assert!(
            tenths.iter().all(|count| (900..1100).contains(count)),
            "{tenths:?}"
        );
    }
}

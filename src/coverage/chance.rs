//! Numbers that look like chance, the same on every machine. A file of its own because hashes and searches draw from one.

/// The step from one state to the next (Steele, Lea and Flood 2014, SplitMix64).
pub(crate) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A state, mixed: states that differ in a bit give numbers that differ in half of theirs.
pub(crate) fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

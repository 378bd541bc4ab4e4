//! Seeded chance: the same seed gives the same numbers on every machine and in every release.
//! A file of its own because two examples draw from it, and a random number crate may change its stream.

/// SplitMix64 (Steele, Lea and Flood 2014), seeded by text.
pub struct Chance(u64);

impl Chance {
    /// From text, such as a township's code, so that one place's numbers do not move when another is added.
    pub fn of(seed: &str) -> Self {
        // FNV-1a, 64 bit.
        Self(seed.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
}

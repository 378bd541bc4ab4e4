//! Which colours? A file of its own so that the rule is in one place: Okabe and Ito's palette, which people with any
//! common colour blindness tell apart, and in every pair that must be told apart a difference in lightness and in
//! outline too, because offices print in grey.
//!
//! Okabe M., Ito K. (2008): Color Universal Design.

/// A colour with its opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub rgb: (u8, u8, u8),
    pub alpha: f64,
}

impl Ink {
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { rgb: (r, g, b), alpha: 1.0 }
    }

    pub const fn alpha(self, alpha: f64) -> Self {
        Self { rgb: self.rgb, alpha }
    }

    /// Dark enough for small letters.
    pub fn darker(self) -> Self {
        let (r, g, b) = self.rgb;
        let dim = |v: u8| v - v / 4;
        Self { rgb: (dim(r), dim(g), dim(b)), alpha: self.alpha }
    }

    /// Lightness of the colour in grey print, in [0, 255] (Rec. 601).
    #[cfg(test)]
    pub fn grey(self) -> f64 {
        let (r, g, b) = self.rgb;
        0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b)
    }
}

pub(super) const WHITE: Ink = Ink::rgb(255, 255, 255);
pub(super) const BLACK: Ink = Ink::rgb(0x1a, 0x1a, 0x1a);
pub(super) const GREY: Ink = Ink::rgb(0x66, 0x66, 0x66);
pub(super) const PALE: Ink = Ink::rgb(0xb4, 0xb4, 0xb4);
pub(super) const GROUND: Ink = Ink::rgb(0xfb, 0xfa, 0xf7);

/// Covered today: solid and dark.
pub(super) const TODAY: Ink = Ink::rgb(0x00, 0x72, 0xb2);
/// Covered by the proposal: light, with an outline in the colour of today.
pub(super) const ADDED: Ink = Ink::rgb(0x56, 0xb4, 0xe9);
/// Gap: white inside, with a thick outline in this colour.
pub(super) const GAP: Ink = Ink::rgb(0xd5, 0x5e, 0x00);

/// Fills of proposed stations by phase; shapes differ as well, so a fifth phase may start again.
pub(super) const PHASES: [Ink; 4] =
    [Ink::rgb(0xe6, 0x9f, 0x00), Ink::rgb(0xf0, 0xe4, 0x42), Ink::rgb(0xcc, 0x79, 0xa7), Ink::rgb(0x00, 0x9e, 0x73)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_covered_and_what_is_not_differ_in_grey() {
        // A gap is white inside.
        for (a, b) in [(TODAY, ADDED), (ADDED, WHITE), (TODAY, WHITE)] {
            assert!((a.grey() - b.grey()).abs() > 50.0, "{a:?} and {b:?} look alike in grey");
        }
    }
}

//! How long is a kilometre here? Scale bars and the north arrow. A file of its own because a bar must be a round length
//! and true, whatever frame it speaks for.

use super::mark::{Anchor, Marks};
use super::palette::{BLACK, WHITE};
use super::paper::{EM, Pt, Rect};
use crate::model::Lang;

/// A scale bar: a round length on the ground and its length on the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    pub metres: f64,
    pub length: f64,
}

impl Bar {
    /// The longest bar of 1, 2 or 5 times a power of ten that is at most `room` long.
    pub fn within(room: f64, scale: f64) -> Self {
        let most = room / scale;
        let decade = 10.0_f64.powf(most.log10().floor());
        let metres = [5.0, 2.0, 1.0].iter().map(|s| s * decade).find(|m| *m <= most).unwrap_or(decade);
        Self { metres, length: metres * scale }
    }

    fn caption(&self, lang: Lang) -> String {
        if self.metres >= 1000.0 {
            format!("{} {}", self.metres / 1000.0, lang.pick("公里", "km"))
        } else {
            format!("{} {}", self.metres, lang.pick("米", "m"))
        }
    }
}

/// Draws a bar with its left end at `at` and its length behind; returns where the text ends.
pub(super) fn draw(marks: &mut Marks, at: Pt, bar: &Bar, lang: Lang) -> f64 {
    let half = bar.length / 2.0;
    let thick = 0.32 * EM;
    let box_of = |left: f64, right: f64| Rect::new(left, at.y - thick, right, at.y);
    marks.rect(&box_of(at.x, at.x + half), BLACK);
    marks.rect(&box_of(at.x + half, at.x + bar.length), WHITE);
    marks.outline(&box_of(at.x, at.x + bar.length), BLACK, 6.0);
    let caption = bar.caption(lang);
    let left = at.x + bar.length + 0.5 * EM;
    let end = left + crate::report::font::width(&caption, 0.9 * EM);
    marks.text(Pt::new(left, at.y + 0.12 * EM), caption, 0.9 * EM, Anchor::Start, BLACK);
    end
}

/// A north arrow around a point.
pub(super) fn north(marks: &mut Marks, at: Pt, lang: Lang) {
    let tip = at.shifted(0.0, -EM);
    let (left, right, notch) =
        (at.shifted(-0.45 * EM, 0.5 * EM), at.shifted(0.45 * EM, 0.5 * EM), at.shifted(0.0, 0.2 * EM));
    marks.fill(vec![tip, left, notch], BLACK);
    marks.closed_line(vec![tip, right, notch], BLACK, 6.0);
    marks.text(at.shifted(0.62 * EM, 0.3 * EM), lang.pick("北", "N"), EM, Anchor::Start, BLACK);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Metres, Position};
    use crate::report::map::frame::Frame;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(15), ..ProptestConfig::default() })]
        #[test]
        fn a_bar_is_round_and_true_to_half_a_percent(
            lon in -180.0..180.0_f64, lat in -80.0..80.0_f64, azimuth in 0.0..360.0_f64, span in 500.0..400_000.0_f64,
        ) {
            let centre = Position::new(lon, lat).expect("in range");
            let frame = Frame::fit(Rect::new(0.0, 0.0, 6000.0, 5000.0), &[centre], 100.0, span);
            let bar = Bar::within(1500.0, frame.scale);
            prop_assert!(bar.length <= 1500.0 && bar.length > 0.2 * 1500.0);
            let digits = bar.metres / 10.0_f64.powf(bar.metres.log10().floor());
            prop_assert!([1.0, 2.0, 5.0].iter().any(|d| (digits - d).abs() < 1e-9), "{}", bar.metres);
            let end = crate::travel::destination(centre, azimuth, Metres(bar.metres));
            let (a, b) = (frame.at_degrees(lon, lat), frame.at_degrees(end.lon(), end.lat()));
            let drawn = (b.x - a.x).hypot(b.y - a.y);
            prop_assert!((drawn / bar.length - 1.0).abs() < 0.005, "{drawn} for {}", bar.length);
        }
    }
}

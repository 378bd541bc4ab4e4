//! Where can a name stand without touching anything? A file of its own: pure placing, tested by property.
//!
//! Greedy by importance: each name tries eight positions around its symbol, near and then a little farther, and takes
//! the first that is inside the frame and free of symbols and of names placed before; otherwise it is left out.
//! Exact placing is NP-hard; the order of wishes decides, so the same input gives the same picture.
//!
//! Cost: wishes times positions times obstacles. Christensen, Marks, Shieber (1995).

use super::paper::{Pt, Rect};

/// A name that wants a place.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The symbol's centre.
    pub at: Pt,
    /// Half the symbol's width.
    pub reach: f64,
    /// Sizes of box that would do, best first.
    pub sizes: Vec<(f64, f64)>,
    /// Placed whatever it costs: farther away, and in the end across symbols.
    pub must: bool,
}

/// Where a name stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// Index of the wish.
    pub wish: usize,
    /// Index into its sizes.
    pub size: usize,
    /// The box.
    pub rect: Rect,
}

/// Distances of a name from its symbol, in the order they are tried.
const GAPS: [f64; 2] = [12.0, 55.0];
/// Farther ones, for names that must stand.
const FAR_GAPS: [f64; 3] = [110.0, 180.0, 260.0];

/// Places what fits; `symbols` are the boxes of the symbols.
pub(super) fn placed(wishes: &[Wish], symbols: &[Rect], frame: &Rect) -> Vec<Placed> {
    let mut out: Vec<Placed> = Vec::new();
    for (w, wish) in wishes.iter().enumerate() {
        let found = {
            let inside = |rect: &Rect| frame.encloses(rect);
            let off_names = |rect: &Rect| inside(rect) && !out.iter().any(|p| p.rect.overlaps(rect));
            let free = |rect: &Rect| off_names(rect) && !symbols.iter().any(|s| s.overlaps(rect));
            let try_at = |gaps: &[f64], skip: usize, fits: &dyn Fn(&Rect) -> bool| {
                wish.sizes.iter().enumerate().skip(skip).find_map(|(s, &size)| {
                    gaps.iter()
                        .flat_map(|gap| positions(wish.at, wish.reach + gap, size))
                        .find(fits)
                        .map(|rect| Placed { wish: w, size: s, rect })
                })
            };
            let near = try_at(&GAPS, 0, &free);
            // Across symbols at least as small as can be.
            let last = wish.sizes.len().saturating_sub(1);
            if near.is_some() || !wish.must {
                near
            } else {
                try_at(&FAR_GAPS, 0, &free)
                    .or_else(|| try_at(&GAPS, last, &off_names))
                    .or_else(|| try_at(&GAPS, last, &inside))
            }
        };
        out.extend(found);
    }
    out
}

/// Boxes to the right, left, above, below and at the corners, in the order cartographers prefer.
fn positions(at: Pt, reach: f64, (w, h): (f64, f64)) -> [Rect; 8] {
    let diagonal = 0.72 * reach;
    let from = |left: f64, top: f64| Rect::new(left, top, left + w, top + h);
    [
        from(at.x + reach, at.y - h / 2.0),
        from(at.x - reach - w, at.y - h / 2.0),
        from(at.x + diagonal, at.y - diagonal - h),
        from(at.x + diagonal, at.y + diagonal),
        from(at.x - w / 2.0, at.y - reach - h),
        from(at.x - w / 2.0, at.y + reach),
        from(at.x - diagonal - w, at.y - diagonal - h),
        from(at.x - diagonal - w, at.y + diagonal),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]
        #[test]
        fn names_overlap_neither_each_other_nor_symbols_and_stay_inside(
            spots in prop::collection::vec((0.0..3000.0_f64, 0.0..2000.0_f64, 5.0..90.0_f64, 50.0..900.0_f64), 0..60),
        ) {
            let frame = Rect::new(0.0, 0.0, 3000.0, 2000.0);
            let symbols: Vec<Rect> =
                spots.iter().map(|&(x, y, r, _)| Rect::around(Pt::new(x, y), r, r)).collect();
            let wishes: Vec<Wish> = spots
                .iter()
                .map(|&(x, y, reach, w)| Wish { at: Pt::new(x, y), reach, sizes: vec![(w, 110.0), (w / 2.0, 110.0)],
                    must: false,
                })
                .collect();
            let names = placed(&wishes, &symbols, &frame);
            for (i, a) in names.iter().enumerate() {
                prop_assert!(frame.encloses(&a.rect));
                prop_assert!(!symbols.iter().any(|s| s.overlaps(&a.rect)));
                prop_assert!(!names[..i].iter().any(|b| b.rect.overlaps(&a.rect)));
            }
            prop_assert_eq!(&names, &placed(&wishes, &symbols, &frame));
        }
    }

    #[test]
    fn a_letter_stands_even_where_symbols_leave_no_room() {
        let frame = Rect::new(0.0, 0.0, 1000.0, 1000.0);
        let wish = Wish { at: Pt::new(500.0, 500.0), reach: 50.0, sizes: vec![(200.0, 100.0)], must: true };
        assert_eq!(placed(&[wish.clone(), wish], &[frame], &frame).len(), 2);
    }

    #[test]
    fn a_name_alone_stands_to_the_right_and_one_without_room_is_left_out() {
        let frame = Rect::new(0.0, 0.0, 1000.0, 1000.0);
        let wish = |w| Wish { at: Pt::new(500.0, 500.0), reach: 50.0, sizes: vec![(w, 100.0)], must: false };
        assert_eq!(placed(&[wish(200.0)], &[], &frame)[0].rect.left, 562.0);
        assert!(placed(&[wish(1200.0)], &[], &frame).is_empty());
    }
}

//! Where does a map show what changed when it is too small for single places? A few signs, each for the places around it. A file of
//! its own because answers stay exact and this alone is about what an eye can tell apart.

use std::collections::BTreeMap;

/// Cells along each side of the ground on which something changed.
const SIDE: f64 = 14.0;
/// A cell is no smaller than this, in degrees: some two kilometres.
const LEAST: f64 = 0.02;

/// At most some two hundred signs for any number of places (longitude, latitude, people): the mean of a cell's places, weighted by
/// their people, and the people of all of them. South-west first.
pub(super) fn signs(places: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let range = |axis: usize| {
        let values = || places.iter().map(|p| p[axis]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((west, east), (south, north)) = (range(0), range(1));
    let side = ((east - west).max(north - south) / SIDE).max(LEAST);
    let mut cells: BTreeMap<(i64, i64), [f64; 4]> = BTreeMap::new();
    for [lon, lat, people] in places {
        let cell = cells.entry((((lat - south) / side) as i64, ((lon - west) / side) as i64)).or_default();
        // Where nobody lives a place still has somewhere to be shown.
        let weight = people.max(1e-9);
        let more = [lon * weight, lat * weight, *people, weight];
        cell.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    cells.into_values().map(|[lon, lat, people, weight]| [lon / weight, lat / weight, people]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_few_stand_among_their_places_and_count_everybody() {
        assert!(signs(&[]).is_empty());
        let nobody = signs(&[[124.0, 50.0, 0.0]]);
        assert!((nobody[0][0] - 124.0).abs() < 1e-9 && nobody[0][2] == 0.0, "{nobody:?}");
        let near = signs(&[[124.0, 50.0, 30.0], [124.01, 50.0, 10.0]]);
        assert_eq!(near.len(), 1);
        assert!((near[0][0] - 124.0025).abs() < 1e-9 && near[0][2] == 40.0, "{near:?}");
        let wide: Vec<[f64; 3]> =
            (0..5000).map(|i| [120.0 + f64::from(i % 71) * 0.05, 48.0 + f64::from(i / 71) * 0.05, 2.0]).collect();
        let signs = signs(&wide);
        assert!((100..=225).contains(&signs.len()), "{}", signs.len());
        assert_eq!(signs.iter().map(|s| s[2]).sum::<f64>(), 10_000.0);
        assert!(signs.iter().all(|s| (120.0..=123.5).contains(&s[0]) && (48.0..=51.6).contains(&s[1])));
    }
}

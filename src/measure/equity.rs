//! How evenly is the way to a station shared? A file of its own because shares count who is inside and this asks how far the
//! others have to go.

use std::sync::Arc;

/// How unequal travel times are among people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evenness {
    /// Gini coefficient of minutes to the nearest station, over people: 0 is the same for all.
    pub gini: f64,
    /// Mean minutes of the tenth with the longest way over those of the four tenths with the shortest; `None` where these
    /// have no way at all.
    pub palma: Option<f64>,
    /// Mean minutes.
    pub mean: f64,
    /// Minutes that nine of ten people do not exceed.
    pub ninth_decile: f64,
}

/// Equity of a plan, today and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Equity {
    /// By open stations; `None` where there is none, or nobody.
    pub today: Option<Evenness>,
    /// By all that exist or are proposed.
    pub proposed: Option<Evenness>,
    /// Residents whom no way leads to any station, today and after; they are in neither measure above.
    pub without_way: [f64; 2],
    /// The county with the least share after, and that share.
    pub worst_county: Option<(Arc<str>, f64)>,
    /// The group with the least share after, and that share.
    pub worst_group: Option<(Arc<str>, f64)>,
}

/// Measures minutes of people: (minutes, people). The order of the pairs changes nothing but the last bits.
///
/// With the pairs sorted and `s` the running sum of minutes times people, the Gini coefficient is
/// `1 - sum(people_i * (s_(i-1) + s_i)) / (people * s_n)`.
pub fn evenness(mut ways: Vec<(f64, f64)>) -> Option<Evenness> {
    ways.retain(|(minutes, people)| *people > 0.0 && minutes.is_finite());
    ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let people: f64 = ways.iter().map(|(_, people)| people).sum();
    let total: f64 = ways.iter().map(|(minutes, people)| minutes * people).sum();
    if ways.is_empty() || total <= 0.0 {
        return None;
    }
    let (mut running, mut area) = (0.0, 0.0);
    for (minutes, count) in &ways {
        let next = running + minutes * count;
        area += count * (running + next);
        running = next;
    }
    // Minutes of the people between two shares of all of them.
    let between = |from: f64, to: f64| {
        let (mut seen, mut sum) = (0.0, 0.0);
        for (minutes, count) in &ways {
            let part = (seen + count).min(to * people) - f64::max(seen, from * people);
            sum += minutes * part.max(0.0);
            seen += count;
        }
        sum / ((to - from) * people)
    };
    let mut seen = 0.0;
    let ninth = ways.iter().find(|(_, count)| {
        seen += count;
        seen >= 0.9 * people * (1.0 - 1e-12)
    });
    let nearest = between(0.0, 0.4);
    Some(Evenness {
        gini: (1.0 - area / (people * total)).max(0.0),
        palma: (nearest > 0.0).then(|| between(0.9, 1.0) / nearest),
        mean: total / people,
        ninth_decile: ninth.map_or(0.0, |(minutes, _)| *minutes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition: the mean difference between any two people, over twice the mean.
    fn slow_gini(ways: &[(f64, f64)]) -> f64 {
        let people: f64 = ways.iter().map(|w| w.1).sum();
        let total: f64 = ways.iter().map(|w| w.0 * w.1).sum();
        let differences: f64 = ways.iter().flat_map(|a| ways.iter().map(move |b| a.1 * b.1 * (a.0 - b.0).abs())).sum();
        differences / (2.0 * people * total)
    }

    proptest! {
        #[test]
        fn the_quick_gini_is_the_one_of_the_definition(ways in prop::collection::vec((0.1f64..500.0, 0.5f64..900.0), 1..40)) {
            let quick = evenness(ways.clone()).expect("there are people").gini;
            prop_assert!((quick - slow_gini(&ways)).abs() < 1e-9, "{quick} {}", slow_gini(&ways));
        }
    }

    #[test]
    fn the_same_way_for_all_is_even_and_one_far_tenth_is_not() {
        let same = evenness(vec![(7.0, 10.0), (7.0, 90.0)]).expect("people");
        assert!(same.gini < 1e-12 && (same.palma.expect("a way") - 1.0).abs() < 1e-12 && same.mean == 7.0);
        let far = evenness(vec![(5.0, 90.0), (50.0, 10.0)]).expect("people");
        assert!((far.palma.expect("a way") - 10.0).abs() < 1e-12);
        assert_eq!(far.ninth_decile, 5.0);
        assert!(evenness(vec![(3.0, 0.0)]).is_none() && evenness(Vec::new()).is_none());
    }
}

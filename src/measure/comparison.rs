//! What changes when one travels otherwise? The same sites by the straight-line circle, in summer and in winter. A file of its own
//! because it is the honest footnote to every share: a circle is a promise, a road is not.

use super::outcome::Nearest;

/// Shares of every place that are covered; parallel to `PlanFolder::places`.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// By the open stations.
    pub today: Vec<f64>,
    /// By all stations of the proposal.
    pub proposed: Vec<f64>,
}

/// The same sites by other travel. Only for plans that do not travel by the circle. Lists are parallel to `PlanFolder::places`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// By the straight-line circle.
    pub circle: Covered,
    /// The nearest of all stations by the straight line; by the plan's own travel it is `PlaceCover::nearest`.
    pub nearest_by_circle: Vec<Option<Nearest>>,
    /// By the plan's own model in summer and in winter; `None` where the model knows no seasons.
    pub seasons: Option<[Covered; 2]>,
    /// The nearest of all stations in summer and in winter.
    pub nearest_by_season: Option<[Vec<Option<Nearest>>; 2]>,
    /// The nearest open station by the plan's own travel; `None` where no way leads to any.
    pub nearest_today: Vec<Option<Nearest>>,
    /// The nearest busy place, an index into `PlanFolder::places`, by the plan's own travel: where outreach meets these people.
    /// `None` where no way leads to any; empty where the model does not know the ways to places.
    pub nearest_busy: Vec<Option<usize>>,
    /// By the plan's own travel, every standard in minutes being this one; none where none is in minutes, or where given times
    /// end before.
    pub minutes: Vec<(f64, Covered)>,
}

/// How many places and people change status between two ways to travel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moved {
    /// Places covered (wholly or more) by the first only, and people of theirs that are lost.
    pub lost: (usize, f64),
    /// Places covered by the second only, and people of theirs that are won.
    pub won: (usize, f64),
}

impl Moved {
    /// From one to the other; `people` by place.
    pub fn between(from: &[f64], to: &[f64], people: impl Fn(usize) -> f64) -> Self {
        let mut moved = Self::default();
        for (i, (a, b)) in from.iter().zip(to).enumerate() {
            if b < a {
                moved.lost = (moved.lost.0 + 1, moved.lost.1 + people(i) * (a - b));
            } else if b > a {
                moved.won = (moved.won.0 + 1, moved.won.1 + people(i) * (b - a));
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_lost_and_who_is_won_is_counted_apart() {
        let moved = Moved::between(&[1.0, 0.0, 0.5, 1.0], &[0.0, 1.0, 0.25, 1.0], |i| [100.0, 10.0, 8.0, 1.0][i]);
        assert_eq!(moved, Moved { lost: (2, 102.0), won: (1, 10.0) });
    }
}

//! How does the plan travel, and what would change otherwise? A file of its own because plans by the circle have none of it.

use super::super::number::Num;
use crate::job::Outcome;
use crate::measure::Moved;
use crate::model::{PlaceLayer, Season};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Travel {
    model: &'static str,
    season: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    circle_to_road: Option<Change>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summer_to_winter: Option<Change>,
}

/// Places and residents that change status, today and after the proposal.
#[derive(Serialize)]
struct Change {
    today: Counts,
    proposed: Counts,
}

#[derive(Serialize)]
struct Counts {
    places_lost: usize,
    people_lost: Num,
    places_won: usize,
    people_won: Num,
}

impl Travel {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let travel = &outcome.folder.plan.travel;
        let places = &outcome.folder.places;
        // Workers and visitors are not residents, so only residences count here.
        let homes = |of: &[f64]| -> Vec<f64> {
            let own = places.iter().zip(of).filter(|(p, _)| p.layer == PlaceLayer::Residences);
            own.map(|(_, share)| *share).collect()
        };
        let people: Vec<f64> =
            places.iter().filter(|p| p.layer == PlaceLayer::Residences).map(|p| p.people.0).collect();
        let counts = |from: &[f64], to: &[f64]| {
            let moved = Moved::between(&homes(from), &homes(to), |i| people[i]);
            Counts {
                places_lost: moved.lost.0,
                people_lost: Num(moved.lost.1),
                places_won: moved.won.0,
                people_won: Num(moved.won.1),
            }
        };
        let today: Vec<f64> = outcome.cover.iter().map(|c| c.today).collect();
        let proposed: Vec<f64> = outcome.cover.iter().map(|c| c.proposed).collect();
        let comparison = outcome.comparison.as_ref();
        Self {
            model: travel.model.name(),
            season: match travel.season {
                Season::Summer => "summer",
                Season::Winter => "winter",
                Season::Both => "both",
            },
            circle_to_road: comparison.map(|c| Change {
                today: counts(&c.circle.today, &today),
                proposed: counts(&c.circle.proposed, &proposed),
            }),
            summer_to_winter: comparison.and_then(|c| c.seasons.as_ref()).map(|[summer, winter]| Change {
                today: counts(&summer.today, &winter.today),
                proposed: counts(&summer.proposed, &winter.proposed),
            }),
        }
    }
}

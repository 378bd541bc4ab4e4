//! What must a checker be told that the inputs do not say? The leaves of the proof, the pieces of polygons, and which side
//! of the limit a pair is on that no other geodesic could tell apart. A file of its own because `certificate.json` is
//! drawn from it and nothing else is.

use super::SiteRef;
use crate::coverage::{Demand, Relation};
use crate::model::Position;
use crate::siting::{Leaves, NoneBetter};
use crate::travel::{Circles, Standard};

/// Pairs this near the limit are listed, metres: twice the micrometre within which a checker may ask.
const NEAR: f64 = 2e-6;

/// What makes the proof of an outcome one that others can check.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The proof.
    pub leaves: Leaves,
    /// Counties that must reach so many units of residents on top of those whom existing stations cover.
    pub amounts: Vec<(String, u64)>,
    /// Where the worst county comes first: the proof that no choice brings every county beyond its share.
    pub worst: Option<NoneBetter>,
    /// Integer units of weight per weighted person.
    pub units_per_person: f64,
    /// Demand points, in the order of the folder's places.
    pub demand: Demand,
    /// Pairs within micrometres of the limit, stations first, by demand point and site.
    pub at_the_limit: Vec<AtTheLimit>,
    /// Where circles do not decide: per site, stations first, the demand points (indices into `demand.points`) that it serves.
    pub pairs: Option<Vec<(SiteRef, Vec<usize>)>>,
}

/// A pair whose length is the limit, but for rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtTheLimit {
    /// Index into `Evidence::demand.points`.
    pub point: usize,
    /// The station or candidate.
    pub site: SiteRef,
    /// Whether it counts as inside.
    pub inside: bool,
}

/// Pairs of demand points and sites within two micrometres of the limit; `relation` says which side they count on.
pub fn at_the_limit(
    demand: &Demand,
    standards: &[Standard],
    sites: &[(SiteRef, Position)],
    relation: &Relation,
) -> Vec<AtTheLimit> {
    let moved = |by: f64| {
        let mut moved = standards.to_vec();
        moved.iter_mut().for_each(|s| s.radius.0 += by);
        moved
    };
    let (wider, narrower) = (moved(NEAR), moved(-NEAR));
    let positions = || sites.iter().map(|(_, p)| *p);
    let outer = Relation::new(demand, &Circles::new(positions(), &wider));
    let inner = Relation::new(demand, &Circles::new(positions(), &narrower));
    let mut found = Vec::new();
    for point in 0..outer.len() {
        let between = outer.sites(point).iter().filter(|s| inner.sites(point).binary_search(s).is_err());
        found.extend(between.map(|&s| AtTheLimit {
            point,
            site: sites[s as usize].0,
            inside: relation.sites(point).binary_search(&s).is_ok(),
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::DemandPoint;
    use crate::model::{Circle, Limit, Metres, Mode, TravelSettings};
    use crate::travel::{Origin, geodesic};

    #[test]
    fn a_pair_on_the_limit_is_listed_with_its_side_and_one_a_millimetre_off_is_not() {
        let at = |lon, lat| Position::new(lon, lat).expect("in range");
        let (home, near, on) = (at(124.1, 50.4), at(124.101, 50.4), at(124.11, 50.41));
        let travel = TravelSettings::default();
        let point = DemandPoint { place: 0, share: 1.0, origin: Origin { index: 0, position: home, standard: 0 } };
        let demand = Demand { points: vec![point], starts: vec![0, 1], centres: vec![point.origin] };
        let sites = [(SiteRef::Candidate(7), near), (SiteRef::Candidate(8), on)];
        let listed = |radius: f64| {
            let limit = Limit::Radius(Metres(radius));
            let standards = [Standard::new(&Circle { setting: None, limit, mode: Mode::Walk }, &travel)];
            let relation = Relation::new(&demand, &Circles::new(sites.iter().map(|s| s.1), &standards));
            at_the_limit(&demand, &standards, &sites, &relation)
        };
        let limit = geodesic(home, on).0;
        let of = |inside| vec![AtTheLimit { point: 0, site: SiteRef::Candidate(8), inside }];
        assert_eq!(listed(limit), of(true));
        assert_eq!(listed(limit - 1e-6), of(false));
        assert_eq!(listed(limit - 1e-3), []);
    }
}

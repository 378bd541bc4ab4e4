//! By which model does this plan travel? The one place that chooses. A file of its own because coverage, siting and measures
//! must not know which it is.

use super::JobError;
use super::road_pieces::pieces;
use crate::coverage::{Demand, Relation};
use crate::model::{Candidate, Fade, Lang, Model, Place, PlanFolder, Position, Season, Station, TravelInput};
use crate::read::{self, Doubt};
use crate::siting::Ring;
use crate::travel::roads::{Island, Keep, RoadTravel, Roads};
use crate::travel::{Circles, GivenTravel, Standard, TravelModel};

/// The plan's roads; `None` where it travels otherwise.
///
/// # Errors
/// When they cannot be read, or lie elsewhere.
pub(super) fn open_roads(folder: &PlanFolder, demand: &Demand) -> Result<Option<Roads>, JobError> {
    let TravelInput::Roads { path } = &folder.travel else { return Ok(None) };
    let roads = Roads::open(path, Keep::Cached)?;
    let positions: Vec<Position> = demand.points.iter().map(|p| p.origin.position).collect();
    roads.holds_any(&positions)?;
    Ok(Some(roads))
}

/// What `check` asks beside reading the folder: whether the plan's roads, if it has any, can be used, and which layers another
/// datum would suit much better. Nothing is kept.
///
/// # Errors
/// When roads cannot be read, lie elsewhere, or are closed to a mode that some place needs.
pub fn check(folder: &PlanFolder) -> Result<Vec<Doubt>, JobError> {
    let TravelInput::Roads { path } = &folder.travel else { return Ok(doubts(folder, None)) };
    let standards = Standard::of_plan(&folder.plan);
    let demand = Demand::new(&folder.places, &standards);
    let roads = Roads::open(path, Keep::Fresh)?;
    let positions: Vec<Position> = demand.points.iter().map(|p| p.origin.position).collect();
    roads.holds_any(&positions)?;
    Travel::of_plan(folder, Some(&roads), &demand, &standards, &|| true)?;
    Ok(doubts(folder, Some(&roads)))
}

/// Layers that another datum would suit much better, roads considered where there are any.
pub(super) fn doubts(folder: &PlanFolder, roads: Option<&Roads>) -> Vec<Doubt> {
    read::doubts(folder, &roads.map_or(Vec::new(), |roads| pieces(folder, roads)))
}

/// A site as travel models ask for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) id: &'a str,
    pub(super) position: Position,
}

impl<'a> From<&'a Station> for Site<'a> {
    fn from(s: &'a Station) -> Self {
        Self { id: &s.id, position: s.position }
    }
}

impl<'a> From<&'a Candidate> for Site<'a> {
    fn from(c: &'a Candidate) -> Self {
        Self { id: &c.id, position: c.position }
    }
}

/// The travel model of a plan, ready for any list of sites.
pub(super) enum Travel<'a> {
    /// The straight line.
    Circle(&'a [Standard]),
    /// Roads, with the demand points snapped.
    Roads(RoadTravel<'a>),
    /// Given times.
    Times { folder: &'a PlanFolder, demand: &'a Demand, standards: &'a [Standard] },
}

impl<'a> Travel<'a> {
    /// The model that the plan asks for; `None` once it is no longer wanted.
    ///
    /// # Errors
    /// When no road is open to a mode that some place needs.
    pub(super) fn of_plan(
        folder: &'a PlanFolder,
        roads: Option<&'a Roads>,
        demand: &'a Demand,
        standards: &'a [Standard],
        wanted: Wanted<'_>,
    ) -> Result<Option<Self>, JobError> {
        Ok(match (folder.plan.travel.model, roads) {
            (Model::Roads, Some(roads)) => {
                let origins = demand.points.iter().map(|p| p.origin).collect();
                RoadTravel::new_while(roads, &folder.plan.travel, standards, origins, wanted)?.map(Self::Roads)
            }
            (Model::Times, _) => Some(Self::Times { folder, demand, standards }),
            _ => Some(Self::Circle(standards)),
        })
    }

    /// The same in another season; `None` where the model knows no seasons.
    ///
    /// # Errors
    /// When no road is open in it to a mode that some place needs.
    pub(super) fn in_season(&self, roads: Option<&Roads>, season: Season) -> Result<Option<Self>, JobError> {
        match (self, roads) {
            (Self::Roads(travel), Some(roads)) => Ok(Some(Self::Roads(travel.in_season(roads, season)?))),
            _ => Ok(None),
        }
    }

    /// The same by standards that differ in how far they reach and in nothing else.
    pub(super) fn by<'b>(&self, standards: &'b [Standard]) -> Travel<'b>
    where
        'a: 'b,
    {
        match self {
            Self::Circle(_) => Travel::Circle(standards),
            Self::Roads(travel) => Travel::Roads(travel.by(standards)),
            Self::Times { folder, demand, .. } => Travel::Times { folder, demand, standards },
        }
    }

    /// For these sites.
    pub(super) fn to(&self, sites: &[Site<'_>]) -> Box<dyn TravelModel + '_> {
        self.to_while(sites, &|| true).expect("it stays wanted")
    }

    /// The same, or `None` once it is no longer wanted: over roads each site takes a search.
    fn to_while(&self, sites: &[Site<'_>], wanted: Wanted<'_>) -> Option<Box<dyn TravelModel + '_>> {
        Some(match self {
            Self::Circle(standards) => Box::new(Circles::new(sites.iter().map(|s| s.position), standards)),
            Self::Roads(travel) => {
                let positions: Vec<Position> = sites.iter().map(|s| s.position).collect();
                Box::new(travel.to_while(&positions, wanted)?)
            }
            Self::Times { folder, demand, standards } => {
                let TravelInput::Times(given) = &folder.travel else {
                    return Some(Box::new(Circles::new([], standards)));
                };
                let place_of: Vec<usize> = demand.points.iter().map(|p| p.place).collect();
                let ids: Vec<&str> = sites.iter().map(|s| s.id).collect();
                Box::new(GivenTravel::new(given, &ids, &place_of, standards))
            }
        })
    }

    /// Who reaches these sites; `None` once it is no longer wanted.
    pub(super) fn reached(&self, demand: &Demand, sites: &[Site<'_>], wanted: Wanted<'_>) -> Option<Relation> {
        Relation::while_wanted(demand, &*self.to_while(sites, wanted)?, wanted)
    }

    /// How each demand point reaches a road; `None` for models without roads.
    pub(super) fn snapped(&self) -> Option<Vec<Option<Island>>> {
        match self {
            Self::Roads(travel) => Some(travel.snapped()),
            _ => None,
        }
    }

    /// Which sites no road is near; empty for models without roads.
    pub(super) fn far_from_roads(&self, sites: &[Site<'_>]) -> Vec<bool> {
        match self {
            Self::Roads(travel) => travel.far_from_roads(&sites.iter().map(|s| s.position).collect::<Vec<_>>()),
            _ => vec![false; sites.len()],
        }
    }
}

/// Whether what is computed is still wanted.
pub(super) type Wanted<'a> = &'a (dyn Fn() -> bool + Sync);

/// What the plan counts beyond its standards, nearest ring first; `sites` are the existing stations and the candidates. `None` once
/// it is no longer wanted.
pub(super) fn rings(
    travel: &Travel<'_>,
    fade: &[Fade],
    demand: &Demand,
    standards: &[Standard],
    [existing, candidates]: [&[Site<'_>]; 2],
    wanted: Wanted<'_>,
) -> Option<Vec<Ring>> {
    let ring = |ring: &Fade| {
        let farther: Vec<Standard> = standards.iter().map(|s| s.times(ring.times)).collect();
        let travel = travel.by(&farther);
        let stands = travel.reached(demand, existing, wanted)?;
        let relation = travel.reached(demand, candidates, wanted)?;
        Some(Ring { relation, covered: (0..stands.len()).map(|i| !stands.sites(i).is_empty()).collect() })
    };
    fade.iter().map(ring).collect()
}

/// Sites at the places themselves, for plans without candidates whose travel has no circles that could cross: the demand points
/// with most weight, at most so many; whether these are all.
pub(super) fn at_places(places: &[Place], demand: &Demand, weights: &[f64], lang: Lang) -> (Vec<Candidate>, bool) {
    let mut needy: Vec<usize> = (0..demand.points.len()).filter(|&i| weights[i] > 0.0).collect();
    needy.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
    let complete = needy.len() <= MOST_AT_PLACES;
    needy.truncate(MOST_AT_PLACES);
    needy.sort_unstable();
    let candidate = |(n, &i): (usize, &usize)| {
        let (id, place) = (format!("D{:04}", n + 1), &places[demand.points[i].place]);
        Candidate {
            id,
            name: lang.pick(format!("{}附近", place.name), format!("near {}", place.name)),
            county: place.county.clone(),
            host: String::new(),
            cost: None,
            capacity: None,
            position: demand.points[i].origin.position,
            derived: true,
        }
    };
    (needy.iter().enumerate().map(candidate).collect(), complete)
}

/// Sites at places at most: each takes a search.
const MOST_AT_PLACES: usize = 3000;

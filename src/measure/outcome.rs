//! What the numbers are: the words of an answer, plain data that reports and pages read.
//! A file of its own because everything below this room depends on it and on nothing else here.

use crate::model::{Minutes, People, Setting};
use crate::siting::{CurveEnd, Extent, LimitKind};
use std::sync::Arc;

/// Where a service could come from: an index into the folder's stations or the outcome's candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteRef {
    /// Index into `Outcome::folder.stations`.
    Station(usize),
    /// Index into `Outcome::candidates`.
    Candidate(usize),
}

/// People and how many of them are inside a circle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// All.
    pub people: People,
    /// Those covered.
    pub covered: People,
}

impl Share {
    /// Covered over all, in [0, 1]; `None` where there is nobody.
    pub fn share(self) -> Option<f64> {
        (self.people.0 > 0.0).then(|| self.covered.0 / self.people.0)
    }
}

/// Coverage by open stations today, and once everything existing, decided and proposed is open.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Change {
    /// By open stations.
    pub today: Share,
    /// By open, building, planned and proposed stations.
    pub proposed: Share,
}

/// Coverage of residents in every breakdown, and of clusters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shares {
    /// All residents.
    pub total: Change,
    /// Residents by county, sorted by name; `None` (last) is a county not stated.
    pub by_county: Vec<(Option<Arc<str>>, Change)>,
    /// Residents by setting; `None` (last) is a setting not stated.
    pub by_setting: Vec<(Option<Setting>, Change)>,
    /// Counted persons by group, sorted by name.
    pub by_group: Vec<(Arc<str>, Change)>,
    /// Workers and visitors of clusters.
    pub clusters: Change,
}

/// The nearest station of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Which.
    pub site: SiteRef,
    /// Travel time by the place's own standard.
    pub minutes: Minutes,
}

/// How one place is covered; parallel to `PlanFolder::places`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceCover {
    /// Index of its standard in `Outcome::standards`.
    pub standard: usize,
    /// Share of it covered today, in [0, 1]; 0 or 1 for a point.
    pub today: f64,
    /// Share of it covered after the proposal, in [0, 1].
    pub proposed: f64,
    /// Nearest station after the proposal (from the centre of a polygon); `None` when there is no station at all.
    pub nearest: Option<Nearest>,
}

/// One proposed station.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Index into `Outcome::candidates`.
    pub candidate: usize,
    /// Index into `Plan::phases`.
    pub phase: usize,
    /// 1, 2, ... in the order of opening.
    pub rank: usize,
    /// Residents inside its circle.
    pub covered: People,
    /// Residents it adds to those covered by everything that exists and by lower ranks.
    pub gain: People,
    /// The same in weighted people, clusters included.
    pub gain_weighted: f64,
    /// Residents lost when it is refused and the best plan without it is taken (re-solved);
    /// `None` when no plan without it meets the conditions. May be below 0 where clusters or groups weigh more than residents.
    pub loss_if_refused: Option<People>,
    /// The same in weighted people; below 0 only for a required site that costs more than it brings.
    pub loss_weighted: Option<f64>,
    /// Whether the loss is proved: no plan is better than the proposal, and none without it better than the re-solved one.
    pub loss_proved: bool,
    /// What the re-solved plan uses instead: indices into `Outcome::candidates`.
    pub alternatives: Vec<usize>,
}

/// The state at the end of one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseOutcome {
    /// Name, as in the plan.
    pub name: String,
    /// Stations by then, existing ones included.
    pub stations: usize,
    /// Residents covered by then.
    pub reach: Share,
    /// Proposed by then: indices into `Outcome::candidates`, in rank order.
    pub sites: Vec<usize>,
    /// Residents covered by the best plan of this size that need not be part of a later one.
    pub best_alone: People,
    /// Weighted people covered on the path, and by the best plan of this size alone.
    pub objective: f64,
    /// See `objective`; never below it.
    pub best_alone_objective: f64,
    /// Whether it is proved that no plan of this size alone covers more than the best one found.
    pub best_alone_proved: bool,
}

/// What at most so many stations cover: forbidden sites and spacing hold; required sites, county limits and the budget,
/// which are about the plan's own number, are left aside.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePoint {
    /// Stations at most, existing ones included.
    pub stations: usize,
    /// Residents covered.
    pub covered: People,
    /// Weighted people covered.
    pub objective: f64,
    /// No choice of at most as many stations covers more, in weighted people.
    pub bound: f64,
    /// Whether `objective` is the most: proved.
    pub proved: bool,
}

/// The fewest stations that cover a share of all weighted people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fewest {
    /// The share, in [0, 1].
    pub share: f64,
    /// So many do, existing ones included; `None` where none on the curve does.
    pub enough: Option<usize>,
    /// Fewer do not: proved. `None` where no number does, which is proved as well. Equal to `enough` when that is the fewest.
    pub needed: Option<usize>,
}

/// Coverage by number of stations.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// All weighted people, also those no site could cover.
    pub total: f64,
    /// Weighted people that the existing stations and all sites together would cover.
    pub coverable: f64,
    /// From the existing stations on, ascending.
    pub points: Vec<CurvePoint>,
    /// Why it goes no further.
    pub end: CurveEnd,
    /// Ascending by share.
    pub fewest: Vec<Fewest>,
}

/// A plan nearly as good as the best.
#[derive(Debug, Clone, PartialEq)]
pub struct NearPlan {
    /// Proposed stations: indices into `Outcome::candidates`, ascending.
    pub sites: Vec<usize>,
    /// Residents covered.
    pub covered: People,
    /// Weighted people covered.
    pub objective: f64,
}

/// What can be negotiated about: plans nearly as good, and which proposed stations are in all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// A plan is near when it covers at least `1 - within` of the weighted people that the proposal covers.
    pub within: f64,
    /// The best first.
    pub plans: Vec<NearPlan>,
    /// What the list is.
    pub extent: Extent,
    /// Proposed stations that are in every near plan, listed or not: indices into `Outcome::candidates`.
    pub fixed: Vec<usize>,
    /// Proposed stations that some near plan goes without.
    pub exchangeable: Vec<usize>,
    /// Proposed stations of which neither is proved.
    pub undecided: Vec<usize>,
}

/// Why a place stays uncovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// No road that its people may use is near it.
    NoRoad,
    /// No candidate could serve it.
    NoCandidate,
    /// A candidate could, but the target is used up by better ones.
    CutByTarget,
    /// Every candidate that could is ruled out by a limit.
    CutByLimit(LimitKind),
}

/// What would close a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// A further station at this candidate; `extra` is 1 for the first station after the target, and so on in the
    /// order in which further stations add most.
    Extra {
        /// Index into `Outcome::candidates`.
        candidate: usize,
        /// 1, 2, ... after the target.
        extra: usize,
    },
    /// This candidate, once the limit is lifted.
    Lift {
        /// Index into `Outcome::candidates`.
        candidate: usize,
        /// The limit.
        limit: LimitKind,
    },
    /// Scheduled visits: no building is near enough.
    Outreach,
}

/// A place that is not, or not wholly, covered after the proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Index into `PlanFolder::places`.
    pub place: usize,
    /// People of it who stay uncovered.
    pub people: People,
    /// Why.
    pub reason: GapReason,
    /// What would close it.
    pub remedy: Remedy,
}

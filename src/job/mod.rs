//! From a plan folder to one outcome: the only orchestrator.

mod by_road;
mod travel;
mod words;

pub use travel::check_roads;
pub use words::{JobError, Remark};

use crate::coverage::{Demand, DemandPoint, Relation};
use crate::measure::{
    self, AtTheLimit, Comparison, Curve, Evidence, Gap, Ground, Near, Nearest, PhaseOutcome, PlaceCover, Proposal,
    Shares, SiteRef,
};
use crate::model::{Candidate, Minutes, Model, PlanFolder, Position, Station, Status};
use crate::siting::{
    self, Answer, BranchAndBound, Certificate, Feasible, Infeasible, Method, NearPlans, Nearness, Problem, Proof,
    Question, Refusal, Setup, Step,
};
use crate::travel::{SiteIndex, Standard};
use by_road::{Everyone, areas, final_sites, off_road, pairs, site_of};
use std::collections::BTreeSet;
use std::time::Instant;
use travel::{Site, Travel};

/// Everything that is known once a plan has been computed; what reports and pages draw from.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was read.
    pub folder: PlanFolder,
    /// The plan's standards, in its order.
    pub standards: Vec<Standard>,
    /// Sites that could be chosen: the folder's, or derived ones; sorted by id.
    pub candidates: Vec<Candidate>,
    /// Parallel to `folder.places`.
    pub cover: Vec<PlaceCover>,
    /// Coverage today and after.
    pub shares: Shares,
    /// Proposed stations by rank.
    pub proposals: Vec<Proposal>,
    /// The state after each phase.
    pub phases: Vec<PhaseOutcome>,
    /// What fewer or more stations would cover.
    pub curve: Curve,
    /// What can be negotiated about.
    pub near: Near,
    /// The proof of the final proposal.
    pub certificate: Certificate,
    /// What makes that proof one that others can check.
    pub evidence: Evidence,
    /// Places left uncovered, most people first, then by layer and id.
    pub gaps: Vec<Gap>,
    /// The same sites by the circle and by season; `None` for plans that travel by the circle.
    pub comparison: Option<Comparison>,
    /// The ground that each station and each proposed site serves by each standard, where roads decide; by site and standard.
    pub areas: Vec<Area>,
    /// The day it was made, for maps and reports.
    pub date: time::Date,
    /// What a reader must know about how it was made.
    pub remarks: Vec<Remark>,
}

/// The ground from which people reach a site within a standard.
#[derive(Debug, Clone)]
pub struct Area {
    /// The station or candidate.
    pub site: SiteRef,
    /// Index into `Outcome::standards`.
    pub standard: usize,
    /// In degrees; of the season that the plan counts, of the winter where it counts both.
    pub ground: geo::MultiPolygon<f64>,
}

/// Stages of a run, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Who is inside whose circle.
    Cover,
    /// Where stations should stand.
    Site,
    /// What refusing a site costs.
    Refuse,
    /// What else could be done: other numbers of stations, other plans.
    Negotiate,
    /// Shares and gaps.
    Measure,
}

/// Computes a plan: cover, propose, measure. Pure: the same folder and date give the same outcome (but for
/// `certificate.seconds`), on any number of threads.
///
/// # Errors
/// When no choice of sites meets the plan's conditions.
pub fn run(folder: PlanFolder, date: time::Date, mut progress: impl FnMut(Stage)) -> Result<Outcome, JobError> {
    progress(Stage::Cover);
    let standards = Standard::of_plan(&folder.plan);
    let demand = Demand::new(&folder.places, &standards);
    let existing: Vec<&Station> = folder.stations.iter().filter(|s| s.status.counts()).collect();
    let roads = travel::open_roads(&folder, &demand)?;
    let travel = Travel::of_plan(&folder, roads.as_ref(), &demand, &standards)?;
    let existing_sites: Vec<Site<'_>> = existing.iter().map(|s| Site::from(*s)).collect();
    let stations = Relation::new(&demand, &*travel.to(&existing_sites));
    let open = |s: u32| existing[s as usize].status == Status::Open;
    let today = demand.shares_of_places(|i| stations.served(i, open));
    let decided: Vec<bool> = (0..stations.len()).map(|i| !stations.sites(i).is_empty()).collect();

    let mut remarks = Vec::new();
    let candidates = match &folder.candidates {
        Some(given) => given.clone(),
        None if folder.plan.target > existing.len() => derive(&folder, &demand, &standards, &decided, &mut remarks),
        None => Vec::new(),
    };
    let candidate_sites: Vec<Site<'_>> = candidates.iter().map(Site::from).collect();
    let relation = Relation::new(&demand, &*travel.to(&candidate_sites));
    let snapped = travel.snapped();
    remarks.extend(off_road(&travel, snapped.as_deref(), &existing_sites, &candidate_sites));

    progress(Stage::Site);
    let setup = Setup {
        plan: &folder.plan,
        places: &folder.places,
        existing: &existing,
        candidates: &candidates,
        demand: &demand,
        covered: &decided,
        relation: &relation,
    };
    let infeasible = |conflict| JobError::Infeasible {
        conflict,
        smallest: siting::conflict(&setup).map(Box::new),
        sites: candidates.iter().map(|c| c.id.clone()).collect(),
    };
    let question = setup.question().map_err(infeasible)?;
    if question.problem.choose == 0 {
        remarks.push(Remark::TargetReached);
    }
    let clock = Instant::now();
    let Proposed { answer, refusals, curve, near } = propose(&question.problem, &mut progress).map_err(infeasible)?;
    let certificate = certify(&question, &answer, clock.elapsed().as_secs_f64());
    let news: Vec<usize> =
        folder.plan.phases.iter().map(|p| p.stations.saturating_sub(existing.len()).min(answer.chosen.len())).collect();
    let side = BranchAndBound { work: BranchAndBound::default().work / (4 * news.len().max(1)) };
    let steps = siting::nest(&side, &question.problem, &answer, &news).map_err(infeasible)?;

    let leaves = siting::leaves(&question.problem, &answer, BranchAndBound::default().work);
    let at_the_limit = match folder.plan.travel.model {
        Model::Circle => at_the_limit(&folder, &demand, &standards, &stations, &candidates, &relation),
        // Whole milliseconds leave nothing to rounding.
        Model::Roads | Model::Times => Vec::new(),
    };
    let pairs = (folder.plan.travel.model != Model::Circle).then(|| pairs(&folder, &stations, &relation));

    progress(Stage::Measure);
    let chosen = |s: u32| answer.chosen.binary_search(&s).is_ok();
    let covered: Vec<bool> = (0..decided.len()).map(|i| decided[i] || relation.served(i, chosen)).collect();
    let proposed = demand.shares_of_places(|i| covered[i]);
    let standings = siting::standings(&question.problem, &answer, &near, &refusals);
    let asked = spoken_of(&steps, &refusals, &curve, &near);
    let ground = Ground::new(&folder.places, &demand, &decided, &relation, &asked);
    let chosen_sites: Vec<Site<'_>> = answer.chosen.iter().map(|&c| candidate_sites[c as usize]).collect();
    let everyone = Everyone { folder: &folder, roads: roads.as_ref(), demand: &demand, standards: &standards };
    let comparison = everyone.compare(&existing, &[&existing_sites[..], &chosen_sites].concat())?;
    let areas = areas(&folder, &travel, &candidates, &answer);
    let cover = cover(&folder, &candidates, &answer, &demand, &travel, &today, &proposed);
    let no_road = |i: usize| snapped.as_ref().is_some_and(|s| s[i].is_none());
    let gaps = measure::gaps(&folder.places, &demand, &relation, &covered, &question, &answer.chosen, &no_road);
    drop((existing_sites, candidate_sites, chosen_sites, travel));
    let outcome = Outcome {
        shares: measure::shares(&folder.places, &today, &proposed),
        cover,
        proposals: measure::proposals(&ground, &question, &steps, &refusals),
        phases: measure::phases(&ground, &question, &folder.plan.phases, existing.len(), &steps),
        curve: measure::curve(&ground, &question, existing.len(), &curve),
        near: measure::near(&ground, &question, &answer, NEARNESS.within, &near, &standings),
        gaps,
        comparison,
        areas,
        evidence: Evidence { leaves, units_per_person: question.scale, demand, at_the_limit, pairs },
        certificate,
        standards,
        candidates,
        folder,
        date,
        remarks,
    };
    Ok(outcome)
}

fn derive(
    folder: &PlanFolder,
    demand: &Demand,
    standards: &[Standard],
    decided: &[bool],
    remarks: &mut Vec<Remark>,
) -> Vec<Candidate> {
    let plan = &folder.plan;
    let places: Vec<f64> = folder.places.iter().map(|p| siting::weight_of_place(p, &plan.weights)).collect();
    let weight = |(i, p): (usize, &DemandPoint)| if decided[i] { 0.0 } else { places[p.place] * p.share };
    let weights: Vec<f64> = demand.points.iter().enumerate().map(weight).collect();
    let existing = folder.stations.iter().filter(|s| s.status.counts()).count();
    if plan.travel.model != Model::Circle {
        // Circles that do not decide have no crossings that matter.
        let (candidates, complete) = travel::at_places(&folder.places, demand, &weights, plan.lang);
        remarks.push(if complete { Remark::CandidatesAtPlaces } else { Remark::CandidatesThinned });
        return candidates;
    }
    let mut derived = siting::derive(&siting::Source {
        places: &folder.places,
        demand,
        standards,
        weights: &weights,
        least: plan.target.saturating_sub(existing),
        by_county: !plan.limits.counties.is_empty(),
        lang: plan.lang,
    });
    // A site that is left out as dominated may be the one that keeps its distance.
    derived.complete &= plan.limits.spacing.is_none();
    remarks.push(if derived.complete { Remark::CandidatesDerived } else { Remark::CandidatesThinned });
    derived.candidates
}

/// Times the search may start over because refusing a site led to a better choice.
const MOST_RESTARTS: usize = 12;

/// Plans within one percent of the best are near; of more than twenty the best twenty are listed.
const NEARNESS: Nearness = Nearness { within: 0.01, plans: 20, work: 200_000_000 };
/// Numbers of stations on the curve at most.
const CURVE_POINTS: usize = 60;

/// The final choice and what there is to negotiate about it.
struct Proposed {
    answer: Answer,
    refusals: Vec<Refusal>,
    curve: siting::Curve,
    near: NearPlans,
}

/// The final choice, what refusing each site costs, and what else could be done. A plan met on the way that covers more
/// than the choice itself and meets every condition becomes the choice: then the search had missed it, and no loss is
/// reported below zero.
fn propose(problem: &Problem, progress: &mut impl FnMut(Stage)) -> Result<Proposed, Infeasible> {
    let main = BranchAndBound::default();
    let quick = BranchAndBound { work: 0 };
    let mut answer = match main.solve(problem, &[]) {
        // Greedy adding may lose its way among spacing and budget where a search does not.
        Err(Infeasible::NoneFound) => match siting::feasible(problem) {
            Feasible::Yes(start) => main.solve(problem, &[start])?,
            _ => return Err(Infeasible::NoneFound),
        },
        solved => solved?,
    };
    progress(Stage::Refuse);
    for _ in 0..MOST_RESTARTS {
        let refusals = siting::refusals(&quick, problem, &answer.chosen);
        let Some(better) = best_admitted(problem, &answer, plans_of(&refusals)) else { break };
        answer = Answer { bound: answer.bound, ..quick.solve(problem, &[better])? };
    }
    // The numbers that are reported come from a search with more effort, as much as the size of the problem allows.
    let thorough = BranchAndBound { work: main.work / (10 * answer.chosen.len().max(1)) };
    let mut refusals = siting::refusals(&thorough, problem, &answer.chosen);
    let mut better = best_admitted(problem, &answer, plans_of(&refusals));
    let mut restarts = 0;
    loop {
        if let Some(better) = better.take() {
            answer = Answer { bound: answer.bound, ..quick.solve(problem, &[better])? };
            refusals = siting::refusals(&quick, problem, &answer.chosen);
        }
        progress(Stage::Negotiate);
        let curve = curve(problem, &answer);
        let known: Vec<Vec<SiteIndex>> = plans_of(&refusals).map(<[SiteIndex]>::to_vec).collect();
        let near = siting::near(problem, &answer, &known, NEARNESS);
        let met = near.plans.iter().map(|p| &p.chosen[..]).chain(curve.points.iter().map(|p| &p.chosen[..]));
        better = best_admitted(problem, &answer, met);
        restarts += 1;
        if better.is_none() || restarts == MOST_RESTARTS {
            return Ok(Proposed { answer, refusals, curve, near });
        }
    }
}

/// From no new station to sixty, or ten more than proposed, each with its share of the work.
fn curve(problem: &Problem, answer: &Answer) -> siting::Curve {
    let most = (answer.chosen.len() + 10).max(CURVE_POINTS).min(problem.sites);
    let side = BranchAndBound { work: BranchAndBound::default().work / (10 * most.clamp(1, CURVE_POINTS)) };
    siting::curve(&side, problem, answer, most, CURVE_POINTS)
}

/// Every site of any plan that is measured.
fn spoken_of(steps: &[Step], refusals: &[Refusal], curve: &siting::Curve, near: &NearPlans) -> BTreeSet<SiteIndex> {
    let planned = steps.iter().flat_map(|s| [&s.sites[..], &s.alone.chosen]);
    let other = curve.points.iter().map(|p| &p.chosen[..]).chain(near.plans.iter().map(|p| &p.chosen[..]));
    planned.chain(plans_of(refusals)).chain(other).flatten().copied().collect()
}

fn plans_of(refusals: &[Refusal]) -> impl Iterator<Item = &[SiteIndex]> {
    refusals.iter().filter_map(|r| r.without.as_ref().ok()).map(|w| &w.chosen[..])
}

/// The plan that covers most, if more than the answer, of those that meet every condition, required sites included.
fn best_admitted<'a>(
    problem: &Problem,
    answer: &Answer,
    plans: impl Iterator<Item = &'a [SiteIndex]>,
) -> Option<Vec<SiteIndex>> {
    let valued = plans.map(|chosen| (problem.objective(chosen), chosen));
    let better = valued.filter(|(objective, chosen)| *objective > answer.objective && problem.admits(chosen));
    better.max_by_key(|(objective, _)| *objective).map(|(_, chosen)| chosen.to_vec())
}

/// Pairs of places and sites that are at the limit but for rounding, stations first.
fn at_the_limit(
    folder: &PlanFolder,
    demand: &Demand,
    standards: &[Standard],
    stations: &Relation,
    candidates: &[Candidate],
    relation: &Relation,
) -> Vec<AtTheLimit> {
    let existing = folder.stations.iter().enumerate().filter(|(_, s)| s.status.counts());
    let existing: Vec<_> = existing.map(|(i, s)| (SiteRef::Station(i), s.position)).collect();
    let sites: Vec<_> = candidates.iter().enumerate().map(|(i, c)| (SiteRef::Candidate(i), c.position)).collect();
    let mut found = measure::at_the_limit(demand, standards, &existing, stations);
    found.extend(measure::at_the_limit(demand, standards, &sites, relation));
    found
}

fn certify(question: &Question, answer: &Answer, seconds: f64) -> Certificate {
    let weighted = |units: u64| units as f64 / question.scale;
    let slack = answer.bound - answer.objective;
    Certificate {
        proof: if answer.proved() { Proof::Optimal } else { Proof::Feasible },
        objective: weighted(answer.objective),
        bound: weighted(answer.bound),
        gap: if answer.bound == 0 { 0.0 } else { slack as f64 / answer.bound as f64 },
        method: BranchAndBound::default().name().to_owned(),
        seconds,
        seed: 0,
    }
}

/// How each place is covered, and by which station it is served soonest.
fn cover(
    folder: &PlanFolder,
    candidates: &[Candidate],
    answer: &Answer,
    demand: &Demand,
    travel: &Travel<'_>,
    today: &[f64],
    proposed: &[f64],
) -> Vec<PlaceCover> {
    let sites = final_sites(folder, answer);
    let asked: Vec<Site<'_>> = sites.iter().map(|site| site_of(folder, candidates, *site)).collect();
    let nearest = travel.to(&asked).nearest_of_all(&demand.centres);
    let of = |(i, nearest): (usize, Option<(SiteIndex, Minutes)>)| {
        let nearest = nearest.map(|(s, minutes)| Nearest { site: sites[s as usize], minutes });
        PlaceCover { standard: demand.centres[i].standard, today: today[i], proposed: proposed[i], nearest }
    };
    nearest.into_iter().enumerate().map(of).collect()
}

impl Outcome {
    /// Stations that count towards the target: open, being built, planned.
    pub fn existing(&self) -> usize {
        self.folder.stations.iter().filter(|s| s.status.counts()).count()
    }

    /// Stations that serve people today.
    pub fn open(&self) -> usize {
        self.folder.stations.iter().filter(|s| s.status == Status::Open).count()
    }

    /// Id, name and place of a site.
    pub fn site(&self, site: SiteRef) -> (&str, &str, Position) {
        match site {
            SiteRef::Station(i) => {
                let s = &self.folder.stations[i];
                (&s.id, &s.name, s.position)
            }
            SiteRef::Candidate(i) => {
                let c = &self.candidates[i];
                (&c.id, &c.name, c.position)
            }
        }
    }
}

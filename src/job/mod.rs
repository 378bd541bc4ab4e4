//! From a plan folder to one outcome: the only orchestrator.

mod by_road;
mod improve;
mod laid_out;
mod propose;
mod recount;
mod review;
mod road_pieces;
mod travel;
mod words;

pub use improve::{Improved, Search, improve};
use propose::{NEARNESS, Proposed, propose, spoken_of};
pub use recount::recount;
pub use review::{Review, Variant, Variation, review};
pub use travel::check;
pub use words::{JobError, Remark};

use crate::coverage::{DemandPoint, Relation};
use crate::measure::{
    self, AtTheLimit, Buildable, Comparison, Curve, Evidence, Gap, Ground, Near, Nearest, PhaseOutcome, PlaceCover,
    Proposal, Shares, SiteRef,
};
use crate::model::{Candidate, Minutes, Model, Plan, PlanFolder, Position, Status};
use crate::read::Doubt;
use crate::siting::{
    self, Answer, BranchAndBound, Certificate, Infeasible, Method, OverPhases, PhaseSum, Proof, Question, Worst,
};
use crate::travel::{SiteIndex, Standard};
use by_road::{Everyone, areas, final_sites, off_road, pairs, site_of};
use laid_out::{Land, Today};
use std::time::Instant;
use travel::Site;

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
    /// Layers that another datum would suit much better.
    pub doubts: Vec<Doubt>,
    /// The share that every county reaches, where the worst county comes first.
    pub worst: Option<Worst>,
    /// Per proposal the given candidate that is nearest, where sites were derived although candidates were given.
    pub buildable: Vec<Buildable>,
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
    let land = Land::of(&folder)?;
    let today = Today::new(&folder, &land)?;
    let covered_today = today.shares();
    let (Land { standards, demand, .. }, Today { existing, travel, .. }) = (&land, &today);

    let mut remarks = Vec::new();
    let candidates = match &folder.candidates {
        Some(given) if !folder.plan.derive => given.clone(),
        _ if folder.plan.target > existing.len() => derive(&today, &mut remarks),
        _ => Vec::new(),
    };
    let choice = today.with(&candidates);
    let relation = &choice.relation;
    let snapped = travel.snapped();
    remarks.extend(off_road(travel, snapped.as_deref(), &today.sites, &choice.sites));

    progress(Stage::Site);
    let infeasible = |conflict| choice.infeasible(conflict);
    let mut question = choice.setup(&folder.plan).question().map_err(infeasible)?;
    if question.problem.choose == 0 {
        remarks.push(Remark::TargetReached);
    }
    remarks.extend(words::of_objective(&folder.plan.objective));
    let clock = Instant::now();
    let worst = worst_county(&folder.plan, &mut question).map_err(infeasible)?;
    let start = worst.iter().map(|w| w.chosen.clone()).collect();
    let Proposed { mut answer, mut refusals, curve, near } =
        propose(&question.problem, start, &mut progress).map_err(infeasible)?;
    let mut certificate = certify(&question, &answer, worst.as_ref());
    let news = news(&folder.plan, existing.len(), answer.chosen.len());
    let side = BranchAndBound { work: BranchAndBound::default().work / (4 * news.len().max(1)) };
    let weights = &folder.plan.objective.phases;
    let steps = if weights.is_empty() || answer.chosen.is_empty() {
        siting::nest(&side, &question.problem, &answer, &news)
    } else {
        let sum = PhaseSum { problem: &question.problem, news: &news, weights };
        let sum = sum.solve(&answer.chosen, BranchAndBound::default().work).map_err(infeasible)?;
        let steps = siting::opened(&side, &question.problem, &answer, &sum.sets);
        certificate = certify_sum(&question, &sum, weights);
        let chosen = sum.sets.last().cloned().unwrap_or_default();
        answer = Answer { objective: question.problem.objective(&chosen), chosen, bound: answer.bound };
        refusals = siting::refusals(&side, &question.problem, &answer.chosen);
        steps
    };
    let steps = steps.map_err(infeasible)?;
    certificate.seconds = clock.elapsed().as_secs_f64();

    // Where more than covering is asked most trees close at once or not at all.
    let work = BranchAndBound::default().work / if question.problem.service.is_some() { 8 } else { 1 };
    let leaves = siting::leaves(&question.problem, &answer, work);
    let none_better =
        worst.as_ref().map(|_| siting::none_better(&question.problem, &question.amounts, &answer.chosen, work));
    let rules = question.problem.service.iter().flat_map(|service| &service.rules);
    let amounts = rules.map(|rule| (rule.name.clone(), rule.least)).collect();
    let at_the_limit = match folder.plan.travel.model {
        Model::Circle => at_the_limit(&today, &candidates, relation),
        // Whole milliseconds leave nothing to rounding.
        Model::Roads | Model::Times => Vec::new(),
    };
    let pairs = (folder.plan.travel.model != Model::Circle).then(|| pairs(&folder, &today.stations, relation));

    progress(Stage::Measure);
    let covered = choice.served(&answer.chosen);
    let proposed = demand.shares_of_places(|i| covered[i]);
    let standings = siting::standings(&question.problem, &answer, &near, &refusals);
    let asked = spoken_of(&steps, &refusals, &curve, &near);
    let ground = Ground::new(&folder.places, demand, &today.decided, relation, &asked);
    let proposals = measure::proposals(&ground, &question, &steps, &refusals);
    let given = folder.candidates.as_deref().filter(|_| folder.plan.derive).unwrap_or_default();
    let buildable = measure::buildable(&proposals, &candidates, given);
    let sites = final_sites(&folder, &answer);
    let everyone = Everyone { folder: &folder, candidates: &candidates, roads: land.roads.as_ref(), demand };
    let comparison = everyone.compare(travel, standards, &sites)?;
    let areas = areas(&folder, travel, &candidates, &answer);
    let doubts = travel::doubts(&folder, land.roads.as_ref());
    let cover = cover(&today, &candidates, &answer, [&covered_today, &proposed]);
    let no_road = |i: usize| snapped.as_ref().is_some_and(|s| s[i].is_none());
    let gaps = measure::gaps(&folder.places, demand, relation, &covered, &question, &answer.chosen, &no_road);
    let shares = measure::shares(&folder.places, &covered_today, &proposed);
    let phases = measure::phases(&ground, &question, &folder.plan.phases, existing.len(), &steps);
    let curve = measure::curve(&ground, &question, existing.len(), &curve);
    let near = measure::near(&ground, &question, &answer, NEARNESS.within, &near, &standings);
    drop(choice);
    drop(today);
    let Land { standards, demand, .. } = land;
    let outcome = Outcome {
        shares,
        cover,
        proposals,
        phases,
        curve,
        near,
        gaps,
        comparison,
        areas,
        evidence: Evidence {
            leaves,
            amounts,
            worst: none_better,
            units_per_person: question.scale,
            demand,
            at_the_limit,
            pairs,
        },
        certificate,
        standards,
        candidates,
        folder,
        date,
        remarks,
        doubts,
        worst,
        buildable,
    };
    Ok(outcome)
}

/// Raises the worst county as far as it goes, where the plan asks for that, and leaves the question of what is best beyond.
fn worst_county(plan: &Plan, question: &mut Question) -> Result<Option<Worst>, Infeasible> {
    if !plan.objective.worst_county_first || question.amounts.is_empty() {
        return Ok(None);
    }
    let work = BranchAndBound::default().work / 4;
    let (problem, found) = siting::worst_first(&question.problem, &question.amounts, work)?;
    question.problem = problem;
    Ok(Some(found))
}

fn derive(today: &Today<'_>, remarks: &mut Vec<Remark>) -> Vec<Candidate> {
    let (folder, Land { demand, standards, .. }) = (today.folder, today.land);
    let plan = &folder.plan;
    let places: Vec<f64> = folder.places.iter().map(|p| siting::weight_of_place(p, &plan.weights)).collect();
    let weight = |(i, p): (usize, &DemandPoint)| if today.decided[i] { 0.0 } else { places[p.place] * p.share };
    let weights: Vec<f64> = demand.points.iter().enumerate().map(weight).collect();
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
        least: plan.target.saturating_sub(today.existing.len()),
        by_county: !plan.limits.counties.is_empty(),
        lang: plan.lang,
    });
    // A site that is left out as dominated may be the one that keeps its distance, or lies in the county that needs it; and
    // one within the standard of as many may be within farther rings of fewer.
    derived.complete &=
        plan.limits.spacing.is_none() && plan.limits.counties.is_empty() && plan.objective.fade.is_empty();
    remarks.push(if derived.thinned { Remark::CandidatesThinned } else { Remark::CandidatesDerived });
    remarks.extend(derived.complete.then_some(Remark::WholePlane));
    derived.candidates
}

/// Pairs of places and sites that are at the limit but for rounding, stations first.
fn at_the_limit(today: &Today<'_>, candidates: &[Candidate], relation: &Relation) -> Vec<AtTheLimit> {
    let (folder, Land { demand, standards, .. }) = (today.folder, today.land);
    let existing = folder.stations.iter().enumerate().filter(|(_, s)| s.status.counts());
    let existing: Vec<_> = existing.map(|(i, s)| (SiteRef::Station(i), s.position)).collect();
    let sites: Vec<_> = candidates.iter().enumerate().map(|(i, c)| (SiteRef::Candidate(i), c.position)).collect();
    let mut found = measure::at_the_limit(demand, standards, &existing, &today.stations);
    found.extend(measure::at_the_limit(demand, standards, &sites, relation));
    found
}

/// The proof of an answer; where the worst county comes first, its share must be proved as well.
fn certify(question: &Question, answer: &Answer, worst: Option<&Worst>) -> Certificate {
    let weighted = |units: u64| units as f64 / question.scale;
    let slack = answer.bound - answer.objective;
    Certificate {
        proof: if answer.proved() && worst.is_none_or(|w| w.proved) { Proof::Optimal } else { Proof::Feasible },
        objective: weighted(answer.objective),
        bound: weighted(answer.bound),
        gap: if answer.bound == 0 { 0.0 } else { slack as f64 / answer.bound as f64 },
        method: BranchAndBound::default().name().to_owned(),
        seconds: 0.0,
        seed: 0,
    }
}

/// New sites by the end of each phase; by the end of the last as many as are chosen, whatever the target has become.
fn news(plan: &Plan, existing: usize, chosen: usize) -> Vec<usize> {
    let mut news: Vec<usize> = plan.phases.iter().map(|p| p.stations.saturating_sub(existing).min(chosen)).collect();
    news.iter_mut().last().into_iter().for_each(|last| *last = chosen);
    news
}

/// Units of a sum over phases per weighted person times the phases' weights.
fn scale_of_sum(question: &Question, parts: u64, weights: &[f64]) -> f64 {
    question.scale * parts as f64 / weights.iter().copied().fold(0.0, f64::max)
}

/// The proof of a weighted sum over phases, in weighted people times the phases' weights.
fn certify_sum(question: &Question, sum: &OverPhases, weights: &[f64]) -> Certificate {
    let scale = scale_of_sum(question, sum.parts, weights);
    let weighted = |units: u64| units as f64 / scale;
    Certificate {
        proof: if siting::meets(sum.objective, sum.bound) { Proof::Optimal } else { Proof::Feasible },
        objective: weighted(sum.objective),
        bound: weighted(sum.bound),
        gap: if sum.bound == 0 { 0.0 } else { (sum.bound - sum.objective) as f64 / sum.bound as f64 },
        method: BranchAndBound::default().name().to_owned(),
        seconds: 0.0,
        seed: 0,
    }
}

/// How each place is covered, and by which station it is served soonest.
fn cover(
    today: &Today<'_>,
    candidates: &[Candidate],
    answer: &Answer,
    [covered_today, proposed]: [&[f64]; 2],
) -> Vec<PlaceCover> {
    let (folder, demand) = (today.folder, &today.land.demand);
    let sites = final_sites(folder, answer);
    let asked: Vec<Site<'_>> = sites.iter().map(|site| site_of(folder, candidates, *site)).collect();
    let nearest = today.travel.to(&asked).nearest_of_all(&demand.centres);
    let of = |(i, nearest): (usize, Option<(SiteIndex, Minutes)>)| {
        let nearest = nearest.map(|(s, minutes)| Nearest { site: sites[s as usize], minutes });
        PlaceCover { standard: demand.centres[i].standard, today: covered_today[i], proposed: proposed[i], nearest }
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

//! Which choice would be best under these conditions? Siting alone, followed and ended early: what a planner waits for. A file of
//! its own because `run` also re-solves everything around its answer, which takes longer than a meeting.

use super::laid_out::{Land, Today};
use super::propose::from_any_start;
use super::{JobError, Remark, certify, certify_sum, news, scale_of_sum, words, worst_county};
use crate::model::PlanFolder;
use crate::siting::{Apart, BranchAndBound, Certificate, Infeasible, Method, PhaseSum, Question, Watch, Worst};
use crate::travel::SiteIndex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// A search under way, seen from outside.
#[derive(Debug, Default)]
pub struct Search {
    watch: Watch,
    scale: OnceLock<f64>,
    dropped: AtomicBool,
}

impl Search {
    /// Asks it to stop with the best choice so far.
    pub fn stop(&self) {
        self.watch.stop();
    }

    /// Nobody wants its choice any more: it ends without one.
    pub fn drop_it(&self) {
        self.dropped.store(true, Ordering::Relaxed);
        self.stop();
    }

    fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Incumbent and bound in weighted people, times the weights of phases where the plan has them; `None` before the first.
    pub fn told(&self) -> Option<(f64, f64)> {
        let (scale, (incumbent, bound)) = (self.scale.get()?, self.watch.told()?);
        Some((incumbent as f64 / scale, bound as f64 / scale))
    }
}

/// The best choice that was found.
#[derive(Debug, Clone)]
pub struct Improved {
    /// Indices into the folder's candidates, ascending.
    pub chosen: Vec<SiteIndex>,
    /// Where the plan weighs its phases: what is open by the end of each, the last of which is `chosen`.
    pub opened: Vec<Vec<SiteIndex>>,
    /// Its proof.
    pub certificate: Certificate,
    /// What a reader must know about how it was found.
    pub remarks: Vec<Remark>,
}

/// Sites the folder's final phase among its given candidates, or all of its phases where they have weights; `start` is a choice worth improving.
/// `None` where the search was dropped: what goes before it takes seconds on a large plan.
///
/// # Errors
/// When no choice meets the conditions, or the roads cannot be used.
pub fn improve(folder: &PlanFolder, start: Vec<SiteIndex>, search: &Search) -> Result<Option<Improved>, JobError> {
    let clock = Instant::now();
    let land = Land::of(folder)?;
    if search.is_dropped() {
        return Ok(None);
    }
    let wanted = || !search.is_dropped();
    let Some(today) = Today::while_wanted(folder, &land, &wanted)? else { return Ok(None) };
    let Some(choice) = today.with_while(folder.candidates.as_deref().unwrap_or_default(), &wanted) else {
        return Ok(None);
    };
    let infeasible = |conflict| choice.infeasible(conflict);
    let mut question = choice.setup(&folder.plan).question().map_err(infeasible)?;
    if search.is_dropped() {
        return Ok(None);
    }
    let worst = worst_county(&folder.plan, &mut question).map_err(infeasible)?;
    let starts: Vec<_> = [start].into_iter().chain(worst.iter().map(|w| w.chosen.clone())).collect();
    let weights = &folder.plan.objective.phases;
    let found = if weights.is_empty() {
        last_phase(&question, &starts, worst.as_ref(), search)
    } else {
        over_phases(
            &question,
            &starts,
            &news(&folder.plan, today.existing.len(), question.problem.choose),
            weights,
            search,
        )
    };
    let (opened, mut certificate) = found.map_err(infeasible)?;
    certificate.seconds = clock.elapsed().as_secs_f64();
    let chosen = opened.last().cloned().unwrap_or_default();
    let opened = if weights.is_empty() { Vec::new() } else { opened };
    Ok(Some(Improved { chosen, opened, certificate, remarks: words::of_objective(&folder.plan.objective) }))
}

type Found = Result<(Vec<Vec<SiteIndex>>, Certificate), Infeasible>;

fn last_phase(question: &Question, starts: &[Vec<SiteIndex>], worst: Option<&Worst>, search: &Search) -> Found {
    // Nobody else sets it.
    let _ = search.scale.set(question.scale);
    let answer = from_any_start(&question.problem, starts, |starts| {
        Apart::default().watched(&question.problem, starts, &search.watch)
    })?;
    let certificate = certify(question, &answer, worst);
    Ok((vec![answer.chosen], certificate))
}

/// From a first choice of the last phase on, not from its best: the sum tells how it goes, and the last phase is searched in it.
fn over_phases(
    question: &Question,
    starts: &[Vec<SiteIndex>],
    news: &[usize],
    weights: &[f64],
    search: &Search,
) -> Found {
    let problem = &question.problem;
    let sum = PhaseSum { problem, news, weights };
    let _ = search.scale.set(scale_of_sum(question, sum.parts(), weights));
    let first = from_any_start(problem, starts, |starts| BranchAndBound { work: 0 }.solve(problem, starts))?;
    let found = sum.watched(&first.chosen, BranchAndBound::default().work, &search.watch)?;
    let certificate = certify_sum(question, &found, weights);
    Ok((found.sets, certificate))
}

//! Which choice would be best under these conditions? Siting alone, followed and ended early: what a planner waits for. A file of
//! its own because `run` also re-solves everything around its answer, which takes longer than a meeting.

use super::laid_out::{Land, Today};
use super::propose::from_any_start;
use super::{JobError, Remark, certify, words, worst_county};
use crate::model::PlanFolder;
use crate::siting::{Apart, Certificate, Watch};
use crate::travel::SiteIndex;
use std::sync::OnceLock;
use std::time::Instant;

/// A search under way, seen from outside.
#[derive(Debug, Default)]
pub struct Search {
    watch: Watch,
    scale: OnceLock<f64>,
}

impl Search {
    /// Asks it to stop with the best choice so far.
    pub fn stop(&self) {
        self.watch.stop();
    }

    /// Incumbent and bound in weighted people; `None` before the first.
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
    /// Its proof.
    pub certificate: Certificate,
    /// What a reader must know about how it was found.
    pub remarks: Vec<Remark>,
}

/// Sites the folder's final phase among its given candidates; `start` is a choice worth improving.
///
/// # Errors
/// When no choice meets the conditions, or the roads cannot be used.
pub fn improve(folder: &PlanFolder, start: Vec<SiteIndex>, search: &Search) -> Result<Improved, JobError> {
    let clock = Instant::now();
    let land = Land::of(folder)?;
    let today = Today::new(folder, &land)?;
    let choice = today.with(folder.candidates.as_deref().unwrap_or_default());
    let infeasible = |conflict| choice.infeasible(conflict);
    let mut question = choice.setup(&folder.plan).question().map_err(infeasible)?;
    // Nobody else sets it.
    let _ = search.scale.set(question.scale);
    let worst = worst_county(&folder.plan, &mut question).map_err(infeasible)?;
    let starts: Vec<_> = [start].into_iter().chain(worst.iter().map(|w| w.chosen.clone())).collect();
    let answer = from_any_start(&question.problem, &starts, |starts| {
        Apart::default().watched(&question.problem, starts, &search.watch)
    });
    let answer = answer.map_err(infeasible)?;
    let mut certificate = certify(&question, &answer, worst.as_ref());
    certificate.seconds = clock.elapsed().as_secs_f64();
    Ok(Improved { chosen: answer.chosen, certificate, remarks: words::of_search(&folder.plan.objective) })
}

//! How long are cuts looked for? A file of its own because the search for a choice and that for a proof follow the same rules.

use super::core::Core;
use super::cut::Cut;
use super::{separate, simplex};

/// When no more rounds of cuts are worth it.
#[derive(Debug, Clone, Copy)]
pub struct Cutting {
    /// Rounds at most.
    rounds: usize,
    /// A round is worth another one when it closes more than one part in so many of what is open.
    gain: u64,
    /// So many rounds one after the other may not be worth another one.
    dull: usize,
    /// Neighbourhoods that local cuts are looked for in.
    near: usize,
}

pub const ROOT: Cutting = Cutting { rounds: 30, gain: 200, dull: 2, near: usize::MAX };
pub const BRANCH: Cutting = Cutting { rounds: 3, gain: 50, dull: 0, near: 60 };

/// Rounds of cuts at one branch.
#[derive(Debug)]
pub struct Rounds {
    cutting: Cutting,
    round: usize,
    dull: usize,
}

impl Rounds {
    /// None so far.
    pub fn of(cutting: Cutting) -> Self {
        Self { cutting, round: 0, dull: 0 }
    }

    /// Whether another round is worth it once the last one lowered the bound; `goal` is where it closes the branch.
    pub fn another(&mut self, was: u64, bound: u64, goal: u64) -> bool {
        let worthwhile = self.round == 0 || (was - bound) * self.cutting.gain > bound - goal;
        self.dull = if worthwhile { 0 } else { self.dull + 1 };
        let more = self.dull <= self.cutting.dull && self.round < self.cutting.rounds;
        self.round += usize::from(more);
        more
    }

    /// New cuts that a relaxed choice breaks; adds to `work` the pairs looked at.
    pub fn cuts(&self, core: &Core, taken: &[f64], work: &mut usize) -> Vec<Cut> {
        let mut cuts = separate::broken(core, taken, work);
        cuts.extend(simplex::local_cuts(core, taken, self.cutting.near, work));
        cuts.retain(|cut| !core.cuts.contains(cut));
        cuts
    }
}

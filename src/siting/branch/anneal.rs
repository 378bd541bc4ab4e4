//! How does a good choice come from chance? One station at a time, while what a step may lose falls slowly.
//! A file of its own because it looks at no bound: all it knows of a core is who covers what.

use super::super::core::Core;
use super::super::exchange::may_swap;
use super::super::iterate::Chance;
use super::super::problem::{Choice, Problem};
use super::super::watch::Watch;
use crate::travel::SiteIndex;

/// What a step may lose in the beginning, as a part of what a station covers on average.
const WARM: f64 = 0.015;
/// Halvings of that at least, after the best choice, and at most, before a run ends.
const HALVINGS: (usize, usize, usize) = (5, 2, 12);
/// Steps between two looks at how much that is by now.
const STEPS: usize = 64;
/// Losses beyond so many times what may be lost never happen.
const NEVER: f64 = 20.0;
/// Loss of an empty slot: it cannot go.
const NOBODY: i64 = i64::MAX / 4;
/// How many numbers chance is drawn from.
const CHANCES: usize = 1 << 40;

/// The best choice met by annealing (Kirkpatrick, Gelatt and Vecchi 1983) within `most` work, and the work. It ends when
/// halving what a step may lose brings nothing any more.
///
/// A step lets one more station in, wherever it is, and then one of all stations goes, the likelier the less that loses (heat
/// bath): so each looks at as many swaps as there are stations, for the price of one.
pub(super) fn anneal(
    problem: &Problem,
    core: &Core,
    from: &[SiteIndex],
    seed: u64,
    most: usize,
    watch: &Watch,
) -> (Vec<SiteIndex>, usize) {
    let mut walk = Walk::from(problem, core, from);
    let mut chance = Chance(seed);
    let cooled = (most / HALVINGS.2).max(1);
    let warm = (WARM * problem.objective(from) as f64 / walk.slots.len() as f64).max(1.0);
    let mut may_lose = warm;
    let (mut work, mut height, mut step) = (core.pairs(), 0, 0_usize);
    // Height and choice of the best, and during which halving it was met.
    let (mut best, mut halving) = ((0, from.to_vec(), 0), 0);
    while work < most {
        if step.is_multiple_of(STEPS) {
            let now = work / cooled;
            if halving == 0 && now > 0 {
                // What was met while everything could happen does not tell when it gets no better.
                best = (height, walk.chosen(), now);
            }
            halving = now;
            if halving > (best.2 + HALVINGS.1).max(HALVINGS.0) || watch.stopped() {
                break;
            }
            may_lose = warm * (-(work as f64) / cooled as f64).exp2();
        }
        step += 1;
        let (gained, passed) = walk.step(may_lose, &mut chance);
        height += gained;
        work += passed;
        if height > best.0 {
            best = (height, walk.chosen(), halving);
        }
    }
    (best.1, work)
}

/// A choice on its way: one slot more than stations.
struct Walk<'a> {
    problem: &'a Problem,
    core: &'a Core,
    choice: Choice<'a>,
    /// Site of each slot.
    slots: Vec<u32>,
    /// The slot that is empty.
    vacant: usize,
    /// What each slot alone covers.
    loss: Vec<i64>,
    /// Per row how many slots cover it, and the exclusive or of those: the slot itself where there is only one.
    cover: Vec<(u32, u32)>,
    /// What slots lose to a newcomer.
    shared: Vec<(u32, i64)>,
    /// How likely each slot goes.
    odds: Vec<f64>,
    conditions: bool,
}

impl<'a> Walk<'a> {
    fn from(problem: &'a Problem, core: &'a Core, chosen: &[SiteIndex]) -> Self {
        let mut slots = core.open_of(chosen);
        let vacant = slots.len();
        slots.push(0);
        let mut walk = Self {
            problem,
            core,
            choice: Choice::of(problem, chosen),
            vacant,
            loss: vec![0; slots.len()],
            cover: vec![(0, 0); core.weights.len()],
            shared: Vec::new(),
            odds: vec![0.0; slots.len()],
            conditions: !problem.counties.is_empty() || !problem.too_near.is_empty() || problem.budget.is_some(),
            slots,
        };
        for slot in 0..vacant {
            walk.come(slot);
            walk.enter(slot);
        }
        walk.loss[vacant] = NOBODY;
        walk
    }

    fn chosen(&self) -> Vec<SiteIndex> {
        let taken = (0..self.slots.len()).filter(|&slot| slot != self.vacant).map(|slot| self.slots[slot]);
        self.core.whole(&taken.collect::<Vec<u32>>())
    }

    /// What the site of an empty slot would alone cover; takes what it shares off the others.
    fn come(&mut self, slot: usize) {
        let (core, site) = (self.core, self.slots[slot] as usize);
        let mut alone = core.own[site] as i64;
        self.shared.clear();
        for &r in core.rows_of(site) {
            let weight = core.weights[r as usize] as i64;
            match self.cover[r as usize] {
                (0, _) => alone += weight,
                (1, owner) => {
                    self.loss[owner as usize] -= weight;
                    self.shared.push((owner, weight));
                }
                _ => {}
            }
        }
        self.loss[slot] = alone;
    }

    /// It goes again, before it has covered anything.
    fn turn_back(&mut self, slot: usize) {
        self.shared.iter().for_each(|&(owner, weight)| self.loss[owner as usize] += weight);
        self.loss[slot] = NOBODY;
    }

    /// It stays.
    fn enter(&mut self, slot: usize) {
        for &r in self.core.rows_of(self.slots[slot] as usize) {
            let (count, owner) = &mut self.cover[r as usize];
            (*count, *owner) = (*count + 1, *owner ^ slot as u32);
        }
    }

    /// The site of a slot covers nothing more.
    fn leave(&mut self, slot: usize) {
        for &r in self.core.rows_of(self.slots[slot] as usize) {
            let (count, owner) = &mut self.cover[r as usize];
            (*count, *owner) = (*count - 1, *owner ^ slot as u32);
            if *count == 1 {
                self.loss[*owner as usize] += self.core.weights[r as usize] as i64;
            }
        }
        self.loss[slot] = NOBODY;
    }

    /// Some site comes, and some station goes; returns what that gains, and the work.
    fn step(&mut self, may_lose: f64, chance: &mut Chance) -> (i64, usize) {
        let (slot, core) = (self.vacant, self.core);
        let newcomer = chance.below(core.sites.len()) as u32;
        if self.choice.open[core.sites[newcomer as usize] as usize] {
            return (0, 1);
        }
        self.slots[slot] = newcomer;
        self.come(slot);
        let rows = |site: u32| core.rows_of(site as usize).len();
        let work = rows(newcomer) + self.slots.len();
        let goes = self.goes(may_lose, chance);
        if goes == slot {
            self.turn_back(slot);
            return (0, work);
        }
        let gained = self.loss[slot] - self.loss[goes];
        let leaver = self.slots[goes];
        self.enter(slot);
        self.leave(goes);
        self.vacant = goes;
        self.choice.remove(core.sites[leaver as usize]);
        self.choice.add(core.sites[newcomer as usize]);
        (gained, work + rows(newcomer) + 2 * rows(leaver))
    }

    /// Which of all slots goes.
    fn goes(&mut self, may_lose: f64, chance: &mut Chance) -> usize {
        let least = self.loss.iter().copied().min().unwrap_or(0);
        let most = least + (NEVER * may_lose) as i64;
        let mut all = 0.0;
        for slot in 0..self.slots.len() {
            let loss = self.loss[slot];
            let may = loss <= most && self.may_go(slot);
            self.odds[slot] = if may { ((least - loss) as f64 / may_lose).exp() } else { 0.0 };
            all += self.odds[slot];
        }
        let mut left = all * (chance.below(CHANCES) as f64 / CHANCES as f64);
        for (slot, odds) in self.odds.iter().enumerate() {
            left -= odds;
            if left < 0.0 {
                return slot;
            }
        }
        // The newcomer itself always may.
        self.vacant
    }

    fn may_go(&self, slot: usize) -> bool {
        let site = |slot: usize| self.core.sites[self.slots[slot] as usize];
        !self.conditions || slot == self.vacant || may_swap(self.problem, &self.choice, site(slot), site(self.vacant))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::greedy;
    use super::super::elite::tests::problem;
    use super::*;

    /// What a slot alone covers, counted from nothing.
    fn alone(walk: &Walk<'_>, slot: usize) -> i64 {
        let (core, taken) = (walk.core, |slot: &usize| *slot != walk.vacant);
        let covers = |slot: usize, row: u32| core.rows_of(walk.slots[slot] as usize).contains(&row);
        let only = |row: &&u32| (0..walk.slots.len()).filter(taken).all(|other| other == slot || !covers(other, **row));
        let site = walk.slots[slot] as usize;
        let rows = core.rows_of(site).iter().filter(only).map(|&r| core.weights[r as usize]);
        (core.own[site] + rows.sum::<u64>()) as i64
    }

    #[test]
    fn every_step_knows_what_it_gains_and_what_each_station_alone_covers() {
        let mut chance = Chance(3);
        let (mut moved, mut lost) = (0, 0);
        for case in 0..12 {
            let problem = problem(&mut chance, case);
            let (Some(core), Some(start)) = (Core::of(&problem), greedy::greedy(&problem)) else { continue };
            let mut walk = Walk::from(&problem, &core, &start);
            let mut covered = problem.objective(&start) as i64;
            for step in 0..300 {
                let (gained, _) = walk.step(20.0, &mut chance);
                covered += gained;
                let chosen = walk.chosen();
                assert!(problem.admits(&chosen), "case {case}, step {step}");
                assert_eq!(problem.objective(&chosen) as i64, covered, "case {case}, step {step}");
                for slot in (0..walk.slots.len()).filter(|slot| *slot != walk.vacant) {
                    assert_eq!(walk.loss[slot], alone(&walk, slot), "case {case}, step {step}, slot {slot}");
                }
                (moved, lost) = (moved + usize::from(gained != 0), lost + usize::from(gained < 0));
            }
        }
        assert!(moved > 100 && lost > 30, "{moved} steps changed something, {lost} for the worse");
    }

    #[test]
    fn a_slow_run_finds_what_a_fast_one_misses() {
        let mut chance = Chance(17);
        let (mut better, mut worse) = (0, 0);
        for case in 0..16 {
            let problem = problem(&mut chance, case);
            let (Some(core), Some(start)) = (Core::of(&problem), greedy::greedy(&problem)) else { continue };
            let found = [20, 2000].map(|looks| {
                let (chosen, _) = anneal(&problem, &core, &start, 5, looks * core.pairs(), &Watch::default());
                assert!(problem.admits(&chosen), "case {case}");
                problem.objective(&chosen)
            });
            (better, worse) = (better + usize::from(found[1] > found[0]), worse + usize::from(found[1] < found[0]));
        }
        assert!(better > 2 * worse && better > 3, "a slow run is better {better} times and worse {worse} times");
    }
}

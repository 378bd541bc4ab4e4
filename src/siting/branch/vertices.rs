//! How is a core searched whose bounds have converged? By vertices of its linear relaxation, each branch from its parent's.
//! A file of its own because its branches keep the shape of their root, where the others are laid out anew.

use super::super::core::Core;
use super::super::cut::Cut;
use super::super::cutting::{self, Rounds};
use super::super::lagrangian::{self, Relaxation};
use super::super::saddle::Point;
use super::super::simplex::{self, Area, Decided, Start, Vertex};
use super::look::Search;
use super::{Branch, Incumbent, Looked, Open, Searched};
use crate::travel::SiteIndex;

/// Of what was used so far one part in so many goes into a better choice, each time it has doubled.
const MEANWHILE: usize = 5;

/// A branch: what is decided on the way from the root, and its vertex.
#[derive(Debug, Clone)]
struct Node {
    bound: u64,
    /// Cuts, and a demand for every area on the way.
    cuts: Vec<Cut>,
    /// Per open site whether it is taken.
    fate: Vec<Option<bool>>,
    vertex: Vertex,
    area: Area,
}

impl Open for Node {
    fn bound(&self) -> u64 {
        self.bound
    }

    fn size(&self) -> usize {
        self.cuts.iter().map(|cut| cut.sites.len() + cut.rows.len()).sum::<usize>() + self.vertex.size()
    }
}

/// What is known of a branch before it is looked at.
struct At<'a> {
    from: Start<'a>,
    /// Its parent's bound.
    before: u64,
    /// How much may be passed.
    work: usize,
}

/// What is left of a branch once it has been bounded.
struct Bounded {
    left: Core,
    multipliers: Vec<i64>,
    vertex: Vertex,
    bound: u64,
}

impl Search<'_> {
    /// Branches on areas from a root within `most` work; `before` is a bound that is known already.
    ///
    /// The branch with the largest bound is split; each half is solved from its parent's vertex to its own, rounded to a bound in
    /// integers, and what that decides is decided in all that follow.
    pub(super) fn by_vertices(
        &self,
        root: &Branch,
        point: &Point,
        best: Incumbent,
        before: u64,
        most: usize,
    ) -> Searched {
        let fate = vec![None; root.core.sites.len()];
        let at = At { from: Start::Near(point), before: root.bound, work: most };
        let seen = self.see(root.core.clone(), fate, at, best);
        let half = |node: &Node, more, best, work| self.half(&root.core, node, more, best, work);
        // Now and then a part of what the tree has cost goes into a better choice: it closes and decides more.
        let mut next = 2 * seen.work;
        let meanwhile = |best: &mut Incumbent, work: usize| {
            if work < next {
                return 0;
            }
            let more = (work / MEANWHILE).min(most.saturating_sub(work));
            let spent = self.better_by_chance(&root.core, best, work as u64, more);
            next = 2 * work + spent;
            spent
        };
        self.halve(seen, before, most, half, meanwhile)
    }

    /// One of the two branches of a node.
    fn half(&self, root: &Core, node: &Node, more: bool, best: Incumbent, work: usize) -> Looked<Node> {
        if node.bound <= best.objective {
            return Looked::end(best);
        }
        let (mut core, mut fate) = (root.clone(), node.fate.clone());
        core.cuts.clone_from(&node.cuts);
        match node.area.sites[..] {
            [site] => fate[site as usize] = Some(more),
            _ => core.cuts.push(node.area.demand(core.sites.len(), core.choose, more)),
        }
        self.see(core, fate, At { from: Start::At(&node.vertex), before: node.bound, work }, best)
    }

    /// Solves a branch, decides what its multipliers decide, and says how to split what is left.
    fn see(&self, mut core: Core, fate: Vec<Option<bool>>, at: At<'_>, best: Incumbent) -> Looked<Node> {
        let mut seen = Looked::end(best);
        let most = at.work;
        let Some(bounded) = self.bounded(&mut core, &fate, at, &mut seen) else { return seen };
        let Bounded { left, multipliers, mut vertex, bound } = bounded;
        let (take, leave) = lagrangian::decided(&left, self.scale, &multipliers, seen.found.objective);
        let fate = decided(&core, &left, &take, &leave);
        let fixed = fate.iter().filter(|f| **f == Some(true)).count();
        let free = fate.iter().filter(|f| f.is_none()).count();
        if fixed > core.choose || fixed + free < core.choose {
            return seen;
        }
        if free == 0 || fixed == core.choose || fixed + free == core.choose {
            let all = (0..).zip(&fate).filter(|f| f.1.unwrap_or(fixed < core.choose)).map(|f| f.0);
            self.keep(core.whole(&all.collect::<Vec<u32>>()), &mut seen.found);
            return seen;
        }
        vertex.drop_idle_cuts(&mut core);
        // Where work is used up nobody may ever split this branch.
        let area = if seen.work < most {
            let of = Decided { core: &core, fate: &fate, service: None };
            let (area, work) = simplex::split(of, self.scale, seen.found.objective, &vertex);
            seen.work += work;
            area
        } else {
            None
        };
        // A vertex without parts that broke a condition which bounds relax: any site that is taken decides something.
        let any = || {
            let taken = |s: &usize| fate[*s].is_none() && vertex.taken[*s] > 0.5;
            let site = (0..fate.len()).find(taken).or_else(|| fate.iter().position(Option::is_none));
            Area::site(site.unwrap_or(0) as u32)
        };
        let area = area.unwrap_or_else(any);
        seen.open = Some(Node { bound, fate, vertex, area, cuts: core.cuts });
        seen
    }

    /// Solves a branch and adds cuts as long as they lower its bound; looks for a better choice near every vertex. `None` when
    /// no better choice is in it.
    fn bounded(&self, core: &mut Core, fate: &[Option<bool>], at: At<'_>, seen: &mut Looked<Node>) -> Option<Bounded> {
        let mut rounds = Rounds::of(match &at.from {
            Start::Near(_) => cutting::ROOT,
            Start::At(_) => cutting::BRANCH,
        });
        let sites =
            |taken: bool| -> Vec<u32> { (0..).zip(fate).filter(|f| *f.1 == Some(taken)).map(|f| f.0).collect() };
        let (take, leave) = (sites(true), sites(false));
        let solve = |core: &Core, from: Start<'_>, incumbent: u64, most: usize| {
            simplex::vertex(Decided { core, fate, service: None }, self.scale, incumbent, from, most, self.watch)
        };
        let mut bound = at.before;
        let (mut vertex, mut work) = solve(core, at.from, seen.found.objective, at.work);
        loop {
            seen.work += work + core.pairs();
            let multipliers = lagrangian::rounded(core, self.scale, &vertex.price);
            let (left, multipliers) = core.decide(self.problem, &take, &leave, &multipliers)?;
            self.improve(core, &lagrangian::nearest_choice(core, &vertex.taken), seen);
            let worth = Relaxation::of(&left, self.scale, multipliers.clone()).worth();
            let was = bound;
            bound = bound.min(self.scale.reachable(worth));
            if bound <= seen.found.objective {
                return None;
            }
            let goes_on = rounds.another(was, bound, seen.found.objective);
            let over = seen.work >= at.work || self.watch.stopped();
            let cuts = match goes_on && !over && self.scale.room_for_cuts() {
                true => rounds.cuts(core, &vertex.taken, &mut seen.work),
                false => Vec::new(),
            };
            if cuts.is_empty() {
                return Some(Bounded { left, multipliers, vertex, bound });
            }
            core.cuts.extend(cuts);
            let left = at.work.saturating_sub(seen.work);
            (vertex, work) = solve(core, Start::At(&vertex), seen.found.objective, left);
        }
    }
}

/// What is decided about the sites of a core once some of what is `left` of it are taken and others left out.
fn decided(core: &Core, left: &Core, take: &[u32], leave: &[u32]) -> Vec<Option<bool>> {
    let fate = |site: &SiteIndex| match left.sites.binary_search(site) {
        Ok(at) if take.binary_search(&(at as u32)).is_ok() => Some(true),
        Ok(at) if leave.binary_search(&(at as u32)).is_ok() => Some(false),
        Ok(_) => None,
        Err(_) => Some(left.taken.binary_search(site).is_ok()),
    };
    core.sites.iter().map(fate).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::iterate::Chance;
    use super::super::super::lagrangian::Scale;
    use super::super::super::problem::{CountyRule, Problem, Rows};
    use super::super::super::{Watch, greedy};
    use super::*;
    use crate::coverage::merge;

    fn problem(chance: &mut Chance, case: usize) -> Problem {
        let sites = 8 + chance.below(6);
        let mut sets = Vec::new();
        for _ in 0..4 * sites {
            let mut set: Vec<u32> = (0..2 + chance.below(3)).map(|_| chance.below(sites) as u32).collect();
            set.sort_unstable();
            set.dedup();
            // Weights of a few people, and of many in millionths.
            sets.push((set, 1 + chance.below([9, 1_000_000_000][case / 3 % 2]) as u64));
        }
        let mut problem = Problem {
            sites,
            demand: Rows::new(sites, merge(sets.iter().map(|(set, weight)| (&set[..], *weight)))),
            choose: 3 + chance.below(3),
            forbidden: vec![false; sites],
            county_of: vec![None; sites],
            preference: vec![0; sites],
            ..Problem::default()
        };
        if case % 3 == 1 {
            problem.county_of = (0..sites).map(|s| Some(s % 2)).collect();
            let rule = |county: &str| CountyRule { county: county.to_owned(), min: 1, max: 3 };
            problem.counties = vec![rule("one"), rule("two")];
        }
        if case % 3 == 2 {
            let cost: Vec<u64> = (0..sites).map(|_| 1 + chance.below(6) as u64).collect();
            problem.budget = Some((cost, 3 * problem.choose as u64));
            let near = |a: usize| (0..sites as u32).filter(|&b| b as usize != a && a / 2 == b as usize / 2).collect();
            problem.too_near = (0..sites).map(near).collect();
        }
        problem
    }

    fn brute_force(problem: &Problem) -> Option<u64> {
        let choices = (0u32..1 << problem.sites).filter(|c| c.count_ones() as usize == problem.choose);
        let sites = |c: u32| (0..problem.sites as u32).filter(|s| c >> s & 1 == 1).collect::<Vec<u32>>();
        choices.map(sites).filter(|c| problem.admits(c)).map(|c| problem.objective(&c)).max()
    }

    #[test]
    fn branching_on_areas_finds_the_best_choice_under_every_condition_on_any_number_of_threads() {
        let mut chance = Chance(8);
        let (mut branched, mut better) = (0, 0);
        for case in 0..300 {
            let problem = problem(&mut chance, case);
            let (Some(start), Some(core)) = (greedy::greedy(&problem), Core::of(&problem)) else { continue };
            if core.is_decided() {
                continue;
            }
            let scale = Scale::of(&problem).expect("small weights");
            let watch = Watch::default();
            let coverable = problem.coverable();
            let search = Search { problem: &problem, scale, coverable, watch: &watch, quick: false, part: false };
            let best = Incumbent { objective: problem.objective(&start), chosen: start };
            let point = Point::even(&core);
            let root =
                Branch { bound: coverable, multipliers: lagrangian::even(&core, scale), point: None, site: 0, core };
            let found = [1, 3].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
                pool.install(|| search.by_vertices(&root, &point, best.clone(), coverable, usize::MAX))
            });
            let same = |s: &Searched| (s.best.objective, s.best.chosen.clone(), s.bound, s.work);
            assert_eq!(same(&found[0]), same(&found[1]), "case {case}");
            let [first, _] = found;
            assert_eq!(Some(first.best.objective), brute_force(&problem), "case {case}");
            assert!(first.done && first.bound == first.best.objective, "case {case}");
            assert!(problem.admits(&first.best.chosen), "case {case}");
            branched += usize::from(search.by_vertices(&root, &point, best.clone(), coverable, 1).bound > first.bound);
            better += usize::from(first.best.objective > best.objective);
        }
        assert!(branched > 30 && better > 10, "{branched} with more than one vertex, {better} better than greedy");
    }
}

//! How is a proof found where subgradients leave much open? By vertices of the relaxation and cuts, as the search for the choice
//! finds its bounds; a file of its own because what counts are still the integers that a checker recomputes: the method
//! suggests prices and nothing else.

use super::core::Core;
use super::cut::Cut;
use super::cutting::{self, Rounds};
use super::lagrangian::Scale;
use super::leaf_prices::{Rules, most_parts, whole};
use super::leaf_tree::{Demand, Leaves, Multipliers, Node};
use super::leaves::{BATCH, DENOMINATORS, OPEN, end, within_budget};
use super::problem::Problem;
use super::relaxed::{self, Effort};
use super::saddle::{self, Point};
use super::service::Service;
use super::simplex::{self, Area, Decided, Start, Vertex};
use super::{Answer, Watch, follows};
use crate::travel::SiteIndex;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Primal-dual rounds before the first vertex at most, at least for a vertex to be in reach, and their part of the work.
const SADDLE: (usize, usize, usize) = (6_000, 100, 3);
/// Rounds of subgradients instead, where more than covering is asked, and how much dearer they are.
const SUBGRADIENTS: usize = 500;
const DEAR: usize = 8;
/// Finer parts are tried where no more than one in so many is open.
const NEARLY: u64 = 10_000;
const FINEST: [u64; 2] = [1_000_000_000, 1_000_000_000_000];
/// An answer is proved when no more than this part of its bound is open; half of that is for what is computed from it.
const PROVED: f64 = 0.5e-9;
/// Work left below which no branch is split any more.
const LEAST: usize = 1_000;
/// Numbers of multipliers and prices at most: a file of more is of no use to anybody.
const MOST_NUMBERS: usize = 30_000_000;

/// Proves an answer as [`super::leaves()`] does, which asks this where subgradients do not close a tree; `None` where stations
/// fill up, weights leave no room for cuts, or the work does not get near a vertex.
///
/// Whoever watches is told the bound, and may end the search: open branches are leaves then, as where work is used up.
pub fn leaves_by_vertices(problem: &Problem, answer: &Answer, work: usize, watch: &Watch) -> Option<Leaves> {
    let scale = scale(problem)?;
    let rows = Rules::of(problem).rows();
    let problem = &within_budget(problem);
    let rules = &Rules::of(problem);
    let look = (2 * rules.pairs() + rules.rows()).max(1);
    let rounds = work / SADDLE.2 / look;
    if rounds < SADDLE.1 {
        return None;
    }
    let (core, goal, proof) = (Core::as_asked(problem), answer.bound, Leaves::of(answer, rows));
    let service = problem.service.as_deref();
    let enough = goal + (goal as f64 * PROVED) as u64;
    let least = service.map_or(&[][..], |s| &s.rules).iter().map(|rule| rule.least);
    let most = least.fold(goal, u64::max);
    let mut search = Search { rules, core, service, scale, goal, enough, most, proof, known: HashMap::new(), watch };
    search.run(problem, rounds, work);
    Some(search.proof.without_unused())
}

/// `None` where stations fill up, or weights leave no room for cuts.
fn scale(problem: &Problem) -> Option<Scale> {
    let scale = match &problem.service {
        None => Scale::of(problem),
        Some(service) if service.capacity.is_none() => Scale::of_service(service),
        Some(_) => None,
    };
    scale.filter(|scale| scale.room_for_cuts())
}

/// A search for a tree.
struct Search<'a> {
    rules: &'a Rules<'a>,
    core: Core,
    service: Option<&'a Service>,
    scale: Scale,
    /// What leaves are closed at.
    goal: u64,
    /// The largest number that counts.
    most: u64,
    /// What they may be closed at where rounding leaves no more than this.
    enough: u64,
    proof: Leaves,
    /// Where the proof has a cut.
    known: HashMap<Cut, usize>,
    watch: &'a Watch,
}

/// A part of the space before it is bounded.
struct Half {
    at: usize,
    here: Problem,
    /// Cuts, and a demand for every node of `way`, in its order.
    cuts: Vec<Cut>,
    /// Nodes that counted among sites, and which of their branches this is in.
    way: Vec<(usize, bool)>,
    from: Near,
    before: u64,
}

/// Where its first vertex is looked for.
enum Near {
    Point(Arc<Point>),
    Vertex(Arc<Vertex>),
}

/// Where a search begins: prices of rows and amounts, and a point near which the first vertex is looked for.
struct First {
    point: Point,
    price: Vec<f64>,
    amounts: Vec<f64>,
    work: usize,
}

/// What bounding a part gave.
struct Seen {
    multipliers: Multipliers,
    /// Cuts with their prices; of demands as well.
    priced: Vec<(Cut, u64)>,
    bound: u64,
    work: usize,
    /// Of a part that stays open.
    rest: Option<Rest>,
}

/// What is left of a part that stays open.
struct Rest {
    bound: u64,
    /// Sites decided by the multipliers.
    taken: Vec<SiteIndex>,
    left: Vec<SiteIndex>,
    here: Problem,
    cuts: Vec<Cut>,
    vertex: Arc<Vertex>,
    area: Area,
}

/// An open part: its place in the tree and the multipliers that bound it.
struct Open {
    at: usize,
    multipliers: usize,
    way: Vec<(usize, bool)>,
    rest: Rest,
}

impl Search<'_> {
    fn run(&mut self, problem: &Problem, rounds: usize, most: usize) {
        let here = follows::inside(problem);
        if let Some(leaf) = end(&here, &mut self.proof) {
            self.proof.nodes.push(leaf);
            return;
        }
        let first = self.first(&here, rounds);
        let from = Near::Point(Arc::new(first.point));
        // What is there already where the work does not reach a vertex.
        let (multipliers, _, before) = self.rounded(&here, &self.core, (&first.price, &first.amounts));
        let at = self.proof.close(multipliers);
        if before <= self.enough {
            self.proof.bound = self.proof.bound.max(before);
            return;
        }
        let root = Half { at, here, cuts: Vec::new(), way: Vec::new(), from, before };
        let seen = self.see(&root, most);
        let mut work = first.work + seen.work;
        let mut open = BTreeMap::new();
        self.enter(root, seen, &mut open);
        while let Some((&(Reverse(bound), _), _)) = open.first_key_value() {
            // A choice above the answer says as much as all that is left.
            if bound <= self.proof.bound {
                return;
            }
            let numbers: usize = self.proof.multipliers.iter().map(|m| m.parts.len() + 2 * m.cuts.len()).sum();
            let over = self.watch.tell(self.goal, bound.max(self.proof.bound));
            if over || work + LEAST > most || numbers > MOST_NUMBERS {
                self.proof.bound = self.proof.bound.max(bound);
                return;
            }
            let batch: Vec<Open> = (0..BATCH).filter_map(|_| open.pop_first().map(|(_, part)| part)).collect();
            let halves: Vec<Half> = batch.into_iter().flat_map(|part| self.halves(part)).collect();
            let each = (most - work) / halves.len().max(1);
            let seen: Vec<Seen> = halves.par_iter().map(|half| self.see(half, each)).collect();
            for (half, seen) in halves.into_iter().zip(seen) {
                work += seen.work;
                self.enter(half, seen, &mut open);
            }
        }
    }

    /// What a first method that knows no vertices makes of the whole.
    fn first(&self, here: &Problem, rounds: usize) -> First {
        if self.service.is_none() {
            let mut point = Point::even(&self.core);
            let rounds = rounds.min(SADDLE.0);
            let found = saddle::bound(&self.core, self.scale, self.goal, &mut point, rounds, self.watch);
            let price = found.multipliers.iter().map(|&u| self.scale.weight(u)).collect();
            return First { point, price, amounts: Vec::new(), work: found.work };
        }
        let rounds = (rounds / DEAR).min(SUBGRADIENTS);
        let found = relaxed::bound(here, self.goal, Effort { from: None, rounds, step: 1.0 });
        let (price, amounts) = found.multipliers.split_at(self.core.weights.len());
        let point = Point { taken: found.often, price: price.to_vec(), ..Point::default() };
        let work = rounds * DEAR * (2 * self.rules.pairs() + self.rules.rows());
        First { point, price: price.to_vec(), amounts: amounts.to_vec(), work }
    }

    /// Writes down what bounding a part gave.
    fn enter(&mut self, half: Half, seen: Seen, open: &mut BTreeMap<(Reverse<u64>, usize), Open>) {
        let mut multipliers = seen.multipliers;
        let mut way = half.way.iter();
        for (cut, price) in seen.priced {
            let demand = if cut.rows.is_empty() { way.next() } else { None };
            match demand {
                _ if price == 0 => {}
                Some(&(node, more)) => multipliers.demands.push(Demand { node, more, price }),
                None => {
                    let cuts = &mut self.proof.cuts;
                    let at = *self.known.entry(cut).or_insert_with_key(|cut| {
                        cuts.push(cut.clone());
                        cuts.len() - 1
                    });
                    multipliers.cuts.push((at, price));
                }
            }
        }
        let before = &self.proof.nodes[half.at];
        let Some(mut rest) = seen.rest else {
            self.proof.bound = self.proof.bound.max(seen.bound);
            return self.proof.reclose(half.at, multipliers);
        };
        let (mut at, multipliers) = match before {
            Node::Bound { multipliers } if rest.bound > half.before => {
                rest.bound = half.before;
                (half.at, *multipliers)
            }
            _ => {
                self.proof.reclose(half.at, multipliers);
                (half.at, self.proof.multipliers.len() - 1)
            }
        };
        if !(rest.taken.is_empty() && rest.left.is_empty()) {
            let then = self.proof.nodes.len();
            let (taken, left) = (rest.taken.clone(), rest.left.clone());
            self.proof.nodes[at] = Node::Fix { multipliers, taken, left, then };
            self.proof.nodes.push(Node::Bound { multipliers });
            at = then;
        }
        match end(&rest.here, &mut self.proof) {
            Some(leaf) => self.proof.nodes[at] = leaf,
            None => drop(open.insert((Reverse(rest.bound), at), Open { at, multipliers, way: half.way, rest })),
        }
    }

    /// The two halves of an open part, but for those that are at their end.
    fn halves(&mut self, part: Open) -> Vec<Half> {
        let Open { at, multipliers, way, rest } = part;
        let nodes = &mut self.proof.nodes;
        let (first, second) = (nodes.len(), nodes.len() + 1);
        // An open part is a leaf whose multipliers give its bound, so the tree is whole at any time.
        nodes.extend([first, second].map(|_| Node::Bound { multipliers }));
        let half = |at: usize| {
            let (here, cuts, way) = (rest.here.clone(), rest.cuts.clone(), way.clone());
            Half { at, here, cuts, way, from: Near::Vertex(Arc::clone(&rest.vertex)), before: rest.bound }
        };
        let (mut one, mut other) = (half(first), half(second));
        if let [site] = rest.area.sites[..] {
            nodes[at] = Node::Split { site, taken: first, left: second };
            follows::take(&mut one.here, site);
            other.here.forbidden[site as usize] = true;
        } else {
            let Area { sites, most } = &rest.area;
            nodes[at] = Node::Among { sites: sites.clone(), most: *most, fewer: first, more: second };
            for (half, more) in [(&mut one, false), (&mut other, true)] {
                half.cuts.push(rest.area.demand(self.core.sites.len(), self.core.choose, more));
                half.way.push((at, more));
            }
        }
        let mut halves = Vec::new();
        for half in [one, other] {
            match end(&half.here, &mut self.proof) {
                Some(leaf) => self.proof.nodes[half.at] = leaf,
                None => halves.push(half),
            }
        }
        halves
    }

    /// Bounds a part by vertices, with cuts as long as they lower its bound, and says how to split what is left.
    fn see(&self, half: &Half, most: usize) -> Seen {
        let mut core = self.core.clone();
        core.cuts.clone_from(&half.cuts);
        let solve = |core: &Core, from: Start<'_>, most: usize| {
            let fate = fate(&half.here);
            let of = Decided { core, fate: &fate, service: self.service };
            simplex::vertex(of, self.scale, self.goal, from, most, self.watch)
        };
        let (from, rounds) = match &half.from {
            Near::Point(point) => (Start::Near(point), cutting::ROOT),
            Near::Vertex(vertex) => (Start::At(vertex), cutting::BRANCH),
        };
        let (mut vertex, mut work) = solve(&core, from, most);
        let (mut rounds, mut bound) = (Rounds::of(rounds), half.before);
        loop {
            work += core.pairs();
            let (multipliers, prices, now) = self.rounded(&half.here, &core, (&vertex.price, &vertex.amounts));
            let was = bound;
            bound = bound.min(now);
            let over = work >= most || self.watch.stopped();
            let cuts = match now > self.enough && !over && rounds.another(was, bound, self.goal) {
                true => rounds.cuts(&core, &vertex.taken, &mut work),
                false => Vec::new(),
            };
            if !cuts.is_empty() {
                core.cuts.extend(cuts);
                let (next, more) = solve(&core, Start::At(&vertex), most.saturating_sub(work));
                (vertex, work) = (next, work + more);
                continue;
            }
            let priced = core.cuts.iter().cloned().zip(prices).collect();
            let rest =
                (now > self.enough).then(|| self.rest(half, core, vertex, (&multipliers, &priced), now, &mut work));
            return Seen { multipliers, priced, bound: now, work, rest };
        }
    }

    /// What is left of a part that its multipliers do not close.
    fn rest(
        &self,
        half: &Half,
        mut core: Core,
        mut vertex: Vertex,
        (multipliers, priced): (&Multipliers, &Vec<(Cut, u64)>),
        bound: u64,
        work: &mut usize,
    ) -> Rest {
        let mut here = half.here.clone();
        let (taken, left) = match bound > half.before {
            // It ended before it came as far as its parent, whose multipliers stay.
            true => (Vec::new(), Vec::new()),
            false => {
                let cuts = priced.iter().map(|(cut, price)| (cut, *price));
                self.rules.decided(&here, &self.rules.with_cuts(multipliers, cuts), self.goal)
            }
        };
        taken.iter().for_each(|&s| follows::take(&mut here, s));
        left.iter().for_each(|&s| here.forbidden[s as usize] = true);
        vertex.drop_idle_cuts(&mut core);
        let fate = fate(&here);
        let of = Decided { core: &core, fate: &fate, service: self.service };
        let (area, more) = simplex::split(of, self.scale, self.goal, &vertex);
        *work += more;
        // A vertex without parts that broke a condition which bounds relax: any site that is taken decides something.
        let any = || {
            let taken = |s: &usize| fate[*s].is_none() && vertex.taken[*s] > 0.5;
            let site = (0..fate.len()).find(taken).or_else(|| fate.iter().position(Option::is_none));
            Area::site(site.unwrap_or(0) as SiteIndex)
        };
        let area = area.unwrap_or_else(any);
        Rest { bound, taken, left, here, cuts: core.cuts, vertex: Arc::new(vertex), area }
    }

    /// Prices in whole numbers, the coarsest that close a part, and the bound that they give.
    fn rounded(&self, here: &Problem, core: &Core, (price, amounts): (&[f64], &[f64])) -> (Multipliers, Vec<u64>, u64) {
        let (of_rows, of_cuts) = price.split_at(core.weights.len());
        let parts: Vec<f64> = match self.service {
            None => of_rows.iter().zip(&core.weights).map(|(u, &w)| u / w.max(1) as f64).collect(),
            Some(_) => of_rows.iter().chain(amounts).copied().collect(),
        };
        let by = |of: u64| {
            let prices_of = most_parts(of, of_cuts, amounts);
            let multipliers = Multipliers { prices_of, ..self.rules.rounded(&parts, of, prices_of) };
            let prices: Vec<u64> = of_cuts.iter().map(|&price| whole(price, prices_of)).collect();
            let priced = self.rules.with_cuts(&multipliers, core.cuts.iter().zip(prices.iter().copied()));
            let bound = self.rules.bound(here, &priced);
            (multipliers, prices, bound)
        };
        let coarse = by(OPEN);
        let closes = |found: &(Multipliers, Vec<u64>, u64)| found.2 <= self.goal;
        if closes(&coarse) {
            return DENOMINATORS.into_iter().take_while(|of| *of < OPEN).map(by).find(closes).unwrap_or(coarse);
        }
        // Where little is open that may be what rounding lost.
        if coarse.2 - self.goal > self.most / NEARLY {
            return coarse;
        }
        let finest = FINEST.into_iter().filter(|&of| self.rules.allows(of)).map(by).min_by_key(|found| found.2);
        finest.filter(|found| found.2 <= self.enough).unwrap_or(coarse)
    }
}

/// Per site whether it is taken, where that is decided.
fn fate(here: &Problem) -> Vec<Option<bool>> {
    let mut fate: Vec<Option<bool>> = here.forbidden.iter().map(|&out| out.then_some(false)).collect();
    here.required.iter().for_each(|&s| fate[s as usize] = Some(true));
    fate
}

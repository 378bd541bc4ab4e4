//! The best choice where sites fall into small components that share nothing: towns, villages. A file of its own because it needs
//! no bound and no branching: what each component can do at each price is listed whole, and the lists are joined. It is long, over
//! 400 lines, because listing and joining work on one kind of partial choice.

use super::Answer;
use super::problem::Problem;
use super::service_flow::PLACES;
use crate::travel::SiteIndex;
use std::collections::BTreeMap;

/// Partial choices made before the question is left to a search: a count, so that runs repeat.
const MOST_MADE: usize = 4_000_000;
/// Partial choices kept at a time.
const MOST_KEPT: usize = 150_000;
/// Choices of a component of stations that can fill up: each costs a flow.
const MOST_FLOWS: usize = 40_000;
/// Limits on numbers of sites, a byte each.
const MOST_LIMITS: usize = 16;

/// What joining came to. Both are proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Joined {
    /// The best choice.
    Best(Answer),
    /// No choice meets the conditions.
    Nothing,
}

/// A partial choice.
#[derive(Debug, Clone)]
struct Entry {
    /// What sites yet to be decided need to know: how often their rows are covered, and whether they stand too near. 0 between
    /// components.
    edge: u128,
    chosen: u32,
    /// Chosen per limit, a byte each.
    counts: u128,
    spent: u64,
    value: u128,
    /// Per least amount what is reached, at most what is asked.
    reached: Vec<u64>,
    /// Where it came from.
    trail: u32,
}

/// How partial choices came about: the one before, and what was added.
type Trail = Vec<(u32, Vec<SiteIndex>)>;

/// Solves a problem whose sites fall into components that rows and spacing do not connect; `None` when that takes too long.
///
/// 1. The sites of a component are taken or left one after another. Partial choices that mean the same to the sites still to come
///    (covered rows, sites too near) are one state; of those that have as many sites, in each county, only the ones that no other
///    beats in cost, value and amounts reached are kept. Where stations can fill up, every choice is tried instead.
/// 2. Components are joined in the same way, county by county; a county's limits and amounts are settled after its last component.
///
/// Nothing is rounded but sums of parts of a unit where people share room, and there upwards for the bound.
pub(super) fn joined(problem: &Problem) -> Option<Joined> {
    if problem.budget.is_some() {
        // Most budgets leave the best choice alone, and without one there are far fewer lists to keep.
        match joined(&Problem { budget: None, ..problem.clone() }) {
            Some(Joined::Best(answer)) if within_budget(problem, &answer) => return Some(Joined::Best(answer)),
            Some(Joined::Nothing) => return Some(Joined::Nothing),
            Some(Joined::Best(_)) => {}
            None => return None,
        }
    }
    match Sweep::new(problem)? {
        Some(sweep) => sweep.solve(),
        None => Some(Joined::Nothing),
    }
}

fn within_budget(problem: &Problem, answer: &Answer) -> bool {
    problem
        .budget
        .as_ref()
        .is_none_or(|(cost, most)| answer.chosen.iter().map(|&s| cost[s as usize]).sum::<u64>() <= *most)
}

struct Sweep<'a> {
    problem: &'a Problem,
    /// Per site the number of the limit it counts for.
    limit_of: Vec<Option<usize>>,
    /// Minimum and maximum per limit.
    bounds: Vec<(u8, u8)>,
    /// Per row of service the least amounts it counts for.
    counted: Vec<Vec<(usize, u64)>>,
    least: Vec<u64>,
    /// Rows: sites, first and second weight.
    rows: Vec<(&'a [SiteIndex], u64, u64)>,
    rows_of: &'a [Vec<u32>],
    components: Vec<Vec<SiteIndex>>,
    made: usize,
}

impl<'a> Sweep<'a> {
    /// `Some(None)` when a limit cannot be met at all.
    fn new(problem: &'a Problem) -> Option<Option<Self>> {
        let choose = problem.choose;
        if choose > usize::from(u8::MAX) {
            return None;
        }
        let (mut limit_of, mut bounds) = (vec![None; problem.sites], Vec::new());
        for (c, rule) in problem.counties.iter().enumerate() {
            let of = (0..problem.sites).filter(|&s| problem.county_of[s] == Some(c));
            let sites: Vec<usize> = of.collect();
            if rule.min == 0 && rule.max >= choose.min(sites.len()) {
                continue;
            }
            if rule.min > choose.min(sites.len()) || rule.min > rule.max {
                return Some(None);
            }
            sites.into_iter().for_each(|s| limit_of[s] = Some(bounds.len()));
            bounds.push((rule.min as u8, rule.max.min(choose) as u8));
        }
        if bounds.len() > MOST_LIMITS {
            return None;
        }
        let service = problem.service.as_deref();
        let (rows, rows_of): (Vec<_>, &[Vec<u32>]) = match service {
            Some(service) => {
                (service.rows.iter().map(|r| (&r.sites[..], r.first, r.second)).collect(), &service.of_site)
            }
            None => (problem.rows().iter().map(|r| (&r.sites[..], r.weight, 0)).collect(), problem.rows_of()),
        };
        let (mut counted, mut least) = (vec![Vec::new(); rows.len()], Vec::new());
        for rule in service.map_or(&[][..], |s| &s.rules).iter().filter(|rule| rule.least > 0) {
            rule.rows
                .iter()
                .filter(|r| r.1 > 0)
                .for_each(|&(r, amount)| counted[r as usize].push((least.len(), amount)));
            least.push(rule.least);
        }
        let mut sweep =
            Self { problem, limit_of, bounds, counted, least, rows, rows_of, components: Vec::new(), made: 0 };
        sweep.components = sweep.split();
        Some(Some(sweep))
    }

    /// Components, those of one limit next to each other.
    fn split(&self) -> Vec<Vec<SiteIndex>> {
        let problem = self.problem;
        let room = problem.service.as_deref().and_then(|s| Some(s.pieces.of(s, s.capacity.as_ref()?)));
        let usable = |s: SiteIndex| !problem.forbidden[s as usize];
        let mut component = vec![usize::MAX; problem.sites];
        let mut of_piece: BTreeMap<u32, Vec<SiteIndex>> = BTreeMap::new();
        for s in (0..problem.sites as SiteIndex).filter(|&s| usable(s)) {
            if let Some(piece) = room.and_then(|room| room.of_site[s as usize]) {
                of_piece.entry(piece).or_default().push(s);
            }
        }
        let mut components: Vec<Vec<SiteIndex>> = Vec::new();
        for from in (0..problem.sites as SiteIndex).filter(|&s| usable(s)) {
            if component[from as usize] != usize::MAX {
                continue;
            }
            let (mut here, mut at) = (vec![from], 0);
            component[from as usize] = components.len();
            while at < here.len() {
                let s = here[at] as usize;
                at += 1;
                let by_rows = self.rows_of[s].iter().flat_map(|&r| self.rows[r as usize].0);
                let by_spacing = problem.too_near.get(s).into_iter().flatten();
                let by_room = room.and_then(|room| room.of_site[s]).and_then(|p| of_piece.get(&p));
                for &n in by_rows.chain(by_spacing).chain(by_room.into_iter().flatten()) {
                    if usable(n) && component[n as usize] == usize::MAX {
                        component[n as usize] = components.len();
                        here.push(n);
                    }
                }
            }
            here.sort_unstable();
            components.push(here);
        }
        let key = |c: &Vec<SiteIndex>| {
            let limits = c.iter().filter_map(|&s| self.limit_of[s as usize]).max();
            let amounts = c.iter().flat_map(|&s| &self.rows_of[s as usize]).flat_map(|&r| &self.counted[r as usize]);
            (limits, amounts.map(|a| a.0).max(), c[0])
        };
        components.sort_by_key(key);
        components
    }

    fn solve(mut self) -> Option<Joined> {
        let components = std::mem::take(&mut self.components);
        let (mut limit_ends, mut amount_ends) = (vec![None; self.bounds.len()], vec![None; self.least.len()]);
        for (at, component) in components.iter().enumerate() {
            for &s in component {
                if let Some(l) = self.limit_of[s as usize] {
                    limit_ends[l] = Some(at);
                }
                let counted = self.rows_of[s as usize].iter().flat_map(|&r| &self.counted[r as usize]);
                counted.for_each(|&(g, _)| amount_ends[g] = Some(at));
            }
        }
        if amount_ends.iter().any(Option::is_none)
            || (limit_ends.iter().zip(&self.bounds)).any(|(e, b)| e.is_none() && b.0 > 0)
        {
            return Some(Joined::Nothing);
        }
        let mut trail: Trail = vec![(0, Vec::new())];
        let mut entries = vec![self.nothing()];
        let rest: Vec<usize> = {
            let mut sum = 0;
            let mut rest: Vec<usize> = components
                .iter()
                .rev()
                .map(|c| {
                    sum += c.len();
                    sum
                })
                .collect();
            rest.reverse();
            rest.push(0);
            rest
        };
        for (at, component) in components.iter().enumerate() {
            let mut own: Trail = vec![(0, Vec::new())];
            let options = match self.problem.service.as_deref().is_some_and(|s| s.capacity.is_some()) {
                true => self.tried(component, &mut own)?,
                false => self.swept(component, &mut own)?,
            };
            let mut next = Vec::new();
            for entry in &entries {
                self.made += options.len();
                if self.made > MOST_MADE {
                    return None;
                }
                for option in &options {
                    if let Some(mut both) = self.both(entry, option) {
                        let more = rest[at + 1];
                        if (both.chosen as usize) + more < self.problem.choose {
                            continue;
                        }
                        both.trail = trail.len() as u32;
                        if option.chosen == 0 {
                            both.trail = entry.trail;
                        } else {
                            trail.push((entry.trail, spelled(&own, option.trail)));
                        }
                        next.push(both);
                    }
                }
            }
            for (l, _) in limit_ends.iter().enumerate().filter(|(_, end)| **end == Some(at)) {
                next.retain(|e| byte(e.counts, l) >= self.bounds[l].0);
                next.iter_mut().for_each(|e| e.counts &= !(0xff << (8 * l)));
            }
            for (g, _) in amount_ends.iter().enumerate().filter(|(_, end)| **end == Some(at)) {
                next.retain(|e| e.reached[g] >= self.least[g]);
                next.iter_mut().for_each(|e| e.reached[g] = 0);
            }
            entries = kept(next);
            if entries.len() > MOST_KEPT {
                return None;
            }
        }
        let of_number = entries.iter().filter(|e| e.chosen as usize == self.problem.choose);
        let best = of_number.max_by(|a, b| a.value.cmp(&b.value).then(b.spent.cmp(&a.spent)));
        let Some(best) = best else { return Some(Joined::Nothing) };
        let mut chosen = spelled(&trail, best.trail);
        chosen.sort_unstable();
        let objective = self.problem.objective(&chosen);
        let bound = match self.problem.service.as_deref() {
            Some(service) => match service.capacity.as_ref() {
                Some(capacity) => {
                    let split = service.pieces.of(service, capacity);
                    let idle = split.in_parts(&[]);
                    service.base + ((idle + best.value + split.rounding()) >> PLACES) as u64
                }
                None => service.base + best.value as u64,
            },
            None => self.problem.base + best.value as u64,
        };
        Some(Joined::Best(Answer { bound: bound.max(objective), objective, chosen }))
    }

    fn nothing(&self) -> Entry {
        Entry { edge: 0, chosen: 0, counts: 0, spent: 0, value: 0, reached: vec![0; self.least.len()], trail: 0 }
    }

    /// Two partial choices in different components, together.
    fn both(&self, a: &Entry, b: &Entry) -> Option<Entry> {
        let chosen = a.chosen + b.chosen;
        let spent = a.spent + b.spent;
        let counts = a.counts + b.counts;
        let fits = chosen as usize <= self.problem.choose
            && self.problem.budget.as_ref().is_none_or(|(_, most)| spent <= *most)
            && (b.counts == 0
                || (0..self.bounds.len()).all(|l| byte(a.counts, l) + byte(b.counts, l) <= self.bounds[l].1));
        let sum = |g: usize| (a.reached[g] + b.reached[g]).min(self.least[g]);
        fits.then(|| Entry {
            edge: 0,
            chosen,
            counts,
            spent,
            value: a.value + b.value,
            reached: (0..self.least.len()).map(sum).collect(),
            trail: 0,
        })
    }

    /// A partial choice with one site more, rows and spacing aside.
    fn with(&self, entry: &Entry, s: SiteIndex) -> Option<Entry> {
        let spent = entry.spent + self.problem.budget.as_ref().map_or(0, |(cost, _)| cost[s as usize]);
        let limit = self.limit_of[s as usize];
        let fits = (entry.chosen as usize) < self.problem.choose
            && self.problem.budget.as_ref().is_none_or(|(_, most)| spent <= *most)
            && limit.is_none_or(|l| byte(entry.counts, l) < self.bounds[l].1);
        let counts = entry.counts + limit.map_or(0, |l| 1 << (8 * l));
        fits.then(|| Entry { chosen: entry.chosen + 1, spent, counts, ..entry.clone() })
    }

    /// What a component can do, site by site.
    fn swept(&mut self, component: &[SiteIndex], trail: &mut Trail) -> Option<Vec<Entry>> {
        let problem = self.problem;
        let near = |s: SiteIndex| problem.too_near.get(s as usize).map_or(&[][..], Vec::as_slice);
        let order = self.order(component);
        let place: BTreeMap<SiteIndex, usize> = order.iter().enumerate().map(|(at, &s)| (s, at)).collect();
        // The last site that a row or another site's nearness matters to.
        let last = |sites: &[SiteIndex]| sites.iter().filter_map(|s| place.get(s)).max().copied();
        let mut slots = Slots::default();
        let mut row_slot: BTreeMap<u32, u32> = BTreeMap::new();
        let mut site_slot: BTreeMap<SiteIndex, u32> = BTreeMap::new();
        let mut entries = vec![self.nothing()];
        for (at, &s) in order.iter().enumerate() {
            for &r in &self.rows_of[s as usize] {
                let ends = last(self.rows[r as usize].0);
                if let std::collections::btree_map::Entry::Vacant(free) = row_slot.entry(r) {
                    free.insert(if ends > Some(at) { slots.take(2)? } else { u32::MAX });
                }
            }
            for &n in near(s).iter().filter(|n| place.get(n).is_some_and(|p| *p > at)) {
                if let std::collections::btree_map::Entry::Vacant(free) = site_slot.entry(n) {
                    free.insert(slots.take(1)?);
                }
            }
            let own = site_slot.get(&s).copied();
            let must = problem.required.binary_search(&s).is_ok();
            let mut next = Vec::with_capacity(2 * entries.len());
            for entry in &entries {
                let blocked = own.is_some_and(|slot| entry.edge >> slot & 1 == 1);
                if !blocked && let Some(mut with) = self.with(entry, s) {
                    for &r in &self.rows_of[s as usize] {
                        let (_, first, second) = self.rows[r as usize];
                        let slot = row_slot[&r];
                        let has = if slot == u32::MAX { 0 } else { entry.edge >> slot & 3 };
                        with.value += u128::from([first, second, 0][has as usize]);
                        if has == 0 {
                            for &(g, amount) in &self.counted[r as usize] {
                                with.reached[g] = (with.reached[g] + amount).min(self.least[g]);
                            }
                        }
                        // Of a second station that adds nothing nobody needs to know.
                        let most = if second > 0 { 2 } else { 1 };
                        if slot != u32::MAX && has < most {
                            with.edge += 1 << slot;
                        }
                    }
                    near(s).iter().filter_map(|n| site_slot.get(n)).for_each(|slot| with.edge |= 1 << slot);
                    with.trail = trail.len() as u32;
                    trail.push((entry.trail, vec![s]));
                    next.push(with);
                }
                if !must {
                    next.push(entry.clone());
                }
            }
            self.made += next.len();
            // What matters to no site that is still to come is forgotten.
            let mut forget = 0u128;
            for &r in &self.rows_of[s as usize] {
                if last(self.rows[r as usize].0) == Some(at) && row_slot[&r] != u32::MAX {
                    forget |= slots.give(row_slot[&r], 2);
                }
            }
            if let Some(slot) = own {
                forget |= slots.give(slot, 1);
                site_slot.remove(&s);
            }
            next.iter_mut().for_each(|e| e.edge &= !forget);
            entries = kept(next);
            if entries.len() > MOST_KEPT || self.made > MOST_MADE {
                return None;
            }
        }
        Some(entries)
    }

    /// The sites of a component in an order that leaves few rows half decided: next is the site that opens fewest.
    fn order(&self, component: &[SiteIndex]) -> Vec<SiteIndex> {
        let mut left: Vec<SiteIndex> = component.to_vec();
        let mut open: BTreeMap<u32, usize> = BTreeMap::new();
        let mut order = Vec::new();
        while !left.is_empty() {
            let usable =
                |r: u32| self.rows[r as usize].0.iter().filter(|s| !self.problem.forbidden[**s as usize]).count();
            let change = |s: SiteIndex| -> i64 {
                let of = |&r: &u32| match (open.get(&r), usable(r)) {
                    (None, 1) => 0,
                    (None, _) => 1,
                    (Some(1), _) => -1,
                    _ => 0,
                };
                let apart = self
                    .problem
                    .too_near
                    .get(s as usize)
                    .map_or(0, |near| near.iter().filter(|n| left.binary_search(n).is_ok()).count() as i64);
                2 * self.rows_of[s as usize].iter().map(of).sum::<i64>() + apart
            };
            // Beside what is open already, where anything is.
            let beside = |s: SiteIndex| {
                let rows = self.rows_of[s as usize].iter().any(|r| open.get(r).is_some_and(|n| *n > 0));
                rows || self.problem.too_near.get(s as usize).is_some_and(|near| near.iter().any(|n| order.contains(n)))
            };
            let best = (0..left.len()).min_by_key(|&i| (!beside(left[i]), change(left[i]), i)).expect("not empty");
            let s = left.remove(best);
            for &r in &self.rows_of[s as usize] {
                let n = usable(r);
                *open.entry(r).or_insert(n) -= 1;
            }
            order.push(s);
        }
        order
    }

    /// What a component of stations that can fill up can do: every choice in it.
    fn tried(&mut self, component: &[SiteIndex], trail: &mut Trail) -> Option<Vec<Entry>> {
        let service = self.problem.service.as_deref()?;
        let split = service.pieces.of(service, service.capacity.as_ref()?);
        let near = |s: SiteIndex| self.problem.too_near.get(s as usize).map_or(&[][..], Vec::as_slice);
        let required: Vec<SiteIndex> =
            component.iter().copied().filter(|s| self.problem.required.binary_search(s).is_ok()).collect();
        let mut entries = vec![(self.nothing(), Vec::<SiteIndex>::new())];
        for &s in component {
            for at in 0..entries.len() {
                let (entry, chosen) = &entries[at];
                if chosen.iter().any(|c| near(s).contains(c)) {
                    continue;
                }
                if let Some(with) = self.with(entry, s) {
                    let more = chosen.iter().copied().chain([s]).collect();
                    entries.push((with, more));
                }
            }
            if entries.len() > MOST_FLOWS {
                return None;
            }
            if required.contains(&s) {
                entries.retain(|(_, chosen)| chosen.contains(&s));
            }
        }
        let idle = split.in_parts(&[]);
        self.made += entries.len();
        let mut found = Vec::new();
        for (mut entry, chosen) in entries {
            entry.value = split.in_parts(&chosen) - idle;
            entry.trail = trail.len() as u32;
            trail.push((0, chosen));
            found.push(entry);
        }
        Some(kept(found))
    }
}

/// Bits of an edge.
#[derive(Debug, Default)]
struct Slots {
    used: u128,
}

impl Slots {
    fn take(&mut self, width: u32) -> Option<u32> {
        let mask = (1u128 << width) - 1;
        let at = (0..=128 - width).find(|at| self.used >> at & mask == 0)?;
        self.used |= mask << at;
        Some(at)
    }

    /// The bits that are free again.
    fn give(&mut self, at: u32, width: u32) -> u128 {
        let mask = ((1u128 << width) - 1) << at;
        self.used &= !mask;
        mask
    }
}

fn byte(counts: u128, limit: usize) -> u8 {
    (counts >> (8 * limit)) as u8
}

fn spelled(trail: &Trail, mut at: u32) -> Vec<SiteIndex> {
    let mut sites = Vec::new();
    while at > 0 {
        let (before, added) = &trail[at as usize];
        sites.extend_from_slice(added);
        at = *before;
    }
    sites
}

/// Those that no other of the same state, number and counts beats or equals in value, cost and amounts; of equals the first.
fn kept(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|a, b| {
        let key = |e: &Entry| (e.chosen, e.counts, e.edge);
        key(a).cmp(&key(b)).then(b.value.cmp(&a.value)).then(a.spent.cmp(&b.spent)).then(b.reached.cmp(&a.reached))
    });
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut from = 0;
    for entry in entries {
        let same = |e: &Entry| (e.chosen, e.counts, e.edge) == (entry.chosen, entry.counts, entry.edge);
        if kept.last().is_none_or(|e| !same(e)) {
            from = kept.len();
        }
        let beats = |e: &Entry| e.spent <= entry.spent && e.reached.iter().zip(&entry.reached).all(|(a, b)| a >= b);
        if !kept[from..].iter().rev().any(beats) {
            kept.push(entry);
        }
    }
    kept
}

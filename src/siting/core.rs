//! What is left to decide? A problem, or a branch of one, laid out flat and without anything that is decided.
//! A file of its own because bounds, reductions and branches all work on it and none on the problem as it was asked.

use super::cut::{Cut, RowFate};
use super::problem::Problem;
use crate::coverage::chance;
use crate::travel::SiteIndex;
use std::collections::HashMap;

/// Lists one after the other: `items[starts[i]..starts[i + 1]]` is list `i`.
#[derive(Debug, Clone, Default)]
struct Lists {
    starts: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    fn at(&self, i: usize) -> &[u32] {
        &self.items[self.starts[i]..self.starts[i + 1]]
    }

    /// The same pairs by item.
    fn turned(&self, items: usize) -> Self {
        let mut starts = vec![0; items + 1];
        self.items.iter().for_each(|&i| starts[i as usize + 1] += 1);
        (0..items).for_each(|i| starts[i + 1] += starts[i]);
        let mut next = starts.clone();
        let mut turned = vec![0; self.items.len()];
        for list in 0..self.starts.len() - 1 {
            for &i in self.at(list) {
                turned[next[i as usize]] = list as u32;
                next[i as usize] += 1;
            }
        }
        Self { starts, items: turned }
    }
}

/// Sites and rows that are still open. Sites have local numbers, ascending as in the problem.
///
/// Rows covered by a taken site are in `base`, rows that no open site covers are gone, rows that one open site covers
/// are in its `own`, and rows with one and the same cover set are one row.
#[derive(Debug, Clone, Default)]
pub struct Core {
    /// Sites taken, as the problem numbers them, ascending.
    pub taken: Vec<SiteIndex>,
    /// Open sites as the problem numbers them.
    pub sites: Vec<SiteIndex>,
    /// How many open sites to choose.
    pub choose: usize,
    /// Weight covered whatever is chosen.
    pub base: u64,
    /// Per open site the weight that it alone can cover.
    pub own: Vec<u64>,
    /// Weight per row.
    pub weights: Vec<u64>,
    /// Per county rule how many open sites must and may be chosen.
    pub counties: Vec<(usize, usize)>,
    /// Per open site its county rule.
    pub county_of: Vec<Option<usize>>,
    /// Inequalities that every choice meets.
    pub cuts: Vec<Cut>,
    by_row: Lists,
    by_site: Lists,
}

/// What becomes of an open site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Open,
    Taken,
    Left,
}

impl Core {
    /// The problem with its required and forbidden sites decided; `None` when no choice meets the conditions that can
    /// be decided by counting.
    pub fn of(problem: &Problem) -> Option<Self> {
        let leave: Vec<u32> = (0..).zip(&problem.forbidden).filter(|f| *f.1).map(|f| f.0).collect();
        Self::laid_out(problem).decide(problem, &problem.required, &leave, &[]).map(|(core, _)| core)
    }

    /// The problem with nothing decided: every site open, every row as the problem numbers it, whoever covers it. Where more
    /// than covering is asked these are its rows, and what they weigh once they are covered.
    pub(super) fn as_asked(problem: &Problem) -> Self {
        let mut core = match &problem.service {
            None => Self::laid_out(problem),
            Some(service) => {
                let rows = service.rows.iter().map(|row| (&row.sites[..], row.first));
                Self::of_rows(problem, service.base, rows)
            }
        };
        core.by_site = core.by_row.turned(problem.sites);
        core
    }

    /// The same, by row only.
    fn laid_out(problem: &Problem) -> Self {
        Self::of_rows(problem, problem.base, problem.rows().iter().map(|row| (&row.sites[..], row.weight)))
    }

    fn of_rows<'a>(problem: &Problem, base: u64, rows: impl Iterator<Item = (&'a [SiteIndex], u64)>) -> Self {
        let mut by_row = Lists { starts: vec![0], items: Vec::new() };
        let mut weights = Vec::new();
        for (sites, weight) in rows {
            by_row.items.extend(sites);
            by_row.starts.push(by_row.items.len());
            weights.push(weight);
        }
        Self {
            taken: Vec::new(),
            sites: (0..problem.sites as SiteIndex).collect(),
            choose: problem.choose,
            base,
            own: vec![0; problem.sites],
            weights,
            counties: problem.counties.iter().map(|c| (c.min, c.max)).collect(),
            county_of: problem.county_of.clone(),
            cuts: Vec::new(),
            by_row,
            by_site: Lists::default(),
        }
    }

    /// Rows that an open site covers, ascending.
    pub fn rows_of(&self, site: usize) -> &[u32] {
        self.by_site.at(site)
    }

    /// Open sites that cover a row, ascending; two at least.
    pub fn sites_of(&self, row: usize) -> &[u32] {
        self.by_row.at(row)
    }

    /// Number of pairs.
    pub fn pairs(&self) -> usize {
        self.by_row.items.len()
    }

    /// Whether exactly one choice is left.
    pub fn is_decided(&self) -> bool {
        self.choose == 0 || self.choose == self.sites.len()
    }

    /// A choice of open sites as the problem numbers them, with the sites taken, ascending.
    pub fn whole(&self, chosen: &[u32]) -> Vec<SiteIndex> {
        let mut all: Vec<SiteIndex> = chosen.iter().map(|&s| self.sites[s as usize]).collect();
        all.extend(&self.taken);
        all.sort_unstable();
        all
    }

    /// The open sites of a choice, in its order, as the core numbers them.
    pub fn open_of(&self, chosen: &[SiteIndex]) -> Vec<u32> {
        chosen.iter().filter_map(|s| self.sites.binary_search(s).ok()).map(|s| s as u32).collect()
    }

    /// What is left once some open sites are taken and others left out, with what that implies by spacing, county
    /// maxima and budget, and a value per row carried over (those of rows that become one are added).
    /// `None` when no choice is left, as far as counting can tell.
    pub fn decide(&self, problem: &Problem, take: &[u32], leave: &[u32], carried: &[i64]) -> Option<(Self, Vec<i64>)> {
        let mut fate = vec![Fate::Open; self.sites.len()];
        leave.iter().for_each(|&s| fate[s as usize] = Fate::Left);
        let mut counties = self.counties.clone();
        for &s in take {
            if std::mem::replace(&mut fate[s as usize], Fate::Taken) != Fate::Open {
                return None;
            }
            if let Some(c) = self.county_of[s as usize] {
                counties[c] = (counties[c].0.saturating_sub(1), counties[c].1.checked_sub(1)?);
            }
        }
        let choose = self.choose.checked_sub(take.len())?;
        let taken = self.whole(take);
        self.keep_distance(problem, take, &mut fate)?;
        self.keep_budget(problem, &taken, choose, &mut fate)?;
        for (s, fate) in fate.iter_mut().enumerate() {
            if *fate == Fate::Open && (choose == 0 || self.county_of[s].is_some_and(|c| counties[c].1 == 0)) {
                *fate = Fate::Left;
            }
        }
        let open: Vec<usize> = (0..fate.len()).filter(|&s| fate[s] == Fate::Open).collect();
        let mut number = vec![0u32; fate.len()];
        (0..).zip(&open).for_each(|(new, &old)| number[old] = new);
        let core = Self {
            taken,
            sites: open.iter().map(|&s| self.sites[s]).collect(),
            choose,
            own: open.iter().map(|&s| self.own[s]).collect(),
            base: self.base + take.iter().map(|&s| self.own[s as usize]).sum::<u64>(),
            counties,
            county_of: open.iter().map(|&s| self.county_of[s]).collect(),
            ..Self::default()
        };
        if !core.counts_fit() {
            return None;
        }
        let (mut core, mut values, rows) = core.with_rows(self, &fate, &number, carried);
        let site = |s: u32| match fate[s as usize] {
            Fate::Open => Ok(number[s as usize]),
            other => Err(other == Fate::Taken),
        };
        for (i, cut) in self.cuts.iter().enumerate() {
            if let Some(left) = cut.within(site, |r| rows[r as usize]).ok()? {
                core.cuts.push(left);
                values.extend(carried.get(self.weights.len() + i));
            }
        }
        Some((core, values))
    }

    /// With more cuts, whose multipliers are 0.
    pub fn with_cuts(&self, cuts: Vec<Cut>, values: &[i64]) -> (Self, Vec<i64>) {
        let mut core = self.clone();
        let values = values.iter().copied().chain(cuts.iter().map(|_| 0)).collect();
        core.cuts.extend(cuts);
        (core, values)
    }

    /// Without the cuts whose multiplier is 0.
    pub fn without_idle_cuts(mut self, mut values: Vec<i64>) -> (Self, Vec<i64>) {
        let prices = values.split_off(self.weights.len());
        let busy: Vec<bool> = prices.iter().map(|v| *v > 0).collect();
        let mut at = busy.iter();
        self.cuts.retain(|_| *at.next().expect("one per cut"));
        values.extend(prices.into_iter().zip(busy).filter(|p| p.1).map(|p| p.0));
        (self, values)
    }

    /// Leaves out what stands too near to the sites just taken; `None` when one of them is taken itself.
    fn keep_distance(&self, problem: &Problem, take: &[u32], fate: &mut [Fate]) -> Option<()> {
        for &s in take {
            let near = problem.too_near.get(self.sites[s as usize] as usize).map_or(&[][..], Vec::as_slice);
            for at in near.iter().filter_map(|n| self.sites.binary_search(n).ok()) {
                if fate[at] == Fate::Taken {
                    return None;
                }
                fate[at] = Fate::Left;
            }
        }
        Some(())
    }

    /// Leaves out what the budget cannot pay beside the cheapest others; `None` when it cannot pay the cheapest.
    fn keep_budget(&self, problem: &Problem, taken: &[SiteIndex], choose: usize, fate: &mut [Fate]) -> Option<()> {
        let Some((cost, most)) = &problem.budget else { return Some(()) };
        let total = |sites: &mut dyn Iterator<Item = u64>| sites.fold(0u64, u64::saturating_add);
        let left = most.checked_sub(total(&mut taken.iter().map(|&s| cost[s as usize])))?;
        let of = |s: usize| cost[self.sites[s] as usize];
        let mut cheap: Vec<u64> = (0..fate.len()).filter(|&s| fate[s] == Fate::Open).map(of).collect();
        cheap.sort_unstable();
        let others = total(&mut cheap.iter().copied().take(choose.saturating_sub(1)));
        for (s, fate) in fate.iter_mut().enumerate() {
            if *fate == Fate::Open && of(s).saturating_add(others) > left {
                *fate = Fate::Left;
            }
        }
        Some(())
    }

    /// Whether numbers alone leave a choice.
    fn counts_fit(&self) -> bool {
        let mut open = vec![0; self.counties.len()];
        let mut free = 0;
        self.county_of.iter().for_each(|c| c.map_or_else(|| free += 1, |c| open[c] += 1));
        let owed: usize = self.counties.iter().map(|c| c.0).sum();
        let most: usize = self.counties.iter().zip(&open).map(|(c, n)| c.1.min(*n)).sum();
        owed <= self.choose
            && self.counties.iter().zip(&open).all(|(c, n)| c.0 <= c.1.min(*n))
            && free + most >= self.choose
    }

    /// Lays out the rows of `parent` for the sites that stay open.
    fn with_rows(
        mut self,
        parent: &Self,
        fate: &[Fate],
        number: &[u32],
        carried: &[i64],
    ) -> (Self, Vec<i64>, Vec<RowFate>) {
        let mut values = Vec::new();
        let mut fates = Vec::with_capacity(parent.weights.len());
        let mut rows = Lists { starts: vec![0], items: Vec::with_capacity(parent.pairs()) };
        let mut met: HashMap<u64, u32> = HashMap::with_capacity(parent.weights.len());
        for (r, &weight) in parent.weights.iter().enumerate() {
            let start = rows.items.len();
            let mut print = 0u64;
            let mut covered = false;
            for &s in parent.sites_of(r) {
                match fate[s as usize] {
                    Fate::Taken => {
                        covered = true;
                        break;
                    }
                    Fate::Left => {}
                    Fate::Open => {
                        let site = number[s as usize];
                        rows.items.push(site);
                        print = print.wrapping_add(fingerprint(site));
                    }
                }
            }
            let row = rows.items.len() - start;
            if covered || row < 2 {
                fates.push(match rows.items[start..] {
                    _ if covered => RowFate::Covered,
                    [site] => RowFate::Own(site),
                    _ => RowFate::Lost,
                });
                match fates[r] {
                    RowFate::Covered => self.base += weight,
                    RowFate::Own(site) => self.own[site as usize] += weight,
                    _ => {}
                }
                rows.items.truncate(start);
                continue;
            }
            // Sets are compared whole; two of one fingerprint that differ stay two rows.
            let new = self.weights.len() as u32;
            let same = *met.entry(print).or_insert(new);
            if same != new && rows.at(same as usize) == &rows.items[start..] {
                rows.items.truncate(start);
                self.weights[same as usize] += weight;
                fates.push(RowFate::Row(same));
                carried.get(r).into_iter().for_each(|v| values[same as usize] += v);
            } else {
                rows.starts.push(rows.items.len());
                self.weights.push(weight);
                fates.push(RowFate::Row(new));
                carried.get(r).into_iter().for_each(|v| values.push(*v));
            }
        }
        self.by_site = rows.turned(self.sites.len());
        self.by_row = rows;
        (self, values, fates)
    }
}

/// A number per site whose sums tell most sets apart.
fn fingerprint(site: u32) -> u64 {
    chance::mixed((u64::from(site) + 1).wrapping_mul(chance::STEP))
}

//! What may be asked beyond "is anybody covered": room for people, a second station within reach, shares that counties must
//! reach. A file of its own because plain covering, which most plans ask for, needs none of it and has methods of its own.

use super::problem::Problem;
use super::service_pieces::Pieces;
use crate::travel::SiteIndex;

/// Demand that is counted in more than one way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceRow {
    /// Sites within reach, ascending.
    pub sites: Vec<SiteIndex>,
    /// Weight of the row once one chosen site is within reach.
    pub first: u64,
    /// What a second chosen site within reach adds; at most `first`, or 0 where stations have capacities.
    pub second: u64,
    /// People who take up room, where stations have capacities.
    pub people: u64,
    /// Stations with a capacity that stand already and are within reach, ascending: indices into `Capacity::standing`.
    pub standing: Vec<u32>,
}

/// How many people stations have room for. A person is served by one station within reach; people of one row may go to several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Room per site; `None` is room for everybody.
    pub of_site: Vec<Option<u64>>,
    /// Room of the stations that stand already, whatever is chosen.
    pub standing: Vec<u64>,
}

/// A least amount that a choice must reach: of the rows within reach of a chosen site, so much must be counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// Whose, such as a county; for messages.
    pub name: String,
    /// Rows that count, ascending, and how much each.
    pub rows: Vec<(u32, u64)>,
    /// How much must be reached on top of what is covered whatever is chosen.
    pub least: u64,
}

/// Everything beyond plain covering.
///
/// The problem's own rows stay a relaxation: what a choice covers by them is never less than what it serves here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Weight that is served whatever is chosen.
    pub base: u64,
    /// Demand.
    pub rows: Vec<ServiceRow>,
    /// Per site the rows within its reach, ascending.
    pub of_site: Vec<Vec<u32>>,
    /// Capacities, where stations can fill up. Then there are no rules.
    pub capacity: Option<Capacity>,
    /// Least amounts.
    pub rules: Vec<Rule>,
    /// Pieces that share nobody, where stations can fill up.
    pub(super) pieces: Pieces,
}

impl Service {
    /// Lays rows out by site as well.
    pub fn new(sites: usize, base: u64, rows: Vec<ServiceRow>) -> Self {
        let mut of_site = vec![Vec::new(); sites];
        for (r, row) in (0..).zip(&rows) {
            row.sites.iter().for_each(|&s| of_site[s as usize].push(r));
        }
        Self { base, rows, of_site, capacity: None, rules: Vec::new(), pieces: Pieces::default() }
    }

    /// Weight served by a choice, `base` included.
    ///
    /// Where stations can fill up, people go where the most weight is served; a sum that is not whole is rounded down.
    pub fn objective(&self, chosen: &[SiteIndex]) -> u64 {
        if let Some(capacity) = &self.capacity {
            return self.base + self.pieces.of(self, capacity).served(chosen);
        }
        let near = self.counts(chosen);
        let worth = |(row, &n): (&ServiceRow, &u32)| match n {
            0 => 0,
            1 => row.first,
            _ => row.first + row.second,
        };
        self.base + self.rows.iter().zip(&near).map(worth).sum::<u64>()
    }

    /// By how much a choice falls short of the rules, in shares of what they ask, added up; 0 when it meets all.
    pub fn shortfall(&self, chosen: &[SiteIndex]) -> f64 {
        if self.rules.is_empty() {
            return 0.0;
        }
        let near = self.counts(chosen);
        let short = |rule: &Rule| {
            let has = rule.reached(&near);
            if has >= rule.least { 0.0 } else { (rule.least - has) as f64 / rule.least as f64 }
        };
        self.rules.iter().map(short).sum()
    }

    /// The same without least amounts, as for an earlier phase or another number of stations; `None` when nothing is left
    /// that plain covering does not say.
    pub fn without_rules(&self) -> Option<Self> {
        let more = self.capacity.is_some() || self.rows.iter().any(|row| row.second > 0);
        more.then(|| Self { rules: Vec::new(), ..self.clone() })
    }

    /// Rows within reach of each station that stands already and can fill up.
    pub(super) fn standing_rows(&self) -> Vec<Vec<u32>> {
        let mut rows = vec![Vec::new(); self.capacity.as_ref().map_or(0, |c| c.standing.len())];
        for (r, row) in (0..).zip(&self.rows) {
            row.standing.iter().for_each(|&e| rows[e as usize].push(r));
        }
        rows
    }

    /// How many chosen sites are within reach of each row.
    pub(super) fn counts(&self, chosen: &[SiteIndex]) -> Vec<u32> {
        let mut near = vec![0; self.rows.len()];
        chosen.iter().for_each(|&s| self.of_site[s as usize].iter().for_each(|&r| near[r as usize] += 1));
        near
    }
}

impl Rule {
    /// How much is reached, given how many chosen sites are within reach of each row.
    pub(super) fn reached(&self, near: &[u32]) -> u64 {
        self.rows.iter().filter(|(r, _)| near[*r as usize] > 0).map(|(_, counted)| counted).sum()
    }
}

impl Problem {
    /// The same problem without least amounts.
    pub(super) fn without_rules(mut self) -> Self {
        self.service =
            self.service.and_then(|s| if s.rules.is_empty() { Some(s) } else { s.without_rules().map(Into::into) });
        self
    }
}

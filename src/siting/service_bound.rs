//! How much could any choice serve, where service is more than covering? An upper bound by Lagrangian relaxation, in integers.
//! A file of its own because its multipliers also price room and least amounts, which plain covering does not know.

use super::problem::Problem;
use super::relaxed::{self, Effort};
use super::service::{Capacity, Rule, Service};
use crate::travel::SiteIndex;

/// Rounds without a better bound after which the step is halved.
const PATIENCE: usize = 15;
/// The step below which nothing more is expected.
const LEAST_STEP: f64 = 1e-4;
/// Prices of least amounts are whole multiples of one part in this many.
const PRICE_PARTS: i128 = 1 << 24;

/// A bound, what it is made of, and choices that the multipliers suggest.
#[derive(Debug, Clone)]
pub(super) struct Bounded {
    /// No choice that meets the rules serves more, `base` included; `None` when none meets them: proved.
    pub(super) bound: Option<u64>,
    /// Per row what a station within reach is paid for it, then per rule the price of what it counts.
    pub(super) multipliers: Vec<f64>,
    /// Choices met on the way, best bound last; they meet number, county and required conditions.
    pub(super) suggestions: Vec<Vec<SiteIndex>>,
    /// Per site in which share of the rounds it was chosen.
    pub(super) often: Vec<f64>,
    /// Rounds that it took.
    pub(super) rounds: usize,
}

/// The bound
///
/// `L(v, l) = base - sum_g l_g least_g + sum_i ((W_i - v_i)+ + (second_i - v_i)+) + sum_e V_e + max { sum_j V_j x_j }`
///
/// with `W_i = first_i + sum_g l_g counted_gi`, for any prices `0 <= v_i <= W_i` of a row and `l_g >= 0` of a rule. `V_j` is what
/// site `j` can be paid: the sum of `v_i` over the rows within reach or, where it has room for so many people only, the best
/// fill of that room (a fractional knapsack); `e` are stations that stand already. The maximum, over choices of the right
/// number that keep required sites and county conditions, is exact; spacing and budget are relaxed.
///
/// 1. Every row's weight is split evenly over its sites, rules are free.
/// 2. Subgradient steps in proportion to each row's weight, Polyak length towards the incumbent, halved when the bound stalls.
/// 3. The best prices are rounded to integers, and the bound computed anew in integers, every rounding upwards.
pub(super) fn bound(problem: &Problem, service: &Service, incumbent: Option<u64>, effort: Effort<'_>) -> Bounded {
    let scales = Scales::of(problem, service);
    let mut here = effort.from.map_or_else(|| scales.start(service), |from| Prices::from(service, from));
    let target = incumbent.unwrap_or(service.base) as f64;
    let mut best = (f64::INFINITY, here.clone());
    let (mut step, mut stalled, mut rounds) = (effort.step, 0, 0);
    let mut often = vec![0.0; problem.sites];
    let mut suggestions: Vec<Vec<SiteIndex>> = Vec::new();
    while rounds < effort.rounds {
        rounds += 1;
        let looked = look(problem, service, &here);
        looked.chosen.iter().for_each(|&s| often[s as usize] += 1.0);
        stalled += 1;
        if looked.value < best.0 - 1e-7 * best.0.abs().min(f64::MAX) {
            stalled = 0;
            if suggestions.last() != Some(&looked.chosen) {
                suggestions.push(looked.chosen.clone());
            }
        }
        if looked.value < best.0 {
            best = (looked.value, here.clone());
        }
        // Without an incumbent a bound below what is served anyway says that there is none.
        if best.0 < target - if incumbent.is_some() { 0.0 } else { 1.0 } {
            break;
        }
        if stalled >= PATIENCE {
            (step, stalled) = (step / 2.0, 0);
            here.clone_from(&best.1);
            if step < LEAST_STEP {
                break;
            }
        }
        if !scales.advance(service, &mut here, &looked, step, target) {
            break;
        }
    }
    often.iter_mut().for_each(|n| *n /= rounds.max(1) as f64);
    let exact = Exact::of(problem, service, &best.1);
    let bound = exact.total(problem);
    let bound = u64::try_from(bound).ok().filter(|b| *b >= service.base).map(|b| b.min(problem.coverable()));
    Bounded { bound, multipliers: best.1.packed(), suggestions, often, rounds }
}

/// Sites that any choice better than `goal` must take, and sites it cannot take; `goal` is `None` while there is no incumbent,
/// and then any choice that meets the rules counts. See [`relaxed::decided`].
pub(super) fn decided(
    problem: &Problem,
    service: &Service,
    multipliers: &[f64],
    goal: Option<u64>,
) -> (Vec<SiteIndex>, Vec<SiteIndex>) {
    let exact = Exact::of(problem, service, &Prices::from(service, multipliers));
    let bound = exact.total(problem);
    let least = goal.map_or(i128::from(service.base), |goal| i128::from(goal) + 1);
    let mut inside = vec![false; problem.sites];
    exact.chosen(problem).iter().for_each(|&s| inside[s as usize] = true);
    let may_leave = |s: usize| inside[s] && problem.required.binary_search(&(s as SiteIndex)).is_err();
    let may_join = |s: usize| !inside[s] && !problem.forbidden[s];
    let value = |s: usize| i128::from(exact.values[s]);
    let weakest = (0..problem.sites).filter(|&s| may_leave(s)).map(value).min();
    let strongest = (0..problem.sites).filter(|&s| may_join(s)).map(value).max();
    let (mut take, mut leave) = (Vec::new(), Vec::new());
    for s in 0..problem.sites {
        if may_leave(s) && strongest.is_none_or(|strongest| bound - value(s) + strongest < least) {
            take.push(s as SiteIndex);
        } else if may_join(s) && weakest.is_none_or(|weakest| bound + value(s) - weakest < least) {
            leave.push(s as SiteIndex);
        }
    }
    (take, leave)
}

/// Prices of rows and of rules.
#[derive(Debug, Clone)]
struct Prices {
    rows: Vec<f64>,
    rules: Vec<f64>,
}

impl Prices {
    fn from(service: &Service, packed: &[f64]) -> Self {
        let (rows, rules) = packed.split_at(service.rows.len());
        Self { rows: rows.to_vec(), rules: rules.to_vec() }
    }

    fn packed(self) -> Vec<f64> {
        let Self { mut rows, rules } = self;
        rows.extend(rules);
        rows
    }

    /// `W_i` of every row.
    fn worth(&self, service: &Service) -> Vec<f64> {
        let mut worth: Vec<f64> = service.rows.iter().map(|row| row.first as f64).collect();
        for (rule, price) in service.rules.iter().zip(&self.rules) {
            rule.rows.iter().for_each(|&(r, counted)| worth[r as usize] += price * counted as f64);
        }
        worth
    }
}

/// The relaxation at given prices.
struct Look {
    value: f64,
    chosen: Vec<SiteIndex>,
    worth: Vec<f64>,
    /// Per row what is paid for less what is taken: the subgradient of its price.
    over: Vec<f64>,
    /// Per rule what is counted less what is asked.
    spare: Vec<f64>,
}

fn look(problem: &Problem, service: &Service, prices: &Prices) -> Look {
    let worth = prices.worth(service);
    let v = &prices.rows;
    let mut fills: Vec<Vec<(u32, f64)>> = Vec::new();
    let mut room = |rows: &[u32], room: Option<u64>| {
        let Some(room) = room else { return rows.iter().map(|&r| v[r as usize]).sum::<f64>() };
        let (value, fill) = filled(service, rows, room, v);
        fills.push(fill);
        value
    };
    let capacity = service.capacity.as_ref();
    let of = |s: usize| capacity.and_then(|c| c.of_site[s]);
    let mut fill_of = vec![usize::MAX; problem.sites];
    let mut values = vec![0.0; problem.sites];
    let mut made = 0;
    for s in (0..problem.sites).filter(|&s| !problem.forbidden[s]) {
        values[s] = room(&service.of_site[s], of(s));
        if of(s).is_some() {
            fill_of[s] = made;
            made += 1;
        }
    }
    let standing_from = made;
    let stands = service.standing_rows();
    let standing: f64 =
        capacity.map_or(0.0, |c| c.standing.iter().zip(&stands).map(|(&k, rows)| room(rows, Some(k))).sum());
    let chosen = relaxed::best_choice(problem, &values);
    let mut over = vec![0.0; v.len()];
    for &s in &chosen {
        match fills.get(fill_of[s as usize]) {
            Some(fill) => fill.iter().for_each(|&(r, share)| over[r as usize] += share),
            None => service.of_site[s as usize].iter().for_each(|&r| over[r as usize] += 1.0),
        }
    }
    fills.iter().skip(standing_from).flatten().for_each(|&(r, share)| over[r as usize] += share);
    let mut slack = 0.0;
    let mut counts = vec![1.0; v.len()];
    for (r, row) in service.rows.iter().enumerate() {
        // A row whose price is its worth counts as far as stations are paid for it.
        if worth[r] <= v[r] {
            counts[r] = over[r].min(1.0);
        }
        slack += (worth[r] - v[r]).max(0.0) + (row.second as f64 - v[r]).max(0.0);
        over[r] -= counts[r] + if row.second as f64 > v[r] { 1.0 } else { 0.0 };
    }
    let counted = |rule: &Rule| -> f64 { rule.rows.iter().map(|&(r, c)| counts[r as usize] * c as f64).sum() };
    let spare: Vec<f64> = service.rules.iter().map(|rule| counted(rule) - rule.least as f64).collect();
    let asked: f64 = service.rules.iter().zip(&prices.rules).map(|(rule, price)| price * rule.least as f64).sum();
    let value =
        service.base as f64 + slack + standing - asked + chosen.iter().map(|&s| values[s as usize]).sum::<f64>();
    Look { value, chosen, worth, over, spare }
}

/// The best fill of a room, in floating point: its value, and the share of each row that goes there.
fn filled(service: &Service, rows: &[u32], room: u64, v: &[f64]) -> (f64, Vec<(u32, f64)>) {
    let people = |r: u32| service.rows[r as usize].people as f64;
    let mut order: Vec<u32> = rows.iter().copied().filter(|&r| v[r as usize] > 0.0).collect();
    let dear = |r: u32| if people(r) > 0.0 { v[r as usize] / people(r) } else { f64::INFINITY };
    order.sort_unstable_by(|&a, &b| dear(b).total_cmp(&dear(a)).then(a.cmp(&b)));
    let (mut left, mut value, mut fill) = (room as f64, 0.0, Vec::with_capacity(order.len()));
    for r in order {
        let share = if people(r) <= left { 1.0 } else { left / people(r) };
        if share <= 0.0 {
            break;
        }
        left -= share * people(r);
        value += share * v[r as usize];
        fill.push((r, share));
    }
    (value, fill)
}

/// How far each price moves by itself.
struct Scales {
    rows: Vec<f64>,
    rules: Vec<f64>,
    /// A first guess of what a unit that a rule counts is worth.
    natural: Vec<f64>,
}

impl Scales {
    fn of(problem: &Problem, service: &Service) -> Self {
        let weight = |row: &super::service::ServiceRow| (row.first + row.second) as f64;
        let total: f64 = service.rows.iter().map(weight).sum();
        let natural = |rule: &Rule| {
            let counted: f64 = rule.rows.iter().map(|(_, c)| *c as f64).sum::<f64>().max(1.0);
            let own: f64 = rule.rows.iter().map(|(r, _)| weight(&service.rows[*r as usize])).sum();
            match (own > 0.0, total > 0.0) {
                (true, _) => own / counted,
                (false, true) => total / (problem.choose.max(1) as f64 * counted),
                (false, false) => 1.0,
            }
        };
        let natural: Vec<f64> = service.rules.iter().map(natural).collect();
        let mut rows: Vec<f64> = service.rows.iter().map(weight).collect();
        let mut rules = Vec::new();
        for (rule, natural) in service.rules.iter().zip(&natural) {
            let counted: f64 = rule.rows.iter().map(|(_, c)| *c as f64).sum::<f64>().max(1.0);
            rules.push(natural / counted);
            rule.rows.iter().for_each(|&(r, c)| rows[r as usize] += 0.5 * natural * c as f64);
        }
        Self { rows, rules, natural }
    }

    fn start(&self, service: &Service) -> Prices {
        let nothing_weighs = service.rows.iter().all(|row| row.first == 0);
        let rules = self.natural.iter().map(|n| if nothing_weighs { *n } else { 0.0 }).collect();
        let mut prices = Prices { rows: Vec::new(), rules };
        let stations = |row: &super::service::ServiceRow| (row.sites.len() + row.standing.len()).max(1) as f64;
        prices.rows = service.rows.iter().zip(prices.worth(service)).map(|(row, w)| w / stations(row)).collect();
        prices
    }

    /// One step against the subgradient; `false` when there is nowhere to go.
    fn advance(&self, service: &Service, prices: &mut Prices, looked: &Look, step: f64, target: f64) -> bool {
        let free = |v: f64, worth: f64, over: f64| {
            if (over < 0.0 && v >= worth) || (over > 0.0 && v <= 0.0) { 0.0 } else { over }
        };
        let mut norm = 0.0;
        for (r, &scale) in self.rows.iter().enumerate() {
            norm += scale * free(prices.rows[r], looked.worth[r], looked.over[r]).powi(2);
        }
        for (g, &scale) in self.rules.iter().enumerate() {
            let spare = if looked.spare[g] > 0.0 && prices.rules[g] <= 0.0 { 0.0 } else { looked.spare[g] };
            norm += scale * spare.powi(2);
        }
        if norm <= 0.0 {
            return false;
        }
        let t = step * (looked.value - target).max(looked.value.abs() * 1e-9).max(1e-3) / norm;
        for (price, (scale, spare)) in prices.rules.iter_mut().zip(self.rules.iter().zip(&looked.spare)) {
            *price = (*price - t * scale * spare).max(0.0);
        }
        let worth = prices.worth(service);
        for (r, (price, scale)) in prices.rows.iter_mut().zip(&self.rows).enumerate() {
            let over = free(*price, looked.worth[r], looked.over[r]);
            *price = (*price - t * scale * over).clamp(0.0, worth[r].max(0.0));
        }
        true
    }
}

/// The relaxation in integers: every rounding makes the bound larger, never smaller.
struct Exact {
    /// Everything but the chosen sites.
    rest: i128,
    /// What each site can be paid at most.
    values: Vec<u64>,
}

impl Exact {
    fn of(problem: &Problem, service: &Service, prices: &Prices) -> Self {
        let rules: Vec<i128> = prices.rules.iter().map(|p| (p * PRICE_PARTS as f64) as i128).collect();
        let mut parts = vec![0i128; service.rows.len()];
        let mut rest = i128::from(service.base);
        for (rule, &price) in service.rules.iter().zip(&rules) {
            rule.rows.iter().for_each(|&(r, counted)| parts[r as usize] += price * i128::from(counted));
            rest -= price * i128::from(rule.least) / PRICE_PARTS;
        }
        let mut v = vec![0u64; service.rows.len()];
        for (r, row) in service.rows.iter().enumerate() {
            let worth = i128::from(row.first) + (parts[r] + PRICE_PARTS - 1) / PRICE_PARTS;
            let price = (prices.rows[r].round() as i128).clamp(0, worth);
            rest += worth - price + (i128::from(row.second) - price).max(0);
            v[r] = u64::try_from(price).unwrap_or(u64::MAX);
        }
        let capacity = service.capacity.as_ref();
        let of = |s: usize| capacity.and_then(|c: &Capacity| c.of_site[s]);
        let values = (0..problem.sites).map(|s| paid(service, &service.of_site[s], of(s), &v)).collect();
        let standing = service.standing_rows();
        for (rows, &room) in standing.iter().zip(capacity.map_or(&[][..], |c| &c.standing)) {
            rest += i128::from(paid(service, rows, Some(room), &v));
        }
        Self { rest, values }
    }

    fn chosen(&self, problem: &Problem) -> Vec<SiteIndex> {
        relaxed::best_choice(problem, &self.values)
    }

    fn total(&self, problem: &Problem) -> i128 {
        self.rest + self.chosen(problem).iter().map(|&s| i128::from(self.values[s as usize])).sum::<i128>()
    }
}

/// What a station can be paid at most, rounded up.
fn paid(service: &Service, rows: &[u32], room: Option<u64>, v: &[u64]) -> u64 {
    let Some(room) = room else { return rows.iter().map(|&r| v[r as usize]).fold(0, u64::saturating_add) };
    let people = |r: u32| service.rows[r as usize].people;
    let mut order: Vec<u32> = rows.iter().copied().filter(|&r| v[r as usize] > 0).collect();
    order.sort_unstable_by(|&a, &b| {
        let (x, y) =
            (u128::from(v[a as usize]) * u128::from(people(b)), u128::from(v[b as usize]) * u128::from(people(a)));
        // Nobody takes no room: such rows come first, whatever they pay.
        (people(a) > 0).cmp(&(people(b) > 0)).then(y.cmp(&x)).then(a.cmp(&b))
    });
    let (mut left, mut value) = (room, 0u64);
    for r in order {
        let (here, price) = (people(r), v[r as usize]);
        if here <= left {
            left -= here;
            value = value.saturating_add(price);
        } else {
            let part = (u128::from(price) * u128::from(left)).div_ceil(u128::from(here));
            return value.saturating_add(part as u64);
        }
    }
    value
}

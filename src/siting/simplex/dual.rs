//! How is a linear program solved from any basis, so that each step is a bound? By the dual simplex method.
//! A file of its own because it knows of programs and bases only, not of stations.

use super::factor::{Factor, ZERO};
use super::program::{Basis, Program};
use super::ratio;
use super::sparse::Sparse;

/// A basic variable may be so far beyond a bound.
pub(super) const FEASIBLE: f64 = 1e-7;
/// A reduced cost may have the wrong sign by so much.
pub(super) const SLACK: f64 = 1e-7;
/// Smaller entries are no pivots.
pub(super) const PIVOT: f64 = 1e-7;
/// Columns exchanged after which the basis is factored anew.
const EXCHANGES: usize = 60;
/// Two computations of a pivot may differ by this part.
const AGREE: f64 = 1e-6;
/// A length is computed anew when it is known for less than this part of what it is.
const STALE: f64 = 0.25;
/// Lengths are no smaller.
const LEAST_LENGTH: f64 = 1e-4;
const NONE: u32 = u32::MAX;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At an optimum.
    Optimal,
    /// The optimum is no smaller than what was asked.
    Beyond,
    /// After as many steps as were allowed.
    Limit,
    /// Nothing keeps all bounds.
    Infeasible,
    /// Rounding errors took over; the last bound holds as far as its multipliers do.
    Trouble,
}

/// A program with a basis and all that follows from it.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    program: &'a Program,
    /// Bounds of all variables: those of the program, or changed.
    pub(super) bounds: Vec<(f64, f64)>,
    columns: &'a Sparse,
    /// By row, without columns that cannot move.
    rows: Sparse,
    /// Costs, shifted where a reduced cost would have the wrong sign.
    cost: Vec<f64>,
    factor: Factor,
    pub(super) basis: Basis,
    slot_of: Vec<u32>,
    /// Reduced cost of each variable.
    pub(super) reduced: Vec<f64>,
    /// Value of each basic variable, by slot.
    values: Vec<f64>,
    /// Multiplier of each row when the basis was last factored.
    prices: Vec<f64>,
    /// What the dual solution is worth: no smaller solution of the program exists.
    pub(super) worth: f64,
    /// Steps so far.
    pub(super) steps: usize,
    /// Entries passed.
    pub(super) work: usize,
    room: Room,
}

/// Vectors that steps use again.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    of_row: Vec<f64>,
    solved: Vec<f64>,
    other: Vec<f64>,
    /// The row of the variable that leaves, over all variables.
    pub(super) row: Vec<f64>,
    /// Variables that may enter, and their entries of the row.
    pub(super) candidates: Vec<(u32, f64)>,
    /// Variables that move to their other bound.
    pub(super) flips: Vec<u32>,
}

impl<'a> Run<'a> {
    /// `columns` is the matrix by column.
    pub(super) fn new(program: &'a Program, columns: &'a Sparse, basis: Basis) -> Self {
        let (n, m) = (program.columns(), program.rows());
        let moves = |j: u32| program.bounds[j as usize].0 < program.bounds[j as usize].1;
        let mut rows = Sparse::default();
        (0..m).for_each(|r| rows.push(program.matrix.list(r).filter(|e| moves(e.0))));
        let mut cost = program.cost.clone();
        cost.resize(n + m, 0.0);
        let zero = |n: usize| vec![0.0; n];
        let room = Room { of_row: zero(m), solved: zero(m), other: zero(m), row: zero(n + m), ..Room::default() };
        let mut run = Self {
            program,
            bounds: program.bounds.clone(),
            columns,
            rows,
            cost,
            factor: Factor::default(),
            basis,
            slot_of: vec![NONE; n + m],
            reduced: zero(n + m),
            values: zero(m),
            prices: zero(m),
            worth: f64::NEG_INFINITY,
            steps: 0,
            work: 0,
            room,
        };
        run.renew();
        run
    }

    /// The value of a variable.
    pub(super) fn value(&self, j: usize) -> f64 {
        match self.slot_of[j] {
            NONE => self.stands(j),
            slot => self.values[slot as usize],
        }
    }

    /// Whether a variable that is not basic can move.
    pub(super) fn can_enter(&self, j: usize) -> bool {
        self.slot_of[j] == NONE && self.bounds[j].0 < self.bounds[j].1
    }

    /// The multipliers of rows, anew.
    pub(super) fn prices(&mut self) -> &[f64] {
        if self.worth.is_finite() {
            self.price();
        }
        &self.prices
    }

    /// What the multipliers of rows would be if columns cost something else.
    pub(super) fn prices_at(&mut self, cost: &[f64]) -> &[f64] {
        self.cost.fill(0.0);
        self.cost[..cost.len()].copy_from_slice(cost);
        self.price();
        &self.prices
    }

    fn stands(&self, j: usize) -> f64 {
        let (lower, upper) = self.bounds[j];
        if self.basis.upper[j] { upper } else { lower }
    }

    /// `to += by * column`.
    fn add(columns: &Sparse, j: usize, by: f64, to: &mut [f64]) {
        match j.checked_sub(columns.len()) {
            Some(row) => to[row] += by,
            None => columns.subtract(j, -by, to),
        }
    }

    fn price(&mut self) {
        let of_head = self.basis.head.iter().map(|&j| self.cost[j as usize]);
        self.prices.iter_mut().zip(of_head).for_each(|(price, cost)| *price = cost);
        self.factor.solve_turned(&mut self.prices);
    }

    /// Factors the basis and computes all that follows from it; variables move to the bound that their reduced cost wants.
    fn renew(&mut self) {
        let (n, m) = (self.program.columns(), self.program.rows());
        let mut columns = Sparse::default();
        for &j in &self.basis.head {
            match (j as usize).checked_sub(n) {
                Some(_) if j == Basis::ANY => columns.push([]),
                Some(row) => columns.push([(row as u32, 1.0)]),
                None => columns.push(self.columns.list(j as usize)),
            }
        }
        for (slot, row) in self.factor.renew(&columns) {
            self.basis.head[slot as usize] = n as u32 + row;
            self.basis.lengths[slot as usize] = 1.0;
        }
        self.slot_of.fill(NONE);
        (0..).zip(&self.basis.head).for_each(|(slot, &j)| self.slot_of[j as usize] = slot);
        self.price();
        let mut left = self.program.right.clone();
        self.worth = self.prices.iter().zip(&left).map(|(price, right)| price * right).sum();
        for j in 0..n + m {
            if self.slot_of[j] != NONE {
                self.reduced[j] = 0.0;
                continue;
            }
            let paid = if j < n { self.columns.product(j, &self.prices) } else { self.prices[j - n] };
            let reduced = self.cost[j] - paid;
            self.reduced[j] = reduced;
            if self.bounds[j].0 >= self.bounds[j].1 || reduced > SLACK {
                self.basis.upper[j] = false;
            } else if reduced < -SLACK {
                self.basis.upper[j] = true;
            }
            let value = self.stands(j);
            if value != 0.0 {
                Self::add(self.columns, j, -value, &mut left);
                self.worth += reduced * value;
            }
        }
        self.factor.solve(&mut left);
        self.values = left;
        self.work += 4 * self.columns.entries();
    }

    /// Steps until the optimum, a worth of `beyond`, or `most` steps.
    pub(super) fn run(&mut self, beyond: f64, most: usize) -> End {
        let until = self.steps + most;
        let mut room = std::mem::take(&mut self.room);
        let mut fresh = 0;
        let end = loop {
            if self.worth >= beyond {
                break End::Beyond;
            }
            if self.steps >= until {
                break End::Limit;
            }
            let Some(slot) = self.leaving() else {
                if self.factor.exchanges() == 0 {
                    break End::Optimal;
                }
                // With fresh numbers something may be beyond a bound after all.
                self.renew();
                continue;
            };
            match self.step(slot, &mut room) {
                Step::Done => fresh = 0,
                // Numbers may be wrong: once more with fresh ones, unless they are.
                Step::Again if fresh < 3 => fresh += 1,
                Step::Again => break End::Trouble,
                Step::None if self.factor.exchanges() == 0 => {
                    self.rise(slot, beyond, &room);
                    break End::Infeasible;
                }
                Step::None => self.renew(),
            }
        };
        self.room = room;
        end
    }

    fn beyond(&self, slot: usize) -> f64 {
        let (lower, upper) = self.bounds[self.basis.head[slot] as usize];
        (lower - self.values[slot]).max(self.values[slot] - upper)
    }

    /// The slot that is farthest beyond a bound, in proportion to its length.
    fn leaving(&self) -> Option<usize> {
        let mut best = None;
        let mut most = 0.0;
        for slot in 0..self.values.len() {
            let off = self.beyond(slot);
            if off > FEASIBLE && off * off > most * self.basis.lengths[slot] {
                (best, most) = (Some(slot), off * off / self.basis.lengths[slot]);
            }
        }
        best
    }

    /// The basic variable of a slot leaves for the bound that it is beyond.
    fn step(&mut self, slot: usize, room: &mut Room) -> Step {
        let leaving = self.basis.head[slot] as usize;
        let (lower, upper) = self.bounds[leaving];
        let over = self.values[slot] > upper;
        let bound = if over { upper } else { lower };
        room.of_row.fill(0.0);
        room.of_row[slot] = 1.0;
        self.factor.solve_turned(&mut room.of_row);
        let length: f64 = room.of_row.iter().map(|v| v * v).sum();
        let known = std::mem::replace(&mut self.basis.lengths[slot], length);
        self.work += self.factor.entries();
        if known < STALE * length {
            // It was taken for better than it is: look again.
            return Step::Done;
        }
        self.row(room);
        let sign = if over { 1.0 } else { -1.0 };
        let entering = ratio::entering(self, sign, (self.values[slot] - bound).abs(), room);
        let Some(entering) = entering else { return Step::None };
        room.solved.fill(0.0);
        Self::add(self.columns, entering, 1.0, &mut room.solved);
        self.factor.solve(&mut room.solved);
        let (pivot, by_row) = (room.solved[slot], room.row[entering]);
        if pivot.abs() < PIVOT || (pivot - by_row).abs() > AGREE * (1.0 + pivot.abs()) {
            self.renew();
            return Step::Again;
        }
        let by = self.reduced[entering] / by_row;
        self.flip(room);
        self.shift(by, entering, &room.row);
        self.reduced[leaving] = -by;
        self.reduced[entering] = 0.0;
        let off = self.values[slot] - bound;
        self.worth += by * off;
        let step = off / pivot;
        let value = self.stands(entering) + step;
        self.values.iter_mut().zip(&room.solved).for_each(|(x, a)| *x -= step * a);
        self.values[slot] = value;
        // Lengths of the other rows follow from what this row solves to.
        room.other.copy_from_slice(&room.of_row);
        self.factor.solve(&mut room.other);
        for ((old, &a), &t) in self.basis.lengths.iter_mut().zip(&room.solved).zip(&room.other) {
            if a != 0.0 {
                let part = a / pivot;
                *old = (*old + part * (part * length - 2.0 * t)).max(LEAST_LENGTH);
            }
        }
        self.basis.lengths[slot] = (length / (pivot * pivot)).max(LEAST_LENGTH);
        self.basis.head[slot] = entering as u32;
        self.basis.upper[leaving] = over;
        self.slot_of[entering] = slot as u32;
        self.slot_of[leaving] = NONE;
        self.factor.exchange(slot, &room.solved);
        self.steps += 1;
        self.work += 2 * self.factor.entries();
        if self.factor.exchanges() >= EXCHANGES {
            self.renew();
        }
        Step::Done
    }

    /// Nothing stops the dual solution along the row of a slot: goes on until it is worth twice what is missing. On the way
    /// variables move to their other bound, which takes their part of what the row is beyond its own.
    fn rise(&mut self, slot: usize, beyond: f64, room: &Room) {
        let over = self.values[slot] > self.bounds[self.basis.head[slot] as usize].1;
        let width = |j: usize| self.bounds[j].1 - self.bounds[j].0;
        let lost: f64 = room.flips.iter().map(|&j| room.row[j as usize].abs() * width(j as usize)).sum();
        let by = 2.0 * (beyond - self.worth).max(1.0) / (self.beyond(slot) - lost).max(FEASIBLE);
        self.price();
        let by = if over { by } else { -by };
        self.prices.iter_mut().zip(&room.of_row).for_each(|(price, v)| *price += by * v);
        self.worth = f64::INFINITY;
    }

    /// The row of a slot over all variables that are not basic.
    fn row(&mut self, room: &mut Room) {
        let n = self.program.columns();
        room.row.fill(0.0);
        let mut passed = 0;
        for (r, &t) in room.of_row.iter().enumerate() {
            if t.abs() > ZERO {
                self.rows.subtract(r, -t, &mut room.row);
                room.row[n + r] = t;
                passed += self.rows.length(r);
            }
        }
        self.work += passed;
    }

    /// Moves variables to their other bound.
    fn flip(&mut self, room: &mut Room) {
        if room.flips.is_empty() {
            return;
        }
        room.other.fill(0.0);
        for &j in &room.flips {
            let j = j as usize;
            let before = self.stands(j);
            self.basis.upper[j] = !self.basis.upper[j];
            Self::add(self.columns, j, self.stands(j) - before, &mut room.other);
        }
        self.factor.solve(&mut room.other);
        self.values.iter_mut().zip(&room.other).for_each(|(x, by)| *x -= by);
        self.work += self.factor.entries();
    }

    /// Moves reduced costs along a row; where one would get the wrong sign its cost gives way.
    fn shift(&mut self, by: f64, entering: usize, row: &[f64]) {
        for (j, &entry) in row.iter().enumerate() {
            if entry == 0.0 || self.slot_of[j] != NONE {
                continue;
            }
            let reduced = self.reduced[j] - by * entry;
            let wrong = if self.basis.upper[j] { reduced > 0.0 } else { reduced < 0.0 };
            let fixed = self.bounds[j].0 >= self.bounds[j].1;
            if wrong && !fixed && j != entering {
                self.cost[j] -= reduced;
                self.reduced[j] = 0.0;
            } else {
                self.reduced[j] = reduced;
            }
        }
    }
}

/// What came of a step.
enum Step {
    Done,
    /// The numbers did not agree and are fresh now.
    Again,
    /// Nothing can enter.
    None,
}

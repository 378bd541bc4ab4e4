//! How does a basis solve equations? As factors of triangles, and one more factor per column exchanged since.
//! A file of its own because nothing in it knows what the columns mean.

use super::elimination::{Elimination, eliminate};
use super::sparse::Sparse;

/// Numbers smaller than this are taken for 0.
pub(super) const ZERO: f64 = 1e-14;

/// A square matrix `B`, factored. Its columns are called slots.
#[derive(Debug, Clone, Default)]
pub(super) struct Factor {
    of: Elimination,
    /// The upper triangle by row.
    upper_rows: Sparse,
    /// Columns exchanged since: slot, its entry, and the other entries of what the new column solves to.
    slots: Vec<u32>,
    pivots: Vec<f64>,
    exchanged: Sparse,
    work: Vec<f64>,
}

impl Factor {
    /// Factors columns. Where they depend on each other, a slot becomes the unit column of a row: `(slot, row)` of each.
    pub(super) fn renew(&mut self, columns: &Sparse) -> Vec<(u32, u32)> {
        self.slots.clear();
        self.pivots.clear();
        self.exchanged.clear();
        let swaps = eliminate(columns, &mut self.of);
        self.upper_rows = self.of.upper.turned(columns.len());
        self.work.resize(columns.len(), 0.0);
        swaps
    }

    /// Columns exchanged since the last factoring.
    pub(super) fn exchanges(&self) -> usize {
        self.slots.len()
    }

    /// Entries that a solution passes at most.
    pub(super) fn entries(&self) -> usize {
        self.of.upper.entries() + self.of.lower.entries() + self.exchanged.entries()
    }

    /// Solves `B x = b` in place: `b` by row, `x` by slot.
    pub(super) fn solve(&mut self, b: &mut [f64]) {
        let of = &self.of;
        for (list, &row) in of.lower_rows.iter().enumerate() {
            let t = b[row as usize];
            if t != 0.0 {
                of.lower.subtract(list, t, b);
            }
        }
        for (step, ((&row, &slot), &pivot)) in of.rows.iter().zip(&of.slots).zip(&of.pivots).enumerate().rev() {
            let t = b[row as usize];
            self.work[slot as usize] = if t == 0.0 { 0.0 } else { t / pivot };
            if t != 0.0 {
                of.upper.subtract(step, t / pivot, b);
            }
        }
        b.copy_from_slice(&self.work);
        for (list, (&slot, &pivot)) in self.slots.iter().zip(&self.pivots).enumerate() {
            let t = b[slot as usize];
            if t != 0.0 {
                self.exchanged.subtract(list, t / pivot, b);
                b[slot as usize] = t / pivot;
            }
        }
    }

    /// Solves `B' y = c` in place: `c` by slot, `y` by row.
    pub(super) fn solve_turned(&mut self, c: &mut [f64]) {
        let of = &self.of;
        for (list, (&slot, &pivot)) in self.slots.iter().zip(&self.pivots).enumerate().rev() {
            let slot = slot as usize;
            c[slot] = (c[slot] - self.exchanged.product(list, c)) / pivot;
        }
        let by_step = &mut self.work;
        by_step.iter_mut().zip(&of.slots).for_each(|(z, &slot)| *z = c[slot as usize]);
        for (step, (&row, &pivot)) in of.rows.iter().zip(&of.pivots).enumerate() {
            let t = by_step[step];
            if t != 0.0 {
                by_step[step] = t / pivot;
                self.upper_rows.subtract(row as usize, t / pivot, by_step);
            }
        }
        of.rows.iter().zip(by_step.iter()).for_each(|(&row, &z)| c[row as usize] = z);
        for (list, &row) in of.lower_rows.iter().enumerate().rev() {
            c[row as usize] -= of.lower.product(list, c);
        }
    }

    /// Exchanges the column of a slot for one that solves to `solved`.
    pub(super) fn exchange(&mut self, slot: usize, solved: &[f64]) {
        self.slots.push(slot as u32);
        self.pivots.push(solved[slot]);
        let others = (0..).zip(solved).filter(|e| e.0 as usize != slot && e.1.abs() > ZERO);
        self.exchanged.push(others.map(|e| (e.0, *e.1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::siting::iterate::Chance;

    #[test]
    fn what_is_solved_solves_the_columns_after_any_exchanges() {
        let mut chance = Chance(3);
        for case in 0..300 {
            let size = 1 + chance.below(30);
            let mut columns: Vec<Vec<(u32, f64)>> = (0..size).map(|c| column(&mut chance, size, c)).collect();
            let mut factor = Factor::default();
            let swaps = factor.renew(&laid_out(&columns));
            swaps.iter().for_each(|&(slot, row)| columns[slot as usize] = vec![(row, 1.0)]);
            for turn in 0..8 {
                let wanted: Vec<f64> = (0..size).map(|_| chance.below(9) as f64 - 4.0).collect();
                let mut b = vec![0.0; size];
                for (column, x) in columns.iter().zip(&wanted) {
                    column.iter().for_each(|&(r, v)| b[r as usize] += v * x);
                }
                factor.solve(&mut b);
                near(&b, &wanted, case, turn);
                let mut c: Vec<f64> =
                    columns.iter().map(|column| column.iter().map(|&(r, v)| v * wanted[r as usize]).sum()).collect();
                factor.solve_turned(&mut c);
                near(&c, &wanted, case, turn);
                let new = column(&mut chance, size, turn);
                let mut solved = vec![0.0; size];
                new.iter().for_each(|&(r, v)| solved[r as usize] = v);
                factor.solve(&mut solved);
                let largest = (0..size).max_by(|&a, &b| solved[a].abs().total_cmp(&solved[b].abs())).expect("slots");
                if solved[largest].abs() > 0.1 {
                    factor.exchange(largest, &solved);
                    columns[largest] = new;
                }
            }
        }
    }

    /// A few entries of a column, its own row mostly among them.
    fn column(chance: &mut Chance, size: usize, own: usize) -> Vec<(u32, f64)> {
        let mut entries = vec![0.0; size];
        entries[own % size] = if chance.below(8) == 0 { 0.0 } else { 1.0 };
        for _ in 0..chance.below(5) {
            entries[chance.below(size)] = [1.0, -1.0, 2.0][chance.below(3)];
        }
        (0..).zip(entries).filter(|e| e.1 != 0.0).collect()
    }

    fn laid_out(columns: &[Vec<(u32, f64)>]) -> Sparse {
        let mut all = Sparse::default();
        columns.iter().for_each(|column| all.push(column.iter().copied()));
        all
    }

    fn near(a: &[f64], b: &[f64], case: usize, turn: usize) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "case {case}, turn {turn}: {a:?} {b:?}");
    }
}

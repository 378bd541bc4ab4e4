//! What is a linear program, and which part of it is decided? A file of its own because whoever states one, solves one and
//! tries changes of one share these words.

use super::sparse::Sparse;

/// `min cost * z` over `matrix * z + s = right`, every variable between its bounds: first the columns of the matrix, then one
/// logical variable `s` per row. All bounds are finite, so that any basis is dual feasible once variables stand at the right ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// By row.
    pub(super) matrix: Sparse,
    /// Of the columns of the matrix.
    pub(super) cost: Vec<f64>,
    /// Of all variables, logical ones last.
    pub(super) bounds: Vec<(f64, f64)>,
    /// Per row.
    pub(super) right: Vec<f64>,
}

/// Which variables are basic, one per row, and where the others stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    /// Basic variable of each slot.
    pub(super) head: Vec<u32>,
    /// Squared length of each slot's row of the inverse, as far as known (Forrest and Goldfarb 1992).
    pub(super) lengths: Vec<f64>,
    /// Per variable, whether it stands at its upper bound.
    pub(super) upper: Vec<bool>,
}

impl Basis {
    /// In a slot: whichever logical variable makes the basis one.
    pub(super) const ANY: u32 = u32::MAX;

    /// For the program without some of its rows, whose logical variables are basic: `kept` tells of each row.
    pub(super) fn only(&mut self, columns: usize, kept: &[bool]) {
        let stays = |j: u32| (j as usize).checked_sub(columns).is_none_or(|row| kept[row]);
        let mut number = vec![0; kept.len()];
        let kept_ones = number.iter_mut().zip(kept).filter(|k| *k.1);
        (columns as u32..).zip(kept_ones).for_each(|(next, (number, _))| *number = next);
        let slots: Vec<bool> = self.head.iter().map(|&j| stays(j)).collect();
        let mut at = slots.iter();
        self.lengths.retain(|_| *at.next().unwrap_or(&true));
        self.head.retain(|&j| stays(j));
        self.head.iter_mut().filter(|j| **j as usize >= columns).for_each(|j| *j = number[*j as usize - columns]);
        let mut at = 0..;
        self.upper.retain(|_| at.next().is_some_and(stays));
    }

    /// For a program with more rows, the last ones before row `until`: their logical variables are basic.
    pub(super) fn within(mut self, program: &Program, until: usize) -> Self {
        let more = program.rows() - self.head.len();
        let new = program.columns() + until - more;
        self.head.iter_mut().filter(|j| **j as usize >= new).for_each(|j| *j += more as u32);
        self.upper.splice(new..new, std::iter::repeat_n(false, more));
        self.head.extend((new..new + more).map(|j| j as u32));
        self.lengths.extend(std::iter::repeat_n(1.0, more));
        self
    }
}

impl Program {
    /// Number of columns of the matrix.
    pub(super) fn columns(&self) -> usize {
        self.cost.len()
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.right.len()
    }

    /// Adds a row whose sum, less `right`, is between two numbers.
    pub(super) fn row(&mut self, entries: impl IntoIterator<Item = (u32, f64)>, right: f64, (least, most): (f64, f64)) {
        self.matrix.push(entries);
        self.right.push(right);
        self.bounds.push((-most, -least));
    }
}

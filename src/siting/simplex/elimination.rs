//! How does a sparse matrix become triangles without filling up? A file of its own because the order of the pivots is all
//! that matters, and nothing else needs to know it.

use super::sparse::Sparse;

/// A pivot is no smaller than this part of the largest entry of its column.
const THRESHOLD: f64 = 0.1;
/// Columns whose entries are all smaller depend on others.
const DEPENDENT: f64 = 1e-7;
/// Entries that elimination leaves below this are 0.
const GONE: f64 = 1e-12;
/// Short columns among which the next pivot is looked for.
const SHORT: usize = 3;

/// Triangles of a matrix: steps in order, each with its pivot.
#[derive(Debug, Clone, Default)]
pub(super) struct Elimination {
    /// Row of each step.
    pub(super) rows: Vec<u32>,
    /// Column of each step.
    pub(super) slots: Vec<u32>,
    /// Pivot of each step.
    pub(super) pivots: Vec<f64>,
    /// Above the pivot of each step, by row.
    pub(super) upper: Sparse,
    /// Steps that have entries below the pivot: their rows, and the entries divided by the pivot, by row.
    pub(super) lower_rows: Vec<u32>,
    /// See `lower_rows`.
    pub(super) lower: Sparse,
}

impl Elimination {
    fn step(&mut self, row: u32, slot: u32, pivot: f64, above: impl IntoIterator<Item = (u32, f64)>) {
        self.rows.push(row);
        self.slots.push(slot);
        self.pivots.push(pivot);
        self.upper.push(above);
    }

    fn below(&mut self, row: u32, entries: Vec<(u32, f64)>) {
        if !entries.is_empty() {
            self.lower_rows.push(row);
            self.lower.push(entries);
        }
    }
}

/// Eliminates the columns of a square matrix.
///
/// 1. A column with one entry that is left is a pivot at once: it leaves nothing below.
/// 2. Then a row with one entry that is left, which fills nothing.
/// 3. The rest by Markowitz (1957): among the shortest columns, the entry that can fill fewest others and is not too small.
///
/// Returns `(column, row)` of columns that depend on others, which stand for the unit column of that row.
pub(super) fn eliminate(columns: &Sparse, to: &mut Elimination) -> Vec<(u32, u32)> {
    let size = columns.len();
    [&mut to.upper, &mut to.lower].into_iter().for_each(Sparse::clear);
    [&mut to.rows, &mut to.slots, &mut to.lower_rows].into_iter().for_each(Vec::clear);
    to.pivots.clear();
    let mut done = Done { rows: vec![false; size], slots: vec![false; size] };
    lone_columns(columns, to, &mut done);
    let lost = Kernel::of(columns, &done).eliminate(to, &mut done);
    let free = (0..size as u32).filter(|&r| !done.rows[r as usize]);
    let swaps: Vec<(u32, u32)> = lost.into_iter().zip(free).collect();
    swaps.iter().for_each(|&(slot, row)| to.step(row, slot, 1.0, []));
    swaps
}

/// What has been a pivot.
struct Done {
    rows: Vec<bool>,
    slots: Vec<bool>,
}

/// Columns with one entry that is left, as long as there are any.
fn lone_columns(columns: &Sparse, to: &mut Elimination, done: &mut Done) {
    let size = columns.len();
    let rows = columns.turned(size);
    let mut left: Vec<usize> = (0..size).map(|c| columns.length(c)).collect();
    let mut queue: Vec<u32> = (0..size as u32).filter(|&c| left[c as usize] == 1).collect();
    while let Some(slot) = queue.pop() {
        let open = |e: &(u32, f64)| !done.rows[e.0 as usize];
        let Some((row, pivot)) = columns.list(slot as usize).find(open) else { continue };
        if pivot.abs() < DEPENDENT {
            continue;
        }
        done.rows[row as usize] = true;
        done.slots[slot as usize] = true;
        to.step(row, slot, pivot, columns.list(slot as usize).filter(|e| e.0 != row));
        for (other, _) in rows.list(row as usize) {
            left[other as usize] -= 1;
            if left[other as usize] == 1 && !done.slots[other as usize] {
                queue.push(other);
            }
        }
    }
}

/// What lone columns leave.
struct Kernel {
    /// Columns still to be eliminated.
    left: Vec<u32>,
    /// Their entries in rows that are left, by column.
    active: Vec<Vec<(u32, f64)>>,
    /// Their entries in rows that have been pivots.
    upper: Vec<Vec<(u32, f64)>>,
    /// The columns that have an entry in a row.
    in_row: Vec<Vec<u32>>,
    /// Rows that had one entry left when last looked at.
    lone: Vec<u32>,
    /// Where a column has its entry of a row, for the column of that stamp.
    place: Vec<(u32, u32)>,
    stamp: u32,
}

impl Kernel {
    fn of(columns: &Sparse, done: &Done) -> Self {
        let size = columns.len();
        let mut kernel = Self {
            left: (0..size as u32).filter(|&c| !done.slots[c as usize]).collect(),
            active: vec![Vec::new(); size],
            upper: vec![Vec::new(); size],
            in_row: vec![Vec::new(); size],
            lone: Vec::new(),
            place: vec![(0, 0); size],
            stamp: 0,
        };
        for &c in &kernel.left {
            for (row, value) in columns.list(c as usize) {
                if done.rows[row as usize] {
                    kernel.upper[c as usize].push((row, value));
                } else {
                    kernel.active[c as usize].push((row, value));
                    kernel.in_row[row as usize].push(c);
                }
            }
        }
        kernel.lone = (0..size as u32).filter(|&r| kernel.in_row[r as usize].len() == 1).collect();
        kernel
    }

    /// Returns the columns that depend on others.
    fn eliminate(mut self, to: &mut Elimination, done: &mut Done) -> Vec<u32> {
        let mut lost = Vec::new();
        while !self.left.is_empty() {
            let (at, row) = self.pivot();
            let slot = self.left.swap_remove(at);
            let column = std::mem::take(&mut self.active[slot as usize]);
            column.iter().for_each(|e| self.forget(e.0, slot));
            let Some(row) = row else {
                lost.push(slot);
                continue;
            };
            let pivot = column.iter().find(|e| e.0 == row).map_or(1.0, |e| e.1);
            done.rows[row as usize] = true;
            to.step(row, slot, pivot, std::mem::take(&mut self.upper[slot as usize]));
            let below: Vec<(u32, f64)> =
                column.iter().filter(|e| e.0 != row).map(|&(r, value)| (r, value / pivot)).collect();
            for other in std::mem::take(&mut self.in_row[row as usize]) {
                self.subtract(other, row, &below);
            }
            to.below(row, below);
        }
        lost
    }

    /// A column has no entry of a row any more.
    fn forget(&mut self, row: u32, slot: u32) {
        let in_row = &mut self.in_row[row as usize];
        in_row.retain(|&c| c != slot);
        if in_row.len() == 1 {
            self.lone.push(row);
        }
    }

    /// Which column next, by its place in `left`, and its pivot's row; none where the column depends on others.
    fn pivot(&mut self) -> (usize, Option<u32>) {
        while let Some(row) = self.lone.pop() {
            let [slot] = self.in_row[row as usize][..] else { continue };
            let column = &self.active[slot as usize];
            let largest = column.iter().map(|e| e.1.abs()).fold(0.0, f64::max);
            if column.iter().any(|e| e.0 == row && e.1.abs() >= THRESHOLD * largest && largest >= DEPENDENT) {
                let at = self.left.iter().position(|&c| c == slot).unwrap_or(0);
                return (at, Some(row));
            }
        }
        let mut short = [(usize::MAX, usize::MAX); SHORT];
        for (at, &c) in self.left.iter().enumerate() {
            let length = self.active[c as usize].len();
            if length < short[SHORT - 1].0 {
                short[SHORT - 1] = (length, at);
                short.sort_unstable();
            }
        }
        let mut best: Option<(usize, u32, usize)> = None;
        for &(length, at) in short.iter().filter(|s| s.1 != usize::MAX) {
            let column = &self.active[self.left[at] as usize];
            let largest = column.iter().map(|e| e.1.abs()).fold(0.0, f64::max);
            if largest < DEPENDENT {
                return (at, None);
            }
            for &(row, value) in column.iter().filter(|e| e.1.abs() >= THRESHOLD * largest) {
                debug_assert!(value != 0.0, "entries that are gone are left out");
                let filled = (length - 1) * (self.in_row[row as usize].len() - 1);
                if best.is_none_or(|b| (filled, row) < (b.0, b.1)) {
                    best = Some((filled, row, at));
                }
            }
        }
        best.map_or((0, None), |(_, row, at)| (at, Some(row)))
    }

    /// Takes the pivot's row out of another column.
    fn subtract(&mut self, other: u32, row: u32, below: &[(u32, f64)]) {
        let column = &mut self.active[other as usize];
        let Some(at) = column.iter().position(|e| e.0 == row) else { return };
        let above = column.swap_remove(at).1;
        self.upper[other as usize].push((row, above));
        self.stamp += 1;
        for (at, e) in (0..).zip(column.iter()) {
            self.place[e.0 as usize] = (self.stamp, at);
        }
        let mut gone = false;
        for &(r, value) in below {
            match self.place[r as usize] {
                (stamp, at) if stamp == self.stamp => {
                    let entry = &mut column[at as usize].1;
                    *entry -= value * above;
                    if entry.abs() < GONE {
                        *entry = 0.0;
                        gone = true;
                    }
                }
                _ => {
                    column.push((r, -value * above));
                    self.in_row[r as usize].push(other);
                }
            }
        }
        if gone {
            let (kept, gone) = std::mem::take(column).into_iter().partition::<Vec<_>, _>(|e| e.1 != 0.0);
            *column = kept;
            gone.into_iter().for_each(|e| self.forget(e.0, other));
        }
    }
}

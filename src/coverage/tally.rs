//! How much weight has every combination of edges in the cells of one row of the grid? A file of its own because only
//! here points are measured.

use super::arrangement::Arrangement;
use super::bands::Point;
use super::chance;
use std::collections::BTreeMap;
use std::ops::Range;

/// Edges of a cell whose combination fits a word.
pub(super) const MASKED_EDGES: usize = 64;
/// Edges of a cell for which every combination has a sum of its own: 4,096 of them stay in the nearest cache.
const COUNTED_EDGES: usize = 12;

/// Weight per cell and combination of edges, for one row of the grid.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// Where the combinations of a cell start, and one more; empty while nothing was counted.
    starts: Vec<u32>,
    /// Combinations of at most 64 edges and their weight.
    masked: Vec<(u64, u64)>,
    /// Combinations of more, by column.
    wide: BTreeMap<(usize, Vec<u64>), u64>,
}

/// Points of one row of the grid, sorted by cell, and what is needed beside them; its memory serves one row after the other.
#[derive(Debug, Default)]
pub(super) struct Desk {
    columns: Vec<u32>,
    x: Vec<f64>,
    y: Vec<f64>,
    weight: Vec<u64>,
    masks: Vec<u64>,
    sums: Sums,
}

impl Tally {
    /// The combinations of a cell, each once, and their weight.
    pub(super) fn masked(&self, column: usize) -> &[(u64, u64)] {
        self.starts.get(column..column + 2).map_or(&[], |at| &self.masked[at[0] as usize..at[1] as usize])
    }

    /// Those of cells with more than 64 edges, by column: words of 64 edges each.
    pub(super) fn wide(&self) -> impl Iterator<Item = (usize, &[u64], u64)> {
        self.wide.iter().map(|((column, words), &weight)| (*column, &words[..], weight))
    }

    /// Adds points of this row of the grid, which come in parts.
    pub(super) fn count<'a>(
        &mut self,
        grid: &Arrangement,
        band: usize,
        parts: impl Iterator<Item = &'a [Point]> + Clone,
        desk: &mut Desk,
    ) {
        let ends = desk.lay_out(grid, parts);
        let before = std::mem::replace(self, Self { starts: vec![0], ..Self::default() });
        self.wide = before.wide;
        let before = Self { wide: BTreeMap::new(), ..before };
        let mut from = 0;
        for (column, &end) in ends.iter().enumerate() {
            let here = from..end as usize;
            from = here.end;
            let edges = grid.edges(band, column);
            let old = before.masked(column);
            let weight = &desk.weight[here.clone()];
            if here.is_empty() {
                self.masked.extend_from_slice(old);
            } else if edges.is_empty() {
                let sum: u64 = weight.iter().chain(old.iter().map(|(_, weight)| weight)).sum();
                self.masked.extend((sum > 0).then_some((0, sum)));
            } else if edges.len() <= MASKED_EDGES {
                desk.mask(grid, edges, here.clone());
                desk.sums.add(edges.len(), old, (&desk.masks, &desk.weight[here]), &mut self.masked);
            } else {
                let mut words = vec![Vec::new(); here.len()];
                for edges in edges.chunks(MASKED_EDGES) {
                    desk.mask(grid, edges, here.clone());
                    words.iter_mut().zip(&desk.masks).for_each(|(words, mask)| words.push(*mask));
                }
                for (words, weight) in words.into_iter().zip(&desk.weight[here]).filter(|(_, weight)| **weight > 0) {
                    *self.wide.entry((column, words)).or_default() += weight;
                }
            }
            self.starts.push(self.masked.len() as u32);
        }
    }
}

impl Desk {
    /// Sorts points by cell, so that all of a cell meet an edge side by side; returns where each cell ends.
    fn lay_out<'a>(&mut self, grid: &Arrangement, parts: impl Iterator<Item = &'a [Point]> + Clone) -> Vec<u32> {
        self.columns.clear();
        for part in parts.clone() {
            self.columns.extend(part.iter().map(|p| grid.column(p.0)));
        }
        let mut counts = vec![0u32; grid.columns];
        self.columns.iter().for_each(|&column| counts[column as usize] += 1);
        let mut start = 0;
        for count in &mut counts {
            start += std::mem::replace(count, start);
        }
        let points = self.columns.len();
        self.x.resize(points, 0.0);
        self.y.resize(points, 0.0);
        self.weight.resize(points, 0);
        // A cell's start becomes its end while its points are laid down.
        let (mut ends, mut columns) = (counts, self.columns.iter());
        for part in parts {
            for (point, &column) in part.iter().zip(columns.by_ref()) {
                let end = &mut ends[column as usize];
                (self.x[*end as usize], self.y[*end as usize], self.weight[*end as usize]) = *point;
                *end += 1;
            }
        }
        ends
    }

    /// Measures the points of a cell against at most 64 edges.
    fn mask(&mut self, grid: &Arrangement, edges: &[u32], here: Range<usize>) {
        self.masks.resize(here.len(), 0);
        grid.masks(edges, &self.x[here.clone()], &self.y[here], &mut self.masks);
    }
}

/// Sums by combination: one place for each where edges are few, found by hash where they are more. No weight is a free place.
#[derive(Debug, Default)]
struct Sums {
    masks: Vec<u64>,
    sums: Vec<u64>,
    taken: Vec<u32>,
}

impl Sums {
    /// Sums weight by combination, that counted before and that of points, and appends what is more than nothing.
    fn add(&mut self, edges: usize, old: &[(u64, u64)], points: (&[u64], &[u64]), out: &mut Vec<(u64, u64)>) {
        let most = old.len() + points.0.len();
        let counted = edges <= COUNTED_EDGES;
        let places = if counted { 1 << COUNTED_EDGES } else { (2 * most).next_power_of_two() };
        if self.sums.len() < places {
            self.sums.resize(places, 0);
            self.masks.resize(places, 0);
        }
        if self.taken.len() < most {
            self.taken.resize(most, 0);
        }
        let (sums, masks) = (&mut self.sums[..places], &mut self.masks[..places]);
        let mut taken = 0;
        let points = points.0.iter().copied().zip(points.1.iter().copied());
        for (mask, weight) in points.chain(old.iter().copied()) {
            let mut at = if counted { mask as usize } else { chance::mixed(mask) as usize } & (places - 1);
            while !counted && sums[at] > 0 && masks[at] != mask {
                at = (at + 1) & (places - 1);
            }
            // Written in any case and counted where it is new: no branch to guess.
            self.taken[taken] = at as u32;
            taken += usize::from(sums[at] == 0 && weight > 0);
            masks[at] = mask;
            sums[at] += weight;
        }
        // All places are free again afterwards.
        out.extend(self.taken[..taken].iter().map(|&at| (masks[at as usize], std::mem::take(&mut sums[at as usize]))));
    }
}

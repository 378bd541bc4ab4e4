//! Which points lie in which row of the grid? A file of its own because it moves points and asks nothing of them.

use super::arrangement::Arrangement;
use super::stream::Points;

/// x, y and weight.
pub(super) type Point = (f64, f64, u64);

/// Points, sorted by the row of cells in which they lie.
#[derive(Debug, Default)]
pub(super) struct ByBand {
    /// A piece of memory per row of the grid: what is freed in pieces is at hand again for the merged rows, while one
    /// piece as large as the demand would be given back, and asked for and cleared anew page by page.
    bands: Vec<Vec<Point>>,
}

impl ByBand {
    /// Sorts points anew; memory is kept from one time to the next where it fits, so that demand which comes sorted does
    /// not take up all rows one after the other.
    ///
    /// Points are copied whole, once: rows are few enough that each is written to a line of memory that is at hand.
    pub(super) fn sort(&mut self, grid: &Arrangement, demand: Points<'_>) {
        let mut counts = vec![0; grid.rows];
        demand.y.iter().for_each(|&y| counts[grid.row(y)] += 1);
        self.bands.resize_with(grid.rows, Vec::new);
        for (band, count) in self.bands.iter_mut().zip(counts) {
            band.clear();
            if band.capacity() < count || band.capacity() / 2 > count {
                *band = Vec::with_capacity(count);
            }
        }
        for ((&x, &y), &weight) in demand.x.iter().zip(demand.y).zip(demand.weight) {
            self.bands[grid.row(y)].push((x, y, weight));
        }
    }

    /// Those of one row of the grid.
    pub(super) fn of(&self, band: usize) -> &[Point] {
        &self.bands[band]
    }
}

//! Which part of the ground is wholly inside, wholly outside or on the edge of which circle? A grid that says so, so that
//! points are measured against edges near by only. A file of its own because it knows geometry and no demand.

use crate::model::{Metres, Position};
use crate::travel::{Disc, SiteIndex};

/// Cells at most ...
const MOST_CELLS: f64 = 131_072.0;
/// ... and demand points per cell at least, for the sites that hold a cell are written down once per cell.
const POINTS_PER_CELL: f64 = 2.0;
/// Measurements, of a point against an edge, that take as long as one more cell: in the plane and on the ellipsoid.
const CELL_COST: (f64, f64) = (1000.0, 100.0);
/// Edges of a cell, on average, at most: their combinations then fit a word nearly everywhere.
const USUAL_EDGES: f64 = 32.0;
/// Pairs of a cell and an edge that are always affordable.
const FREE_EDGES: f64 = 4e6;
/// Cells along one side at most.
const MOST_ALONG: f64 = 8192.0;
/// Relative error that no computation here reaches; distances nearer to a limit than this are measured.
const SAFE: f64 = 1e-12;

/// How far a site reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// Points of a plane at most this far, in its unit: `dx*dx + dy*dy <= r*r`.
    Planar(f64),
    /// Points in degrees to which a geodesic at most this long leads.
    Geodesic(Metres),
}

/// A rectangle that holds all demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    /// Least x and y.
    pub(super) least: (f64, f64),
    /// Largest x and y.
    pub(super) most: (f64, f64),
}

impl Extent {
    /// Around points; `None` when there is none.
    pub(super) fn of(x: &[f64], y: &[f64]) -> Option<Self> {
        let ends = |v: &[f64]| v.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
        let (x, y) = (ends(x), ends(y));
        (x.0 <= x.1).then_some(Self { least: (x.0, y.0), most: (x.1, y.1) })
    }
}

/// Sites in one of the two spaces.
#[derive(Debug, Clone)]
enum Space {
    Planar { at: Vec<[f64; 2]>, square: f64 },
    Geodesic { discs: Vec<Disc> },
}

/// The columns of one row that lie wholly inside the circle of a site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) site: SiteIndex,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The grid.
#[derive(Debug, Clone)]
pub(super) struct Arrangement {
    space: Space,
    least: (f64, f64),
    per_unit: (f64, f64),
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Where the edges of a cell start, row by row, and one more.
    starts: Vec<u32>,
    /// Per cell the sites on whose edge it lies, ascending.
    edges: Vec<SiteIndex>,
    /// Per row, and one more.
    run_starts: Vec<u32>,
    runs: Vec<Run>,
}

/// What is found while the grid is laid out, site by site.
struct Found {
    edges: Vec<(u32, SiteIndex)>,
    runs: Vec<(u32, Run)>,
}

impl Arrangement {
    /// Lays the grid over `extent`, as fine as `points` demand points make worth while. Coordinates must be finite and
    /// at most 1e12 in size, degrees in range; indices are positions in `x` and `y`.
    pub(super) fn new(x: &[f64], y: &[f64], reach: Reach, extent: Extent, points: usize) -> Self {
        let size = (extent.most.0 - extent.least.0, extent.most.1 - extent.least.1);
        // Degrees of longitude are shorter than those of latitude, and reach is in metres.
        let (stretch, radius, cell_cost) = match reach {
            Reach::Planar(r) => (1.0, r, CELL_COST.0),
            Reach::Geodesic(r) => {
                let middle = f64::midpoint(extent.least.1, extent.most.1).to_radians().cos().max(0.01);
                (middle, r.0 / 111_000.0, CELL_COST.1)
            }
        };
        let widest = (size.0 * stretch).max(size.1);
        let area = (size.0 * stretch).max(widest * 1e-3) * size.1.max(widest * 1e-3);
        // A circle crosses `8 r / side` cells, or four where it is small, so that a point meets `8 n r side / area` edges:
        // the best side is that at which cells cost half as much as measuring.
        let (points, sites, across) = (points as f64, x.len() as f64, 8.0 * radius.min(widest));
        let by_cost = (2.0 * cell_cost * area * area / (points * sites * across)).cbrt();
        let by_cost = by_cost.min((cell_cost * area * area / (4.0 * points * sites)).sqrt().sqrt());
        let by_cost = by_cost.min(USUAL_EDGES * area / (sites * across));
        let by_edges = sites * across / (FREE_EDGES + points);
        let by_points = (area / (points / POINTS_PER_CELL).clamp(1.0, MOST_CELLS)).sqrt();
        let side = by_cost.max(by_points).max(by_edges).max(widest / MOST_ALONG);
        let side = (if stretch > 0.0 { side / stretch } else { side }, side);
        let cells = |size: f64, side: f64| if side > 0.0 { (size / side).floor() + 1.0 } else { 1.0 };
        let (columns, rows) = (cells(size.0, side.0), cells(size.1, side.1));
        let side = (side.0.max(f64::MIN_POSITIVE), side.1.max(f64::MIN_POSITIVE));
        let mut grid = Self {
            space: match reach {
                Reach::Planar(r) => {
                    Space::Planar { at: x.iter().zip(y).map(|(x, y)| [*x, *y]).collect(), square: r * r }
                }
                Reach::Geodesic(r) => {
                    let position = |(&x, &y)| Position::new(x, y).expect("the caller has checked degrees");
                    Space::Geodesic { discs: x.iter().zip(y).map(position).map(|p| Disc::new(p, r)).collect() }
                }
            },
            least: extent.least,
            per_unit: (if columns > 1.0 { 1.0 / side.0 } else { 0.0 }, if rows > 1.0 { 1.0 / side.1 } else { 0.0 }),
            columns: columns as usize,
            rows: rows as usize,
            starts: Vec::new(),
            edges: Vec::new(),
            run_starts: Vec::new(),
            runs: Vec::new(),
        };
        let side = (if columns > 1.0 { side.0 } else { size.0 }, if rows > 1.0 { side.1 } else { size.1 });
        let found = match &grid.space {
            Space::Planar { .. } => grid.planar(x, y, radius, side),
            Space::Geodesic { discs } => grid.geodesic(discs, side),
        };
        grid.lay_out(found);
        grid
    }

    /// The row of cells in which a point of the extent lies.
    pub(super) fn row(&self, y: f64) -> usize {
        // Rounding may put a point on the far edge one cell too far; the slack of the edges is wider than that.
        (((y - self.least.1) * self.per_unit.1) as u32).min(self.rows as u32 - 1) as usize
    }

    /// The column of cells in which it lies.
    pub(super) fn column(&self, x: f64) -> u32 {
        (((x - self.least.0) * self.per_unit.0) as u32).min(self.columns as u32 - 1)
    }

    /// The corner with least x and y of a cell.
    #[cfg(test)]
    pub(super) fn corner(&self, row: usize, column: usize) -> (f64, f64) {
        (self.least.0 + column as f64 / self.per_unit.0, self.least.1 + row as f64 / self.per_unit.1)
    }

    /// The sites on whose edge a cell lies, ascending.
    pub(super) fn edges(&self, row: usize, column: usize) -> &[SiteIndex] {
        let cell = row * self.columns + column;
        &self.edges[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// Tells per point which circles hold it: bit `i` stands for that of `edges[i]`; at most 64 edges.
    pub(super) fn masks(&self, edges: &[SiteIndex], x: &[f64], y: &[f64], masks: &mut [u64]) {
        masks.fill(0);
        let places = x.iter().zip(y);
        match &self.space {
            // Edge by edge: the inner loop has no branch and is done with vectors.
            Space::Planar { at, square } => {
                for (bit, &site) in edges.iter().enumerate() {
                    let [sx, sy] = at[site as usize];
                    for (mask, (x, y)) in masks.iter_mut().zip(places.clone()) {
                        let (dx, dy) = (x - sx, y - sy);
                        *mask |= u64::from(dx * dx + dy * dy <= *square) << bit;
                    }
                }
            }
            Space::Geodesic { discs } if !edges.is_empty() => {
                for (mask, (&x, &y)) in masks.iter_mut().zip(places) {
                    let Some(here) = Position::new(x, y).map(Disc::place) else { continue };
                    for (bit, &site) in edges.iter().enumerate() {
                        *mask |= u64::from(discs[site as usize].holds(here)) << bit;
                    }
                }
            }
            Space::Geodesic { .. } => {}
        }
    }

    /// The runs of a row, by site.
    pub(super) fn runs(&self, row: usize) -> &[Run] {
        &self.runs[self.run_starts[row] as usize..self.run_starts[row + 1] as usize]
    }

    fn planar(&self, x: &[f64], y: &[f64], r: f64, side: (f64, f64)) -> Found {
        let mut found = Found { edges: Vec::new(), runs: Vec::new() };
        let far = |v: &[f64]| v.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
        let (width, height) = (side.0 * self.columns as f64, side.1 * self.rows as f64);
        let slack = SAFE * (far(x) + far(y) + self.least.0.abs() + self.least.1.abs() + width + height + r);
        let along = |v: f64| (v - self.least.0) / if side.0 > 0.0 { side.0 } else { 1.0 };
        let column = |v: f64| v.clamp(0.0, self.columns as f64) as u32;
        for (site, (&sx, &sy)) in (0..).zip(x.iter().zip(y)) {
            let row = |v: f64| ((v - self.least.1) * self.per_unit.1).clamp(0.0, self.rows as f64 - 1.0) as usize;
            for row in row(sy - r - slack)..=row(sy + r + slack) {
                let low = self.least.1 + row as f64 * side.1 - slack;
                let high = low + side.1 + 2.0 * slack;
                let (near, far) = ((low - sy).max(sy - high).max(0.0), (sy - low).abs().max((high - sy).abs()));
                let outer = r * r * (1.0 + SAFE) - near * near;
                if outer < 0.0 {
                    continue;
                }
                let h = outer.sqrt() + slack;
                let (from, to) = (along(sx - h).floor(), along(sx + h).floor() + 1.0);
                // With a single column every point is in it, so it is on the edge wherever the circle touches it.
                let (from, to) = (column(from), column(to));
                let inner = r * r * (1.0 - SAFE) - far * far;
                let h = if inner > 0.0 { inner.sqrt() - 2.0 * slack } else { -1.0 };
                let inside = (along(sx - h).ceil(), along(sx + h).floor());
                let inside = if h > 0.0 && side.0 > 0.0 && inside.0 < inside.1 {
                    (column(inside.0), column(inside.1))
                } else {
                    (to, to)
                };
                found.row(row * self.columns, row, site, (from, to), inside);
            }
        }
        found
    }

    fn geodesic(&self, discs: &[Disc], side: (f64, f64)) -> Found {
        let mut found = Found { edges: Vec::new(), runs: Vec::new() };
        let centre = |least: f64, side: f64, i: usize| least + (i as f64 + 0.5) * side;
        let turns: Vec<(f64, f64)> =
            (0..self.columns).map(|c| centre(self.least.0, side.0, c).to_radians().sin_cos()).collect();
        let bands: Vec<(f64, f64)> = (0..self.rows)
            .map(|r| {
                let low = self.least.1 + r as f64 * side.1;
                (low.clamp(-90.0, 90.0), (low + side.1).clamp(-90.0, 90.0))
            })
            .collect();
        let circles: Vec<_> = bands.iter().map(|&(low, high)| Disc::band(low, high, side.0)).collect();
        for (site, disc) in (0..).zip(discs) {
            for (row, band) in circles.iter().enumerate() {
                let Some(half) = disc.half_width(band, bands[row]) else { continue };
                let (mut next, mut run) = (0, None);
                for turn in [-360.0, 0.0, 360.0] {
                    let along = |v: f64| (v + turn - self.least.0) / if side.0 > 0.0 { side.0 } else { 1.0 };
                    let column = |v: f64| v.clamp(0.0, self.columns as f64) as usize;
                    let lon = disc.position().lon();
                    let (from, to) = if half >= 180.0 {
                        (0, self.columns)
                    } else {
                        (column((along(lon - half) - SAFE).floor()), column((along(lon + half) + SAFE).floor() + 1.0))
                    };
                    for (column, &turn) in turns.iter().enumerate().take(to).skip(from.max(next)) {
                        match disc.of_cell(band, turn) {
                            Some(true) => match &mut run {
                                Some(Run { to, .. }) if *to == column as u32 => *to += 1,
                                run => {
                                    found.runs.extend(run.take().map(|run| (row as u32, run)));
                                    *run = Some(Run { site, from: column as u32, to: column as u32 + 1 });
                                }
                            },
                            Some(false) => {}
                            None => found.edges.push(((row * self.columns + column) as u32, site)),
                        }
                    }
                    next = next.max(to);
                }
                found.runs.extend(run.map(|run| (row as u32, run)));
            }
        }
        found
    }

    /// Sorts what was found by cell and by row; the sorts are stable, so sites stay ascending.
    fn lay_out(&mut self, found: Found) {
        let cells = self.rows * self.columns;
        let mut starts = vec![0u32; cells + 1];
        for (cell, _) in &found.edges {
            starts[*cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            starts[cell + 1] += starts[cell];
        }
        let mut at = starts.clone();
        self.edges = vec![0; found.edges.len()];
        for (cell, site) in found.edges {
            let at = &mut at[cell as usize];
            self.edges[*at as usize] = site;
            *at += 1;
        }
        self.starts = starts;
        let mut runs = found.runs;
        runs.sort_by_key(|(row, _)| *row);
        self.run_starts = (0..=self.rows as u32).map(|r| runs.partition_point(|(row, _)| *row < r) as u32).collect();
        self.runs = runs.into_iter().map(|(_, run)| run).collect();
    }
}

impl Found {
    /// One row of a circle: inside from `inside.0` to `inside.1`, on the edge elsewhere between `outer.0` and `outer.1`.
    fn row(&mut self, first: usize, row: usize, site: SiteIndex, outer: (u32, u32), inside: (u32, u32)) {
        if inside.0 < inside.1 {
            self.runs.push((row as u32, Run { site, from: inside.0, to: inside.1 }));
        }
        let edges = (outer.0..outer.1.min(inside.0)).chain(inside.1.max(outer.0)..outer.1);
        self.edges.extend(edges.map(|column| (first as u32 + column, site)));
    }
}

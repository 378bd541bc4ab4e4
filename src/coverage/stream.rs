//! From demand points, sites and a reach to merged rows, exactly and without ever holding all pairs.
//! A file of its own because a bare problem of 40 million points is merged while it is looked at, unlike a plan, whose
//! relation is kept for the measures.
//!
//! 1. An [`Arrangement`] says per cell of a grid which sites cover all of it and on whose edge it lies.
//! 2. Points are sorted by row of the grid ([`ByBand`]) and within it by cell, and measured against the edges of their
//!    cell only. A [`Tally`] sums weight per combination of edges; sums of integers do not depend on how the demand was split.
//! 3. Combinations with one and the same cover set are merged ([`Faces`], [`rows`]).
//!
//! Pages of memory that nobody has touched yet cost more than most of this: demand is taken in portions, and what is
//! needed for long is kept short.

use super::arrangement::{Arrangement, Extent, Reach};
use super::bands::ByBand;
use super::faces::Faces;
use super::relation::MergedRow;
use super::sets::rows;
use super::tally::Tally;
use rayon::prelude::*;

/// How work is cut, which changes what it costs and no row.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// Demand points that are sorted at a time.
    portion: usize,
    /// Demand points below which splitting them costs more than it saves.
    least_part: usize,
    /// Faces that pay for one more range of sites.
    faces_per_range: usize,
}

const CUT: Cut = Cut { portion: 1 << 20, least_part: 16_384, faces_per_range: 8192 };

/// Demand points, as columns of one length.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    /// x, or longitude in degrees.
    pub x: &'a [f64],
    /// y, or latitude in degrees.
    pub y: &'a [f64],
    /// Weight.
    pub weight: &'a [u64],
}

/// Merges demand with one and the same cover set, as [`super::merge`] does with a relation: rows sorted by set, points
/// without a site or without weight left out. Coordinates must be finite and at most 1e12 in size, degrees in range.
///
/// Costs two moves of every point and a look at every edge of its cell, some thirteen at a million points and a thousand
/// sites that cover a twentieth of them each.
pub fn merged_rows(demand: Points<'_>, sites: (&[f64], &[f64]), reach: Reach) -> Vec<MergedRow> {
    merged_in(CUT, demand, sites, reach)
}

fn merged_in(cut: Cut, demand: Points<'_>, sites: (&[f64], &[f64]), reach: Reach) -> Vec<MergedRow> {
    let Some(extent) = Extent::of(demand.x, demand.y) else { return Vec::new() };
    let grid = Arrangement::new(sites.0, sites.1, reach, extent, demand.x.len().min(cut.portion));
    let mut bands: Vec<Tally> = vec![Tally::default(); grid.rows];
    let mut parts: Vec<ByBand> = Vec::new();
    for portion in demand.pieces(cut.portion) {
        let part = portion.x.len().div_ceil(rayon::current_num_threads()).max(cut.least_part);
        let pieces: Vec<Points<'_>> = portion.pieces(part).collect();
        parts.resize_with(pieces.len(), ByBand::default);
        parts.par_iter_mut().zip(pieces).for_each(|(part, points)| part.sort(&grid, points));
        bands.par_iter_mut().enumerate().for_each_init(Default::default, |desk, (band, tally)| {
            tally.count(&grid, band, parts.iter().map(|part| part.of(band)), desk);
        });
    }
    drop(parts);
    let faces = |(band, tally)| Faces::new(&grid, band, &tally);
    let bands: Vec<Faces> = bands.into_par_iter().enumerate().map(faces).collect();
    rows(&bands, sites.0.len(), cut.faces_per_range)
}

impl<'a> Points<'a> {
    /// The same points, so many at a time.
    fn pieces(self, points: usize) -> impl Iterator<Item = Points<'a>> {
        let pieces = self.x.chunks(points).zip(self.y.chunks(points)).zip(self.weight.chunks(points));
        pieces.map(|((x, y), weight)| Points { x, y, weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{chance, merge};
    use crate::model::{Metres, Position};
    use crate::travel::{SiteIndex, geodesic};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    type Columns = (Vec<f64>, Vec<f64>);

    fn brute(
        demand: &Columns,
        weight: &[u64],
        sites: &Columns,
        holds: impl Fn(usize, usize) -> bool,
    ) -> Vec<MergedRow> {
        let sets: Vec<Vec<SiteIndex>> = (0..demand.0.len())
            .map(|d| (0..sites.0.len()).filter(|&s| holds(d, s)).map(|s| s as SiteIndex).collect())
            .collect();
        merge(sets.iter().zip(weight).map(|(set, w)| (&set[..], *w)))
    }

    fn checked(demand: &Columns, sites: &Columns, reach: Reach) -> Result<(), TestCaseError> {
        let weight: Vec<u64> = (0..demand.0.len() as u64).map(|i| i * 7 % 5).collect();
        let points = Points { x: &demand.0, y: &demand.1, weight: &weight };
        let sites_at = (&sites.0[..], &sites.1[..]);
        let found = merged_rows(points, sites_at, reach);
        // Few demand points are cut by none of the usual sizes.
        for (portion, least_part, faces_per_range) in [(7, 3, 1), (usize::MAX, 1, 2), (64, usize::MAX, usize::MAX)] {
            let cut = Cut { portion, least_part, faces_per_range };
            prop_assert_eq!(&found, &merged_in(cut, points, sites_at, reach), "{:?}", cut);
        }
        let expected = match reach {
            Reach::Planar(r) => brute(demand, &weight, sites, |d, s| {
                let (dx, dy) = (demand.0[d] - sites.0[s], demand.1[d] - sites.1[s]);
                dx * dx + dy * dy <= r * r
            }),
            Reach::Geodesic(r) => {
                let at = |c: &Columns, i: usize| Position::new(c.0[i], c.1[i]).expect("in range");
                brute(demand, &weight, sites, |d, s| geodesic(at(demand, d), at(sites, s)) <= r)
            }
        };
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn columns(points: Vec<(f64, f64)>) -> Columns {
        points.into_iter().unzip()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn streamed_rows_are_those_of_brute_force_in_the_plane(
            demand in prop::collection::vec((0.0..30.0f64, 0.0..30.0f64), 1..400),
            sites in prop::collection::vec((-2.0..32.0f64, -2.0..32.0f64), 1..90),
            radius in prop::sample::select(vec![0.0, 0.3, 2.0, 5.5, 14.0, 60.0]),
            shift in prop::sample::select(vec![0.0, -1e3, 1e9]),
            scale in prop::sample::select(vec![1.0, 1e-6, 1e6]),
            onto in 0usize..400,
            flat in prop::bool::weighted(0.1),
        ) {
            let place = |(x, y): (f64, f64)| (x * scale + shift, if flat { shift } else { y * scale + shift });
            let demand = columns(demand.into_iter().map(place).collect());
            let mut sites = columns(sites.into_iter().map(place).collect());
            // One site stands on a demand point, and in every second case the limit is exactly the length of a pair.
            let on = onto % demand.0.len();
            (sites.0[0], sites.1[0]) = (demand.0[on], demand.1[on]);
            let (dx, dy) = (demand.0[0] - sites.0[onto % sites.0.len()], demand.1[0] - sites.1[onto % sites.0.len()]);
            let radius = if onto % 2 == 0 { dx.hypot(dy) } else { radius * scale };
            checked(&demand, &sites, Reach::Planar(radius))?;
        }

        #[test]
        fn streamed_rows_are_those_of_brute_force_on_whole_numbers_where_many_pairs_lie_on_the_limit(
            demand in prop::collection::vec((0i32..12, 0i32..12), 1..200),
            sites in prop::collection::vec((0i32..12, 0i32..12), 1..80),
            radius in 0i32..8,
        ) {
            let place = |(x, y): (i32, i32)| (f64::from(x), f64::from(y));
            let (demand, sites) = (demand.into_iter().map(place).collect(), sites.into_iter().map(place).collect());
            checked(&columns(demand), &columns(sites), Reach::Planar(f64::from(radius)))?;
        }

        #[test]
        fn streamed_rows_are_those_of_brute_force_on_the_ellipsoid(
            lon in prop::sample::select(vec![124.0, 179.99, -180.0, 0.0]),
            lat in prop::sample::select(vec![0.0, 50.4, 71.2, 89.9, -89.95]),
            spread in prop::sample::select(vec![0.05, 1.0, 40.0]),
            demand in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..150),
            sites in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..40),
            metres in prop::sample::select(vec![0.0, 962.0, 30_000.0, 2_500_000.0, 19_000_000.0, 30_000_000.0]),
            onto in 0usize..400,
        ) {
            let place = |(x, y): (f64, f64)| {
                let lat = (lat + y * spread).clamp(-90.0, 90.0);
                let lon = lon + x * spread / lat.to_radians().cos().max(0.02);
                ((lon + 540.0).rem_euclid(360.0) - 180.0, lat)
            };
            let demand = columns(demand.into_iter().map(place).collect());
            let sites = columns(sites.into_iter().map(place).collect());
            let (d, s) = (onto % demand.0.len(), onto % sites.0.len());
            let at = |c: &Columns, i: usize| Position::new(c.0[i], c.1[i]).expect("in range");
            let limit = if onto % 2 == 0 { geodesic(at(&demand, d), at(&sites, s)) } else { Metres(metres) };
            checked(&demand, &sites, Reach::Geodesic(limit))?;
        }
    }

    #[test]
    fn a_cell_that_more_edges_cross_than_a_word_has_bits_is_merged_all_the_same() {
        for sites in [40, 63, 64, 65, 128, 129, 300] {
            let sites = columns((0..sites).map(|i| (f64::from(i) * 1e-3, 0.0)).collect());
            let demand = columns((0..500).map(|i| (1.0 + f64::from(i) * 1e-3, f64::from(i % 3) * 1e-3)).collect());
            checked(&demand, &sites, Reach::Planar(1.1)).expect("as brute force");
        }
    }

    #[test]
    fn points_on_the_border_of_cells_and_on_edges_of_circles_that_pass_there_are_merged_as_brute_force_does() {
        let sites = columns((0..60).map(|i| (f64::from(i * 37 % 60) / 2.0, f64::from(i * 23 % 60) / 2.0)).collect());
        let all = Extent { least: (0.0, 0.0), most: (30.0, 30.0) };
        let (points, mut reach) = (2_000, 4.0);
        for _ in 0..4 {
            let grid = Arrangement::new(&sites.0, &sites.1, Reach::Planar(reach), all, points);
            assert!(grid.rows > 3 && grid.columns > 3, "{} x {} cells", grid.rows, grid.columns);
            let corner = |i: usize| {
                let (x, y) = grid.corner(i / grid.columns % grid.rows, i % grid.columns);
                // Just before, on and just behind the border.
                match i % 5 {
                    0 => (x.next_down().max(0.0), y),
                    1 => (x, y.next_up()),
                    2 => (x.next_up(), y.next_down().max(0.0)),
                    _ => (x, y),
                }
            };
            let mut demand = columns((0..points - 1).map(corner).collect());
            demand.0.push(30.0);
            demand.1.push(30.0);
            checked(&demand, &sites, Reach::Planar(reach)).expect("as brute force");
            let (row, column) = (grid.rows / 2, grid.columns / 2);
            let (x, y) = grid.corner(row, column);
            reach = (x - sites.0[7]).hypot(y - sites.1[7]);
        }
    }

    #[test]
    fn equal_points_empty_cells_and_points_out_of_reach_are_merged_as_brute_force_does() {
        let near = |i: u32| (f64::from(i % 7) / 7.0, f64::from(i % 5) / 5.0);
        let far = |i: u32| (900.0 + f64::from(i % 11), 1_000.0);
        let demand = columns((0..3_000).map(|i| if i % 3 == 0 { far(i) } else { near(i) }).collect());
        // Between 12 and 64 edges cross the cells near by: their combinations are found by hash.
        let sites = columns((0..40).map(|i| (f64::from(i) / 20.0 - 0.5, f64::from(i % 9) / 9.0)).collect());
        for reach in [0.0, 0.4, 0.9, 1.5, 950.0, 2_000.0] {
            checked(&demand, &sites, Reach::Planar(reach)).expect("as brute force");
        }
    }

    #[test]
    fn a_set_with_which_another_begins_comes_before_it() {
        let sites = columns((0..30).map(|i| (f64::from(i), 0.0)).collect());
        // From the left more and more sites, from the right fewer and fewer first ones.
        let demand = columns((0..260).map(|i| (f64::from(i) - 110.5, 0.0)).collect());
        checked(&demand, &sites, Reach::Planar(100.0)).expect("as brute force");
        let all = Points { x: &demand.0, y: &demand.1, weight: &[1; 260] };
        let cut = Cut { faces_per_range: 1, ..CUT };
        let rows = merged_in(cut, all, (&sites.0, &sites.1), Reach::Planar(100.0));
        let nested: Vec<Vec<SiteIndex>> = (1..=30).map(|n| (0..n).collect()).collect();
        assert!(rows.iter().map(|row| &row.sites).take(30).eq(&nested), "{rows:?}");
    }

    #[test]
    fn rows_are_the_same_for_any_number_of_threads_and_any_order_of_demand() {
        let mut state = 5;
        let mut draw = || {
            state += 1;
            (chance::mixed(state) >> 40) as f64 / f64::from(1 << 24) * 30.0
        };
        let mut places = |n: usize| -> Columns { (0..n).map(|_| (draw(), draw())).unzip() };
        let (sites, mut demand) = (places(150), places(40_000));
        let mut weight: Vec<u64> = (0..40_000).map(|i| i % 4).collect();
        let expected = brute(&demand, &weight, &sites, |d, s| {
            let (dx, dy) = (demand.0[d] - sites.0[s], demand.1[d] - sites.1[s]);
            dx * dx + dy * dy <= 16.0
        });
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let points = Points { x: &demand.0, y: &demand.1, weight: &weight };
            let found = pool.install(|| merged_rows(points, (&sites.0, &sites.1), Reach::Planar(4.0)));
            assert!(found == expected, "{threads} threads");
            for column in [&mut demand.0, &mut demand.1] {
                column.rotate_left(7_919);
                column.reverse();
            }
            weight.rotate_left(7_919);
            weight.reverse();
        }
    }

    #[test]
    fn no_demand_and_no_sites_give_no_rows() {
        let none = Points { x: &[], y: &[], weight: &[] };
        assert!(merged_rows(none, (&[1.0], &[1.0]), Reach::Planar(1.0)).is_empty());
        let one = Points { x: &[1.0], y: &[1.0], weight: &[1] };
        assert!(merged_rows(one, (&[], &[]), Reach::Planar(1.0)).is_empty());
    }
}

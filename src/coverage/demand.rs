//! Which points must be reached? Every place as one demand point, a polygon as many.
//! A file of its own because coverage, siting and measures all count over these points.

use super::cells;
use crate::model::{Metres, Place, Position, Shape};
use crate::travel::{Origin, Standard};
use rayon::prelude::*;

/// A point that stands for all or part of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandPoint {
    /// Index into the folder's places.
    pub place: usize,
    /// Share of the place it stands for, in (0, 1].
    pub share: f64,
    /// Where it travels from, and by which standard.
    pub origin: Origin,
}

/// All demand points, in the order of places.
#[derive(Debug, Clone, Default)]
pub struct Demand {
    /// The points.
    pub points: Vec<DemandPoint>,
    /// `points[starts[i]..starts[i + 1]]` belong to place `i`.
    pub starts: Vec<usize>,
    /// One origin per place: the point itself, or a polygon's piece nearest to its centre.
    pub centres: Vec<Origin>,
}

impl Demand {
    /// Spreads every place. `standards` must have a fitting one for each (the reader sees to it).
    pub fn new(places: &[Place], standards: &[Standard]) -> Self {
        let fitting = |place: &Place| {
            Standard::fitting(standards, place.setting).expect("the reader checked that a circle fits every place")
        };
        let pieces: Vec<Vec<cells::Piece>> =
            places.par_iter().map(|p| pieces(&p.shape, standards[fitting(p)].radius)).collect();
        let mut demand = Self { starts: vec![0], ..Self::default() };
        for (i, (place, pieces)) in places.iter().zip(&pieces).enumerate() {
            let standard = fitting(place);
            for piece in pieces {
                let origin = Origin { index: demand.points.len(), position: piece.position, standard };
                demand.points.push(DemandPoint { place: i, share: piece.share, origin });
            }
            let first = demand.starts[i];
            demand.centres.push(demand.points[first + central(pieces)].origin);
            demand.starts.push(demand.points.len());
        }
        demand
    }

    /// The points of one place.
    pub fn of_place(&self, place: usize) -> &[DemandPoint] {
        &self.points[self.starts[place]..self.starts[place + 1]]
    }

    /// Adds up, per place, the shares of the points for which `covered` is true; 1 exactly when all of them are.
    pub fn shares_of_places(&self, covered: impl Fn(usize) -> bool + Sync) -> Vec<f64> {
        (0..self.starts.len() - 1)
            .into_par_iter()
            .map(|place| {
                let range = self.starts[place]..self.starts[place + 1];
                if range.clone().all(&covered) {
                    return 1.0;
                }
                range.filter(|&i| covered(i)).map(|i| self.points[i].share).sum()
            })
            .collect()
    }
}

fn pieces(shape: &Shape, radius: Metres) -> Vec<cells::Piece> {
    match shape {
        Shape::Point(position) => vec![cells::Piece { position: *position, share: 1.0 }],
        Shape::Area(area) => cells::spread(area, radius),
    }
}

/// The piece nearest to the mean of all of them: inside the polygon, unlike a centroid of a crescent.
fn central(pieces: &[cells::Piece]) -> usize {
    let mean = |of: fn(Position) -> f64| pieces.iter().map(|p| of(p.position) * p.share).sum::<f64>();
    let (lon, lat) = (mean(Position::lon), mean(Position::lat));
    let shrink = lat.to_radians().cos();
    let far = |p: &cells::Piece| ((p.position.lon() - lon) * shrink).hypot(p.position.lat() - lat);
    (0..pieces.len()).min_by(|&a, &b| far(&pieces[a]).total_cmp(&far(&pieces[b]))).unwrap_or(0)
}

//! Where in a quarter do its people live? A polygon spread over H3 cells by area.
//! A file of its own because H3 (`h3o`) is used nowhere else.

use crate::model::{Metres, Position};
use geo::{Area, BooleanOps, BoundingRect, Centroid, Intersects, MapCoords, MultiPolygon, Polygon};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{CellIndex, Resolution};

/// A quarter, and a service circle, hold at least this many cells, where H3 has cells that small ...
const LEAST_CELLS: f64 = 48.0;
/// ... unless the quarter would then be cut into more than this.
const MOST_CELLS: f64 = 5_000.0;
/// Finest resolution used: cells of about 300 m2, far below any service circle.
const FINEST: Resolution = Resolution::Twelve;
/// Pieces smaller than this share of their polygon are rounding, not ground.
const SLIVER: f64 = 1e-9;

/// One piece of a polygon: a point in it and the share of the area it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Centroid of the part of the cell that lies in the polygon.
    pub position: Position,
    /// Share of the polygon's area, in (0, 1]; the shares of a polygon add up to 1.
    pub share: f64,
}

/// Spreads a polygon over H3 cells.
///
/// 1. Take the coarsest resolution whose cells are at most 1/48 of the polygon and of a circle of `radius`, or, where
///    that would be more than 5,000 cells, the finest with fewer.
/// 2. Cut every cell that touches the polygon with it; what is left of it is a piece.
/// 3. A piece weighs its area (planar in degrees, times the cosine of its latitude), and stands at its centroid.
///
/// Pieces come in H3 index order. Rings must be closed and not cross; the polygon must have an area.
pub fn spread(area: &MultiPolygon<f64>, radius: Metres) -> Vec<Piece> {
    let total: f64 = area.0.iter().map(ground).sum();
    let resolution = resolution_for(total, radius);
    let mut pieces: Vec<(Position, f64)> = Vec::new();
    for cell in touching(area, resolution) {
        let outline: MultiPolygon<f64> = near(MultiPolygon::from(cell), area);
        for part in outline.intersection(area) {
            let weight = ground(&part);
            if weight > total * SLIVER
                && let Some(c) = part.centroid()
                && let Some(position) = Position::new(c.x(), c.y())
            {
                pieces.push((position, weight));
            }
        }
    }
    let sum: f64 = pieces.iter().map(|p| p.1).sum();
    if pieces.is_empty() {
        // Thinner than any sliver: the centroid stands for all of it.
        let centre = area.centroid().and_then(|c| Position::new(c.x(), c.y()));
        return centre.map(|position| Piece { position, share: 1.0 }).into_iter().collect();
    }
    pieces.into_iter().map(|(position, weight)| Piece { position, share: weight / sum }).collect()
}

/// Cells that touch the area, in index order.
fn touching(area: &MultiPolygon<f64>, resolution: Resolution) -> Vec<CellIndex> {
    let mut tiler = TilerBuilder::new(resolution).containment_mode(ContainmentMode::Covers).build();
    for polygon in area {
        // The reader refuses what the tiler would: open rings and coordinates that are not finite.
        if tiler.add(polygon.clone()).is_err() {
            return Vec::new();
        }
    }
    let mut cells: Vec<CellIndex> = tiler.into_coverage().collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

/// A cell that straddles the antimeridian, moved by whole turns to the side on which the area lies.
fn near(cell: MultiPolygon<f64>, area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let (Some(c), Some(a)) = (cell.bounding_rect(), area.bounding_rect()) else { return cell };
    if c.intersects(&a) {
        return cell;
    }
    let turn = if c.center().x < a.center().x { 360.0 } else { -360.0 };
    cell.map_coords(|p| geo::Coord { x: p.x + turn, y: p.y })
}

/// Ground area up to a constant: square degrees times the cosine of the latitude.
fn ground(polygon: &Polygon<f64>) -> f64 {
    let lat = polygon.centroid().map_or(0.0, |c| c.y());
    polygon.unsigned_area() * lat.to_radians().cos()
}

fn resolution_for(ground: f64, radius: Metres) -> Resolution {
    const KM2_PER_SQUARE_DEGREE: f64 = 111.195 * 111.195;
    let quarter = ground * KM2_PER_SQUARE_DEGREE;
    let circle = std::f64::consts::PI * (radius.0 / 1000.0).powi(2);
    let largest = quarter.min(circle) / LEAST_CELLS;
    let smallest = quarter / MOST_CELLS;
    let mut chosen = Resolution::Zero;
    for resolution in Resolution::range(Resolution::Zero, FINEST) {
        if chosen.area_km2() <= largest || resolution.area_km2() < smallest {
            break;
        }
        chosen = resolution;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, polygon};

    const CIRCLE: Metres = Metres(962.0);

    fn square(lon: f64, lat: f64, side: f64) -> MultiPolygon<f64> {
        MultiPolygon::from(polygon![
            (x: lon, y: lat), (x: lon + side, y: lat), (x: lon + side, y: lat + side), (x: lon, y: lat + side),
        ])
    }

    #[test]
    fn shares_add_up_to_one_and_every_piece_lies_inside() {
        for (lon, lat, side) in [(124.1, 50.4, 0.01), (126.6, 51.7, 0.3), (0.0, 0.0, 1e-5), (23.0, 78.0, 0.05)] {
            let area = square(lon, lat, side);
            let pieces = spread(&area, CIRCLE);
            let sum: f64 = pieces.iter().map(|p| p.share).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum}");
            assert!(pieces.iter().all(|p| area.contains(&p.position.point())));
            assert!(side < 1e-4 || pieces.len() as f64 >= LEAST_CELLS, "{} pieces", pieces.len());
            assert!(pieces.len() as f64 <= MOST_CELLS * 1.5, "{} pieces", pieces.len());
        }
    }

    #[test]
    fn a_wide_quarter_is_cut_fine_enough_for_the_circle() {
        let pieces = spread(&square(124.1, 50.4, 0.1), CIRCLE);
        let in_circle = std::f64::consts::PI * 0.962f64.powi(2) / (11.12 * 7.09) * pieces.len() as f64;
        // H3 cells of one resolution differ in area by up to a factor of 2.
        assert!(in_circle > LEAST_CELLS / 2.0, "{in_circle} pieces in a circle");
    }

    #[test]
    fn half_of_a_square_holds_half_of_its_people() {
        let pieces = spread(&square(124.1, 50.4, 0.02), CIRCLE);
        let west: f64 = pieces.iter().filter(|p| p.position.lon() < 124.11).map(|p| p.share).sum();
        assert!((west - 0.5).abs() < 0.05, "{west}");
    }

    #[test]
    fn a_courtyard_holds_nobody() {
        let mut area = square(124.1, 50.4, 0.02);
        area.0[0].interiors_push(square(124.105, 50.405, 0.01).0[0].exterior().clone());
        let yard = square(124.105, 50.405, 0.01);
        assert!(spread(&area, CIRCLE).iter().all(|p| !yard.contains(&p.position.point()) || p.share < 0.03));
        let sum: f64 = spread(&area, CIRCLE).iter().map(|p| p.share).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_quarter_beside_the_antimeridian_is_spread_on_its_own_side() {
        let area = square(179.98, 66.0, 0.02);
        let pieces = spread(&area, CIRCLE);
        assert!(pieces.len() >= 40, "{}", pieces.len());
        assert!(pieces.iter().all(|p| p.position.lon() >= 179.98));
    }
}

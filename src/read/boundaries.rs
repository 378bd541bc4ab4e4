//! What does a row of county outlines say, and which county is a point in?
//! A file of its own because outlines answer a question for every other layer.

use super::geometry;
use super::headings::{Field, Headings};
use super::names::LayerNames;
use super::properties::{Values, missing};
use super::row::{Findings, Row};
use crate::model::Boundary;
use geo::indexed::IntervalTreeMultiPolygon;
use geo::orient::Direction;
use geo::{BoundingRect, Contains, Intersects, Orient, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::sync::Arc;

/// Types a county outline; its county is `county`, or else `name`.
pub(super) fn boundary(
    mut row: Row<'_>,
    headings: &Headings,
    names: &LayerNames,
    found: &mut Findings,
) -> Option<Boundary> {
    let geometry = row.geometry.take();
    let values = Values::of(row, headings, found);
    let outline = geometry.and_then(|geometry| geometry::area(&geometry, found));
    let (county, name) = (values.county(&headings.book, found), values.text(Field::Name, found));
    let Some(county) = county.or(name) else {
        values.fault(Field::County, missing("县区名称", "the county's name"), found);
        return None;
    };
    let county = match headings.book.county(&county) {
        Ok(county) => county.into_owned(),
        Err(kind) => {
            values.fault(Field::County, kind, found);
            return None;
        }
    };
    found.feature.id.get_or_insert_with(|| county.clone());
    Some(Boundary { county: names.counties.keep(&county), outline: outline? })
}

/// Finds the county of a point among outlines: an R-tree over their boxes, an interval tree over each one's segments, so
/// that 100,000 places in outlines of 20,000 corners take a moment.
pub(super) struct Outlines<'a> {
    boundaries: Vec<(&'a Boundary, IntervalTreeMultiPolygon<f64>)>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Outlines<'a> {
    /// Of outlines sorted by county.
    pub(super) fn of(boundaries: impl Iterator<Item = &'a Boundary>) -> Self {
        // The interval tree counts windings, which a hole must undo: so holes run against their outline.
        let indexed = |b: &Boundary| IntervalTreeMultiPolygon::new(&b.outline.orient(Direction::Default));
        let boundaries: Vec<_> = boundaries.map(|b| (b, indexed(b))).collect();
        let boxes = boundaries.iter().enumerate().filter_map(|(i, (b, _))| {
            let rect = b.outline.bounding_rect()?;
            let aabb = AABB::from_corners(rect.min().into(), rect.max().into());
            Some(GeomWithData::new(Rectangle::from_aabb(aabb), i))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Self { boundaries, boxes }
    }

    /// The county that a point is in; on an edge the first by name.
    pub(super) fn county(&self, point: Point<f64>) -> Option<Arc<str>> {
        let mut near: Vec<usize> = self.boxes.locate_all_at_point(&[point.x(), point.y()]).map(|b| b.data).collect();
        near.sort_unstable();
        let inside = near.iter().find(|i| self.boundaries[**i].1.contains(&point));
        // Points on an edge are in no interior; they are few, so the slow question is rarely asked.
        let found = inside.or_else(|| near.iter().find(|i| self.boundaries[**i].0.outline.intersects(&point)))?;
        Some(Arc::clone(&self.boundaries[*found].0.county))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Rect, polygon};

    #[test]
    fn a_point_is_in_its_county_but_not_in_a_hole_of_it_and_on_an_edge_in_the_first() {
        let square = |x: f64| Rect::new((x, 0.0), (x + 10.0, 10.0)).to_polygon();
        let mut ring = square(0.0);
        // The hole runs the same way round as its outline, as careless programs write it.
        ring.interiors_push(vec![(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0)]);
        ring = ring.orient(Direction::Default);
        let mut careless = ring.clone();
        careless.interiors_mut(|holes| holes.iter_mut().for_each(|hole| hole.0.reverse()));
        let island = polygon![(x: 2.5, y: 2.5), (x: 3.5, y: 2.5), (x: 3.5, y: 3.5)];
        for a in [ring, careless] {
            let all = [("a", a), ("b", square(10.0)), ("c", island.clone())]
                .map(|(county, outline)| Boundary { county: county.into(), outline: outline.into() });
            let outlines = Outlines::of(all.iter());
            let county = |x: f64, y: f64| outlines.county(Point::new(x, y)).map(|c| c.to_string());
            assert_eq!(county(1.0, 1.0).as_deref(), Some("a"));
            assert_eq!(county(2.2, 3.8), None, "in the hole");
            assert_eq!(county(3.2, 2.8).as_deref(), Some("c"));
            assert_eq!(county(10.0, 5.0).as_deref(), Some("a"), "on the common edge");
            assert_eq!(county(15.0, 5.0).as_deref(), Some("b"));
            assert_eq!(county(25.0, 5.0), None);
        }
    }
}

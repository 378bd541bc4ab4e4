//! Does a whole layer lie where the others would be with their axes swapped?
//! A file of its own because no single position can tell: in the west of China 85, 44 and 44, 85 are both on Earth.

use super::fault_words::Kind;
use super::headings::Layer;
use super::layer_file::{Feature, LayerFile, Layers};
use super::source::Finding;
use geo::{Point, Rect};

/// Degrees around a layer that still belong to it.
const MARGIN: f64 = 2.0;
/// North of this nobody lives, which decides between two layers that only fit each other when one is swapped.
const NORTHMOST: f64 = 73.0;

/// Compares every layer with the outlines, or without them with the residences.
///
/// A layer is at fault when most of it lies outside of the other one's box and would lie inside with its axes swapped.
pub(super) fn check(layers: &mut Layers) {
    let boundaries = Extent::of(&layers.boundaries);
    let residences = Extent::of(&layers.residences);
    let (reference, name) = match (&boundaries, &residences) {
        (Some(boundaries), _) => (boundaries, "boundaries"),
        (None, Some(residences)) => (residences, "residences"),
        (None, None) => return,
    };
    let others = [Extent::of(&layers.clusters), Extent::of(&layers.stations), Extent::of(&layers.candidates)];
    let fits_swapped = |extent: &Option<Extent>| extent.as_ref().is_some_and(|e| e.fits_swapped(reference));
    if name == "residences" && reference.is_beyond_people() {
        // The residences themselves lie where nobody does: it is they that are swapped.
        let names = [Layer::Clusters, Layer::Stations, Layer::Candidates].map(Layer::name);
        if let Some((_, other)) = others.iter().zip(names).find(|(extent, _)| fits_swapped(extent)) {
            layers.residences.findings.push(Finding::of(Kind::LayerSwapped { other }));
        }
        return;
    }
    let fault = || Finding::of(Kind::LayerSwapped { other: name });
    if name == "boundaries" && fits_swapped(&residences) {
        layers.residences.findings.push(fault());
    }
    if fits_swapped(&others[0]) {
        layers.clusters.findings.push(fault());
    }
    if fits_swapped(&others[1]) {
        layers.stations.findings.push(fault());
    }
    if fits_swapped(&others[2]) {
        layers.candidates.findings.push(fault());
    }
}

/// Where a layer lies.
struct Extent {
    points: Vec<Point<f64>>,
    around: Rect<f64>,
}

impl Extent {
    fn of<T: Feature>(layer: &LayerFile<T>) -> Option<Self> {
        let points: Vec<Point<f64>> = layer.items.iter().filter_map(|item| item.value.anywhere()).collect();
        let around = geo::BoundingRect::bounding_rect(&geo::MultiPoint::new(points.clone()))?;
        let margin = geo::coord! { x: MARGIN, y: MARGIN };
        Some(Self { points, around: Rect::new(around.min() - margin, around.max() + margin) })
    }

    fn fits_swapped(&self, other: &Self) -> bool {
        let inside = |x: f64, y: f64| geo::Intersects::intersects(&other.around, &Point::new(x, y));
        let swapped = self.points.iter().filter(|p| !inside(p.x(), p.y()) && inside(p.y(), p.x())).count();
        swapped * 2 > self.points.len()
    }

    fn is_beyond_people(&self) -> bool {
        let beyond = self.points.iter().filter(|p| p.y().abs() > NORTHMOST).count();
        beyond * 2 > self.points.len()
    }
}

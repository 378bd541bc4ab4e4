//! Do a layer's points fit the rest of the plan much better under another datum than the one that is declared?
//! A file of its own because no number shows its datum: only boundaries, roads and other layers can, and they can only raise a
//! doubt, never decide.
//!
//! A layer is doubted when (a) at least five of its points lie outside of the county that they state, and under another datum
//! at most a quarter as many do; or (b) its points lie a hundred metres or more (median) from the nearest road or residence,
//! and under another datum a quarter of that; or (c) at least sixty of its points lie twice as near to roads under another
//! datum, than they do now and than they would if they were shifted as far in any other direction. A shift that is not there
//! halves distances by chance, but does not quarter them. (c) is for towns, where a road is near wherever one goes.

use super::datum::{Datum, wgs84_to_gcj02};
use crate::model::{Boundary, Lang, PlaceLayer, PlanFolder, Position, Shape};
use geo::{Contains, Point};
use rstar::primitives::Line;
use rstar::{AABB, PointDistance, RTree, RTreeObject};
use std::collections::HashMap;

/// Points of a layer that are looked at; more would only say the same.
const LOOKED_AT: usize = 5_000;
/// Fewest points that can raise a doubt.
const FEWEST: usize = 5;
/// How much better another datum must fit.
const BETTER: usize = 4;
/// Metres from the nearest road or residence that are nothing to wonder about.
const NEAR_ENOUGH: f64 = 100.0;
/// Points that tell a town's roads from chance, and how much nearer these must be.
const MANY: usize = 60;
const NEARER: f64 = 2.0;
/// Other directions that a shift is tried in.
const DIRECTIONS: u32 = 7;
/// Metres of a degree of latitude.
const DEGREE: f64 = 111_320.0;

/// A point and the county it states.
type Stated<'f> = (Point<f64>, Option<&'f str>);

/// A layer that looks like another datum than it declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The layer.
    pub layer: &'static str,
    /// What is declared.
    pub declared: String,
    /// What it looks like.
    pub looks_like: String,
    /// Median distance between the two, in metres.
    pub shift_m: f64,
    /// What it would fit better: `boundaries`, `roads` or `residences`.
    pub against: &'static str,
}

impl Doubt {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        let Self { layer, declared, looks_like, shift_m, against } = self;
        lang.pick(
            format!(
                "{layer}：声明的坐标基准是 {declared}，但看起来像 {looks_like}（中位偏移 {shift_m:.0} 米）：那样与 {against} 吻合得多。请核对 plan.toml 里的 datum。"
            ),
            format!(
                "{layer}: declared as {declared}, but these look like {looks_like}: median shift {shift_m:.0} m, and they would fit the {against} much better. Check `datum` in plan.toml."
            ),
        )
    }
}

/// Every layer that another datum would suit much better. `roads` are straight pieces of road around the layers, in WGS84, where
/// there are any.
pub fn doubts(folder: &PlanFolder, roads: &[[Position; 2]]) -> Vec<Doubt> {
    let outlines: HashMap<&str, &Boundary> = folder.boundaries.iter().map(|b| (&*b.county, b)).collect();
    let of_places = |layer: PlaceLayer| -> Vec<(Point<f64>, Option<&str>)> {
        let places = folder.places.iter().filter(|p| p.layer == layer);
        let points = places.filter_map(|p| match &p.shape {
            Shape::Point(position) => Some((position.point(), p.county.as_deref())),
            Shape::Area(_) => None,
        });
        points.take(LOOKED_AT).collect()
    };
    let residences = of_places(PlaceLayer::Residences);
    let stations: Vec<_> =
        folder.stations.iter().map(|s| (s.position.point(), s.county.as_deref())).take(LOOKED_AT).collect();
    let candidates: Vec<_> =
        folder.candidates.iter().flatten().map(|c| (c.position.point(), c.county.as_deref())).take(LOOKED_AT).collect();
    let plane = Plane::around(residences.iter().chain(&stations).chain(&candidates).map(|(p, _)| *p));
    let on_roads = RTree::bulk_load(
        roads.iter().map(|[a, b]| Line::new(plane.at(a.point()), plane.at(b.point()))).collect::<Vec<_>>(),
    );
    let homes = RTree::bulk_load(residences.iter().map(|(p, _)| plane.at(*p)).collect::<Vec<_>>());
    let layers = [
        ("residences", residences),
        ("clusters", of_places(PlaceLayer::Clusters)),
        ("stations", stations),
        ("candidates", candidates),
    ];
    let doubt = |(layer, points): (&'static str, Vec<Stated<'_>>)| {
        let declared = folder.inputs.iter().find(|i| i.layer == layer)?.datum.clone()?;
        let is = Datum::parse(&declared).ok().filter(Datum::is_degrees)?;
        let same = |other: &Datum| *other == is || matches!((other, &is), (Datum::Wgs84, Datum::Cgcs2000));
        let others = [Datum::Gcj02, Datum::Bd09, Datum::Wgs84].into_iter().filter(|other| !same(other));
        let under: Vec<(Datum, Vec<Point<f64>>)> =
            others.map(|other| (other.clone(), points.iter().map(|(p, _)| moved(*p, &is, &other)).collect())).collect();
        let now: Vec<Point<f64>> = points.iter().map(|(p, _)| *p).collect();
        let counties: Vec<Option<&&Boundary>> = points.iter().map(|(_, county)| outlines.get((*county)?)).collect();
        let found = in_counties(&counties, &now, &under)
            .or_else(|| near("roads", &on_roads, plane, &now, &under))
            .or_else(|| along(&on_roads, plane, &now, &under))
            .or_else(|| (layer != "residences").then(|| near("residences", &homes, plane, &now, &under))?);
        let (looks_like, against) = found?;
        let there = &under.iter().find(|(other, _)| *other == looks_like)?.1;
        let shift_m = median(now.iter().zip(there).map(|(a, b)| metres(*a, *b)).collect());
        Some(Doubt { layer, declared, looks_like: looks_like.name(), shift_m, against })
    };
    layers.into_iter().filter_map(doubt).collect()
}

/// Where a point is in WGS84 if the numbers in the file are in another datum than was taken.
fn moved(point: Point<f64>, taken: &Datum, other: &Datum) -> Point<f64> {
    let (x, y) = taken.of_wgs84(point.x(), point.y());
    other.to_wgs84(x, y).map_or(point, |(lon, lat)| Point::new(lon, lat))
}

fn in_counties(
    counties: &[Option<&&Boundary>],
    now: &[Point<f64>],
    under: &[(Datum, Vec<Point<f64>>)],
) -> Option<(Datum, &'static str)> {
    let outside = |points: &[Point<f64>]| {
        points.iter().zip(counties).filter(|(p, county)| county.is_some_and(|c| !c.outline.contains(*p))).count()
    };
    let misfits = outside(now);
    if misfits < FEWEST {
        return None;
    }
    let (best, datum) = under.iter().map(|(datum, points)| (outside(points), datum)).min_by_key(|(n, _)| *n)?;
    (best * BETTER <= misfits).then(|| (datum.clone(), "boundaries"))
}

/// Rule (b).
fn near<T: Thing>(
    against: &'static str,
    reference: &RTree<T>,
    plane: Plane,
    now: &[Point<f64>],
    under: &[(Datum, Vec<Point<f64>>)],
) -> Option<(Datum, &'static str)> {
    if reference.size() < FEWEST || now.len() < FEWEST {
        return None;
    }
    let usual = typical(reference, now.iter().map(|p| plane.at(*p)));
    if usual < NEAR_ENOUGH {
        return None;
    }
    let (best, datum) = best(reference, plane, under)?;
    (best * BETTER as f64 <= usual).then(|| (datum.clone(), against))
}

/// Rule (c).
fn along<T: Thing>(
    roads: &RTree<T>,
    plane: Plane,
    now: &[Point<f64>],
    under: &[(Datum, Vec<Point<f64>>)],
) -> Option<(Datum, &'static str)> {
    if roads.size() < FEWEST || now.len() < MANY {
        return None;
    }
    let (best, datum) = best(roads, plane, under)?;
    let there = &under.iter().find(|(other, _)| other == datum)?.1;
    let shifted = |turn: f64| {
        let (sin, cos) = turn.sin_cos();
        let moved = now.iter().zip(there).map(|(a, b)| {
            let ([x, y], [to_x, to_y]) = (plane.at(*a), plane.at(*b));
            let (east, north) = (to_x - x, to_y - y);
            [x + east * cos - north * sin, y + east * sin + north * cos]
        });
        typical(roads, moved)
    };
    let enough = best * NEARER;
    let turns = (1..=DIRECTIONS).map(|n| f64::from(n) * std::f64::consts::TAU / f64::from(DIRECTIONS + 1));
    let stands_out =
        enough <= typical(roads, now.iter().map(|p| plane.at(*p))) && turns.map(shifted).all(|d| enough <= d);
    stands_out.then(|| (datum.clone(), "roads"))
}

/// The datum under which points lie nearest, and how near.
fn best<'d, T: Thing>(
    reference: &RTree<T>,
    plane: Plane,
    under: &'d [(Datum, Vec<Point<f64>>)],
) -> Option<(f64, &'d Datum)> {
    let all = under.iter().map(|(datum, points)| (typical(reference, points.iter().map(|p| plane.at(*p))), datum));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// What a tree holds: points or straight lines.
trait Thing: RTreeObject<Envelope = AABB<[f64; 2]>> + PointDistance {}
impl<T: RTreeObject<Envelope = AABB<[f64; 2]>> + PointDistance> Thing for T {}

/// Median distance to the nearest thing, in metres.
fn typical<T: Thing>(reference: &RTree<T>, points: impl Iterator<Item = [f64; 2]>) -> f64 {
    let nearest = |at: [f64; 2]| {
        let found = reference.nearest_neighbor(&at).map_or(f64::INFINITY, |thing| thing.distance_2(&at));
        found.sqrt() * DEGREE
    };
    median(points.map(nearest).collect())
}

/// Degrees made alike in both directions around the middle of a plan, as far as neighbours need it.
#[derive(Debug, Clone, Copy)]
struct Plane {
    lon: f64,
    cos: f64,
}

impl Plane {
    fn around(points: impl Iterator<Item = Point<f64>>) -> Self {
        let (lons, lats): (Vec<f64>, Vec<f64>) = points.map(|p| (p.x(), p.y())).unzip();
        Self { lon: median(lons), cos: median(lats).to_radians().cos() }
    }

    fn at(self, p: Point<f64>) -> [f64; 2] {
        [(p.x() - self.lon) * self.cos, p.y()]
    }
}

fn metres(a: Point<f64>, b: Point<f64>) -> f64 {
    let east = (a.x() - b.x()) * a.y().to_radians().cos();
    east.hypot(a.y() - b.y()) * DEGREE
}

fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    values.select_nth_unstable_by(middle, f64::total_cmp);
    values[middle]
}

impl Datum {
    /// Where this datum puts a WGS84 position; a projection is left out.
    pub(super) fn of_wgs84(&self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Wgs84 | Self::Cgcs2000 | Self::Projected(_) => (lon, lat),
            Self::Gcj02 => wgs84_to_gcj02(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = wgs84_to_gcj02(lon, lat);
                super::datum::gcj02_to_bd09(lon, lat)
            }
        }
    }
}

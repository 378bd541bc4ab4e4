//! What is on a tile? Points and shapes where there is room for each, sums per cell where there is not, never more than
//! [`MOST_BYTES`]. The one file that knows `fast_mvt`, and of its own because everything about size is decided here.

use super::super::features::Features;
use super::areas::{Area, Drawn};
use super::grid::{BUFFER, Points, Tile, World};
use super::table::{Cell, Table};
use fast_mvt::{MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtResult, MvtValueRef};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Features of a tile up to which each is drawn; from the zoom on where no tile has more.
pub(super) const MOST_FEATURES: usize = 4096;
/// Bytes of a tile before it is packed.
pub(super) const MOST_BYTES: usize = 500_000;
/// Units of a cell's side: 32 by 32 cells a tile, 16 pixels each, which is as wide as the largest sum is drawn.
const CELL: i64 = 128;
/// An area with shorter sides, in units, is a point: eight units are one pixel.
const SMALL: i64 = 16;
/// Units by which a ring may move when corners are left out.
const TOLERANCE: f64 = 2.0;

/// A layer, laid out for drawing.
#[derive(Debug)]
pub(super) struct Ground {
    name: &'static str,
    points: Points,
    areas: Vec<Area>,
    table: Table,
    people: Option<usize>,
    shares: Vec<usize>,
    status: Option<usize>,
    /// From this zoom on every feature is drawn on its own.
    pub detail: u8,
}

/// What is drawn once for many.
#[derive(Default)]
struct Sum {
    count: u64,
    at: (u64, u64),
    people: f64,
    shares: Vec<f64>,
    status: BTreeMap<String, u64>,
    /// The only one, while it is the only one.
    first: u32,
}

impl Ground {
    /// Lays a layer out.
    pub(super) fn of(features: &Features) -> Self {
        let index = |i: usize| u32::try_from(i).expect("fewer features than 2^32");
        let world = |b: [f64; 4]| super::grid::world(b[0], b[1]);
        let all = || features.all.iter().enumerate();
        let points = all().filter(|(_, f)| f.is_point()).map(|(i, f)| (world(f.bounds), index(i)));
        let areas: Vec<Area> = features
            .all
            .par_iter()
            .enumerate()
            .filter(|(_, f)| !f.is_point())
            .filter_map(|(i, f)| Area::new(index(i), &f.shape().value, f.bounds))
            .collect();
        let counted = Points::new(points.clone().chain(areas.iter().map(|a| (a.middle, a.index))));
        let table = Table::of(features);
        let shares = ["covered_today", "covered"].into_iter();
        let people = table.column("people");
        let is_places = features.layer == super::super::features::OpenLayer::Places;
        Self {
            name: features.layer.name(),
            points: Points::new(points),
            areas,
            people,
            shares: if is_places { shares.filter_map(|name| table.column(name)).collect() } else { Vec::new() },
            status: table.column("status"),
            table,
            detail: counted.zoom_with_at_most(MOST_FEATURES),
        }
    }

    /// The properties that tiles have.
    pub(super) fn columns(&self) -> &[String] {
        &self.table.columns
    }

    /// The bytes of a tile; `None` where nothing is on it.
    pub(super) fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        // Each step sums twice as coarsely: at the last a cell is the tile, so that few features are left.
        let mut step = if tile.z < self.detail { 0 } else { -1 };
        loop {
            let bytes = self.attempt(tile, step)?;
            if bytes.len() <= MOST_BYTES || CELL << step.max(0) >= super::grid::EXTENT {
                return Some(bytes);
            }
            step += 1;
        }
    }

    /// With every feature on its own (`step` -1), or summed in cells of `CELL << step` units.
    fn attempt(&self, tile: Tile, step: i32) -> Option<Vec<u8>> {
        let coarse = 1i64 << step.max(0);
        // Whole cells, so that a sum is the same on both sides of an edge.
        let square = tile.square(BUFFER.max(CELL * coarse));
        let near = tile.square(BUFFER);
        let mut points: Vec<(World, u32)> = Vec::new();
        let mut shapes: Vec<(u32, Vec<Drawn>)> = Vec::new();
        self.points.within(square, |at, index| points.push((at, index)));
        for area in self.areas.iter().filter(|area| area.touches(square)) {
            let drawn = if area.is_smaller(tile.unit(SMALL * coarse)) {
                Vec::new()
            } else {
                area.on(tile, TOLERANCE * coarse as f64)
            };
            let (x, y) = (i64::from(area.middle.0), i64::from(area.middle.1));
            if !drawn.is_empty() {
                shapes.push((area.index, drawn));
            } else if x >= square[0] && x < square[2] && y >= square[1] && y < square[3] {
                points.push((area.middle, area.index));
            }
        }
        points.sort_unstable_by_key(|(_, index)| *index);
        let layer = MvtLayerBuilder::new(self.name).expect("layers have names");
        let layer = shapes.iter().fold(layer, |layer, (index, drawn)| self.shape(layer, *index, drawn));
        let layer = if step < 0 {
            let inside = |(x, y): World| {
                let (x, y) = (i64::from(x), i64::from(y));
                x >= near[0] && x < near[2] && y >= near[1] && y < near[3]
            };
            let mut layer = layer;
            for (at, index) in points.iter().filter(|(at, _)| inside(*at)) {
                layer = self.point(layer, tile, *at, *index);
            }
            layer
        } else {
            self.sums(layer, tile, &points, coarse)
        };
        (layer.num_features() > 0).then(|| layer.encode())
    }

    fn shape(&self, layer: MvtLayerBuilder, index: u32, drawn: &[Drawn]) -> MvtLayerBuilder {
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        for polygon in drawn {
            for (i, ring) in polygon.iter().enumerate() {
                let corners = ring.iter().map(|&(x, y)| MvtCoord { x, y });
                feature.ring(corners, i == 0).expect("a ring has at least three corners and few enough");
            }
        }
        self.own(&mut feature, index).expect("values are few enough");
        feature.end()
    }

    fn point(&self, layer: MvtLayerBuilder, tile: Tile, at: World, index: u32) -> MvtLayerBuilder {
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([corner(tile.local(at))]).expect("one point is few enough");
        self.own(&mut feature, index).expect("values are few enough");
        feature.end()
    }

    /// A feature's own properties, and its place in the layer.
    fn own(&self, feature: &mut MvtFeatureBuilder, index: u32) -> MvtResult<()> {
        feature.id(Some(u64::from(index)));
        for (i, column) in self.table.columns.iter().enumerate() {
            let value = match self.table.cell(index, i) {
                None => continue,
                Some(Cell::Text(text)) => MvtValueRef::String(text),
                Some(Cell::Whole(n)) => whole(*n),
                Some(Cell::Real(n)) => MvtValueRef::Double(*n),
                Some(Cell::Flag(flag)) => MvtValueRef::Bool(*flag),
            };
            feature.tag_ref(column, value)?;
        }
        feature.tag_uint("index", u64::from(index))?;
        Ok(())
    }

    fn sums(&self, mut layer: MvtLayerBuilder, tile: Tile, points: &[(World, u32)], coarse: i64) -> MvtLayerBuilder {
        let side = tile.unit(CELL * coarse);
        let mut cells: BTreeMap<(i64, i64), Sum> = BTreeMap::new();
        for (at, index) in points {
            let key = (i64::from(at.1) / side, i64::from(at.0) / side);
            self.add(cells.entry(key).or_default(), *at, *index);
        }
        for sum in cells.values() {
            #[expect(clippy::cast_possible_truncation, reason = "a mean of 32-bit numbers is one")]
            let middle = ((sum.at.0 / sum.count) as u32, (sum.at.1 / sum.count) as u32);
            if sum.count == 1 {
                layer = self.point(layer, tile, middle, sum.first);
                continue;
            }
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([corner(tile.local(middle))]).expect("one point is few enough");
            self.summed(&mut feature, sum).expect("values are few enough");
            layer = feature.end();
        }
        layer
    }

    fn add(&self, sum: &mut Sum, at: World, index: u32) {
        if sum.count == 0 {
            sum.first = index;
            sum.shares = vec![0.0; self.shares.len()];
        }
        sum.count += 1;
        sum.at = (sum.at.0 + u64::from(at.0), sum.at.1 + u64::from(at.1));
        let people = self.people.and_then(|column| self.table.number(index, column)).unwrap_or(0.0);
        sum.people += people;
        for (share, column) in sum.shares.iter_mut().zip(&self.shares) {
            *share += people * self.table.number(index, *column).unwrap_or(0.0);
        }
        if let Some(Cell::Text(status)) = self.status.and_then(|column| self.table.cell(index, column)) {
            match sum.status.get_mut(status) {
                Some(count) => *count += 1,
                None => drop(sum.status.insert(status.clone(), 1)),
            }
        }
    }

    fn summed(&self, feature: &mut MvtFeatureBuilder, sum: &Sum) -> MvtResult<()> {
        feature.tag_uint("count", sum.count)?;
        if self.people.is_some() {
            feature.tag_double("people", rounded(sum.people))?;
        }
        for (share, column) in sum.shares.iter().zip(&self.shares) {
            if sum.people > 0.0 {
                feature.tag_double(&self.table.columns[*column], rounded(share / sum.people))?;
            }
        }
        for (status, count) in &sum.status {
            feature.tag_uint(status, *count)?;
        }
        Ok(())
    }
}

fn corner((x, y): (i64, i64)) -> MvtCoord {
    let narrow = |v: i64| i32::try_from(v).expect("near a tile");
    MvtCoord { x: narrow(x), y: narrow(y) }
}

fn whole<'v>(n: i64) -> MvtValueRef<'v> {
    u64::try_from(n).map_or(MvtValueRef::SInt(n), MvtValueRef::UInt)
}

/// To six decimals, as everywhere.
fn rounded(n: f64) -> f64 {
    (n * 1e6).round() / 1e6
}

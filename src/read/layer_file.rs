//! What is a layer once it is read? Its typed items, what was refused, and where each stands in the file.
//! A file of its own because the folder fills it and the checks between layers look at it.

use super::datum::Datum;
use super::fault::{Fault, FeatureRef};
use super::fault_words::Kind;
use super::folder::Reading;
use super::format::{self, FileDatum, Grid, Opened, SUFFIXES};
use super::geojson;
use super::geometry;
use super::headings::{Headings, Layer};
use super::names::LayerNames;
use super::plan_toml::PlanFile;
use super::row::{Findings, Item, Row};
use super::source::{self, Finding, Source};
use crate::model::{Boundary, Candidate, Input, Place, Station};
use geo::Point;
use std::path::Path;
use std::sync::Arc;

/// Suffix of GeoJSON files, and another that they often have.
const GEOJSON: &str = "geojson";
/// Formats that people have instead, and that are not read.
const OTHERS: [&str; 6] = ["json", "xls", "et", "kml", "kmz", "tab"];

/// The layers of a folder.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) residences: LayerFile<Place>,
    pub(super) clusters: LayerFile<Place>,
    pub(super) stations: LayerFile<Station>,
    pub(super) candidates: LayerFile<Candidate>,
    pub(super) boundaries: LayerFile<Boundary>,
}

/// What the checks ask of a feature of any layer.
pub(super) trait Feature: Send + Sync {
    /// Its id; of an outline the county.
    fn id(&self) -> &str;
    /// Its county, to look at or to fill in; `None` for an outline, which has its own.
    fn county(&mut self) -> Option<&mut Option<Arc<str>>>;
    /// A point inside it.
    fn inside(&self) -> Option<Point<f64>>;
    /// Any of its positions, where only the neighbourhood matters.
    fn anywhere(&self) -> Option<Point<f64>>;
}

macro_rules! feature {
    ($name:ident, $inside:expr, $anywhere:expr) => {
        impl Feature for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn county(&mut self) -> Option<&mut Option<Arc<str>>> {
                Some(&mut self.county)
            }
            fn inside(&self) -> Option<Point<f64>> {
                $inside(self)
            }
            fn anywhere(&self) -> Option<Point<f64>> {
                $anywhere(self)
            }
        }
    };
}
feature!(Place, |p: &Place| geometry::inside(&p.shape), |p: &Place| geometry::anywhere(&p.shape));
feature!(Station, |s: &Station| Some(s.position.point()), |s: &Station| Some(s.position.point()));
feature!(Candidate, |c: &Candidate| Some(c.position.point()), |c: &Candidate| Some(c.position.point()));

impl Feature for Boundary {
    fn id(&self) -> &str {
        &self.county
    }
    fn county(&mut self) -> Option<&mut Option<Arc<str>>> {
        None
    }
    fn inside(&self) -> Option<Point<f64>> {
        geo::InteriorPoint::interior_point(&self.outline)
    }
    fn anywhere(&self) -> Option<Point<f64>> {
        geometry::first_corner(&self.outline)
    }
}

/// A layer as it was read.
#[derive(Debug)]
pub(super) struct LayerFile<T> {
    /// Its name and source; `None` when the folder has no such layer.
    pub(super) file: Option<String>,
    source: Option<Source>,
    pub(super) items: Vec<Item<T>>,
    pub(super) refused: Vec<FeatureRef>,
    /// Whether every row of it is known: true also where the layer is rightly absent.
    pub(super) complete: bool,
    pub(super) names: LayerNames,
    pub(super) findings: Vec<Finding>,
    /// Faults found before there was a text.
    faults: Vec<Fault>,
    pub(super) input: Option<Input>,
}

impl<T: Send> LayerFile<T> {
    pub(super) fn read(
        dir: &Path,
        layer: Layer,
        plan: &PlanFile,
        reading: &Reading,
        make: impl Fn(Row<'_>, &Headings, &LayerNames, &mut Findings) -> Option<T> + Sync,
    ) -> Self {
        let mut read = Self {
            file: None,
            source: None,
            items: Vec::new(),
            refused: Vec::new(),
            complete: true,
            names: LayerNames::default(),
            findings: Vec::new(),
            faults: Vec::new(),
            input: None,
        };
        let key = plan.layers.get(&layer);
        let file = match which_file(dir, layer, key.and_then(|key| key.file.as_deref())) {
            Ok(None) => return read,
            Ok(Some(file)) => file,
            Err(fault) => {
                (read.complete, read.faults) = (false, vec![*fault]);
                return read;
            }
        };
        let none = std::collections::BTreeMap::new();
        let headings = Headings::of(layer, key.map_or(&none, |key| &key.columns))
            .with(key.map_or(&[], |key| &key.groups), &plan.book);
        let names = LayerNames::default();
        let encoding = key.and_then(|key| key.encoding).or(reading.encoding);
        let refuse =
            |read: Self, fault: Fault| Self { complete: false, file: Some(file.clone()), faults: vec![fault], ..read };
        if !is_geojson(&file) {
            let bytes = match source::bytes(dir, &file) {
                Ok(bytes) => bytes,
                Err(fault) => return refuse(read, *fault),
            };
            let sheet = key.and_then(|key| key.sheet.as_deref());
            let opened = Opened {
                path: dir.join(&file),
                bytes,
                headings: &headings,
                layer,
                sheet,
                encoding,
                limits: reading.limits,
            };
            let grid = match format::read(&opened) {
                Ok(grid) => grid,
                Err(finding) => return refuse(read, finding.in_file(&file)),
            };
            let declared = key.and_then(|key| key.datum.as_ref());
            // A table without places has no datum to declare.
            let declared = if layer == Layer::Progress { Some(&Datum::Wgs84) } else { declared };
            let datum = match datum(&grid, declared, &headings) {
                Ok(datum) => datum,
                // Of a table without places a datum helps nobody: what is missing is the place.
                Err(_) if !format::has_places(&grid, &headings) => Datum::Wgs84,
                Err(finding) => {
                    // Whatever the datum, the other columns can be judged.
                    let of = |row: Row<'_>, found: &mut Findings| make(row, &headings, &names, found);
                    let mut findings = format::rows(&grid, &headings, layer, &Datum::Wgs84, of).findings;
                    let elsewhere = |f: &Finding| {
                        f.field.as_deref().is_some_and(|h| h != "coordinates" && !format::says_where(h, &headings))
                    };
                    findings.retain(elsewhere);
                    return Self { findings, ..refuse(read, finding.in_file(&file)) };
                }
            };
            let (typed, sha256) = rayon::join(
                || format::rows(&grid, &headings, layer, &datum, |row, found| make(row, &headings, &names, found)),
                || hash(&opened),
            );
            let input = input(layer.name(), sha256, &file, typed.items.len(), &datum);
            return Self {
                file: Some(file),
                items: typed.items,
                refused: typed.refused,
                complete: typed.complete,
                names,
                findings: typed.findings,
                input: Some(input),
                ..read
            };
        }
        let source = match Source::open_as(dir, &file, encoding) {
            Ok(source) => source,
            Err(fault) => return refuse(read, *fault),
        };
        // GeoJSON is WGS84 unless the plan says what it really is.
        let datum = key.and_then(|key| key.datum.clone()).unwrap_or(Datum::Wgs84);
        let made = |mut row: Row<'_>, found: &mut Findings| {
            if let Some(geometry) = &mut row.geometry
                && let Err((x, y)) = datum.convert(geometry)
            {
                let kind = Kind::NotInProjection { name: datum.name() };
                found.field("coordinates", Some(format!("[{x}, {y}]")), None, kind);
                row.geometry = None;
            }
            make(row, &headings, &names, found)
        };
        let (typed, sha256) = rayon::join(|| geojson::read(&source, made), || source.sha256());
        read.input = Some(input(layer.name(), sha256, &file, typed.items.len(), &datum));
        Self {
            file: Some(file),
            source: Some(source),
            items: typed.items,
            refused: typed.refused,
            complete: typed.complete,
            names,
            findings: typed.findings,
            ..read
        }
    }

    /// Everything wrong with the layer, its findings as faults with lines.
    pub(super) fn faults(&mut self) -> Vec<Fault> {
        let file = self.file.clone().unwrap_or_default();
        let found = self.findings.drain(..).map(|f| as_fault(f, self.source.as_ref(), &file));
        self.faults.drain(..).chain(found).collect()
    }

    /// The layer's values, sorted by id.
    pub(super) fn values(&mut self, id: impl Fn(&T) -> &str + Sync) -> Vec<T> {
        use rayon::slice::ParallelSliceMut;
        // Nothing will ask for a line any more, and the text of a large layer is as large as the layer.
        self.source = None;
        let mut values: Vec<T> = std::mem::take(&mut self.items).into_iter().map(|item| item.value).collect();
        // Ids are unique by now, so an unstable sort has one answer.
        values.par_sort_unstable_by(|a, b| id(a).cmp(id(b)));
        values
    }
}

impl<T> LayerFile<T> {
    /// Adds a finding about one of the items.
    pub(super) fn fault(&mut self, at: usize, id: &str, field: Option<&str>, value: Option<String>, kind: Kind) {
        let item = &self.items[at];
        let feature = Some(FeatureRef { index: item.index, id: Some(id.to_owned()), row: item.row });
        self.findings.push(Finding { byte: item.byte, feature, field: field.map(str::to_owned), value, kind });
    }
}

/// What is told of a file that was read.
pub(super) fn input(layer: &str, sha256: String, file: &str, features: usize, datum: &Datum) -> Input {
    Input { layer: layer.to_owned(), file: file.to_owned(), sha256, features, rejected: 0, datum: Some(datum.name()) }
}

/// Hash of a file, and of those that belong to it.
fn hash(opened: &Opened<'_>) -> String {
    let beside: Vec<Vec<u8>> = match format::suffix(&opened.path).as_str() {
        "shp" => format::BESIDE.iter().filter_map(|s| std::fs::read(format::beside(&opened.path, s)?).ok()).collect(),
        _ => Vec::new(),
    };
    source::sha256(std::iter::once(&opened.bytes[..]).chain(beside.iter().map(|bytes| &bytes[..])))
}

/// The datum of a table: what the plan says, else the file, else the headings of its coordinates. Of projections the file
/// knows better, of degrees the plan: GCJ-02 is nearly always labelled WGS84.
fn datum(grid: &Grid, declared: Option<&Datum>, headings: &Headings) -> Result<Datum, Box<Finding>> {
    let conflict = |file: &Datum, plan: &Datum| {
        Box::new(Finding::of(Kind::DatumConflict { file: file.name(), plan: plan.name() }))
    };
    match (declared, &grid.says) {
        (Some(plan), FileDatum::Says(file)) if plan.is_degrees() != file.is_degrees() => Err(conflict(file, plan)),
        (Some(plan), FileDatum::Says(file)) if !file.is_degrees() && plan != file => Err(conflict(file, plan)),
        (Some(plan), _) => Ok(plan.clone()),
        (None, FileDatum::Says(file)) => Ok(file.clone()),
        (None, FileDatum::Refused(name, kind)) => {
            let value = Some(super::fault::quoted(name));
            Err(Box::new(Finding { field: Some("crs".into()), value, ..Finding::of(kind.clone()) }))
        }
        (None, FileDatum::Silent) => {
            format::datum_of_headings(grid, headings).ok_or_else(|| Box::new(Finding::of(Kind::UndeclaredDatum)))
        }
    }
}

fn is_geojson(file: &str) -> bool {
    matches!(format::suffix(Path::new(file)).as_str(), GEOJSON | "json")
}

/// A finding with its line, where there is a text to count in.
pub(super) fn as_fault(finding: Finding, source: Option<&Source>, file: &str) -> Fault {
    match source {
        Some(source) => source.fault(finding),
        None => finding.in_file(file),
    }
}

/// The file of a layer; `None` where the layer is rightly absent.
fn which_file(dir: &Path, layer: Layer, named: Option<&str>) -> Result<Option<String>, Box<Fault>> {
    let fault = |kind, file: &str| Err(Box::new(Finding::of(kind).in_file(file)));
    if let Some(file) = named {
        return if is_geojson(file) || SUFFIXES.contains(&format::suffix(Path::new(file)).as_str()) {
            Ok(Some(file.to_owned()))
        } else {
            fault(Kind::OtherFormat { found: super::fault::shown(file) }, file)
        };
    }
    let there = |suffixes: &[&str]| -> Vec<String> {
        let named = suffixes.iter().map(|suffix| format!("{}.{suffix}", layer.name()));
        named.filter(|file| is_there(dir, file)).collect()
    };
    let file = format!("{}.{GEOJSON}", layer.name());
    match there(&SUFFIXES).as_slice() {
        [only] => return Ok(Some(only.clone())),
        [] => {}
        several => return fault(Kind::SeveralFiles { found: several.join(", ") }, &several[0]),
    }
    match there(&OTHERS).into_iter().next() {
        Some(found) => fault(Kind::OtherFormat { found }, &file),
        None if layer == Layer::Residences => {
            fault(Kind::NoFile { what_zh: "居民点图层", what_en: "the layer of residences" }, &file)
        }
        None => Ok(None),
    }
}

/// Whether there is something by this name, a broken link included: that is a fault, not an absent layer.
pub(super) fn is_there(dir: &Path, file: &str) -> bool {
    dir.join(file).symlink_metadata().is_ok()
}

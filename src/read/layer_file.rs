//! What is a layer once it is read? Its typed items, what was refused, and where each stands in the file.
//! A file of its own because the folder fills it and the checks between layers look at it.

use super::fault::{Fault, FeatureRef};
use super::fault_words::Kind;
use super::geojson;
use super::geometry;
use super::headings::{Headings, Layer};
use super::names::LayerNames;
use super::plan_toml::PlanFile;
use super::row::{Findings, Item, Row};
use super::source::{Finding, Source};
use crate::model::{Boundary, Candidate, Input, Place, Station};
use geo::Point;
use std::path::Path;
use std::sync::Arc;

/// Suffix of GeoJSON files, and another that they often have.
const GEOJSON: &str = "geojson";
/// Formats that people have instead.
const OTHERS: [&str; 8] = ["json", "csv", "xlsx", "xls", "gpkg", "parquet", "shp", "kml"];

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
        let source = match Source::open(dir, &file) {
            Ok(source) => source,
            Err(fault) => {
                (read.complete, read.file, read.faults) = (false, Some(file), vec![*fault]);
                return read;
            }
        };
        let none = std::collections::BTreeMap::new();
        let headings = Headings::of(layer, key.map_or(&none, |key| &key.columns));
        let names = LayerNames::default();
        let (typed, sha256) = rayon::join(
            || geojson::read(&source, |row, found| make(row, &headings, &names, found)),
            || source.sha256(),
        );
        read.input = Some(input(layer.name(), sha256, &file, typed.items.len()));
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
        let feature = Some(FeatureRef { index: item.index, id: Some(id.to_owned()) });
        self.findings.push(Finding { byte: item.byte, feature, field: field.map(str::to_owned), value, kind });
    }
}

/// What is told of a file that was read.
pub(super) fn input(layer: &str, sha256: String, file: &str, features: usize) -> Input {
    Input { layer: layer.to_owned(), file: file.to_owned(), sha256, features, rejected: 0 }
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
        let suffix = Path::new(file).extension().and_then(|s| s.to_str()).unwrap_or_default().to_lowercase();
        return match suffix.as_str() {
            GEOJSON | "json" => Ok(Some(file.to_owned())),
            _ => fault(Kind::OtherFormat { found: super::fault::shown(file) }, file),
        };
    }
    let file = format!("{}.{GEOJSON}", layer.name());
    if is_there(dir, &file) {
        return Ok(Some(file));
    }
    let other = OTHERS.iter().map(|suffix| format!("{}.{suffix}", layer.name())).find(|other| is_there(dir, other));
    match other {
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

//! Which files make up a plan folder, and what do they hold together?
//! A file of its own because it knows the whole folder; one layer is `layer_file.rs`, what they must agree on `agreement.rs`.

use super::agreement;
use super::boundaries::boundary;
use super::encoding::Encoding;
use super::fault::{Fault, Faults};
use super::fault_words::Kind;
use super::headings::Layer;
use super::layer_file::{LayerFile, Layers, as_fault, is_there};
use super::places::place;
use super::plan_toml::{self, PlanFile};
use super::sites::{candidate, station};
use super::source::{Finding, Source};
use super::travel_input;
use crate::model::{Input, Lang, PlaceLayer, PlanFolder};
use std::path::Path;

/// The plan's own file.
pub(super) const PLAN: &str = "plan.toml";
/// Reads and validates a plan folder.
///
/// Every layer is sorted by id, so the order of features in a file changes nothing behind this function.
///
/// # Errors
/// [`Faults`]: every fault of every file, not only the first.
///
/// # Example
/// ```no_run
/// match doorstep::read::open(std::path::Path::new("data/daxinganling")) {
///     Ok(folder) => assert!(!folder.places.is_empty()),
///     Err(faults) => eprintln!("{}", faults.say(doorstep::model::Lang::Zh)),
/// }
/// ```
pub fn open(dir: &Path) -> Result<PlanFolder, Faults> {
    open_with(dir, &Reading::default())
}

/// How files are read, as far as the plan does not say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// Encoding of tables that are text; UTF-8 where nobody says.
    pub encoding: Option<Encoding>,
    /// How much a file may hold.
    pub limits: Limits,
}

/// How much a file may hold. The default is for files of one's own; what comes over a network gets less.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of all parts of a workbook once unpacked.
    pub unpacked: u64,
    /// Cells of a sheet, empty ones within its corners included: all of them are held.
    pub cells: u64,
    /// Rows or features of a layer.
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 1 << 30, cells: 100_000_000, rows: 20_000_000 }
    }
}

/// The same as [`open`], told how to read what does not say it itself.
///
/// # Errors
/// As for [`open`].
pub fn open_with(dir: &Path, reading: &Reading) -> Result<PlanFolder, Faults> {
    if let Some(fault) = folder_fault(dir) {
        return Err(Faults::one(fault));
    }
    let (plan_source, mut plan) = read_plan(dir);
    let residences = LayerFile::read(dir, Layer::Residences, &plan, reading, |row, headings, names, found| {
        place(PlaceLayer::Residences, row, headings, names, found)
    });
    let clusters = LayerFile::read(dir, Layer::Clusters, &plan, reading, |row, headings, names, found| {
        place(PlaceLayer::Clusters, row, headings, names, found)
    });
    let stations = LayerFile::read(dir, Layer::Stations, &plan, reading, station);
    let candidates = LayerFile::read(dir, Layer::Candidates, &plan, reading, candidate);
    let boundaries = LayerFile::read(dir, Layer::Boundaries, &plan, reading, boundary);
    let mut layers = Layers { residences, clusters, stations, candidates, boundaries };
    agreement::check(&mut plan, &mut layers);

    let mut files = vec![plan.findings.drain(..).map(|f| as_fault(f, plan_source.as_ref(), PLAN)).collect()];
    files.push(layers.residences.faults());
    files.push(layers.clusters.faults());
    files.push(layers.stations.faults());
    files.push(layers.candidates.faults());
    files.push(layers.boundaries.faults());
    let mut places = layers.residences.values(|p| &p.id);
    places.extend(layers.clusters.values(|p| &p.id));
    let stations = layers.stations.values(|s| &s.id);
    let candidates = layers.candidates.file.is_some().then(|| layers.candidates.values(|c| &c.id));
    let of_travel = travel_input::Layers { places: &places, stations: &stations, candidates: candidates.as_deref() };
    // Without all ids every time would seem to be of an unknown place.
    let whole = files.iter().all(Vec::is_empty);
    let (travel, of_model, faults) =
        if whole { travel_input::travel_input(dir, &plan, &of_travel) } else { Default::default() };
    files.push(faults);
    if let Some(faults) = Faults::of(files) {
        return Err(faults);
    }
    let mut inputs: Vec<Input> = plan_source.iter().map(plan_input).collect();
    inputs.extend(layers.residences.input.take());
    inputs.extend(layers.clusters.input.take());
    inputs.extend(layers.stations.input.take());
    inputs.extend(layers.candidates.input.take());
    inputs.extend(layers.boundaries.input.take());
    inputs.extend(of_model);
    Ok(PlanFolder {
        plan: plan.plan,
        places,
        stations,
        candidates,
        boundaries: layers.boundaries.values(|b| &b.county),
        travel,
        inputs,
    })
}

fn plan_input(source: &Source) -> Input {
    Input { layer: "plan".into(), file: PLAN.into(), sha256: source.sha256(), features: 1, rejected: 0, datum: None }
}

/// The language that a folder's `plan.toml` asks for, whatever else is wrong with the folder; `None` without a plan.
pub fn language(dir: &Path) -> Option<Lang> {
    let (source, plan) = read_plan(dir);
    source.map(|_| plan.plan.lang)
}

/// `plan.toml` without `[layers]`, for a copy of the folder whose layers have the usual names and headings.
///
/// # Errors
/// What keeps `plan.toml` from being read.
pub fn plan_without_layers(dir: &Path) -> Result<String, Faults> {
    let source = Source::open(dir, PLAN).map_err(|fault| Faults::one(*fault))?;
    plan_toml::without_layers(&source).map_err(|finding| Faults::one(source.fault(*finding)))
}

/// Why the folder as such cannot be read.
fn folder_fault(dir: &Path) -> Option<Fault> {
    let error = match std::fs::read_dir(dir) {
        Ok(_) => return None,
        Err(error) => error.to_string(),
    };
    Some(Finding::of(Kind::NoFolder { error }).in_file(&dir.display().to_string()))
}

pub(super) fn read_plan(dir: &Path) -> (Option<Source>, PlanFile) {
    if !is_there(dir, PLAN) {
        let what = Kind::NoFile { what_zh: "方案本身（plan.toml）", what_en: "the plan itself (plan.toml)" };
        return (None, PlanFile::absent(Finding::of(what)));
    }
    match Source::open(dir, PLAN) {
        Ok(source) => {
            let plan = plan_toml::read(&source);
            (Some(source), plan)
        }
        Err(fault) => {
            let Fault { field, value, kind, .. } = *fault;
            (None, PlanFile::absent(Finding { field, value, ..Finding::of(kind) }))
        }
    }
}

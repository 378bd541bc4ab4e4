//! What does the folder hold for the plan's travel model: roads, or given times? A file of its own because these are no layers:
//! roads are only found here (`travel/` reads them), and times speak of the ids of all layers.

use super::fault::Fault;
use super::fault_words::Kind;
use super::layer_file::is_there;
use super::plan_toml::PlanFile;
use super::source::Finding;
use super::tables::{DemandTable, SiteTable, read_times};
use crate::model::{Candidate, GivenTimes, Input, Limit, Model, Place, Station, TravelInput};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

/// The layers that times speak of.
pub(super) struct Layers<'a> {
    pub(super) places: &'a [Place],
    pub(super) stations: &'a [Station],
    pub(super) candidates: Option<&'a [Candidate]>,
}

/// What the travel model needs, the file it came from, and what is wrong with it.
pub(super) fn travel_input(
    dir: &Path,
    plan: &PlanFile,
    layers: &Layers<'_>,
) -> (TravelInput, Option<Input>, Vec<Fault>) {
    let fault = |file: &str, kind| (TravelInput::Circle, None, vec![Finding::of(kind).in_file(file)]);
    let input = |layer: &str, file: &str, features| {
        let sha256 = hash(&dir.join(file)).unwrap_or_default();
        Some(Input { layer: layer.to_owned(), file: file.to_owned(), sha256, features, rejected: 0, datum: None })
    };
    match plan.plan.travel.model {
        Model::Circle => (TravelInput::Circle, None, Vec::new()),
        Model::Roads => {
            let file = plan.travel_files.roads.as_str();
            if !is_there(dir, file) {
                let (what_zh, what_en) = ("路网（model = \"roads\"）", "the road network (model = \"roads\")");
                return fault(file, Kind::NoFile { what_zh, what_en });
            }
            if !dir.join(file).is_file() {
                return fault(file, Kind::NotAFile);
            }
            (TravelInput::Roads { path: dir.join(file) }, input("roads", file, 1), Vec::new())
        }
        Model::Times => {
            let file = plan.travel_files.times.as_str();
            if !is_there(dir, file) {
                let (what_zh, what_en) = ("给定的行程时间（model = \"times\"）", "the given times (model = \"times\")");
                return fault(file, Kind::NoFile { what_zh, what_en });
            }
            let (times, rows, mut faults) = times(dir, file, layers);
            if let Some(i) = plan.plan.circles.iter().position(|c| matches!(c.limit, Limit::Radius(_))) {
                let finding =
                    Finding { field: Some(format!("circle[{i}].kilometres")), ..Finding::of(Kind::KilometresByTimes) };
                faults.insert(0, finding.in_file(super::folder::PLAN));
            }
            let existing = layers.stations.iter().filter(|s| s.status.counts()).count();
            if layers.candidates.is_none() && plan.plan.target > existing {
                faults.insert(0, Finding::of(Kind::TimesNeedCandidates).in_file("candidates.geojson"));
            }
            (TravelInput::Times(times), input("times", file, rows), faults)
        }
    }
}

fn times(dir: &Path, file: &str, layers: &Layers<'_>) -> (GivenTimes, usize, Vec<Fault>) {
    let (mut sites, mut demand) = (SiteTable::default(), DemandTable::default());
    let ids = layers.stations.iter().map(|s| &s.id).chain(layers.candidates.into_iter().flatten().map(|c| &c.id));
    for id in ids {
        if sites.ids.find(id).is_none() {
            sites.ids.add(id);
        }
    }
    // A residence and a cluster may share an id: then a row speaks of both.
    let mut places: HashMap<u32, Vec<u32>> = HashMap::new();
    for (i, place) in (0..).zip(layers.places) {
        let at = demand.ids.find(&place.id).unwrap_or_else(|| {
            demand.ids.add(&place.id);
            demand.ids.len() as u32 - 1
        });
        places.entry(at).or_default().push(i);
    }
    let names = (Path::new("stations, candidates"), Path::new("residences, clusters"));
    let (table, mut faults) = read_times(&dir.join(file), names, &sites, &demand);
    faults.iter_mut().for_each(|f| f.file = file.to_owned());
    let mut given = GivenTimes::default();
    for &(demand, site, seconds) in &table.pairs {
        let of_site = given.of_site.entry(sites.ids.name(site as usize).to_owned()).or_default();
        of_site.extend(places[&demand].iter().map(|&place| (place, seconds)));
    }
    given.of_site.values_mut().for_each(|rows| rows.sort_unstable_by_key(|row| row.0));
    (given, table.pairs.len(), faults)
}

fn hash(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash, mut piece) = (std::fs::File::open(path)?, Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            n => hash.update(&piece[..n]),
        }
    }
    let mut hex = String::new();
    hash.finalize().iter().for_each(|byte| {
        let _ = write!(hex, "{byte:02x}");
    });
    Ok(hex)
}

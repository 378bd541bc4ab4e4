//! What does `plan.toml` say? Every key of the contract, its default and what is wrong with it.
//! A file of its own because the plan is the one input that is not a layer; how TOML is walked is `plan_toml_keys.rs`.

use super::codes::Book;
use super::fault_words::Kind;
use super::plan_toml_keys as keys;
use super::plan_toml_keys::{Keys, Walk};
use super::plan_toml_layers::{LayerKeys, is_inside, layers};
use super::plan_toml_objective::objective;
use super::source::{Finding, Source};
use crate::model::{
    Circle, CountyLimit, Lang, Limit, Limits, Metres, Minutes, Mode, Model, Phase, PlaceKind, Plan, ROAD_CLASSES,
    Season, Setting, TravelSettings, Weights,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use toml::de::DeTable;

/// Words of `setting`.
const SETTINGS: [(Setting, &str); 2] = [(Setting::Urban, "urban"), (Setting::Rural, "rural")];
/// Words of `model`.
const MODELS: [(Model, &str); 3] = [(Model::Circle, "circle"), (Model::Roads, "roads"), (Model::Times, "times")];
/// Words of `mode`.
const MODES: [(Mode, &str); 3] = [(Mode::Walk, "walk"), (Mode::Bike, "bike"), (Mode::Drive, "drive")];
/// Words of `season`.
const SEASONS: [(Season, &str); 3] = [(Season::Summer, "summer"), (Season::Winter, "winter"), (Season::Both, "both")];
/// Kinds that `weights.kinds` may name.
const KINDS: [PlaceKind; 5] =
    [PlaceKind::Settlement, PlaceKind::Relocation, PlaceKind::College, PlaceKind::Industry, PlaceKind::Footfall];

/// Files that a travel model reads, relative to the folder.
#[derive(Debug)]
pub(super) struct TravelFiles {
    pub(super) roads: String,
    pub(super) times: String,
}

impl Default for TravelFiles {
    fn default() -> Self {
        Self { roads: "roads.osm.pbf".to_owned(), times: "times.csv".to_owned() }
    }
}

/// `plan.toml` as far as it could be read, and everything wrong with it.
#[derive(Debug)]
pub(super) struct PlanFile {
    /// With defaults where a key is at fault; only to be used when there are no findings.
    pub(super) plan: Plan,
    /// `[layers]`.
    pub(super) layers: LayerKeys,
    /// `[aliases]` and `codes`: what names and codes of counties mean.
    pub(super) book: Arc<Book>,
    /// Files of the travel model.
    pub(super) travel_files: TravelFiles,
    /// Whether the circles can be relied on to judge the places' settings.
    pub(super) circles_hold: bool,
    /// Where each key stands, for faults that only the layers bring out.
    pub(super) places: HashMap<String, (usize, String)>,
    pub(super) findings: Vec<Finding>,
}

impl PlanFile {
    /// The stand-in for a plan that cannot be read, so that the layers are still checked.
    pub(super) fn absent(why: Finding) -> Self {
        let empty = DeTable::new();
        let mut file = plan(Keys::new(&empty), Walk::new(""));
        (file.findings, file.circles_hold) = (vec![why], false);
        file
    }
}

/// Reads `plan.toml`.
pub(super) fn read(source: &Source) -> PlanFile {
    let text = source.text();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut walk = Walk::new(text);
    if errors.is_empty() {
        return plan(Keys::new(table.get_ref()), walk);
    }
    // What a parser recovers from a broken file would raise faults that are not the reader's.
    for error in errors {
        let said = error.message().replace('\n', ", ");
        let finding = Finding::of(Kind::Toml { error: super::fault::shown(&said) });
        walk.found.push(Finding { byte: error.span().map(|span| span.start), ..finding });
    }
    let empty = DeTable::new();
    let mut file = plan(Keys::new(&empty), Walk::new(""));
    (file.findings, file.circles_hold) = (walk.found, false);
    file
}

/// The text of a plan without `[layers]`; comments are lost where there is one.
pub(super) fn without_layers(source: &Source) -> Result<String, Box<Finding>> {
    let refused = |e: String| Box::new(Finding::of(Kind::Toml { error: super::fault::shown(&e) }));
    let mut table: toml::Table = source.text().parse().map_err(|e: toml::de::Error| refused(e.message().to_owned()))?;
    match table.remove("layers") {
        None => Ok(source.text().to_owned()),
        Some(_) => toml::to_string(&table).map_err(|e| refused(e.to_string())),
    }
}

fn plan(mut top: Keys<'_>, mut walk: Walk<'_>) -> PlanFile {
    let w = &mut walk;
    let name = require(top.text("name", w), "name", "name = \"…\"", &mut top, w);
    let lang = top.word("lang", &[(Lang::Zh, "zh"), (Lang::En, "en")], w).unwrap_or_default();
    let target = top.whole("target", keys::SOME, w);
    let target = require(target, "target", "target = 20", &mut top, w);
    let phases = phases(&mut top, target, w);
    let before = w.found.len();
    let circles = circles(&mut top, w);
    let circles_hold = w.found.len() == before;
    let mut travel_files = TravelFiles::default();
    let travel = travel(&mut top, &mut travel_files, w);
    let weights = weights(&mut top, w);
    let objective = objective(&mut top, &phases, w);
    let limits = limits(&mut top, w);
    let derive = derive(&mut top, w);
    let layers = layers(&mut top, w);
    let book = Arc::new(book(&mut top, w));
    let plan = Plan {
        name: name.unwrap_or_default(),
        lang,
        target: target.unwrap_or(1),
        phases,
        circles,
        travel,
        weights,
        objective,
        limits,
        derive,
        notice: top.wording("notice", w),
        review_number: top.text("review_number", w),
        counties: top.texts("counties", w),
    };
    top.finish(w);
    PlanFile { plan, layers, book, travel_files, circles_hold, places: walk.places, findings: walk.found }
}

/// `codes`, an edition such as `2018-10`, and `[aliases]`.
fn book(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> Book {
    let mut book = Book::default();
    if let Some(text) = top.text("codes", walk) {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
            book.edition = Some(digits);
        } else {
            walk.fault(&top.path("codes"), Kind::BadEdition);
        }
    }
    if let Some(named) = top.table("aliases", walk) {
        for (alias, path, value) in named.entries(walk) {
            match value.get_ref().as_str().map(str::trim).filter(|county| !county.is_empty()) {
                Some(county) => drop(book.aliases.insert(alias.trim().to_owned(), county.to_owned())),
                None => walk.fault(
                    &path,
                    Kind::WrongType {
                        wanted_zh: "带引号的县区名称", wanted_en: "a county's name in quotation marks"
                    },
                ),
            }
        }
    }
    book
}

/// A key that must be there; one that is there but wrong has its fault already.
fn require<T>(
    value: Option<T>,
    key: &'static str,
    example: &'static str,
    table: &mut Keys<'_>,
    walk: &mut Walk<'_>,
) -> Option<T> {
    let path = table.path(key);
    if value.is_none() && !walk.places.contains_key(&path) {
        walk.fault(&path, Kind::NoKey { example });
    }
    value
}

fn phases(top: &mut Keys<'_>, target: Option<usize>, walk: &mut Walk<'_>) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    let tables = top.tables("phase", walk);
    let all = tables.len();
    for mut table in tables {
        let name = table.text("name", walk);
        let name = require(name, "name", "name = \"2024\"", &mut table, walk);
        let stations = table.whole("stations", keys::SOME, walk);
        let stations = require(stations, "stations", "stations = 7", &mut table, walk);
        if let (Some(stations), Some(last)) = (stations, phases.last())
            && stations <= last.stations
        {
            walk.fault(&table.path("stations"), Kind::PhasesNotAscending { before: last.stations });
        }
        if name.as_ref().is_some_and(|name| phases.iter().any(|p| p.name == *name)) {
            walk.fault(&table.path("name"), Kind::Repeated);
        }
        if let (Some(name), Some(stations)) = (name, stations) {
            phases.push(Phase { name, stations });
        }
        table.finish(walk);
    }
    if let (Some(target), Some(last)) = (target, phases.last())
        && phases.len() == all
        && last.stations != target
    {
        walk.fault(&format!("phase[{}].stations", all - 1), Kind::LastPhase { target });
    }
    if let (Some(target), 0) = (target, all) {
        phases.push(Phase { name: "1".to_owned(), stations: target });
    }
    phases
}

fn circles(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> Vec<Circle> {
    let tables = top.tables("circle", walk);
    if tables.is_empty() && !walk.found.iter().any(|f| f.field.as_deref().is_some_and(|f| f.starts_with("circle"))) {
        walk.fault("circle", Kind::NoCircle);
    }
    let mut circles: Vec<Circle> = Vec::new();
    for mut table in tables {
        let before = walk.found.len();
        let setting = table.word("setting", &SETTINGS, walk);
        let mode = table.word("mode", &MODES, walk).unwrap_or(Mode::Walk);
        let minutes = table.number("minutes", keys::MINUTES, walk);
        let kilometres = table.number("kilometres", keys::KILOMETRES, walk);
        let stated = |key| walk.places.contains_key(&table.path(key));
        if stated("minutes") == stated("kilometres") {
            walk.fault(table.own_path(), Kind::OneLimit);
        }
        if walk.found.len() == before
            && let Some(earlier) = circles.iter().position(|c| c.setting.is_none() || c.setting == setting)
        {
            walk.fault(table.own_path(), Kind::CircleUnused { earlier });
        }
        let limit = match (minutes, kilometres) {
            (Some(minutes), _) => Some(Limit::Minutes(Minutes(minutes))),
            (None, Some(kilometres)) => Some(Limit::Radius(Metres(kilometres * 1000.0))),
            (None, None) => None,
        };
        table.finish(walk);
        // A circle with a fault must not be held against those after it.
        circles.extend(limit.filter(|_| walk.found.len() == before).map(|limit| Circle { setting, limit, mode }));
    }
    circles
}

fn travel(top: &mut Keys<'_>, files: &mut TravelFiles, walk: &mut Walk<'_>) -> TravelSettings {
    let mut travel = TravelSettings::default();
    let Some(mut table) = top.table("travel", walk) else { return travel };
    travel.model = table.word("model", &MODELS, walk).unwrap_or(travel.model);
    travel.season = table.word("season", &SEASONS, walk).unwrap_or(travel.season);
    travel.detour = table.number("detour", keys::DETOUR, walk).unwrap_or(travel.detour);
    travel.walk_kmh = table.number("walk_kmh", keys::SPEED, walk).unwrap_or(travel.walk_kmh);
    travel.bike_kmh = table.number("bike_kmh", keys::SPEED, walk).unwrap_or(travel.bike_kmh);
    travel.snap = table.number("snap_m", keys::SNAP, walk).map_or(travel.snap, Metres);
    for (key, file) in [("roads", &mut files.roads), ("times", &mut files.times)] {
        if let Some(named) = table.text(key, walk) {
            if !is_inside(&named) {
                walk.fault(&table.path(key), Kind::OutsideFolder);
            }
            *file = named;
        }
    }
    if let Some(mut speeds) = table.table("speeds", walk) {
        for (season, of) in [("summer", &mut travel.roads.summer), ("winter", &mut travel.roads.winter)] {
            *of = speeds.table(season, walk).map(|named| road_speeds(&named, walk)).unwrap_or_default();
        }
        speeds.finish(walk);
    }
    travel.drive_kmh = table.number("drive_kmh", keys::SPEED, walk).unwrap_or(travel.drive_kmh);
    table.finish(walk);
    travel
}

/// Speeds by class of road.
fn road_speeds(named: &Keys<'_>, walk: &mut Walk<'_>) -> BTreeMap<String, f64> {
    let mut speeds = BTreeMap::new();
    for (class, path, value) in named.entries(walk) {
        if !ROAD_CLASSES.contains(&class) {
            let meant = super::fault_words::Meant(super::fault::nearest(class, ROAD_CLASSES));
            walk.fault(&path, Kind::UnknownKey { known: ROAD_CLASSES.join(", "), meant });
        }
        let kmh = keys::number(value, &path, keys::SPEED, walk);
        speeds.extend(kmh.map(|kmh| (class.to_owned(), kmh)));
    }
    speeds
}

fn weights(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> Weights {
    let mut weights = Weights { residences: 1.0, clusters: 0.5, groups: BTreeMap::new(), kinds: BTreeMap::new() };
    let Some(mut table) = top.table("weights", walk) else { return weights };
    let before = walk.found.len();
    weights.residences = table.number("residences", keys::NOT_NEGATIVE, walk).unwrap_or(weights.residences);
    weights.clusters = table.number("clusters", keys::NOT_NEGATIVE, walk).unwrap_or(weights.clusters);
    if let Some(groups) = table.table("groups", walk) {
        for (group, path, value) in groups.entries(walk) {
            let weight = keys::number(value, &path, keys::NOT_NEGATIVE, walk);
            weights.groups.extend(weight.map(|w| (super::headings::group(group).to_owned(), w)));
        }
    }
    if let Some(kinds) = table.table("kinds", walk) {
        for (kind, path, value) in kinds.entries(walk) {
            let known = KINDS.map(PlaceKind::name);
            if !known.contains(&kind) {
                let meant = super::fault_words::Meant(super::fault::nearest(kind, known));
                walk.fault(&path, Kind::UnknownKey { known: known.join(", "), meant });
            }
            let factor = keys::number(value, &path, keys::NOT_NEGATIVE, walk);
            weights.kinds.extend(factor.map(|f| (kind.to_owned(), f)));
        }
    }
    let heaviest = weights.groups.values().fold(weights.residences.max(weights.clusters), |most, w| most.max(*w));
    if walk.found.len() == before && heaviest == 0.0 {
        walk.fault(table.own_path(), Kind::NothingWeighs);
    }
    table.finish(walk);
    weights
}

fn derive(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> bool {
    let Some(mut table) = top.table("candidates", walk) else { return false };
    let derive = table.truth("derive", walk).unwrap_or(false);
    table.finish(walk);
    derive
}

fn limits(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> Limits {
    let Some(mut table) = top.table("limits", walk) else { return Limits::default() };
    let mut counties = BTreeMap::new();
    if let Some(named) = table.table("counties", walk) {
        for (county, path, value) in named.entries(walk) {
            let Some(mut limit) = keys::table(value, path.clone(), walk) else { continue };
            let min = limit.whole("min", keys::ANY, walk).unwrap_or(0);
            let max = limit.whole("max", keys::ANY, walk);
            if max.is_some_and(|max| min > max) {
                walk.fault(&path, Kind::MinAboveMax);
            }
            limit.finish(walk);
            counties.insert(county.trim().to_owned(), CountyLimit { min, max });
        }
    }
    let required = table.texts("required", walk);
    let forbidden = table.texts("forbidden", walk);
    for (i, _) in forbidden.iter().enumerate().filter(|(_, id)| required.contains(id)) {
        walk.fault(&format!("{}[{i}]", table.path("forbidden")), Kind::RequiredAndForbidden);
    }
    let spacing = table.number("spacing_km", keys::SPACING, walk).map(|km| Metres(km * 1000.0));
    let budget = table.number("budget", keys::NOT_NEGATIVE, walk);
    table.finish(walk);
    Limits { counties, spacing, required, forbidden, budget }
}

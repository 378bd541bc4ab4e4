//! Which layers are open to other programs, and what are their features? OGC API and tiles read these. A file of its own
//! because both must hand out the same features under the same names.

use crate::job::Outcome;
use crate::model::Lang;
use crate::report::layers::Layer;
use geojson::GeometryValue;
use rayon::prelude::*;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A layer that other programs may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum OpenLayer {
    /// Every place and how it is covered.
    Places,
    /// Existing stations.
    Stations,
    /// Proposed stations.
    Proposal,
    /// Where stations could be.
    Candidates,
    /// Ground within the standard of a station.
    Circles,
    /// Places that stay uncovered.
    Gaps,
    /// Outlines of counties, where the plan gives them.
    Counties,
}

impl OpenLayer {
    /// All of them, in the order in which they are listed.
    pub(super) const ALL: [Self; 7] =
        [Self::Places, Self::Stations, Self::Proposal, Self::Candidates, Self::Circles, Self::Gaps, Self::Counties];

    /// The name in paths.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Stations => "stations",
            Self::Proposal => "proposal",
            Self::Candidates => "candidates",
            Self::Circles => "circles",
            Self::Gaps => "gaps",
            Self::Counties => "counties",
        }
    }

    /// By its name in a path.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// The heading of a list.
    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Places => lang.pick("居民点与集聚区", "Places"),
            Self::Stations => lang.pick("既有站点", "Existing stations"),
            Self::Proposal => lang.pick("拟建站点", "Proposed stations"),
            Self::Candidates => lang.pick("候选点", "Candidates"),
            Self::Circles => lang.pick("服务圈", "Service circles"),
            Self::Gaps => lang.pick("缺口", "Gaps"),
            Self::Counties => lang.pick("县区", "Counties"),
        }
    }

    /// What its features are.
    pub(super) fn description(self, lang: Lang) -> &'static str {
        match self {
            Self::Places => lang.pick(
                "每个居民点和集聚区，以及现状和方案实施后的覆盖比例",
                "Every residence and business cluster with the share covered today and after the proposal",
            ),
            Self::Stations => {
                lang.pick("已运营、在建、计划和已关闭的站点", "Stations that are open, being built, planned or closed")
            }
            Self::Proposal => lang.pick("方案拟建的站点，按次序", "Stations that the plan proposes, by rank"),
            Self::Candidates => lang.pick("可以建站的位置", "Sites that a station could use"),
            Self::Circles => {
                lang.pick("每个站点在标准时间内可达的范围", "The ground within the standard of each station")
            }
            Self::Gaps => lang.pick(
                "方案实施后仍未完全覆盖的地点、原因和弥补办法",
                "Places not wholly covered after the proposal, why, and what would close the gap",
            ),
            Self::Counties => lang.pick(
                "方案自带的县区边界（没有则为空）",
                "County outlines that the plan supplies; empty where it has none",
            ),
        }
    }

    fn source(self) -> Layer {
        match self {
            Self::Places => Layer::Coverage,
            Self::Stations => Layer::Stations,
            Self::Proposal => Layer::Proposal,
            Self::Candidates => Layer::Candidates,
            Self::Circles => Layer::Circles,
            Self::Gaps => Layer::Gaps,
            Self::Counties => Layer::Counties,
        }
    }

    /// What names a feature: ids are unique in one layer of the plan only, so places say which.
    fn naming(self) -> &'static [&'static str] {
        match self {
            Self::Places | Self::Gaps => &["layer", "id"],
            Self::Circles => &["station", "setting", "mode"],
            Self::Stations | Self::Proposal | Self::Candidates | Self::Counties => &["id"],
        }
    }
}

/// A feature, as text that is sent as it stands.
#[derive(Debug)]
pub(super) struct Feature {
    /// Unique in its layer.
    pub id: Box<str>,
    /// GeoJSON geometry.
    pub geometry: Box<str>,
    /// Properties as a JSON object.
    pub properties: Box<str>,
    /// West, south, east, north, in degrees.
    pub bounds: [f64; 4],
}

impl Feature {
    /// Whether it is a point, which its bounds then are.
    pub(super) fn is_point(&self) -> bool {
        self.bounds[0] == self.bounds[2] && self.bounds[1] == self.bounds[3]
    }

    /// Its geometry, parsed.
    pub(super) fn shape(&self) -> geojson::Geometry {
        serde_json::from_str(&self.geometry).expect("what this program has written it can read")
    }
}

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// true or false.
    Flag,
    /// A list of texts.
    List,
    /// Nothing in any feature.
    Nothing,
}

/// The features of a layer, in its order.
#[derive(Debug)]
pub(super) struct Features {
    /// Which layer.
    pub layer: OpenLayer,
    /// All of them.
    pub all: Vec<Feature>,
    /// Properties in order, and what they hold; of an empty layer none.
    pub columns: Vec<(String, Holds)>,
    /// West, south, east, north of all; `None` where there are no features.
    pub extent: Option<[f64; 4]>,
    by_id: HashMap<Box<str>, usize>,
}

impl Features {
    /// Lays out a layer.
    pub(super) fn of(layer: OpenLayer, outcome: &Outcome, lang: Lang) -> Self {
        let mut texts = Vec::new();
        layer.source().each(outcome, lang, |geometry, properties| texts.push((geometry, properties)));
        let mut features = Self { layer, all: Vec::new(), columns: Vec::new(), extent: None, by_id: HashMap::new() };
        let parts: Vec<_> = texts.par_chunks(PART).map(|part| drafted(layer, part)).collect();
        drop(texts);
        for (columns, drafts) in parts {
            columns.into_iter().for_each(|(name, holds)| learn(&mut features.columns, &name, holds));
            drafts.into_iter().for_each(|draft| features.add(draft));
        }
        features
    }

    /// The position of a feature.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Gives a feature an id of its own and its place; so far its id is its name.
    fn add(&mut self, draft: Feature) {
        let name = draft.id;
        // The same station may have two circles of one name, and a candidate the id of a station.
        let id = (1..)
            .map(|n| if n == 1 { name.clone() } else { format!("{name}~{n}").into_boxed_str() })
            .find(|id| !id.is_empty() && !self.by_id.contains_key(id))
            .expect("numbers do not end");
        self.extent = Some(self.extent.map_or(draft.bounds, |e| around(e, draft.bounds)));
        self.by_id.insert(id.clone(), self.all.len());
        self.all.push(Feature { id, ..draft });
    }
}

/// Features that are laid out by one thread.
const PART: usize = 2048;

type Columns = Vec<(String, Holds)>;

/// Features with their names as ids, and what their columns hold.
fn drafted(layer: OpenLayer, texts: &[(geojson::Geometry, String)]) -> (Columns, Vec<Feature>) {
    let mut columns = Columns::new();
    let draft = |(geometry, properties): &(geojson::Geometry, String)| {
        let values: HashMap<&str, &RawValue> = serde_json::from_str(properties).expect("properties are an object");
        see(&mut columns, properties, &values);
        let text = |name: &&str| serde_json::from_str::<String>(values.get(*name)?.get()).ok();
        Feature {
            id: layer.naming().iter().filter_map(text).collect::<Vec<_>>().join(".").into_boxed_str(),
            geometry: serde_json::to_string(geometry).expect("a geometry serializes").into_boxed_str(),
            properties: properties.clone().into_boxed_str(),
            bounds: bounds(&geometry.value),
        }
    };
    let drafts = texts.iter().map(draft).collect();
    (columns, drafts)
}

/// Learns what columns there are, in the order of the text.
fn see(columns: &mut Columns, text: &str, values: &HashMap<&str, &RawValue>) {
    if columns.len() == values.len() && columns.iter().all(|(_, holds)| *holds != Holds::Nothing) {
        return;
    }
    let mut names: Vec<&&str> = values.keys().collect();
    names.sort_by_key(|name| text.find(&format!("\"{name}\":")));
    for name in names {
        let holds = match values[*name].get().as_bytes().first() {
            Some(b'"') => Holds::Text,
            Some(b't' | b'f') => Holds::Flag,
            Some(b'[') => Holds::List,
            Some(b'-' | b'0'..=b'9') => Holds::Number,
            _ => Holds::Nothing,
        };
        learn(columns, name, holds);
    }
}

fn learn(columns: &mut Columns, name: &str, holds: Holds) {
    match columns.iter_mut().find(|(column, _)| column == name) {
        Some((_, known)) if *known == Holds::Nothing => *known = holds,
        Some(_) => {}
        None => columns.push((name.to_owned(), holds)),
    }
}

fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

fn bounds(geometry: &GeometryValue) -> [f64; 4] {
    let mut all = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut see = |p: &geojson::Position| all = around(all, [p[0], p[1], p[0], p[1]]);
    match geometry {
        GeometryValue::Point { coordinates } => see(coordinates),
        GeometryValue::Polygon { coordinates } => coordinates.iter().flatten().for_each(see),
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().flatten().for_each(see),
        _ => unreachable!("layers are points and polygons"),
    }
    all
}

//! What did a planner do to the plan? The changes as they come in and go out: one JSON object, every key optional.
//! A file of its own because links, scenarios, jobs and answers all carry the same object.

use crate::model::Season;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// Everything that differs from the plan as it was computed. The default is nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    /// New stations; their ids start with `+`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "objects")]
    pub add: Vec<Added>,
    /// Stations and candidates that stand elsewhere: longitude and latitude.
    #[serde(rename = "move", skip_serializing_if = "BTreeMap::is_empty")]
    pub moved: BTreeMap<String, [f64; 2]>,
    /// Stations and proposed sites that are taken away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Candidates that are opened, and that no optimisation may give up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lock: Vec<String>,
    /// Candidates that are opened without being locked: what a better plan found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Candidates that must not be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<String>,
    /// Stations at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<usize>,
    /// Standards in minutes, by setting.
    #[serde(skip_serializing_if = "OfSettings::is_empty", deserialize_with = "object")]
    pub minutes: OfSettings,
    /// Walking speed in summer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_kmh: Option<f64>,
    /// Cycling speed in summer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bike_kmh: Option<f64>,
    /// Driving speed in summer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drive_kmh: Option<f64>,
    /// Season of the travel times.
    #[serde(skip_serializing_if = "Option::is_none", with = "season")]
    pub season: Option<Season>,
    /// What counts how much when the plan is optimised.
    #[serde(skip_serializing_if = "Weights::is_empty", deserialize_with = "object")]
    pub weights: Weights,
}

/// A new station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// `+` and something.
    pub id: String,
    /// Name for people; the id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Degrees, WGS84.
    pub lon: f64,
    /// Degrees, WGS84.
    pub lat: f64,
    /// County; found from outlines or the nearest place where it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<String>,
}

/// Minutes by setting; a circle for every setting takes those of its only one.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfSettings {
    /// Of circles for urban places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urban: Option<f64>,
    /// Of circles for rural places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rural: Option<f64>,
    /// Of circles for every place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<f64>,
}

impl OfSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Weights that replace the plan's own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// Weight of a resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residences: Option<f64>,
    /// Weight of a worker or visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<f64>,
    /// Extra weight of a counted person, by group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, f64>,
    /// Factor by kind of place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, f64>,
}

impl Weights {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An object and nothing else: a struct would also be read from a list of its values in the order of its fields, which nobody has
/// promised.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    from.deserialize_map(Members(PhantomData))
}

/// A list of objects.
fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct One<T>(T);
    impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            object(from).map(Self)
        }
    }
    let all: Vec<One<T>> = Vec::deserialize(from)?;
    Ok(all.into_iter().map(|one| one.0).collect())
}

mod season {
    use crate::model::Season;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(season: &Option<Season>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match season {
            Some(Season::Winter) => "winter",
            Some(Season::Both) => "both",
            Some(Season::Summer) | None => "summer",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Season>, D::Error> {
        match Option::<String>::deserialize(from)?.as_deref() {
            None => Ok(None),
            Some("summer") => Ok(Some(Season::Summer)),
            Some("winter") => Ok(Some(Season::Winter)),
            Some("both") => Ok(Some(Season::Both)),
            Some(other) => Err(serde::de::Error::custom(format!("season {other:?}: summer, winter or both"))),
        }
    }
}

impl Changes {
    /// The same changes in the one order in which they are compared, kept and linked to: lists sorted, without repeats.
    pub fn sorted(mut self) -> Self {
        for list in [&mut self.remove, &mut self.lock, &mut self.open, &mut self.forbid] {
            list.sort_unstable();
            list.dedup();
        }
        self.open.retain(|id| self.lock.binary_search(id).is_err());
        self.add.sort_by(|a, b| a.id.cmp(&b.id));
        self
    }

    /// How many features they are about.
    pub fn features(&self) -> usize {
        let lists = [&self.remove, &self.lock, &self.open, &self.forbid].map(Vec::len);
        self.add.len() + self.moved.len() + lists.iter().sum::<usize>()
    }
}

//! What does a request send along? Parts of a form: one is the plan's settings, the others are files. A file of its own because
//! everything that comes from outside is checked here, before a byte of it is written anywhere.

use super::super::problem::Problem;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names that mean something in a plan folder, each for its own layer only.
const OWN_NAMES: [&str; 9] =
    ["residences", "clusters", "stations", "candidates", "boundaries", "progress", "times", "roads", "plan"];
/// Layers that may be imported.
pub(super) const LAYERS: [&str; 5] = ["residences", "clusters", "stations", "candidates", "boundaries"];
/// Characters of a file's name.
const LONGEST_NAME: usize = 80;

/// What the plan is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanAsked {
    pub name: String,
    #[serde(default)]
    pub lang: Option<String>,
    pub target: u32,
    #[serde(default)]
    pub minutes: Minutes,
    pub layers: BTreeMap<String, LayerAsked>,
}

/// Standards: minutes on foot in towns, by car in the country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Minutes {
    pub urban: f64,
    pub rural: f64,
}

impl Default for Minutes {
    fn default() -> Self {
        Self { urban: 15.0, rural: 15.0 }
    }
}

/// How a layer's file is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerAsked {
    /// The part that is the file.
    pub file: String,
    #[serde(default)]
    pub sheet: Option<String>,
    #[serde(default)]
    pub datum: Option<String>,
    #[serde(default)]
    pub encoding: Option<String>,
    /// Headings by property.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Columns that count groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A request that makes sense.
#[derive(Debug)]
pub(super) struct Parts {
    pub plan: PlanAsked,
    /// Name in the folder and bytes, by part.
    pub files: BTreeMap<String, (String, Vec<u8>)>,
}

impl Parts {
    /// Reads all parts.
    pub(super) async fn of(mut form: Multipart) -> Result<Self, Problem> {
        let mut plan: Option<PlanAsked> = None;
        let mut sent: BTreeMap<String, (String, Vec<u8>)> = BTreeMap::new();
        while let Some(field) = form.next_field().await.map_err(refused)? {
            let part = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(refused)?;
            if part == "plan" {
                let parsed = serde_json::from_slice(&bytes);
                plan = Some(parsed.map_err(|e| Problem::bad_query(format!("part plan: {e}")))?);
            } else if sent.insert(part.clone(), (file, bytes.to_vec())).is_some() {
                return Err(Problem::bad_query(format!("part {part} stands twice")));
            }
        }
        let plan = plan.ok_or_else(|| Problem::bad_query("the part named plan is missing"))?;
        if let Some(layer) = plan.layers.keys().find(|layer| !LAYERS.contains(&layer.as_str())) {
            return Err(Problem::bad_query(format!("layers.{layer}: there are {}", LAYERS.join(", "))));
        }
        let mut files = BTreeMap::new();
        let mut taken = BTreeSet::new();
        // In the order of the layers, so that names do not depend on the order of parts.
        for layer in LAYERS {
            let Some(asked) = plan.layers.get(layer) else { continue };
            if files.contains_key(&asked.file) {
                continue;
            }
            let missing = || Problem::bad_query(format!("layers.{layer}.file: there is no part {}", asked.file));
            let (name, bytes) = sent.remove(&asked.file).ok_or_else(missing)?;
            let name = name_in_folder(&name, layer, &mut taken)?;
            files.insert(asked.file.clone(), (name, bytes));
        }
        match sent.keys().next() {
            Some(part) => Err(Problem::bad_query(format!("part {part}: no layer is in this file"))),
            None => Ok(Self { plan, files }),
        }
    }

    /// The name in the folder of a layer's file.
    pub(super) fn file_of(&self, asked: &LayerAsked) -> &str {
        &self.files[&asked.file].0
    }
}

/// Suffix of the formats that a page may send.
pub(super) fn suffix(name: &str) -> Result<&'static str, Problem> {
    let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix).to_lowercase();
    match suffix.as_str() {
        "xlsx" => Ok("xlsx"),
        "csv" => Ok("csv"),
        "geojson" | "json" => Ok("geojson"),
        _ => Err(Problem {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            detail: "files are .geojson, .xlsx or .csv here; doorstep reads more from a folder".to_owned(),
        }),
    }
}

/// The sender's name where it is safe as one and means nothing else, so that faults speak of the file that people have.
fn name_in_folder(sent: &str, layer: &str, taken: &mut BTreeSet<String>) -> Result<String, Problem> {
    let suffix = suffix(sent)?;
    let stem = sent.rsplit_once('.').map_or("", |(stem, _)| stem).trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '(' | ')' | '（' | '）' | '·');
    let means_else = OWN_NAMES.iter().any(|own| own.eq_ignore_ascii_case(stem) && *own != layer);
    let fits = !stem.is_empty() && stem.chars().count() <= LONGEST_NAME && stem.chars().all(plain) && !means_else;
    let stem = if fits { stem } else { layer };
    let name = (1..)
        .map(|n| if n == 1 { format!("{stem}.{suffix}") } else { format!("{stem}-{n}.{suffix}") })
        .find(|name| !taken.contains(&name.to_lowercase()))
        .expect("numbers do not end");
    taken.insert(name.to_lowercase());
    Ok(name)
}

fn refused(error: MultipartError) -> Problem {
    Problem { status: error.status(), detail: error.body_text() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_name_unless_it_means_something_else_or_leads_elsewhere() {
        let mut taken = BTreeSet::new();
        let mut name = |sent: &str, layer: &str| name_in_folder(sent, layer, &mut taken).expect("a known suffix");
        assert_eq!(name("上报（一）.XLSX", "residences"), "上报（一）.xlsx");
        assert_eq!(name("stations.csv", "residences"), "residences.csv");
        assert_eq!(name("stations.csv", "stations"), "stations.csv");
        assert_eq!(name("../../etc/passwd.csv", "clusters"), "clusters.csv");
        assert_eq!(name("a\0b.csv", "clusters"), "clusters-2.csv");
        assert_eq!(name("PLAN.json", "candidates"), "candidates.geojson");
        assert_eq!(name_in_folder("x.kml", "clusters", &mut BTreeSet::new()).expect_err("kml").status, 415);
    }
}

//! What does `[layers]` of `plan.toml` say: other files, other headings?
//! A file of its own because it is about files, not about the plan.

use super::datum::Datum;
use super::encoding::Encoding;
use super::fault::{nearest, shown};
use super::fault_words::{Kind, Meant};
use super::headings::{Field, Layer};
use super::plan_toml_keys::{Keys, Walk};
use std::collections::BTreeMap;
use std::path::{Component, Path};

/// What the plan says about its layers; a layer that is not mentioned has the defaults.
pub(super) type LayerKeys = BTreeMap<Layer, LayerKey>;

/// `[layers.NAME]`.
#[derive(Debug, Default)]
pub(super) struct LayerKey {
    /// File, relative to the plan folder and inside it; `None` is the layer's name with a known suffix.
    pub(super) file: Option<String>,
    /// Datum of its coordinates, where the file does not say it or is not to be believed.
    pub(super) datum: Option<Datum>,
    /// Encoding of its text.
    pub(super) encoding: Option<Encoding>,
    /// Sheet of a workbook or table of a GeoPackage.
    pub(super) sheet: Option<String>,
    /// Columns that count groups, beyond the groups that everybody has.
    pub(super) groups: Vec<String>,
    /// Headings by the property they stand for.
    pub(super) columns: BTreeMap<Field, String>,
}

/// Reads `[layers]`.
pub(super) fn layers(top: &mut Keys<'_>, walk: &mut Walk<'_>) -> LayerKeys {
    let mut keys = LayerKeys::new();
    let Some(mut table) = top.table("layers", walk) else { return keys };
    for layer in Layer::ALL {
        let Some(mut own) = table.table(layer.name(), walk) else { continue };
        let file = own.text("file", walk);
        if let Some(file) = &file
            && !is_inside(file)
        {
            walk.fault(&own.path("file"), Kind::OutsideFolder);
        }
        let datum = own.text("datum", walk).map(|d| Datum::parse(&d));
        let datum = match datum.transpose() {
            Ok(datum) => datum,
            Err(kind) => {
                walk.fault(&own.path("datum"), kind);
                None
            }
        };
        let encoding = own.text("encoding", walk).map(|e| Encoding::parse(&e));
        if encoding == Some(None) {
            walk.fault(&own.path("encoding"), Kind::OtherEncoding);
        }
        let sheet = own.text("sheet", walk);
        let groups = if layer == Layer::Residences { own.texts("groups", walk) } else { Vec::new() };
        let columns = own.table("columns", walk).map(|named| columns(layer, &named, walk)).unwrap_or_default();
        own.finish(walk);
        keys.insert(
            layer,
            LayerKey {
                file: file.filter(|file| is_inside(file)),
                datum,
                encoding: encoding.flatten(),
                sheet,
                groups,
                columns,
            },
        );
    }
    table.finish(walk);
    keys
}

fn columns(layer: Layer, named: &Keys<'_>, walk: &mut Walk<'_>) -> BTreeMap<Field, String> {
    let mut columns: BTreeMap<Field, String> = BTreeMap::new();
    for (key, path, value) in named.entries(walk) {
        let known = layer.fields().iter().map(|field| field.name());
        let field = layer.fields().iter().find(|field| field.name() == key);
        let Some(heading) = value.get_ref().as_str().map(str::trim).filter(|heading| !heading.is_empty()) else {
            walk.fault(&path, Kind::WrongType { wanted_zh: "带引号的列名", wanted_en: "a heading in quotation marks" });
            continue;
        };
        let twin = columns.iter().find(|(_, taken)| taken.eq_ignore_ascii_case(heading)).map(|(twin, _)| *twin);
        match (field, twin) {
            (None, _) => {
                let meant = Meant(nearest(key, known.clone()));
                walk.fault(&path, Kind::UnknownKey { known: known.collect::<Vec<_>>().join(", "), meant });
            }
            (Some(_), Some(twin)) => walk.fault(&path, Kind::HeadingTwice { other: shown(twin.name()) }),
            (Some(field), None) => {
                columns.insert(*field, heading.to_owned());
            }
        }
    }
    columns
}

/// Whether a path stays in the plan folder: a folder that is copied or sent must be whole, and nothing else may be read.
pub(super) fn is_inside(file: &str) -> bool {
    let parts_stay = Path::new(file).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    // On every system, so that a plan means the same everywhere.
    let foreign = file.starts_with(['/', '\\']) || file.contains(':') || file.split('\\').any(|part| part == "..");
    parts_stay && !foreign
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_the_folder_are_read() {
        for file in ["a.geojson", "data/a.geojson", "./a.geojson", "数据/居民点.geojson"] {
            assert!(is_inside(file), "{file}");
        }
        for file in ["../a.geojson", "data/../../a", "/etc/passwd", "C:\\a.geojson", "..\\a.geojson", "\\\\server\\a"] {
            assert!(!is_inside(file), "{file}");
        }
    }
}

//! `doorstep init`: a plan folder to start from, explained. A file of its own because its templates are embedded here.

use super::Failure;
use crate::model::Lang;
use crate::report;
use std::path::{Path, PathBuf};

/// Layers of the example; the same in both languages but for names.
const LAYERS: [(&str, &str, &str); 4] = [
    (
        "residences.geojson",
        include_str!("template/residences.zh.geojson"),
        include_str!("template/residences.en.geojson"),
    ),
    ("clusters.geojson", include_str!("template/clusters.zh.geojson"), include_str!("template/clusters.en.geojson")),
    ("stations.geojson", include_str!("template/stations.zh.geojson"), include_str!("template/stations.en.geojson")),
    (
        "candidates.geojson",
        include_str!("template/candidates.zh.geojson"),
        include_str!("template/candidates.en.geojson"),
    ),
];

/// Makes the folder, which must be new or empty.
///
/// # Errors
/// [`Failure::Usage`] when the folder holds anything, [`Failure::Report`] when a file cannot be written.
pub fn make(dir: &Path, lang: Lang) -> Result<Vec<PathBuf>, Failure> {
    if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        let dir = dir.display();
        return Err(Failure::Usage {
            zh: format!("{dir} 不是空文件夹；请给一个新的名字。"),
            en: format!("{dir} is not empty; name a new folder."),
        });
    }
    let plan = ("plan.toml", include_str!("template/plan.zh.toml"), include_str!("template/plan.en.toml"));
    let files: Vec<(&str, &[u8])> =
        std::iter::once(plan).chain(LAYERS).map(|(name, zh, en)| (name, lang.pick(zh, en).as_bytes())).collect();
    report::write_folder(dir, &files)?;
    Ok(files.iter().map(|(name, _)| dir.join(name)).collect())
}

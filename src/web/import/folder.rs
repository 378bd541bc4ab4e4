//! How does a plan folder leave the server? As a zip to download, or as a new folder where the server was told to put such. A
//! file of its own because it is the one of this room that knows `zip`, and the one that writes to disk.

use super::super::problem::Problem;
use crate::report;
use axum::http::StatusCode;
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Name and bytes of the files of a folder.
pub(super) type Files<'f> = Vec<(&'f str, &'f [u8])>;

/// A name for the folder, from that of the plan.
pub(super) fn name(plan: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = plan.trim().chars().take(60).map(plain).collect();
    let name = name.trim_matches('_').to_owned();
    if name.is_empty() { "plan".to_owned() } else { name }
}

/// The folder as a zip; the same files give the same bytes.
pub(super) fn zip(folder: &str, files: &Files<'_>) -> Result<Vec<u8>, Problem> {
    let pack = || -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        for (name, bytes) in files {
            zip.start_file(format!("{folder}/{name}"), options)?;
            zip.write_all(bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    };
    pack().map_err(Problem::failed)
}

/// A new folder among the imports; 409 where there is one of this name.
pub(super) fn write(imports: &Path, folder: &str, files: &Files<'_>) -> Result<(), Problem> {
    let out = imports.join(folder);
    if out.symlink_metadata().is_ok() {
        let detail = format!("there is a folder {folder} already; give the plan another name");
        return Err(Problem { status: StatusCode::CONFLICT, detail });
    }
    report::write_folder(&out, files).map_err(Problem::failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_its_plan_and_never_leads_elsewhere() {
        assert_eq!(name("大兴安岭“家门口”服务站 2026"), "大兴安岭_家门口_服务站_2026");
        assert_eq!(name("../../etc"), "etc");
        assert_eq!(name(" / "), "plan");
    }
}

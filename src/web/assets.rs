//! Which files make the page? A table of everything embedded from `page/`, and the two handlers that send it.
//! A file of its own because only what stands in this table can be asked for: no path ever reaches a file system.

use super::prepared::Prepared;
use super::problem::Problem;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use std::collections::HashMap;
use std::sync::LazyLock;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";
const WOFF2: &str = "font/woff2";

macro_rules! files {
    ($($path:literal, $kind:ident, $file:literal;)*) => {
        &[$(($path, $kind, $file, include_bytes!(concat!("page/", $file)))),*]
    };
}

/// Path asked for, media type, file under `page/`, content.
type Row = (&'static str, &'static str, &'static str, &'static [u8]);

const FILES: &[Row] = files! {
    "/", HTML, "index.html";
    "/analyse", HTML, "analyse.html";
    "/import", HTML, "import.html";
    "/review", HTML, "review.html";
    "/favicon.svg", SVG, "favicon.svg";
    "/page/open.css", CSS, "open.css";
    "/page/import/import.css", CSS, "import/import.css";
    "/page/import/main.js", SCRIPT, "import/main.js";
    "/page/import/words.js", SCRIPT, "import/words.js";
    "/page/import/state.js", SCRIPT, "import/state.js";
    "/page/import/files.js", SCRIPT, "import/files.js";
    "/page/import/columns.js", SCRIPT, "import/columns.js";
    "/page/import/plan.js", SCRIPT, "import/plan.js";
    "/page/import/check.js", SCRIPT, "import/check.js";
    "/page/api.js", SCRIPT, "api.js";
    "/page/canvas.js", SCRIPT, "canvas.js";
    "/page/desk.css", CSS, "desk.css";
    "/page/dom.js", SCRIPT, "dom.js";
    "/page/doors.js", SCRIPT, "doors.js";
    "/page/editing.js", SCRIPT, "editing.js";
    "/page/extent.js", SCRIPT, "extent.js";
    "/page/filled.js", SCRIPT, "filled.js";
    "/page/main.js", SCRIPT, "main.js";
    "/page/map.js", SCRIPT, "map.js";
    "/page/masthead.js", SCRIPT, "masthead.js";
    "/page/numbers.js", SCRIPT, "numbers.js";
    "/page/paper.css", CSS, "paper.css";
    "/page/palette.js", SCRIPT, "palette.js";
    "/page/pace.js", SCRIPT, "pace.js";
    "/page/print.css", CSS, "print.css";
    "/page/state.js", SCRIPT, "state.js";
    "/page/style.css", CSS, "style.css";
    "/page/words.js", SCRIPT, "words.js";
    "/page/analyse/analyse.css", CSS, "analyse/analyse.css";
    "/page/analyse/columns.js", SCRIPT, "analyse/columns.js";
    "/page/analyse/main.js", SCRIPT, "analyse/main.js";
    "/page/analyse/map.js", SCRIPT, "analyse/map.js";
    "/page/analyse/paper.js", SCRIPT, "analyse/paper.js";
    "/page/analyse/print.css", CSS, "analyse/print.css";
    "/page/analyse/rows.js", SCRIPT, "analyse/rows.js";
    "/page/analyse/table.js", SCRIPT, "analyse/table.js";
    "/page/asks/candidates.js", SCRIPT, "asks/candidates.js";
    "/page/asks/jobs.js", SCRIPT, "asks/jobs.js";
    "/page/asks/scenarios.js", SCRIPT, "asks/scenarios.js";
    "/page/changes/address.js", SCRIPT, "changes/address.js";
    "/page/changes/edits.js", SCRIPT, "changes/edits.js";
    "/page/changes/history.js", SCRIPT, "changes/history.js";
    "/page/changes/latest.js", SCRIPT, "changes/latest.js";
    "/page/changes/plan.js", SCRIPT, "changes/plan.js";
    "/page/changes/stations.js", SCRIPT, "changes/stations.js";
    "/page/layers/candidates.js", SCRIPT, "layers/candidates.js";
    "/page/layers/circles.js", SCRIPT, "layers/circles.js";
    "/page/layers/counties.js", SCRIPT, "layers/counties.js";
    "/page/layers/crowd.js", SCRIPT, "layers/crowd.js";
    "/page/layers/difference.js", SCRIPT, "layers/difference.js";
    "/page/layers/discs.js", SCRIPT, "layers/discs.js";
    "/page/layers/edits.js", SCRIPT, "layers/edits.js";
    "/page/layers/gaps.js", SCRIPT, "layers/gaps.js";
    "/page/layers/geometry.js", SCRIPT, "layers/geometry.js";
    "/page/layers/graticule.js", SCRIPT, "layers/graticule.js";
    "/page/layers/names.js", SCRIPT, "layers/names.js";
    "/page/layers/places.js", SCRIPT, "layers/places.js";
    "/page/layers/put.js", SCRIPT, "layers/put.js";
    "/page/layers/ring.js", SCRIPT, "layers/ring.js";
    "/page/layers/stations.js", SCRIPT, "layers/stations.js";
    "/page/layers/symbols.js", SCRIPT, "layers/symbols.js";
    "/page/layers/tiles.js", SCRIPT, "layers/tiles.js";
    "/page/panels/candidates.js", SCRIPT, "panels/candidates.js";
    "/page/panels/certificate.js", SCRIPT, "panels/certificate.js";
    "/page/panels/change_list.js", SCRIPT, "panels/change_list.js";
    "/page/panels/chart.js", SCRIPT, "panels/chart.js";
    "/page/panels/compare.js", SCRIPT, "panels/compare.js";
    "/page/panels/counties.js", SCRIPT, "panels/counties.js";
    "/page/panels/curve.js", SCRIPT, "panels/curve.js";
    "/page/panels/downloads.js", SCRIPT, "panels/downloads.js";
    "/page/panels/effects.js", SCRIPT, "panels/effects.js";
    "/page/panels/gaps.js", SCRIPT, "panels/gaps.js";
    "/page/panels/legend.js", SCRIPT, "panels/legend.js";
    "/page/panels/offers.js", SCRIPT, "panels/offers.js";
    "/page/panels/optimise.js", SCRIPT, "panels/optimise.js";
    "/page/panels/popup.js", SCRIPT, "panels/popup.js";
    "/page/panels/scenarios.js", SCRIPT, "panels/scenarios.js";
    "/page/panels/settings.js", SCRIPT, "panels/settings.js";
    "/page/panels/share.js", SCRIPT, "panels/share.js";
    "/page/panels/stations.js", SCRIPT, "panels/stations.js";
    "/page/panels/summary.js", SCRIPT, "panels/summary.js";
    "/page/panels/whatif.js", SCRIPT, "panels/whatif.js";
    "/page/review/main.js", SCRIPT, "review/main.js";
    "/page/review/numbers.js", SCRIPT, "review/numbers.js";
    "/page/review/print.css", CSS, "review/print.css";
    "/page/review/review.css", CSS, "review/review.css";
    "/page/review/sheet.js", SCRIPT, "review/sheet.js";
    "/page/review/slider.js", SCRIPT, "review/slider.js";
    "/page/review/timeline.js", SCRIPT, "review/timeline.js";
    "/page/words/analyse.js", SCRIPT, "words/analyse.js";
    "/page/words/desk.js", SCRIPT, "words/desk.js";
    "/page/words/review.js", SCRIPT, "words/review.js";
    "/page/words/view.js", SCRIPT, "words/view.js";
    "/fonts/noto-sans-sc-gb2312-400.woff2", WOFF2, "fonts/noto-sans-sc-gb2312-400.woff2";
    "/fonts/noto-sans-sc-latin-600.woff2", WOFF2, "fonts/noto-sans-sc-latin-600.woff2";
    "/fonts/OFL.txt", TEXT, "fonts/OFL.txt";
    "/vendor/maplibre-gl-5.24.0/maplibre-gl-csp.js", SCRIPT, "vendor/maplibre-gl-5.24.0/maplibre-gl-csp.js";
    "/vendor/maplibre-gl-5.24.0/maplibre-gl-csp-worker.js", SCRIPT,
        "vendor/maplibre-gl-5.24.0/maplibre-gl-csp-worker.js";
    "/vendor/maplibre-gl-5.24.0/maplibre-gl.css", CSS, "vendor/maplibre-gl-5.24.0/maplibre-gl.css";
    "/vendor/maplibre-gl-5.24.0/LICENSE.txt", TEXT, "vendor/maplibre-gl-5.24.0/LICENSE.txt";
};

static PREPARED: LazyLock<HashMap<&'static str, Prepared>> = LazyLock::new(|| {
    let prepare = |&(path, kind, _, bytes): &Row| {
        let file = Prepared::new(bytes, kind);
        (path, if path.starts_with("/vendor/") { file.immutable() } else { file })
    };
    FILES.iter().map(prepare).collect()
});

/// A door or any other file of the page, by its exact path; the query (`?lang=`) is read by the page itself.
pub(super) async fn file(uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let found = PREPARED.get(uri.path()).ok_or_else(|| Problem::absent("the page has no such file"))?;
    Ok(found.respond(&headers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};
    use std::collections::BTreeSet;
    use std::path::Path;

    fn page() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/page"))
    }

    fn below(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder of the page") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                below(&path, found);
            } else {
                let name = path.strip_prefix(page()).expect("below the page").to_string_lossy().replace('\\', "/");
                found.insert(name);
            }
        }
    }

    #[test]
    fn every_file_of_the_page_is_in_the_table_and_every_row_has_its_file() {
        let mut found = BTreeSet::new();
        below(page(), &mut found);
        found.retain(|name| !name.ends_with("README.md"));
        assert_eq!(found, FILES.iter().map(|row| row.2.to_owned()).collect());
    }

    #[test]
    fn scripts_import_only_files_of_the_page() {
        for (path, kind, _, bytes) in FILES.iter().filter(|row| row.1 == SCRIPT && !row.0.starts_with("/vendor/")) {
            let text = std::str::from_utf8(bytes).expect("scripts are text");
            for line in text.lines().filter(|l| l.starts_with("import ") || l.starts_with("} from ")) {
                let Some(target) = line.split('"').nth(1) else { continue };
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = match target.strip_prefix("../") {
                    Some(up) => format!("{}/{up}", folder.rsplit_once('/').map_or("", |(f, _)| f)),
                    None => format!("{folder}/{}", target.trim_start_matches("./")),
                };
                assert!(PREPARED.contains_key(target.as_str()), "{path} ({kind}) imports {target}");
            }
        }
    }

    #[test]
    fn vendored_files_have_the_checksums_that_are_written_beside_them() {
        for (folder, readme) in
            [("vendor", include_str!("page/vendor/README.md")), ("fonts", include_str!("page/fonts/README.md"))]
        {
            let files: Vec<_> = FILES.iter().filter(|row| row.2.starts_with(folder)).collect();
            assert!(!files.is_empty());
            for (_, _, file, bytes) in files {
                let sum: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
                let name = file.rsplit('/').next().expect("a name");
                let stated = readme.lines().find(|l| l.starts_with(&format!("| `{name}` |"))).unwrap_or_default();
                assert!(stated.contains(&sum), "{file} is {sum}, beside it stands: {stated}");
            }
        }
    }

    #[test]
    fn the_page_has_no_inline_script_style_or_foreign_address() {
        for (path, _, _, bytes) in FILES.iter().filter(|row| [HTML, CSS, SCRIPT, SVG].contains(&row.1)) {
            if path.starts_with("/vendor/") {
                continue;
            }
            let text = std::str::from_utf8(bytes).expect("text");
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for word in ["http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML", " style=\"", "onclick="]
            {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
    }
}

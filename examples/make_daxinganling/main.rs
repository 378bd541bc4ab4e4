//! Makes the sample plan `data/daxinganling` from `data/source/daxinganling`; the same bytes every time.
//!
//! Names and county totals are real, township seats real or near it, everything finer is made up within bounds:
//! `data/README.md` says what is what. Run with `cargo run --release --example make_daxinganling`.

mod chance;
mod clusters;
mod ground;
mod layer;
mod plan;
mod residences;
mod sites;
mod source;

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in plan_folder()? {
        std::fs::write(folder.join(name), text)?;
        eprintln!("{}", folder.join(name).display());
    }
    Ok(())
}

/// The files of the plan folder: name and text.
pub fn plan_folder() -> Result<[(&'static str, String); 5], Box<dyn Error>> {
    let townships = source::townships(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/source/daxinganling"))?;
    let seats = || townships.iter().map(|t| t.seat).collect();
    // Places and sites stand on two sheets: a station may well be at a residence, but no two of a kind coincide.
    let mut places = ground::Ground::new(seats());
    let mut sites = ground::Ground::new(seats());

    let residences = residences::residences(&townships, &mut places);
    let clusters = clusters::clusters(&townships, &mut places)?;
    let stations = sites::stations(&residences, &mut sites)?;
    let candidates = sites::candidates(&townships, &residences, &clusters, &mut sites);
    Ok([
        ("plan.toml", plan::plan(&candidates)?),
        ("residences.geojson", layer::residences(&residences)?),
        ("clusters.geojson", layer::clusters(&clusters)?),
        ("stations.geojson", layer::stations(&stations)?),
        ("candidates.geojson", layer::candidates(&candidates)?),
    ])
}

//! Renders the coverage map of a plan folder, in both languages, as SVG and PNG.
//!
//! This is the command that regenerates `maps/`; the date is an argument so that the files are the same every day:
//!
//! ```sh
//! cargo run --release --example render_map -- data/daxinganling maps/daxinganling 2026-06-30
//! ```
//!
//! A fourth argument is the size (`a3`, `a4`, `1600x1200`), a fifth a county to draw large.

use doorstep::model::Lang;
use doorstep::report::map::{MapOptions, SheetSize, png, svg};
use doorstep::{job, read};
use std::error::Error;
use std::path::Path;
use time::macros::format_description;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(plan), Some(out), Some(date)) = (args.next(), args.next(), args.next()) else {
        return Err("usage: render_map PLAN_FOLDER OUT_WITHOUT_SUFFIX YYYY-MM-DD [SIZE] [COUNTY]".into());
    };
    let date = time::Date::parse(&date, format_description!("[year]-[month]-[day]"))?;
    let size: SheetSize = args.next().as_deref().unwrap_or("1600x1200").parse()?;
    let county = args.next();

    if let Some(folder) = Path::new(&out).parent() {
        std::fs::create_dir_all(folder)?;
    }
    let outcome = job::run(read::open(Path::new(&plan))?, date, |_| ())?;
    for lang in [Lang::Zh, Lang::En] {
        let map = svg(&outcome, &MapOptions { lang, size, county: county.clone() })?;
        let name = format!("{out}.{}", lang.code());
        std::fs::write(format!("{name}.svg"), &map)?;
        std::fs::write(format!("{name}.png"), png(&map)?)?;
    }
    Ok(())
}

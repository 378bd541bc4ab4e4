//! `doorstep times`: travel times between sites and places, a row per pair within the limit. A file of its own because it
//! streams: a thousand sites and a hundred thousand places make more rows than should be in memory.

use super::{InSeason, RoadArgs, minutes, network_json, rounded, slower, tables, words};
use crate::cli::commands::{may_write_file, print};
use crate::cli::{Common, Failure, is_stdout};
use crate::model::Position;
use crate::read::PointTable;
use crate::travel::roads::{Journey, Journeys, Placed, Roads, UNREACHED};
use clap::Args;
use rayon::prelude::*;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Sites whose rows are in memory at a time.
const BATCH: usize = 256;

/// What `times` asks.
#[derive(Debug, Clone, Args)]
pub struct TimesArgs {
    /// Roads and how people travel.
    #[command(flatten)]
    pub road: RoadArgs,
    /// Sites: id,lon,lat as .csv or .parquet, or points as .geojson
    #[arg(long, value_name = "SITES")]
    pub from: PathBuf,
    /// Places, in the same formats
    #[arg(long, value_name = "PLACES")]
    pub to: PathBuf,
    /// Leave out pairs that take longer [default: no limit]
    #[arg(long, value_name = "M", value_parser = minutes)]
    pub max_minutes: Option<f64>,
    /// The file, .csv: site,demand,seconds,metres; - for stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Computes and writes travel times.
///
/// # Errors
/// Faults of the tables or the roads; nothing is left half-written.
pub fn times(args: &TimesArgs, common: &Common) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or_default();
    crate::cli::commands::suffix(&args.output, &["csv"], "csv")?;
    may_write_file(&args.output, common)?;
    let clock = Instant::now();
    let [sites, places] = tables([&args.from, &args.to])?;
    let roads = args.road.open()?;
    let all: Vec<Position> = sites.positions.iter().chain(&places.positions).copied().collect();
    roads.holds_any(&all)?;
    let read = clock.elapsed().as_secs_f64();
    let seasons = InSeason::all(&args.road, &roads, &sites.positions, &places.positions)?;
    let prepared = clock.elapsed().as_secs_f64();
    let limit = args.max_minutes.map_or(UNREACHED - 1, |m| (m * 60_000.0).round() as u32);
    let rows = if is_stdout(&args.output) {
        let mut out = BufWriter::new(std::io::stdout().lock());
        write(&mut out, args, &roads, &seasons, (&sites, &places), limit).map_err(Failure::Stdout)?
    } else {
        staged(&args.output, common.force, |out| write(out, args, &roads, &seasons, (&sites, &places), limit))?
    };
    let total = clock.elapsed().as_secs_f64();

    let Some(first) = seasons.first() else { return Ok(()) };
    let of_sites = InSeason::left_out(&seasons, |s| &s.sites);
    let of_places = InSeason::left_out(&seasons, |s| &s.places);
    if common.json && !is_stdout(&args.output) {
        let answer = serde_json::json!({
            "file": args.output.display().to_string(),
            "sites": sites.positions.len(), "places": places.positions.len(), "pairs": rows,
            "left_out": { "sites": of_sites.json(&sites), "places": of_places.json(&places) },
            "network": network_json(&roads, &first.profile),
            "seconds": { "read": rounded(read, 4), "prepare": rounded(prepared - read, 4),
                         "search_and_write": rounded(total - prepared, 4), "total": rounded(total, 4) },
        });
        return print(&(answer.to_string() + "\n"));
    }
    if common.quiet {
        return Ok(());
    }
    let what = lang.pick(["出发站点", "地点"], ["sites", "places"]);
    let mut text = words::network(&roads, &first.profile, lang);
    text += &words::left_out(what[0], &sites, &of_sites, args.road.snap_m, lang);
    text += &words::left_out(what[1], &places, &of_places, args.road.snap_m, lang);
    text += &lang.pick(format!("行程 {rows} 条"), format!("{rows} {}", if rows == 1 { "pair" } else { "pairs" }));
    // With the rows on stdout, words go elsewhere.
    if is_stdout(&args.output) {
        let _ = writeln!(std::io::stderr(), "{text}");
        return Ok(());
    }
    print(&format!("{text}: {}\n", args.output.display()))
}

/// Writes a file beside its place and puts it there when it is whole.
fn staged<T>(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut BufWriter<&std::fs::File>) -> std::io::Result<T>,
) -> Result<T, Failure> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |e: std::io::Error| {
        let name = path.display();
        Failure::Output { zh: format!("无法写入 {name}：{e}"), en: format!("cannot write {name}: {e}") }
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".doorstep-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as for any new file
    let file = builder.tempfile_in(dir).map_err(fail)?;
    let mut out = BufWriter::with_capacity(1 << 20, file.as_file());
    let done = fill(&mut out).and_then(|done| out.flush().map(|()| done)).map_err(fail)?;
    drop(out);
    let kept = if force { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|e| fail(e.error))?;
    Ok(done)
}

fn write(
    out: &mut impl Write,
    args: &TimesArgs,
    roads: &Roads,
    seasons: &[InSeason],
    (sites, places): (&PointTable, &PointTable),
    limit: u32,
) -> std::io::Result<u64> {
    let journeys: Vec<Journeys<'_>> = seasons
        .iter()
        .map(|season| {
            let sited = Placed { positions: &sites.positions, snaps: &season.sites };
            let placed = Placed { positions: &places.positions, snaps: &season.places };
            Journeys::new(&roads.network, &season.profile, args.road.flow(), sited, placed)
        })
        .collect();
    out.write_all(b"site,demand,seconds,metres\n")?;
    let names: Vec<String> = (0..places.ids.len()).map(|i| cell(places.ids.name(i))).collect();
    let all: Vec<usize> = (0..sites.positions.len()).collect();
    let mut rows = 0;
    for batch in all.chunks(BATCH) {
        let texts: Vec<Vec<(Vec<u8>, u64)>> = batch
            .par_chunks(8)
            .map(|chunk| {
                let mut benches: Vec<_> = journeys.iter().map(Journeys::bench).collect();
                let of = |&site: &usize| {
                    let seasons = journeys.iter().zip(&mut benches);
                    let found: Vec<Vec<Journey>> =
                        seasons.map(|(j, bench)| j.of_site(site, limit, true, bench)).collect();
                    let found = found.into_iter().reduce(|a, b| slower(&a, &b)).unwrap_or_default();
                    (lines(&cell(sites.ids.name(site)), &names, &found), found.len() as u64)
                };
                chunk.iter().map(of).collect()
            })
            .collect();
        for (text, count) in texts.iter().flatten() {
            out.write_all(text)?;
            rows += count;
        }
    }
    out.flush()?;
    Ok(rows)
}

fn lines(site: &str, names: &[String], journeys: &[Journey]) -> Vec<u8> {
    let mut text = Vec::with_capacity(journeys.len() * (site.len() + 32));
    for journey in journeys {
        text.extend_from_slice(site.as_bytes());
        text.push(b',');
        text.extend_from_slice(names[journey.place as usize].as_bytes());
        text.push(b',');
        thousandths(&mut text, u64::from(journey.cost));
        text.push(b',');
        thousandths(&mut text, journey.mm);
        text.push(b'\n');
    }
    text
}

/// A number of thousandths as a decimal.
fn thousandths(text: &mut Vec<u8>, n: u64) {
    let mut digits = [b'0'; 24];
    let (mut at, mut rest) = (digits.len(), n);
    while rest > 0 || at > digits.len() - 4 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let point = digits.len() - 3;
    text.extend_from_slice(&digits[at..point]);
    text.push(b'.');
    text.extend_from_slice(&digits[point..]);
}

/// A text as a cell of CSV.
fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_written_as_decimals() {
        let text = |n| {
            let mut text = Vec::new();
            thousandths(&mut text, n);
            String::from_utf8(text).expect("digits")
        };
        assert_eq!(
            [text(0), text(7), text(1_000), text(900_000), text(12_345)],
            ["0.000", "0.007", "1.000", "900.000", "12.345"]
        );
    }
}

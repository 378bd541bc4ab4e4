//! Each command, carried out. A file of its own because this is where rooms are put together for a person who typed.

use super::progress::Progress;
use super::{Cli, Command, Common, Failure, new_folder, roads, solve, words};
use crate::job::{self, Outcome};
use crate::model::Lang;
use crate::read;
use crate::report::map::{self, MapOptions, SheetSize};
use crate::report::{self, gap_table};
use crate::web;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Carries out what was typed.
///
/// # Errors
/// See [`Failure`]; nothing is left half-written.
pub fn carry_out(cli: &Cli) -> Result<(), Failure> {
    let common = &cli.common;
    match &cli.command {
        Command::Plan { dir, output } => plan(dir, output.as_deref(), common),
        Command::Check { dir } => check(dir, common),
        Command::Gaps { dir, output } => gaps(dir, output, common),
        Command::Map { dir, output, county, size } => draw(dir, output, county.as_deref(), size, common),
        Command::Report { dir, output } => report_page(dir, output, common),
        Command::Serve { dir, port, listen } => serve(dir, SocketAddr::new(*listen, *port), common),
        Command::Solve { model } => solve::solve(model, common),
        Command::Times { args } => roads::times(args, common),
        Command::Reach { args } => roads::reach(args, common),
        Command::Init { dir } => init(dir, common),
    }
}

/// The language to speak before a plan is read: what was asked for, else what the folder's `plan.toml` says.
pub fn language(cli: &Cli) -> Lang {
    let dir = match &cli.command {
        Command::Plan { dir, .. }
        | Command::Check { dir }
        | Command::Gaps { dir, .. }
        | Command::Map { dir, .. }
        | Command::Report { dir, .. }
        | Command::Serve { dir, .. }
        | Command::Init { dir } => dir,
        Command::Solve { .. } | Command::Times { .. } | Command::Reach { .. } => {
            return cli.common.lang.unwrap_or_default();
        }
    };
    cli.common.lang.or_else(|| read::language(dir)).unwrap_or_default()
}

fn plan(dir: &Path, output: Option<&Path>, common: &Common) -> Result<(), Failure> {
    let out = output.map_or_else(|| dir.join("out"), Path::to_path_buf);
    report::may_write_plan(&out, common.force)?;
    let (outcome, lang) = compute(dir, common)?;
    let progress = Progress::new(common.quiet || common.json, lang);
    progress.writing();
    let files = report::write_plan(&outcome, lang, &out, common.force)?;
    drop(progress);
    if common.json {
        return print(&report::summary_text(&outcome));
    }
    if !common.quiet {
        print(&words::planned(&outcome, lang, &out, &files))?;
    }
    Ok(())
}

fn check(dir: &Path, common: &Common) -> Result<(), Failure> {
    let folder = read::open(dir)?;
    job::check_roads(&folder)?;
    let lang = common.lang.unwrap_or(folder.plan.lang);
    if common.json {
        return print(&(serde_json::json!({ "ok": true, "faults": [], "inputs": folder.inputs }).to_string() + "\n"));
    }
    if !common.quiet {
        print(&words::checked(&folder, lang))?;
    }
    Ok(())
}

fn gaps(dir: &Path, output: &Path, common: &Common) -> Result<(), Failure> {
    let format = suffix(output, &["csv", "xlsx", "geojson"], "csv")?;
    may_write_file(output, common)?;
    let (outcome, lang) = compute(dir, common)?;
    let bytes = match format {
        "csv" => gap_table::csv(&outcome, lang)?,
        "xlsx" => gap_table::xlsx(&outcome, lang)?,
        _ => gap_table::geojson(&outcome, lang),
    };
    deliver(output, &bytes, common, &words::listed(&outcome, lang))
}

fn draw(dir: &Path, output: &Path, county: Option<&str>, size: &str, common: &Common) -> Result<(), Failure> {
    let format = suffix(output, &["png", "svg"], "svg")?;
    let size: SheetSize = size.parse()?;
    may_write_file(output, common)?;
    let (outcome, lang) = compute(dir, common)?;
    let svg = map::svg(&outcome, &MapOptions { lang, size, county: county.map(str::to_owned) })?;
    let bytes = if format == "png" { map::png(&svg)? } else { svg.into_bytes() };
    deliver(output, &bytes, common, lang.pick("地图", "map"))
}

fn report_page(dir: &Path, output: &Path, common: &Common) -> Result<(), Failure> {
    suffix(output, &["html"], "html")?;
    may_write_file(output, common)?;
    let (outcome, lang) = compute(dir, common)?;
    let html = report::report(&outcome, lang)?;
    deliver(output, html.as_bytes(), common, lang.pick("报告", "report"))
}

fn serve(dir: &Path, address: SocketAddr, common: &Common) -> Result<(), Failure> {
    let (outcome, lang) = compute(dir, common)?;
    let quiet = common.quiet;
    web::run(address, web::Desk::new(Arc::new(outcome)), |address| {
        if !quiet {
            // Nothing hangs on whether anybody reads it.
            let _ = print(&words::serving(address, lang));
        }
    })?;
    Ok(())
}

fn init(dir: &Path, common: &Common) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or_default();
    let files = new_folder::make(dir, lang)?;
    if common.json {
        let files: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
        return print(&(serde_json::json!({ "files": files }).to_string() + "\n"));
    }
    if !common.quiet {
        print(&words::made(dir, &files, lang))?;
    }
    Ok(())
}

/// Reads and computes, with progress.
fn compute(dir: &Path, common: &Common) -> Result<(Outcome, Lang), Failure> {
    let spoken = common.lang.or_else(|| read::language(dir)).unwrap_or_default();
    let progress = Progress::new(common.quiet || common.json, spoken);
    let folder = read::open(dir)?;
    let lang = common.lang.unwrap_or(folder.plan.lang);
    let date = common.date.unwrap_or_else(|| time::OffsetDateTime::now_utc().date());
    let outcome = job::run(folder, date, |stage| progress.stage(stage))?;
    Ok((outcome, lang))
}

/// The suffix of a file, which must be one of these; `-` stands for text on stdout.
pub(super) fn suffix<'a>(file: &Path, known: &[&'a str], on_stdout: &'a str) -> Result<&'a str, Failure> {
    if is_stdout(file) {
        return Ok(on_stdout);
    }
    let found = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    known.iter().copied().find(|k| **k == found).ok_or_else(|| {
        let known = known.iter().map(|k| format!(".{k}")).collect::<Vec<_>>().join(" ");
        let name = file.display();
        Failure::Usage {
            zh: format!("{name}：无法识别的后缀；可用 {known}"),
            en: format!("{name}: unknown suffix; use one of {known}"),
        }
    })
}

pub(super) fn is_stdout(file: &Path) -> bool {
    file.as_os_str() == "-"
}

pub(super) fn may_write_file(file: &Path, common: &Common) -> Result<(), Failure> {
    if is_stdout(file) { Ok(()) } else { Ok(report::may_write_file(file, common.force)?) }
}

/// Puts a single output in place, or on stdout.
fn deliver(file: &Path, bytes: &[u8], common: &Common, what: &str) -> Result<(), Failure> {
    if is_stdout(file) {
        return print_bytes(bytes);
    }
    report::write_file(file, bytes, common.force)?;
    let shown: PathBuf = file.to_path_buf();
    if common.json {
        return print(
            &(serde_json::json!({ "file": shown.display().to_string(), "bytes": bytes.len() }).to_string() + "\n"),
        );
    }
    if !common.quiet {
        print(&format!("{what}: {}\n", shown.display()))?;
    }
    Ok(())
}

pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Writes to stdout; a reader that has gone away is not an error.
fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::Stdout(e)),
        _ => Ok(()),
    }
}

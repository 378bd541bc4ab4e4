//! Each command, carried out. A file of its own because this is where rooms are put together for a person who typed.

use super::progress::Progress;
use super::{Cli, Command, Common, DeskArgs, Failure, new_folder, roads, solve, words};
use crate::job::{self, Outcome};
use crate::model::Lang;
use crate::read;
use crate::report::document::{self, Period};
use crate::report::machine::{self, Format};
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
        Command::Gaps { dir, output, no_bom } => gaps(dir, output, *no_bom, common),
        Command::Convert { dir, output, to } => convert(dir, output, *to, common),
        Command::Map { dir, output, county, size } => draw(dir, output, county.as_deref(), size, common),
        Command::Report { dir, output, quarter, month, year } => {
            report_file(dir, output, quarter.or(*month).or(*year), common)
        }
        Command::Schema => print(report::SUMMARY_SCHEMA),
        Command::Serve { dir, port, listen, import_into, guard } => {
            serve(dir, listen.address(*port), import_into.as_deref(), guard, common)
        }
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
        | Command::Convert { dir, .. }
        | Command::Map { dir, .. }
        | Command::Report { dir, .. }
        | Command::Serve { dir, .. }
        | Command::Init { dir } => dir,
        Command::Solve { .. } | Command::Times { .. } | Command::Reach { .. } | Command::Schema => {
            return cli.common.lang.unwrap_or_default();
        }
    };
    cli.common.lang.or_else(|| read::language(dir)).unwrap_or_default()
}

fn plan(dir: &Path, output: Option<&Path>, common: &Common) -> Result<(), Failure> {
    let out = output.map_or_else(|| dir.join("out"), Path::to_path_buf);
    if is_stdout(&out) {
        return Err(Failure::Usage {
            zh: "plan 写出一整个文件夹，不能写到标准输出；请用 -o 指定文件夹，或用 --json 输出摘要".to_owned(),
            en: "plan writes a folder, which stdout cannot hold; name a folder with -o, or print the summary with --json"
                .to_owned(),
        });
    }
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
    let folder = read::open_with(dir, &reading(common))?;
    // A plan is complete without its log, but a log that is there must be right.
    read::progress(dir, &folder.stations, &reading(common))?;
    job::check_roads(&folder)?;
    let lang = common.lang.unwrap_or(folder.plan.lang);
    if common.json {
        let doubts: Vec<String> = read::doubts(&folder, &[]).iter().map(|d| d.say(lang)).collect();
        let answer = serde_json::json!({ "ok": true, "faults": [], "warnings": doubts, "inputs": folder.inputs });
        return print(&(answer.to_string() + "\n"));
    }
    if !common.quiet {
        print(&words::checked(&folder, lang))?;
        for doubt in read::doubts(&folder, &[]) {
            print(&format!("{}{}\n", lang.pick("注意：", "warning: "), doubt.say(lang)))?;
        }
    }
    Ok(())
}

fn gaps(dir: &Path, output: &Path, no_bom: bool, common: &Common) -> Result<(), Failure> {
    let format = suffix(output, &["csv", "xlsx", "geojson", "gpkg", "parquet"], "csv")?;
    may_write_file(output, common)?;
    let (outcome, lang) = compute(dir, common)?;
    let bytes = match format {
        "csv" => gap_table::csv(&outcome, lang, !no_bom)?,
        "xlsx" => gap_table::xlsx(&outcome, lang)?,
        "gpkg" => machine::gaps(&outcome, lang, Format::Geopackage)?,
        "parquet" => machine::gaps(&outcome, lang, Format::Geoparquet)?,
        _ => gap_table::geojson(&outcome, lang),
    };
    deliver(output, &bytes, common, &words::listed(&outcome, lang))
}

/// The folder again, its layers in one format; `plan.toml` without `[layers]`, since names and headings are the usual ones.
fn convert(dir: &Path, output: &Path, to: Format, common: &Common) -> Result<(), Failure> {
    let folder = read::open_with(dir, &reading(common))?;
    let lang = common.lang.unwrap_or(folder.plan.lang);
    let mut files = machine::folder(&folder, to, today(common))?;
    files.insert(0, ("plan.toml".to_owned(), read::plan_without_layers(dir)?.into_bytes()));
    let named: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    report::write_folder(output, &named)?;
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| output.join(name)).collect();
    if common.json {
        let files: Vec<String> = paths.iter().map(|f| f.display().to_string()).collect();
        return print(&(serde_json::json!({ "files": files }).to_string() + "\n"));
    }
    if !common.quiet {
        print(&words::made(output, &paths, lang))?;
    }
    Ok(())
}

fn reading(common: &Common) -> read::Reading {
    read::Reading { encoding: common.encoding, ..read::Reading::default() }
}

fn today(common: &Common) -> time::Date {
    common.date.unwrap_or_else(|| time::OffsetDateTime::now_utc().date())
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

fn report_file(dir: &Path, output: &Path, period: Option<Period>, common: &Common) -> Result<(), Failure> {
    let format = suffix(output, &["html", "docx", "xlsx"], "html")?;
    may_write_file(output, common)?;
    let (outcome, lang) = compute(dir, common)?;
    let name = lang.pick("报告", "report");
    if period.is_none() && format == "html" {
        return deliver(output, report::report(&outcome, lang)?.as_bytes(), common, name);
    }
    let document = match period {
        Some(period) => {
            let log = read::progress(dir, &outcome.folder.stations, &reading(common))?;
            document::progress(&outcome, &log, period, lang)
        }
        None => document::report(&outcome, lang)?,
    };
    let bytes = match format {
        "docx" => document.docx()?,
        "xlsx" => document.xlsx()?,
        _ => document.html().into_bytes(),
    };
    deliver(output, &bytes, common, name)
}

fn serve(
    dir: &Path,
    address: SocketAddr,
    imports: Option<&Path>,
    guard: &DeskArgs,
    common: &Common,
) -> Result<(), Failure> {
    if let Some(imports) = imports.filter(|imports| !imports.is_dir()) {
        let imports = imports.display();
        return Err(Failure::Usage {
            zh: format!("--import-into：{imports} 不是文件夹；请先建好。"),
            en: format!("--import-into: {imports} is not a folder; make it first."),
        });
    }
    let (access, made_up) = guard.access(address.ip())?;
    let (outcome, lang) = compute(dir, common)?;
    let desk = web::Desk::new(Arc::new(outcome)).guarded(access).planning(guard.planning(dir));
    let desk = imports.map_or(desk.clone(), |imports| desk.importing_into(imports));
    web::run(address, desk, |address| {
        let url = format!("http://{address}/");
        // Nothing hangs on whether anybody reads it.
        if common.json {
            let mut said = serde_json::json!({ "url": url });
            if let Some(token) = &made_up {
                said["token"] = serde_json::json!(token);
            }
            let _ = print(&(said.to_string() + "\n"));
        } else if !common.quiet {
            let _ = print(&words::serving(address, lang));
        }
        // A token that was made up is said even to those who want to hear nothing: nobody else knows it.
        if let (false, Some(token)) = (common.json, &made_up) {
            let _ = print(&words::token(&url, token, lang));
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
    let folder = read::open_with(dir, &reading(common))?;
    let lang = common.lang.unwrap_or(folder.plan.lang);
    let date = today(common);
    if !common.quiet {
        for doubt in read::doubts(&folder, &[]) {
            // Nothing hangs on whether anybody reads it.
            let _ = writeln!(std::io::stderr(), "{}{}", lang.pick("注意：", "warning: "), doubt.say(lang));
        }
    }
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

/// Whether an output may go where it is to go, asked before anything is computed.
pub(super) fn may_write_file(file: &Path, common: &Common) -> Result<(), Failure> {
    match (is_stdout(file), common.json) {
        (true, true) => Err(Failure::Usage {
            zh: "-o - 和 --json 都要写标准输出；请去掉其中一个".to_owned(),
            en: "-o - and --json both want stdout; leave one of them out".to_owned(),
        }),
        (true, false) => Ok(()),
        (false, _) => Ok(report::may_write_file(file, common.force)?),
    }
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

//! What was typed to what is asked. Arguments are parsed once into [`Cli`]; `commands.rs` carries them out;
//! `words.rs` says the result. Exit codes: 0 done, 1 no answer or a run failed, 2 the command line or the input is wrong.
//!
//! To add a command: one variant of [`Command`], one arm and one function in `commands.rs`, one test in `tests/cli.rs`.

mod commands;
mod desk;
mod failure;
mod new_folder;
mod progress;
mod roads;
mod solve;
mod words;

pub use commands::carry_out;
use commands::is_stdout;
pub use desk::DeskArgs;
pub use failure::Failure;
pub use roads::{DirectionArg, ModeArg, ReachArgs, RoadArgs, SeasonArg, TimesArgs};
pub use solve::{Ask, Assign, Cover, Metric, Model};

use crate::model::Lang;
use crate::read::Encoding;
use crate::report::document::Period;
use crate::report::machine::Format;
use clap::{Args, Parser, Subcommand};
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

/// Sites public service stations so that people reach them within a 15-minute circle, with a proof for every proposal.
///
/// 把公共服务站点建在居民15分钟可达的地方：读取居住点、产业集聚区和现有站点，计算覆盖、提出选址方案并给出证明。
#[derive(Debug, Parser)]
#[command(name = "doorstep", version, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Print the answer as JSON on stdout, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what is written: zh or en [default: the plan's]
    #[arg(long, global = true, value_parser = language, value_name = "zh|en")]
    pub lang: Option<Lang>,
    /// Threads to compute with; results do not depend on it [default: all cores]
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..=1024), value_name = "N")]
    pub threads: Option<u16>,
    /// Replace an existing output
    #[arg(long, global = true)]
    pub force: bool,
    /// Say nothing but errors
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Encoding of tables that are text and do not say theirs: utf-8, gb18030, gbk, big5 [default: utf-8]
    #[arg(long, global = true, value_parser = encoding, value_name = "NAME")]
    pub encoding: Option<Encoding>,
    /// Date printed on maps and reports [default: today, UTC]
    #[arg(long, global = true, value_parser = day, value_name = "YYYY-MM-DD")]
    pub date: Option<time::Date>,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The main job: read, cover, propose, measure, write everything
    Plan {
        /// The plan folder
        dir: PathBuf,
        /// Where to write [default: DIR/out]
        #[arg(short, long, value_name = "OUT")]
        output: Option<PathBuf>,
    },
    /// Read everything and list each fault; nothing is written
    Check {
        /// The plan folder
        dir: PathBuf,
    },
    /// The gap list: .csv, .xlsx, .geojson, .gpkg or .parquet, by suffix
    Gaps {
        /// The plan folder
        dir: PathBuf,
        /// The file; - for CSV on stdout
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Leave out the byte-order mark that Excel wants, for programs that do not
        #[arg(long)]
        no_bom: bool,
    },
    /// The plan folder's layers in another format, as a new plan folder
    Convert {
        /// The plan folder
        dir: PathBuf,
        /// The new folder
        #[arg(short, long, value_name = "NEW")]
        output: PathBuf,
        /// The format
        #[arg(long, value_name = "geojson|csv|xlsx|gpkg|parquet", value_parser = format)]
        to: Format,
    },
    /// The coverage map: .png or .svg, by suffix
    Map {
        /// The plan folder
        dir: PathBuf,
        /// The file; - for SVG on stdout
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Draw one county large
        #[arg(long, value_name = "NAME")]
        county: Option<String>,
        /// Size of the sheet
        #[arg(long, value_name = "a3|a4|WxH", default_value = "a3")]
        size: String,
    },
    /// The report: .html, .docx or .xlsx; with a period the work report of that time, from progress.csv or .xlsx
    Report {
        /// The plan folder
        dir: PathBuf,
        /// The file; - for HTML on stdout
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The work report of a quarter
        #[arg(long, value_name = "2026Q3", value_parser = quarter, group = "period")]
        quarter: Option<Period>,
        /// The work report of a month
        #[arg(long, value_name = "2026-07", value_parser = month, group = "period")]
        month: Option<Period>,
        /// The work report of a year
        #[arg(long, value_name = "2026", value_parser = year, group = "period")]
        year: Option<Period>,
    },
    /// The JSON Schema of summary.json
    Schema,
    /// The web page and API
    Serve {
        /// The plan folder
        dir: PathBuf,
        /// Port; 0 for any free one [default: 8040]
        #[arg(long)]
        port: Option<u16>,
        /// Address to listen on, with or without a port of its own; beyond this machine only where you mean it
        #[arg(long, value_name = "IP[:PORT]", default_value = "127.0.0.1", value_parser = listen)]
        listen: Listen,
        /// Let the page put imported plans into new folders under this one, not only hand them out as a download
        #[arg(long, value_name = "DIR")]
        import_into: Option<PathBuf>,
        /// Who may change and compute: flags of the desk
        #[command(flatten)]
        guard: DeskArgs,
    },
    /// A bare location problem, without a plan folder
    Solve {
        /// What is asked
        #[command(subcommand)]
        model: Box<Model>,
    },
    /// Travel times between sites and places over a road network
    Times {
        /// What is asked
        #[command(flatten)]
        args: TimesArgs,
    },
    /// Isochrones from points over a road network
    Reach {
        /// What is asked
        #[command(flatten)]
        args: ReachArgs,
    },
    /// A new plan folder, explained
    Init {
        /// The folder to make
        dir: PathBuf,
    },
}

/// Where `serve` listens: an address, and a port where one was written with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    ip: IpAddr,
    port: Option<u16>,
}

impl Listen {
    /// The address with its port: that of `--port`, else the one written with the address, else the usual one.
    pub fn address(self, port: Option<u16>) -> SocketAddr {
        SocketAddr::new(self.ip, port.or(self.port).unwrap_or(crate::web::DEFAULT_ADDRESS.port()))
    }
}

/// Says on stderr why a command failed, with `--json` also on stdout as an object, and returns the exit code.
pub fn report_failure(cli: &Cli, failure: &Failure) -> ExitCode {
    let lang = commands::language(cli);
    if let (true, Failure::NoPlan { answer, .. }) = (cli.common.json, failure) {
        let _ = writeln!(std::io::stdout(), "{answer}");
    } else if cli.common.json {
        let faults = match failure {
            Failure::Faults(faults) => serde_json::to_value(faults.list()).unwrap_or_default(),
            _ => serde_json::Value::Array(Vec::new()),
        };
        let answer = serde_json::json!({ "ok": false, "error": failure.say(lang), "faults": faults });
        // Whoever closed stdout still gets the text and the exit code.
        let _ = writeln!(std::io::stdout(), "{answer}");
    }
    let _ = writeln!(std::io::stderr(), "{}", failure.say(lang).trim_end());
    ExitCode::from(failure.exit_code())
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| "zh or en".to_owned())
}

fn listen(text: &str) -> Result<Listen, String> {
    let alone = || text.parse().map(|ip| Listen { ip, port: None });
    let both = |at: SocketAddr| Listen { ip: at.ip(), port: Some(at.port()) };
    text.parse()
        .map(both)
        .or_else(|_| alone())
        .map_err(|_: std::net::AddrParseError| "an address such as 127.0.0.1, 0.0.0.0:8080 or [::1]:8080".to_owned())
}

fn encoding(text: &str) -> Result<Encoding, String> {
    Encoding::parse(text).ok_or_else(|| "utf-8, gb18030, gbk, gb2312 or big5".to_owned())
}

fn format(text: &str) -> Result<Format, String> {
    Format::of_suffix(text).ok_or_else(|| "geojson, csv, xlsx, gpkg or parquet".to_owned())
}

fn quarter(text: &str) -> Result<Period, String> {
    Period::quarter(text).ok_or_else(|| "a quarter such as 2026Q3".to_owned())
}

fn month(text: &str) -> Result<Period, String> {
    Period::month(text).ok_or_else(|| "a month such as 2026-07".to_owned())
}

fn year(text: &str) -> Result<Period, String> {
    Period::year(text).ok_or_else(|| "a year such as 2026".to_owned())
}

fn day(text: &str) -> Result<time::Date, String> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    time::Date::parse(text, format).map_err(|_| "a date such as 2026-06-30".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_listens_where_it_is_told_with_the_port_in_either_flag() {
        let at = |text: &str, port| listen(text).expect("an address").address(port).to_string();
        assert_eq!(at("127.0.0.1", None), "127.0.0.1:8040");
        assert_eq!(at("0.0.0.0:8080", None), "0.0.0.0:8080");
        assert_eq!(at("0.0.0.0:8080", Some(0)), "0.0.0.0:0");
        assert_eq!(at("::1", Some(9)), "[::1]:9");
        assert_eq!(at("[::1]:8080", None), "[::1]:8080");
        assert!(listen("localhost:x").is_err());
    }
}

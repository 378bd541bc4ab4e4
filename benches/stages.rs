//! How long does each stage of a plan take, in one process, without writing?
//!
//! `cargo bench --bench stages -- DIR` prints a row per run: read, cover, site, refuse, measure, total, in seconds.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use doorstep::job;
use std::path::PathBuf;
use std::time::Instant;

const RUNS: usize = 5;

fn main() {
    let Some(dir) = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from) else {
        println!("usage: cargo bench --bench stages -- DIR");
        return;
    };
    println!("read,cover,site,refuse,measure,total");
    for _ in 0..RUNS {
        let clock = Instant::now();
        let folder = match doorstep::read::open(&dir) {
            Ok(folder) => folder,
            Err(faults) => return println!("{}", faults.say(doorstep::model::Lang::En)),
        };
        // Each stage is announced as it begins: the mark before the first is the end of reading.
        let mut marks = Vec::new();
        let outcome =
            job::run(folder, time::macros::date!(2026 - 01 - 01), |_| marks.push(clock.elapsed().as_secs_f64()));
        if let Err(e) = outcome {
            return println!("{e}");
        }
        marks.push(clock.elapsed().as_secs_f64());
        let stages = marks.iter().scan(0.0, |before, &mark| Some(mark - std::mem::replace(before, mark)));
        let row: Vec<String> = stages.chain(marks.last().copied()).map(|s| format!("{s:.3}")).collect();
        println!("{}", row.join(","));
    }
}

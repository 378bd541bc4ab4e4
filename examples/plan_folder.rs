//! Plan a folder from a program: read, compute, look at the proposal and its certificate.
//!
//! `cargo run --release --example plan_folder -- data/daxinganling`

#![expect(clippy::print_stdout, reason = "an example prints")]

use doorstep::model::Lang;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir =
        std::env::args().nth(1).unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/data/daxinganling").into());
    let folder = doorstep::read::open(Path::new(&dir)).map_err(|faults| faults.say(Lang::En))?;
    let outcome = doorstep::job::run(folder, time::macros::date!(2026 - 01 - 01), |_| {})?;
    for p in &outcome.proposals {
        let candidate = &outcome.candidates[p.candidate];
        let phase = &outcome.folder.plan.phases[p.phase].name;
        println!("{:>3} {phase} {} {}: {:.0} more people", p.rank, candidate.id, candidate.name, p.gain.0);
    }
    let c = &outcome.certificate;
    println!(
        "{}: {:.1} covered, at most {:.1} possible, gap {:.3} %",
        c.proof.name(),
        c.objective,
        c.bound,
        c.gap * 100.0
    );
    Ok(())
}

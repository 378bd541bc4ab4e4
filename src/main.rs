//! The `doorstep` command.

use clap::Parser;
use doorstep::cli::{Cli, carry_out, report_failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(threads) = cli.common.threads {
        // Fails only when a pool exists already, and none does yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    }
    match carry_out(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report_failure(&cli, &failure),
    }
}

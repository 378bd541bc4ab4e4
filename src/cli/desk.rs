//! Who may plan at the served desk, and where are its scenarios? What was typed about it, turned into what the server asks for. A
//! file of its own because a secret comes from one of four places, and none of them may be a surprise.

use super::Failure;
use crate::web::{Access, Planning};
use clap::Args;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where the token is looked for when no flag names it.
const VARIABLE: &str = "DOORSTEP_TOKEN";
/// Fewest characters of a token; one that can be guessed is none.
const SHORTEST: usize = 12;

/// Flags of the desk.
#[derive(Debug, Clone, Default, Args)]
pub struct DeskArgs {
    /// Token for whatever changes or computes; made up and printed when listening beyond this machine without one. Also from the
    /// environment: DOORSTEP_TOKEN
    #[arg(long, value_name = "TEXT", conflicts_with = "token_file")]
    token: Option<String>,
    /// File whose first line is the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Do not keep scenarios in the plan folder
    #[arg(long)]
    no_scenarios: bool,
}

impl DeskArgs {
    /// How the desk is planned at.
    pub(super) fn planning(&self, dir: &Path) -> Planning {
        let scenarios = (!self.no_scenarios).then(|| dir.join("scenarios.gpkg"));
        Planning { scenarios, ..Planning::default() }
    }

    /// Who may change and compute, and the token where one was made up.
    ///
    /// # Errors
    /// When a token is too short or its file cannot be read.
    pub(super) fn access(&self, ip: IpAddr) -> Result<(Access, Option<String>), Failure> {
        let from_file = |file: &PathBuf| {
            let read = std::fs::read_to_string(file).map_err(|e| Failure::Usage {
                zh: format!("--token-file {}：无法读取：{e}", file.display()),
                en: format!("--token-file {}: cannot be read: {e}", file.display()),
            });
            read.map(|text| text.lines().next().unwrap_or_default().trim().to_owned())
        };
        let given = match (&self.token, &self.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(file)) => Some(from_file(file)?),
            (None, None) => std::env::var(VARIABLE).ok(),
        };
        match given {
            Some(token) => {
                let plain = token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
                if token.len() < SHORTEST || !plain {
                    return Err(Failure::Usage {
                        zh: format!("口令至少 {SHORTEST} 个字符，只用字母、数字和 - . _ ~"),
                        en: format!("a token has at least {SHORTEST} characters: letters, digits and - . _ ~"),
                    });
                }
                Ok((Access::by_token(&token), None))
            }
            None if ip.is_loopback() => Ok((Access::default(), None)),
            None => {
                let token = made_up()?;
                Ok((Access::by_token(&token), Some(token)))
            }
        }
    }
}

/// A token of 192 bits from the system.
fn made_up() -> Result<String, Failure> {
    let mut bytes = [0u8; 24];
    getrandom::fill(&mut bytes).map_err(|e| Failure::Usage {
        zh: format!("系统无法给出随机口令（{e}）；请用 --token-file 指定"),
        en: format!("the system gives no random token ({e}); name one with --token-file"),
    })?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn a_short_or_odd_token_is_refused_and_beyond_this_machine_one_is_made_up() {
        let args = |token: &str| DeskArgs { token: Some(token.to_owned()), ..DeskArgs::default() };
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for bad in ["", "short", "with a space in it", "半角字母和数字都没有"] {
            assert!(args(bad).access(here).is_err(), "{bad}");
        }
        assert!(args("long-enough-123").access(here).is_ok_and(|(_, made)| made.is_none()));
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "from-a-file-42\nmore\n").expect("written");
        let from_file = DeskArgs { token_file: Some(file.path().to_owned()), ..DeskArgs::default() };
        assert!(from_file.access(here).is_ok_and(|(_, made)| made.is_none()));
        let tokens = [made_up(), made_up()].map(|t| t.expect("random"));
        assert!(tokens[0].len() == 48 && tokens[0] != tokens[1]);
    }
}

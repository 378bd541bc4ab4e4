//! How do scenarios travel to another office? Out as the file itself, in from a file that somebody else made. A file of its own
//! because that file is opened with care: nothing in it is run.

use super::error::StoreError;
use super::store::{Condition, Draft, Store};
use crate::desk::{Changes, WhatIf};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, MAIN_DB};

/// Steps of SQLite's machine between looks, and looks, before a query is given up.
const PATIENCE: (i32, usize) = (100_000, 2_000);
/// Scenarios taken from one file.
const MOST: usize = 1_000;

/// What came of a file of scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Imported {
    /// Names that were kept, with a new revision.
    pub imported: Vec<String>,
    /// Names that exist already and were left as they are.
    pub skipped: Vec<String>,
    /// Names whose changes do not fit this plan, and why.
    pub refused: Vec<(String, String)>,
}

impl Store {
    /// Takes every scenario of a file: all that fit the plan, in one transaction. Names that exist are passed over unless they are
    /// to be replaced, which makes a new revision.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when the file holds no scenarios.
    pub fn import(&self, desk: &WhatIf, bytes: &[u8], replace: bool) -> Result<Imported, StoreError> {
        let found = scenarios(bytes)?;
        let here: Vec<(String, i64)> = self.list()?.into_iter().map(|s| (s.name, s.revision)).collect();
        let (mut report, mut drafts) = (Imported::default(), Vec::new());
        for (name, note, changes) in found {
            let known = here.iter().find(|(n, _)| *n == name).map(|(_, revision)| *revision);
            if known.is_some() && !replace {
                report.skipped.push(name);
                continue;
            }
            let draft = serde_json::from_str::<Changes>(&changes)
                .map_err(|e| e.to_string())
                .and_then(|changes| Draft::new(desk, &name, &note, &changes).map_err(|e| e.to_string()));
            match draft {
                Ok(draft) => {
                    report.imported.push(name);
                    drafts.push((draft, known.map_or(Condition::New, Condition::Revision)));
                }
                Err(why) => report.refused.push((name, why)),
            }
        }
        if !drafts.is_empty() {
            self.put(&drafts)?;
        }
        Ok(report)
    }
}

/// Name, note and changes of every scenario in a file.
fn scenarios(bytes: &[u8]) -> Result<Vec<(String, String, String)>, StoreError> {
    if !bytes.starts_with(b"SQLite format 3\0") {
        return Err(StoreError::Foreign("not an SQLite database".to_owned()));
    }
    let read = || -> rusqlite::Result<Vec<(String, String, String)>> {
        let mut db = Connection::open_in_memory()?;
        db.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        db.set_limit(Limit::SQLITE_LIMIT_LENGTH, 4 << 20)?;
        let mut looks = 0;
        let patience = move || {
            looks += 1;
            looks > PATIENCE.1
        };
        db.progress_handler(PATIENCE.0, Some(patience))?;
        let mut query = db.prepare("SELECT name, note, changes FROM scenarios ORDER BY name LIMIT ?1")?;
        query.query_map([MOST as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
    };
    read().map_err(|e| StoreError::Foreign(e.to_string()))
}

//! How is a scenario kept? Read and written in whole transactions; a save says which revision it was made from. A file of its own
//! because this is where two people meet.

use super::error::StoreError;
use super::schema;
use crate::desk::{Changes, WhatIf};
use crate::report::layers::shape_value;
use crate::report::machine::geopackage_geometry;
use geojson::GeometryValue;
use rusqlite::{Connection, MAIN_DB, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::format_description::well_known::Rfc3339;

/// Scenarios at most; revisions are not counted.
const MOST: usize = 1_000;
/// Longest name and note, characters.
const LONGEST: (usize, usize) = (100, 4_000);

/// `scenarios.gpkg` of a plan folder. It is made with the first save.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    db: Mutex<Option<Connection>>,
}

/// What a save expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// No scenario of this name.
    New,
    /// This revision.
    Revision(i64),
    /// Whatever there is.
    Any,
}

/// A scenario ready to be kept: with what its changes come to.
#[derive(Debug, Clone)]
pub struct Draft {
    name: String,
    note: String,
    changes: Changes,
    stations: usize,
    people: [f64; 3],
    standing: Vec<Row>,
    places: Vec<Row>,
}

/// A row of a layer.
#[derive(Debug, Clone)]
struct Row {
    geometry: Vec<u8>,
    texts: [String; 4],
    numbers: [f64; 3],
}

/// A scenario without what it holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its note.
    pub note: String,
    /// When it was saved, UTC.
    pub changed: String,
    /// Which revision.
    pub revision: i64,
    /// Stations that stand.
    pub stations: i64,
    /// Residents, those the plan covers, and those the scenario covers, when it was saved.
    pub total: Total,
}

/// Residents of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Total {
    /// All.
    pub people: f64,
    /// Covered by the plan.
    pub before: f64,
    /// Covered by the scenario.
    pub after: f64,
    /// Shares of these.
    pub share_before: Option<f64>,
    /// See `share_before`.
    pub share_after: Option<f64>,
}

/// A scenario.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Scenario {
    /// What the list says.
    #[serde(flatten)]
    pub summary: Summary,
    /// What differs from the plan.
    pub changes: Changes,
}

impl Draft {
    /// Computes what the changes come to.
    ///
    /// # Errors
    /// When the name, the note or the changes are wrong.
    pub fn new(desk: &WhatIf, name: &str, note: &str, changes: &Changes) -> Result<Self, StoreError> {
        let bad = |c: char| c.is_control() || c == '/' || c == '\\';
        if name.trim().is_empty()
            || name.trim() != name
            || name.chars().count() > LONGEST.0
            || name.chars().any(bad)
            || [super::compare::PLAN, "compare"].contains(&name)
        {
            return Err(StoreError::Name);
        }
        if note.chars().count() > LONGEST.1 {
            return Err(StoreError::Note);
        }
        let answer = desk.answer(changes)?;
        let standing = desk.standing(changes)?.into_iter().map(|s| Row {
            geometry: geopackage_geometry(&GeometryValue::Point { coordinates: [s.lon, s.lat].into() }),
            texts: [s.id, s.name, s.county.unwrap_or_default(), s.status.to_owned()],
            numbers: [0.0; 3],
        });
        let all = &desk.outcome().folder.places;
        let moved = answer.gained.places().chain(answer.lost.places());
        let places = moved.map(|(index, before, after)| {
            let place = &all[index as usize];
            Row {
                geometry: geopackage_geometry(&shape_value(&place.shape)),
                texts: [&place.id, place.layer.name(), &place.name, place.county.as_deref().unwrap_or_default()]
                    .map(str::to_owned),
                numbers: [place.people.0, before, after],
            }
        });
        Ok(Self {
            name: name.to_owned(),
            note: note.to_owned(),
            stations: answer.stations,
            people: answer.total.people(),
            standing: standing.collect(),
            places: places.collect(),
            changes: answer.changes,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Store {
    /// Of this file, which may not be there yet.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), db: Mutex::new(None) }
    }

    /// The connection; `None` while there is no file and none is to be made.
    pub(super) fn open(&self, make: bool) -> Result<MutexGuard<'_, Option<Connection>>, StoreError> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever takes the file away takes the scenarios away: a connection to what is no longer there keeps nothing.
        let there = self.path.is_file();
        if !there {
            *db = None;
        }
        if db.is_none() && (make || there) {
            let mut new = Connection::open(&self.path).map_err(StoreError::database)?;
            schema::prepare(&mut new).map_err(StoreError::database)?;
            *db = Some(new);
        }
        Ok(db)
    }

    /// Every scenario by name.
    ///
    /// # Errors
    /// What the data base says.
    pub fn list(&self) -> Result<Vec<Summary>, StoreError> {
        let db = self.open(false)?;
        let Some(db) = db.as_ref() else { return Ok(Vec::new()) };
        let read = || -> rusqlite::Result<Vec<Summary>> {
            let sql = format!("SELECT {SUMMARY} FROM scenarios ORDER BY name");
            db.prepare(&sql)?.query_map([], summary)?.collect()
        };
        read().map_err(StoreError::database)
    }

    /// One scenario.
    ///
    /// # Errors
    /// [`StoreError::Absent`], or what the data base says.
    pub fn get(&self, name: &str) -> Result<Scenario, StoreError> {
        let db = self.open(false)?;
        let Some(db) = db.as_ref() else { return Err(StoreError::Absent) };
        let sql = format!("SELECT {SUMMARY}, changes FROM scenarios WHERE name = ?1");
        let found: Option<(Summary, String)> = db
            .query_row(&sql, [name], |row| Ok((summary(row)?, row.get("changes")?)))
            .optional()
            .map_err(StoreError::database)?;
        let (summary, changes) = found.ok_or(StoreError::Absent)?;
        let changes = serde_json::from_str(&changes).map_err(StoreError::database)?;
        Ok(Scenario { summary, changes })
    }

    /// Keeps scenarios, all or none; returns their revisions.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where a condition does not hold.
    pub fn put(&self, drafts: &[(Draft, Condition)]) -> Result<Vec<i64>, StoreError> {
        let mut db = self.open(true)?;
        let db = db.as_mut().ok_or(StoreError::Absent)?;
        let work = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::database)?;
        let mut revisions = Vec::new();
        for (draft, condition) in drafts {
            let now = current(&work, &draft.name).map_err(StoreError::database)?;
            let holds = match condition {
                Condition::New => now.is_none(),
                Condition::Revision(revision) => now == Some(*revision),
                Condition::Any => true,
            };
            if !holds {
                return Err(StoreError::Changed(now));
            }
            revisions.push(keep(&work, draft).map_err(StoreError::database)?);
        }
        let count: usize = work
            .query_row("SELECT count(*) FROM scenarios", [], |row| row.get::<_, i64>(0))
            .map_err(StoreError::database)? as usize;
        if count > MOST {
            return Err(StoreError::TooMany(count - drafts.len()));
        }
        work.commit().map_err(StoreError::database)?;
        Ok(revisions)
    }

    /// Takes a scenario away; its revisions stay in the file.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::Changed`].
    pub fn delete(&self, name: &str, condition: Condition) -> Result<(), StoreError> {
        let mut db = self.open(false)?;
        let db = db.as_mut().ok_or(StoreError::Absent)?;
        let work = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::database)?;
        let now = current(&work, name).map_err(StoreError::database)?.ok_or(StoreError::Absent)?;
        if matches!(condition, Condition::Revision(r) if r != now) || condition == Condition::New {
            return Err(StoreError::Changed(Some(now)));
        }
        let remove = || -> rusqlite::Result<()> {
            work.execute(
                "INSERT INTO revisions (name, revision, note, changed, deleted, changes) SELECT name, ?2, note, ?3, 1, changes FROM scenarios WHERE name = ?1",
                params![name, next(&work, name)?, moment()],
            )?;
            forget(&work, name)?;
            touch(&work)
        };
        remove().map_err(StoreError::database)?;
        work.commit().map_err(StoreError::database)
    }

    /// The whole file.
    ///
    /// # Errors
    /// What the data base says.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut db = self.open(false)?;
        let copy = |db: &mut Connection| db.serialize(MAIN_DB).map(|bytes| bytes.to_vec());
        match db.as_mut() {
            Some(db) => copy(db),
            None => Connection::open_in_memory().and_then(|mut empty| {
                schema::prepare(&mut empty)?;
                copy(&mut empty)
            }),
        }
        .map_err(StoreError::database)
    }
}

const SUMMARY: &str = "name, note, changed, revision, stations, people, covered_before, covered";

fn summary(row: &rusqlite::Row<'_>) -> rusqlite::Result<Summary> {
    let (people, before, after): (f64, f64, f64) = (row.get(5)?, row.get(6)?, row.get(7)?);
    let share = |covered: f64| (people > 0.0).then(|| covered / people);
    Ok(Summary {
        name: row.get(0)?,
        note: row.get(1)?,
        changed: row.get(2)?,
        revision: row.get(3)?,
        stations: row.get(4)?,
        total: Total { people, before, after, share_before: share(before), share_after: share(after) },
    })
}

fn current(work: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<i64>> {
    work.query_row("SELECT revision FROM scenarios WHERE name = ?1", [name], |row| row.get(0)).optional()
}

/// The number after every one this name ever had, so that none comes twice.
fn next(work: &Transaction<'_>, name: &str) -> rusqlite::Result<i64> {
    work.query_row("SELECT coalesce(max(revision), 0) + 1 FROM revisions WHERE name = ?1", [name], |row| row.get(0))
}

fn moment() -> String {
    let now = time::OffsetDateTime::now_utc();
    now.replace_nanosecond(now.nanosecond() / 1_000_000 * 1_000_000).unwrap_or(now).format(&Rfc3339).unwrap_or_default()
}

fn forget(work: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
    work.execute("DELETE FROM scenarios WHERE name = ?1", [name])?;
    work.execute("DELETE FROM stations WHERE scenario = ?1", [name])?;
    work.execute("DELETE FROM places WHERE scenario = ?1", [name])?;
    Ok(())
}

fn keep(work: &Transaction<'_>, draft: &Draft) -> rusqlite::Result<i64> {
    let (revision, changed) = (next(work, &draft.name)?, moment());
    let changes = serde_json::to_string(&draft.changes).expect("changes are plain data with text keys");
    forget(work, &draft.name)?;
    work.execute(
        "INSERT INTO scenarios (name, note, changed, revision, stations, people, covered_before, covered, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            draft.name, draft.note, changed, revision, draft.stations as i64,
            draft.people[0], draft.people[1], draft.people[2], changes
        ],
    )?;
    work.execute(
        "INSERT INTO revisions (name, revision, note, changed, deleted, changes) VALUES (?1, ?2, ?3, ?4, 0, ?5)",
        params![draft.name, revision, draft.note, changed, changes],
    )?;
    let mut station = work
        .prepare("INSERT INTO stations (geom, scenario, id, name, county, status) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for Row { geometry, texts: [id, name, county, status], .. } in &draft.standing {
        station.execute(params![geometry, draft.name, id, name, county, status])?;
    }
    let mut place = work.prepare(
        "INSERT INTO places (geom, scenario, id, layer, name, county, people, share_before, share_after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for Row { geometry, texts: [id, layer, name, county], numbers: [people, before, after] } in &draft.places {
        place.execute(params![geometry, draft.name, id, layer, name, county, people, before, after])?;
    }
    touch(work)?;
    Ok(revision)
}

/// Says in the table of contents that the layers have changed.
fn touch(work: &Transaction<'_>) -> rusqlite::Result<()> {
    work.execute("UPDATE gpkg_contents SET last_change = ?1", [moment()])?;
    Ok(())
}

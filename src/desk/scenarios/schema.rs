//! How is `scenarios.gpkg` laid out? The tables that make it a GeoPackage, and ours. A file of its own because others read it.

use crate::report::machine::GEOPACKAGE_SCHEMA;
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

/// `scenarios`: one row each, as it stands. `revisions`: every save and deletion there ever was. `stations`: who stands in each.
/// `places`: the places whose share differs from the plan's.
const OWN: &str = "
CREATE TABLE scenarios (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL UNIQUE, note TEXT NOT NULL, changed DATETIME NOT NULL,
  revision INTEGER NOT NULL, stations INTEGER NOT NULL, people REAL, covered_before REAL, covered REAL, changes TEXT NOT NULL);
CREATE TABLE revisions (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, note TEXT NOT NULL,
  changed DATETIME NOT NULL, deleted BOOLEAN NOT NULL, changes TEXT NOT NULL, UNIQUE (name, revision));
CREATE TABLE stations (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT, scenario TEXT NOT NULL, id TEXT NOT NULL, name TEXT, county TEXT,
  status TEXT);
CREATE INDEX stations_by_scenario ON stations (scenario);
CREATE TABLE places (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, scenario TEXT NOT NULL, id TEXT NOT NULL, layer TEXT, name TEXT,
  county TEXT, people REAL, share_before REAL, share_after REAL);
CREATE INDEX places_by_scenario ON places (scenario);
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES
  ('scenarios', 'attributes', 'scenarios', '1970-01-01T00:00:00.000Z', NULL), ('revisions', 'attributes', 'revisions', '1970-01-01T00:00:00.000Z', NULL),
  ('stations', 'features', 'stations', '1970-01-01T00:00:00.000Z', 4326), ('places', 'features', 'places', '1970-01-01T00:00:00.000Z', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('stations', 'geom', 'POINT', 4326, 0, 0), ('places', 'geom', 'GEOMETRY', 4326, 0, 0);
";

/// Makes the connection careful, and lays the tables out where there are none.
pub(super) fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(10))?;
    // One file that can be copied, and no commit that is not on the disk.
    db.pragma_update(None, "journal_mode", "DELETE")?;
    db.pragma_update(None, "synchronous", "EXTRA")?;
    let work = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let there: i64 =
        work.query_row("SELECT count(*) FROM sqlite_master WHERE name = 'scenarios'", [], |row| row.get(0))?;
    if there == 0 {
        work.execute_batch("PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;")?;
        work.execute_batch(GEOPACKAGE_SCHEMA)?;
        work.execute_batch(OWN)?;
    }
    work.commit()
}

//! How do two scenarios differ? Totals, counties, stations that only one has, places that fare differently. A file of its own
//! because it is asked of two changes and stored nowhere.

use crate::desk::{Answer, Changes, CountyRow, DeskError, Row, WhatIf};
use crate::report::number::Num;
use serde::Serialize;

/// The name of the plan as it was computed.
pub(super) const PLAN: &str = "plan";

/// Two scenarios side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// One.
    pub a: Side,
    /// The other.
    pub b: Side,
    /// Stations that only the first has, or has elsewhere.
    pub only_a: Vec<Standing>,
    /// Those that only the second has.
    pub only_b: Vec<Standing>,
    /// Index of every place whose share differs, and its two shares.
    places: Vec<(usize, Num, Num)>,
}

/// What one scenario comes to.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Its name.
    pub name: String,
    /// Its changes.
    pub changes: Changes,
    /// Stations that stand.
    pub stations: usize,
    /// All residents.
    pub total: Row,
    /// Residents by county.
    pub counties: Vec<CountyRow>,
}

/// A station that stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: Option<String>,
    /// Its status, `proposed` for candidates.
    pub status: &'static str,
    /// Degrees.
    pub lon: f64,
    /// Degrees.
    pub lat: f64,
}

impl WhatIf {
    /// Compares two sets of changes by name.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn compare(&self, a: (&str, &Changes), b: (&str, &Changes)) -> Result<Compared, DeskError> {
        let side = |(name, changes): (&str, &Changes)| -> Result<Side, DeskError> {
            let Answer { changes, stations, total, counties, .. } = self.answer(changes)?;
            Ok(Side { name: name.to_owned(), changes, stations, total, counties })
        };
        let (standing_a, standing_b) = (self.standing(a.1)?, self.standing(b.1)?);
        let (shares_a, shares_b) = (self.shares(a.1)?, self.shares(b.1)?);
        let pairs = shares_a.iter().zip(&shares_b).enumerate();
        let places = pairs.filter(|(_, (a, b))| a.to_bits() != b.to_bits());
        let only = |these: &[Standing], others: &[Standing]| {
            these.iter().filter(|s| !others.contains(s)).cloned().collect::<Vec<_>>()
        };
        Ok(Compared {
            a: side(a)?,
            b: side(b)?,
            only_a: only(&standing_a, &standing_b),
            only_b: only(&standing_b, &standing_a),
            places: places.map(|(i, (a, b))| (i, Num(*a), Num(*b))).collect(),
        })
    }

    /// Every station that stands with these changes.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn standing(&self, changes: &Changes) -> Result<Vec<Standing>, DeskError> {
        let (folder, chosen) = self.edited(changes)?;
        let counted = folder.stations.iter().filter(|s| s.status.counts());
        let mut all: Vec<Standing> = counted
            .map(|s| Standing {
                id: s.id.clone(),
                name: s.name.clone(),
                county: s.county.as_deref().map(str::to_owned),
                status: s.status.name(),
                lon: s.position.lon(),
                lat: s.position.lat(),
            })
            .collect();
        let candidates = folder.candidates.as_deref().unwrap_or_default();
        all.extend(chosen.iter().map(|&c| &candidates[c as usize]).map(|c| Standing {
            id: c.id.clone(),
            name: c.name.clone(),
            county: c.county.as_deref().map(str::to_owned),
            status: "proposed",
            lon: c.position.lon(),
            lat: c.position.lat(),
        }));
        Ok(all)
    }
}

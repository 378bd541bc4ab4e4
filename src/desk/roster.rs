//! Which sites does a planner speak of? Stations and candidates under one numbering, and what their ids mean. A file of its own
//! because changes name sites by id and everything that counts knows them by number.

use crate::job::Outcome;
use crate::model::Position;
use std::collections::HashMap;

/// Number of a site: stations first, in the folder's order, then candidates.
pub(super) type SiteNumber = u32;

/// Stations and candidates.
#[derive(Debug)]
pub(super) struct Roster {
    /// How many of the sites are stations.
    pub(super) stations: usize,
    pub(super) sites: Vec<Listed>,
    station_of: HashMap<String, SiteNumber>,
    candidate_of: HashMap<String, SiteNumber>,
}

/// One site as it stands in the plan.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) position: Position,
    /// Whether it stands in the plan as it was computed: it counts, or is proposed.
    pub(super) stands: bool,
    /// Whether it is a closed station, of which nothing can be asked.
    pub(super) closed: bool,
}

impl Roster {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let listed = |id: &str, position, stands, closed| Listed { id: id.to_owned(), position, stands, closed };
        let stations = &outcome.folder.stations;
        let mut proposed = vec![false; outcome.candidates.len()];
        outcome.proposals.iter().for_each(|p| proposed[p.candidate] = true);
        let mut sites: Vec<Listed> =
            stations.iter().map(|s| listed(&s.id, s.position, s.status.counts(), !s.status.counts())).collect();
        sites.extend(outcome.candidates.iter().zip(&proposed).map(|(c, &p)| listed(&c.id, c.position, p, false)));
        let numbered = |range: std::ops::Range<usize>| range.map(|i| (sites[i].id.clone(), i as SiteNumber)).collect();
        let station_of = numbered(0..stations.len());
        let candidate_of = numbered(stations.len()..sites.len());
        Self { stations: stations.len(), sites, station_of, candidate_of }
    }

    /// A station of this id, else a candidate.
    pub(super) fn site(&self, id: &str) -> Option<SiteNumber> {
        self.station_of.get(id).or_else(|| self.candidate_of.get(id)).copied()
    }

    /// A candidate of this id.
    pub(super) fn candidate(&self, id: &str) -> Option<SiteNumber> {
        self.candidate_of.get(id).copied()
    }

    /// Whether a number is a candidate's, and which: its index in `Outcome::candidates`.
    pub(super) fn as_candidate(&self, site: SiteNumber) -> Option<usize> {
        (site as usize).checked_sub(self.stations)
    }

    /// Sites that stand in the plan as it was computed.
    pub(super) fn standing(&self) -> impl Iterator<Item = SiteNumber> {
        (0..).zip(&self.sites).filter(|(_, s)| s.stands).map(|(i, _)| i)
    }
}

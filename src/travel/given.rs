//! Travel by given times: somebody else has computed who reaches whom and in how many seconds. A file of its own because it is one
//! of several travel models.

use super::{Origin, SiteIndex, Standard, TravelModel};
use crate::model::{GivenTimes, Minutes};

/// Given times to one list of sites.
#[derive(Debug)]
pub struct GivenTravel<'a> {
    standards: &'a [Standard],
    /// Per demand point site and milliseconds, by site.
    rows: Vec<Vec<(SiteIndex, u64)>>,
}

impl<'a> GivenTravel<'a> {
    /// For sites by id; `place_of` says which place each demand point belongs to. A pair that is not given is out of reach.
    pub fn new(given: &GivenTimes, sites: &[&str], place_of: &[usize], standards: &'a [Standard]) -> Self {
        let mut points_of: Vec<Vec<u32>> = vec![Vec::new(); place_of.iter().max().map_or(0, |m| m + 1)];
        for (point, &place) in (0..).zip(place_of) {
            points_of[place].push(point);
        }
        let mut rows = vec![Vec::new(); place_of.len()];
        for (site, id) in (0..).zip(sites) {
            for &(place, seconds) in given.of_site.get(*id).into_iter().flatten() {
                let milliseconds = (seconds * 1000.0).round() as u64;
                for &point in points_of.get(place as usize).into_iter().flatten() {
                    rows[point as usize].push((site, milliseconds));
                }
            }
        }
        Self { standards, rows }
    }
}

impl TravelModel for GivenTravel<'_> {
    fn reach(&self, origin: &Origin, out: &mut Vec<SiteIndex>) {
        let limit = (self.standards[origin.standard].minutes.0 * 60_000.0).round() as u64;
        out.extend(self.rows[origin.index].iter().filter(|row| row.1 <= limit).map(|row| row.0));
    }

    fn nearest(&self, origin: &Origin) -> Option<(SiteIndex, Minutes)> {
        let (milliseconds, site) = self.rows[origin.index].iter().map(|&(site, ms)| (ms, site)).min()?;
        Some((site, Minutes(milliseconds as f64 / 60_000.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Circle, Limit, Mode, Position, TravelSettings};

    #[test]
    fn a_pair_exactly_at_the_limit_counts_and_one_that_is_not_given_is_out_of_reach() {
        let circle = Circle { setting: None, limit: Limit::Minutes(Minutes(15.0)), mode: Mode::Walk };
        let standards = [Standard::new(&circle, &TravelSettings::default())];
        let given = GivenTimes {
            of_site: [
                ("a".to_owned(), vec![(0, 900.0), (1, 900.001)]),
                ("b".to_owned(), vec![(0, 300.0)]),
                ("unused".to_owned(), vec![(2, 1.0)]),
            ]
            .into(),
        };
        let travel = GivenTravel::new(&given, &["a", "b", "c"], &[0, 1, 1, 2], &standards);
        let at = |index| Origin { index, position: Position::new(0.0, 0.0).expect("in range"), standard: 0 };
        let reach = |index| {
            let mut out = Vec::new();
            travel.reach(&at(index), &mut out);
            out
        };
        assert_eq!([reach(0), reach(1), reach(2), reach(3)], [vec![0, 1], vec![], vec![], vec![]]);
        assert_eq!(travel.nearest(&at(0)), Some((1, Minutes(5.0))));
        assert_eq!(travel.nearest(&at(3)), None);
    }
}

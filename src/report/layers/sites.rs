//! Where do stations stand, and which ground do they reach? The station layers in one file because a station is
//! described the same way whether it exists or is proposed.

use super::{Sink, circle, geometry};
use crate::job::Outcome;
use crate::measure::SiteRef;
use crate::model::{Model, Position, Setting};
use crate::report::number::Num;
use serde::Serialize;
use std::collections::HashSet;
use std::io;

#[derive(Serialize)]
struct Proposed<'a> {
    id: &'a str,
    name: &'a str,
    county: Option<&'a str>,
    phase: Option<&'a str>,
    rank: usize,
    covered: Num,
    gain: Num,
    loss_if_refused: Option<Num>,
    alternatives: Vec<&'a str>,
    gain_weighted: Num,
    loss_weighted: Option<Num>,
    host: &'a str,
    cost: Option<Num>,
    loss_proved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest_candidate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest_candidate_m: Option<Num>,
}

pub(super) fn proposal(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    let given = outcome.folder.candidates.as_deref().unwrap_or_default();
    for (i, p) in outcome.proposals.iter().enumerate() {
        let site = &outcome.candidates[p.candidate];
        let near = outcome.buildable.get(i);
        let properties = Proposed {
            id: &site.id,
            name: &site.name,
            county: site.county.as_deref(),
            phase: phase(outcome, p.phase),
            rank: p.rank,
            covered: Num(p.covered.0),
            gain: Num(p.gain.0),
            loss_if_refused: p.loss_if_refused.map(|l| Num(l.0)),
            alternatives: p.alternatives.iter().map(|&i| outcome.candidates[i].id.as_str()).collect(),
            gain_weighted: Num(p.gain_weighted),
            loss_weighted: p.loss_weighted.map(Num),
            host: &site.host,
            cost: site.cost.map(Num),
            loss_proved: p.loss_proved,
            nearest_candidate: near.map(|n| given[n.candidate].id.as_str()),
            nearest_candidate_m: near.map(|n| Num(n.distance.0)),
        };
        sink.feature(geometry::point(site.position), &properties)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Existing<'a> {
    id: &'a str,
    name: &'a str,
    county: Option<&'a str>,
    status: &'static str,
    kind: &'a str,
    opened: Option<String>,
    capacity: Option<Num>,
}

pub(super) fn stations(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    for s in &outcome.folder.stations {
        let properties = Existing {
            id: &s.id,
            name: &s.name,
            county: s.county.as_deref(),
            status: s.status.name(),
            kind: &s.kind,
            opened: s.opened.map(|d| d.to_string()),
            capacity: s.capacity.map(Num),
        };
        sink.feature(geometry::point(s.position), &properties)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Possible<'a> {
    id: &'a str,
    name: &'a str,
    county: Option<&'a str>,
    host: &'a str,
    cost: Option<Num>,
    capacity: Option<Num>,
    derived: bool,
    proposed: bool,
}

pub(super) fn candidates(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    let proposed: HashSet<usize> = outcome.proposals.iter().map(|p| p.candidate).collect();
    for (i, c) in outcome.candidates.iter().enumerate() {
        let properties = Possible {
            id: &c.id,
            name: &c.name,
            county: c.county.as_deref(),
            host: &c.host,
            cost: c.cost.map(Num),
            capacity: c.capacity.map(Num),
            derived: c.derived,
            proposed: proposed.contains(&i),
        };
        sink.feature(geometry::point(c.position), &properties)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Reach<'a> {
    station: &'a str,
    name: &'a str,
    setting: Option<&'static str>,
    mode: &'static str,
    minutes: Num,
    radius_m: Num,
    status: &'static str,
    phase: Option<&'a str>,
}

/// A station that has circles.
struct Served<'a> {
    site: SiteRef,
    id: &'a str,
    name: &'a str,
    position: Position,
    status: &'static str,
    phase: Option<&'a str>,
}

pub(super) fn circles(outcome: &Outcome, sink: &mut impl Sink) -> io::Result<()> {
    let counted = outcome.folder.stations.iter().enumerate().filter(|(_, s)| s.status.counts());
    let existing = counted.map(|(i, s)| Served {
        site: SiteRef::Station(i),
        id: &s.id,
        name: &s.name,
        position: s.position,
        status: s.status.name(),
        phase: None,
    });
    let proposed = outcome.proposals.iter().map(|p| {
        let site = &outcome.candidates[p.candidate];
        Served {
            site: SiteRef::Candidate(p.candidate),
            id: &site.id,
            name: &site.name,
            position: site.position,
            status: "proposed",
            phase: phase(outcome, p.phase),
        }
    });
    for station in existing.chain(proposed) {
        for (i, standard) in outcome.standards.iter().enumerate() {
            let ground = match outcome.folder.plan.travel.model {
                Model::Circle => circle::circle(station.position, standard.radius),
                // Who is off the road serves no ground; and times say nothing of what lies between places.
                Model::Roads | Model::Times => {
                    let area = outcome.areas.iter().find(|a| a.site == station.site && a.standard == i);
                    let Some(area) = area.filter(|a| !a.ground.0.is_empty()) else { continue };
                    area.ground.clone()
                }
            };
            let properties = Reach {
                station: station.id,
                name: station.name,
                setting: standard.setting.map(Setting::name),
                mode: standard.mode.name(),
                minutes: Num(standard.minutes.0),
                radius_m: Num(standard.radius.0),
                status: station.status,
                phase: station.phase,
            };
            sink.feature(geometry::polygons(&ground), &properties)?;
        }
    }
    Ok(())
}

/// The name of a phase; `None` for a plan without phases.
fn phase(outcome: &Outcome, phase: usize) -> Option<&str> {
    outcome.folder.plan.phases.get(phase).map(|p| p.name.as_str())
}

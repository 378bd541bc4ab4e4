//! A small outcome for the tests of this room: every kind of place, station, gap and remedy once, and hostile names.

use crate::coverage::Demand;
use crate::job::{Outcome, Remark};
use crate::measure::{
    AtTheLimit, Change, Curve, CurveEnd, CurvePoint, Evidence, Extent, Fewest, Gap, GapReason, LimitKind, Near,
    NearPlan, Nearest, PhaseOutcome, PlaceCover, Proposal, Remedy, Share, Shares, SiteRef,
};
use crate::model::{
    Candidate, Circle, Input, Lang, Limit, Limits, Metres, Minutes, Mode, Objective, People, Phase, Place, PlaceKind,
    PlaceLayer, Plan, PlanFolder, Position, Setting, Shape, Station, Status, TravelSettings, Weights,
};
use crate::siting::{Certificate, Leaves, Multipliers, Node, Proof};
use crate::travel::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A name that attacks HTML, SVG, XML and spreadsheets at once.
pub(crate) const HOSTILE: &str = "=cmd|'/c calc'!A1<script>alert(\"1\")</script>&amp;\u{202e}]]>";

fn at(lon: f64, lat: f64) -> Position {
    Position::new(lon, lat).expect("in range")
}

fn share(people: f64, covered: f64) -> Share {
    Share { people: People(people), covered: People(covered) }
}

fn change(people: f64, today: f64, proposed: f64) -> Change {
    Change { today: share(people, today), proposed: share(people, proposed) }
}

fn place(id: &str, name: &str, people: f64, shape: Shape) -> Place {
    Place {
        id: id.to_owned(),
        layer: PlaceLayer::Residences,
        name: name.to_owned(),
        county: Some("漠河市".into()),
        setting: Some(Setting::Urban),
        kind: PlaceKind::Settlement,
        people: People(people),
        groups: BTreeMap::new(),
        shape,
    }
}

fn candidate(id: &str, name: &str, lon: f64) -> Candidate {
    Candidate {
        id: id.to_owned(),
        name: name.to_owned(),
        county: Some("漠河市".into()),
        host: "community".to_owned(),
        cost: None,
        capacity: None,
        position: at(lon, 52.97),
        derived: false,
    }
}

fn station(id: &str, name: &str, status: Status) -> Station {
    Station {
        id: id.to_owned(),
        name: name.to_owned(),
        county: Some("漠河市".into()),
        status,
        opened: Some(time::macros::date!(2024 - 05 - 09)),
        kind: "standard".to_owned(),
        capacity: None,
        position: at(122.53, 52.97),
    }
}

fn plan() -> Plan {
    Plan {
        name: "“家门口”就业服务站".to_owned(),
        lang: Lang::Zh,
        target: 4,
        phases: vec![Phase { name: "2025".into(), stations: 3 }, Phase { name: "2026".into(), stations: 4 }],
        circles: vec![
            Circle { setting: Some(Setting::Urban), limit: Limit::Minutes(Minutes(15.0)), mode: Mode::Walk },
            Circle { setting: None, limit: Limit::Radius(Metres(5000.0)), mode: Mode::Drive },
        ],
        travel: TravelSettings::default(),
        weights: Weights { residences: 1.0, clusters: 0.5, groups: BTreeMap::new(), kinds: BTreeMap::new() },
        objective: Objective::default(),
        limits: Limits { forbidden: vec!["C3".into()], ..Limits::default() },
        derive: false,
        notice: Some("示例数据 <b>illustrative</b>".into()),
        review_number: None,
        counties: Vec::new(),
    }
}

/// Two existing stations that count, one closed, two proposed; seven places of which four stay uncovered at least in part.
pub(crate) fn outcome() -> Outcome {
    let plan = plan();
    let standards = Standard::of_plan(&plan);
    let square = geo::MultiPolygon::new(vec![geo::Polygon::new(
        // Clockwise on purpose: what is written must be counterclockwise.
        geo::LineString::from(vec![(122.5, 52.9), (122.5, 53.0), (122.6, 53.0), (122.6, 52.9), (122.5, 52.9)]),
        Vec::new(),
    )]);
    let point = |lon| Shape::Point(at(lon, 52.97));
    let mut cluster = place("K1", "木材市场", 300.0, point(122.55));
    cluster.layer = PlaceLayer::Clusters;
    cluster.kind = PlaceKind::Footfall;
    let mut nowhere = place("R5", "孤村", 0.0, point(123.5));
    nowhere.county = None;
    nowhere.setting = None;
    let places = vec![
        place("R1", "振兴社区", 1000.0, point(122.53)),
        place("R2", "新区", 801.5, Shape::Area(Box::new(square))),
        place("R3", HOSTILE, 500.0, point(122.9)),
        place("R4", "北极村", 400.0, point(122.35)),
        nowhere,
        place("=R6", "图强镇, \"南\"\n区", 120.0, point(122.8)),
        cluster,
    ];
    let near = |site, minutes| Some(Nearest { site, minutes: Minutes(minutes) });
    let covered = |standard, today, proposed, nearest| PlaceCover { standard, today, proposed, nearest };
    let cover = vec![
        covered(0, 1.0, 1.0, near(SiteRef::Station(0), 3.25)),
        covered(0, 0.25, 0.5, near(SiteRef::Candidate(0), 12.0)),
        covered(0, 0.0, 0.0, near(SiteRef::Candidate(1), 61.0)),
        covered(0, 0.0, 1.0, near(SiteRef::Candidate(1), 8.5)),
        covered(1, 0.0, 0.0, None),
        covered(0, 0.0, 0.0, near(SiteRef::Station(0), 40.0)),
        covered(0, 0.0, 1.0, near(SiteRef::Candidate(0), 9.0)),
    ];
    let gap = |place, people, reason, remedy| Gap { place, people: People(people), reason, remedy };
    let gaps = vec![
        gap(
            2,
            500.0,
            GapReason::CutByLimit(LimitKind::Forbidden),
            Remedy::Lift { candidate: 2, limit: LimitKind::Forbidden },
        ),
        gap(1, 400.75, GapReason::CutByTarget, Remedy::Extra { candidate: 3, extra: 1 }),
        gap(5, 120.0, GapReason::NoCandidate, Remedy::Outreach),
        gap(4, 0.0, GapReason::NoCandidate, Remedy::Outreach),
    ];
    let proposed = |candidate, phase, rank, gain: f64, loss: Option<f64>, alternatives| Proposal {
        candidate,
        phase,
        rank,
        covered: People(gain + 100.0),
        gain: People(gain),
        gain_weighted: gain + 150.0,
        loss_if_refused: loss.map(People),
        loss_weighted: loss,
        loss_proved: true,
        alternatives,
    };
    let phase = |name: &str, stations, covered: f64, sites, best: f64| PhaseOutcome {
        name: name.to_owned(),
        stations,
        reach: share(2821.5, covered),
        sites,
        best_alone: People(best),
        objective: covered + 150.0,
        best_alone_objective: best + 150.0,
        best_alone_proved: true,
    };
    let point = |stations, covered, objective: f64, bound: f64| CurvePoint {
        stations,
        covered: People(covered),
        objective,
        bound,
        proved: objective == bound,
    };
    let near_plan = |sites, covered: f64| NearPlan { sites, covered: People(covered), objective: covered + 150.0 };
    let mohe: Arc<str> = "漠河市".into();
    let evidence = Evidence {
        leaves: Leaves {
            chosen: vec![0, 1],
            objective: 1_950_750_000,
            bound: 1_998_123_457,
            better: None,
            rows: 3,
            groups: Vec::new(),
            cuts: Vec::new(),
            multipliers: vec![Multipliers { of: 10, parts: vec![5, 10, 0], prices_of: 1, ..Multipliers::default() }],
            nodes: vec![
                Node::Split { site: 2, taken: 1, left: 2 },
                Node::Bound { multipliers: 0 },
                Node::Fix { multipliers: 0, taken: vec![0], left: vec![3], then: 3 },
                Node::Choice,
            ],
        },
        amounts: Vec::new(),
        worst: None,
        units_per_person: 1e6,
        demand: Demand::new(&places, &standards),
        at_the_limit: vec![AtTheLimit { point: 0, site: SiteRef::Station(1), inside: true }],
        pairs: None,
    };
    Outcome {
        evidence,
        standards,
        candidates: vec![
            candidate("C1", "新区社区", 122.54),
            candidate("C2", HOSTILE, 122.36),
            candidate("C3", "@图强", 122.9),
            candidate("C4", "河东社区", 122.58),
        ],
        cover,
        shares: Shares {
            total: change(2821.5, 1200.375, 1800.75),
            by_county: vec![(Some(mohe), change(2821.5, 1200.375, 1800.75)), (None, change(0.0, 0.0, 0.0))],
            by_setting: vec![(Some(Setting::Urban), change(2821.5, 1200.375, 1800.75)), (None, change(0.0, 0.0, 0.0))],
            by_group: vec![("unemployed".into(), change(30.0, 10.0, 1.0 / 3.0 + 20.0))],
            clusters: change(300.0, 0.0, 300.0),
        },
        proposals: vec![proposed(0, 0, 1, 200.375, Some(150.0), vec![3]), proposed(1, 1, 2, 400.0, None, vec![])],
        phases: vec![phase("2025", 3, 1400.75, vec![0], 1600.375), phase("2026", 4, 1800.75, vec![0, 1], 1800.75)],
        curve: Curve {
            total: 2971.5,
            coverable: 2500.0,
            points: vec![
                point(2, 1200.375, 1200.375, 1200.375),
                point(3, 1600.375, 1750.375, 1750.375),
                point(4, 1800.75, 1950.75, 1_998.123_456_71),
                point(5, 2300.5, 2450.5, 2500.0),
            ],
            end: CurveEnd::NoMore,
            fewest: vec![
                Fewest { share: 0.8, enough: Some(5), needed: Some(5) },
                Fewest { share: 0.9, enough: None, needed: None },
            ],
        },
        near: Near {
            within: 0.01,
            plans: vec![near_plan(vec![0, 1], 1800.75), near_plan(vec![1, 3], 1790.0)],
            extent: Extent::Best,
            fixed: vec![1],
            exchangeable: vec![0],
            undecided: Vec::new(),
        },
        certificate: Certificate {
            proof: Proof::Feasible,
            objective: 1950.75,
            bound: 1_998.123_456_71,
            gap: 0.023_708_9,
            method: "greedy, exchange, Lagrangian bound".to_owned(),
            seconds: 0.25,
            seed: 0,
        },
        gaps,
        comparison: None,
        areas: Vec::new(),
        date: time::macros::date!(2026 - 03 - 01),
        remarks: vec![Remark::CandidatesDerived],
        doubts: Vec::new(),
        worst: None,
        buildable: Vec::new(),
        folder: PlanFolder {
            plan,
            places,
            stations: vec![
                station("S1", "振兴社区就业服务站", Status::Open),
                station("S2", "北极镇站", Status::Building),
                station("S3", "旧站", Status::Closed),
            ],
            candidates: None,
            boundaries: Vec::new(),
            travel: crate::model::TravelInput::Circle,
            inputs: vec![Input {
                layer: "plan".to_owned(),
                file: "plan.toml".to_owned(),
                sha256: "ab".repeat(32),
                features: 1,
                rejected: 0,
                datum: None,
            }],
        },
    }
}

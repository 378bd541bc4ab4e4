//! Who lives where: the census totals split over villages and communities, to the person, and put on the ground.
//! A file of its own because these are the numbers that coverage is measured in.

use super::chance::Chance;
use super::ground::{Ground, Spot, Wish};
use super::source::{Township, Village};

/// A residence of the sample.
pub struct Residence {
    /// NBS code; none for the illustrative ones.
    pub code: Option<String>,
    /// Name, with the township where another one of the prefecture has the same.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// City or town, or village.
    pub urban: bool,
    /// Residents.
    pub people: u32,
    /// `settlement`, `relocation` or `college`.
    pub kind: &'static str,
    /// Counted people.
    pub groups: Groups,
    /// Its middle.
    pub spot: Spot,
    /// Corners of its quarter, counter-clockwise and closed; empty for a point.
    pub quarter: Vec<Spot>,
    /// Radius that is its own, in metres.
    pub room: f64,
}

/// People of a residence whom the plan counts apart.
#[derive(Clone, Copy, serde::Serialize)]
pub struct Groups {
    unemployed: u32,
    graduates: u32,
    veterans: u32,
    migrant_workers: u32,
}

/// Places that the NBS list does not have, so that colleges and resettlement areas occur: township, name, kind, people.
const ILLUSTRATIVE: [(&str, &str, &str, u32); 5] = [
    ("西林吉镇", "西林吉镇林场搬迁安置点（示意）", "relocation", 640),
    ("塔河镇", "塔河镇林场搬迁安置点（示意）", "relocation", 580),
    ("红旗街道", "高校园区（示意）", "college", 4_200),
    ("新林镇", "新林镇林场搬迁安置点（示意）", "relocation", 410),
    ("呼中镇", "呼中镇林场搬迁安置点（示意）", "relocation", 360),
];

/// Communities of so many people or more are drawn as quarters rather than points.
const QUARTER_FROM: u32 = 4_000;
/// People per km² of a quarter, about what a town of five-storey houses holds.
const QUARTER_DENSITY: f64 = 12_000.0;

/// All residences: first the listed ones by code, then the illustrative ones.
pub fn residences(townships: &[Township], ground: &mut Ground) -> Vec<Residence> {
    let mut homes = Vec::new();
    let mut illustrative = Vec::new();
    for township in townships {
        let apart: Vec<_> = ILLUSTRATIVE.iter().filter(|(home, ..)| *home == township.name).collect();
        let rest = township.people - apart.iter().map(|(.., people)| people).sum::<u32>();
        for (village, people) in township.villages.iter().zip(split(rest, &weights(township))) {
            homes.push((township, Some(village), village.name.clone(), "settlement", people));
        }
        illustrative.extend(apart.into_iter().map(|&(_, name, kind, n)| (township, None, name.to_owned(), kind, n)));
    }
    homes.extend(illustrative);

    let names: Vec<String> = homes.iter().map(|(_, _, name, ..)| name.clone()).collect();
    let mut residences = Vec::with_capacity(homes.len());
    for (township, village, name, kind, people) in homes {
        let mut chance = Chance::of(village.map_or(&name, |v| &v.code));
        let urban = village.is_none_or(|v| v.urban);
        let radius = match urban && people >= QUARTER_FROM {
            true => 1_000.0 * (f64::from(people) / QUARTER_DENSITY / std::f64::consts::PI).sqrt(),
            false => 0.0,
        };
        let (ring, free) = ring(township, village);
        let room = if radius > 0.0 { 1.15 * radius } else { free };
        let wish = Wish { township: &township.name, around: township.seat, ring, room };
        let spot = ground.take(&wish, &mut chance);
        let same = names.iter().filter(|n| **n == name).count() > 1;
        residences.push(Residence {
            code: village.map(|v| v.code.clone()),
            name: if same { format!("{}{name}", township.name) } else { name },
            county: township.county.clone(),
            township: township.name.clone(),
            urban,
            people,
            kind,
            groups: groups(people, urban, kind, &mut chance),
            spot,
            quarter: if radius > 0.0 { quarter(spot, radius, &mut chance) } else { Vec::new() },
            room,
        });
    }
    residences
}

/// How a township's people are shared out. With communities a village holds a few hundred and they the rest;
/// without, the village at the seat is three times the size of the others.
fn weights(township: &Township) -> Vec<f64> {
    let mut chance = Chance::of(&township.code);
    let sizes: Vec<f64> = township.villages.iter().map(|_| chance.between(0.6, 1.4)).collect();
    let communities = township.villages.iter().filter(|v| v.urban).count();
    let villages = township.villages.len() - communities;
    // Never more than 40 % in the villages, or a small town's community would be no larger than they.
    let village = 300.0_f64.min(0.4 * f64::from(township.people) / villages.max(1) as f64);
    let community = (f64::from(township.people) - village * villages as f64) / communities.max(1) as f64;
    let seat = seat_village(township);
    let weight = |(i, v): (usize, &Village)| match (communities, v.urban) {
        (0, _) if i == seat => 3.0,
        (0, _) => sizes[i],
        (_, true) => community * (0.5 + sizes[i] / 2.0),
        (_, false) => village * sizes[i],
    };
    township.villages.iter().enumerate().map(weight).collect()
}

/// The village at the township seat: the one named after it, or the first.
fn seat_village(township: &Township) -> usize {
    township.villages.iter().position(|v| v.name.starts_with(township.stem())).unwrap_or(0)
}

/// Splits people by weight, to the person: largest remainder, the earlier place on a tie.
fn split(people: u32, weights: &[f64]) -> Vec<u32> {
    let whole: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| f64::from(people) * w / whole).collect();
    let mut parts: Vec<u32> = exact.iter().map(|x| x.floor() as u32).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let left = people - parts.iter().sum::<u32>();
    for &i in order.iter().take(left as usize) {
        parts[i] += 1;
    }
    parts
}

/// How far from the seat a residence stands, and the room it keeps free around it.
fn ring(township: &Township, village: Option<&Village>) -> ((f64, f64), f64) {
    let Some(village) = village else { return ((900.0, 2_200.0), 200.0) };
    let at_seat = !township.has_community() && township.villages[seat_village(township)].code == village.code;
    match village.urban {
        // A town of a thousand is a few hundred metres across, one of thirty thousand a few kilometres.
        true => ((300.0, (300.0 + 9.0 * f64::from(township.people).sqrt()).min(1_800.0)), 200.0),
        false if at_seat => ((50.0, 400.0), 500.0),
        false => ((3_000.0, 25_000.0), 900.0),
    }
}

/// A quarter of eight corners around its middle: star-shaped, so its sides never cross.
fn quarter(middle: Spot, radius: f64, chance: &mut Chance) -> Vec<Spot> {
    const CORNERS: usize = 8;
    let mut ring: Vec<Spot> = (0..CORNERS)
        .map(|i| {
            let bearing = 360.0 - 45.0 * i as f64 + chance.between(-12.0, 12.0);
            middle.offset(bearing, radius * chance.between(0.9, 1.15))
        })
        .collect();
    ring.push(ring[0]);
    ring
}

/// Estimated shares of the people; the ranges are guesses, larger where the kind of residence says so.
fn groups(people: u32, urban: bool, kind: &str, chance: &mut Chance) -> Groups {
    let mut count = |low: f64, high: f64| (f64::from(people) * chance.between(low, high)).round() as u32;
    let college = kind == "college";
    Groups {
        unemployed: if kind == "relocation" { count(0.06, 0.09) } else { count(0.02, 0.05) },
        graduates: if college { count(0.22, 0.26) } else { count(0.006, 0.016) },
        veterans: count(0.005, 0.014),
        migrant_workers: if urban { count(0.02, 0.05) } else { count(0.10, 0.20) },
    }
}

//! Where service is and could be: existing stations by hand, candidates by rule.
//! A file of its own because siting chooses between these.

use super::chance::Chance;
use super::clusters::Cluster;
use super::ground::{Ground, Spot, Wish};
use super::residences::Residence;
use super::source::Township;
use std::cmp::Reverse;

/// A station of the sample.
pub struct Station {
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// `open`, `building`, `planned` or `closed`.
    pub status: &'static str,
    /// Date of opening.
    pub opened: Option<&'static str>,
    /// `standard`, `gig_market`, `post` or `bank_counter`.
    pub kind: &'static str,
    /// Where.
    pub spot: Spot,
}

/// One per county seat, as a first batch of seven would be, and a post that was given up.
const STATIONS: [(&str, &str, Option<&str>, &str); 8] = [
    ("西林吉镇", "open", Some("2024-07-18"), "standard"),
    ("呼玛镇", "open", Some("2024-09-05"), "standard"),
    ("塔河镇", "open", Some("2024-08-22"), "standard"),
    ("红旗街道", "open", Some("2024-06-28"), "standard"),
    ("小扬气镇", "building", None, "standard"),
    ("新林镇", "open", Some("2024-10-16"), "standard"),
    ("呼中镇", "planned", None, "standard"),
    ("东山镇", "closed", None, "post"),
];

/// All stations, in the order of the table, each near its township's most populous residence.
pub fn stations(residences: &[Residence], ground: &mut Ground) -> Result<Vec<Station>, String> {
    let place = |&(home, status, opened, kind): &(&str, &'static str, Option<&'static str>, &'static str)| {
        let near = residences.iter().filter(|r| r.township == home).max_by_key(|r| r.people);
        let near = near.ok_or_else(|| format!("no residence in {home}"))?;
        let what = if kind == "post" { "就业驿站" } else { "家门口就业服务站" };
        let name = format!("{}{home}{what}", near.county);
        let wish = Wish { township: home, around: near.spot, ring: (250.0, 500.0), room: 40.0 };
        let spot = ground.take(&wish, &mut Chance::of(&name));
        let (county, township) = (near.county.clone(), home.to_owned());
        Ok(Station { name, county, township, status, opened, kind, spot })
    };
    STATIONS.iter().map(place).collect()
}

/// A candidate of the sample.
pub struct Candidate {
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// What would house it.
    pub host: &'static str,
    /// Yuan.
    pub cost: u32,
    /// People it can serve.
    pub capacity: Option<u32>,
    /// Where.
    pub spot: Spot,
}

/// So many candidates in all; villages fill up what towns leave, the populous first, so small ones go without.
pub const CANDIDATES: usize = 150;

/// All candidates: community platforms, bank branches, markets, parks and railway stations, then village platforms.
pub fn candidates(
    townships: &[Township],
    residences: &[Residence],
    clusters: &[Cluster],
    ground: &mut Ground,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for home in residences.iter().filter(|r| r.urban && offers_room(r, 0.9)) {
        let name = match home.name.strip_suffix("（示意）") {
            Some(illustrative) => format!("{illustrative}服务点（示意）"),
            None => format!("{}人社服务平台", committee(&home.name, "社区")),
        };
        // Beside the residence or inside of its quarter: a platform is seldom in the very middle.
        let ring = if home.quarter.is_empty() { (120.0, 350.0) } else { (100.0, home.room) };
        found.push(site(&name, "community", &home.county, &home.township, home.spot, ring, ground));
    }
    for township in townships.iter().filter(|t| t.has_community() && t.people >= 2_500) {
        let branches = 1 + township.people / 20_000;
        let ring = (100.0, (300.0 + 9.0 * f64::from(township.people).sqrt()).min(1_800.0));
        let mut here = |name: &str, host| {
            found.push(site(name, host, &township.county, &township.name, township.seat, ring, ground));
        };
        for branch in 1..=branches {
            here(&format!("{}银行网点{branch}", township.name), "bank");
        }
        if township.people >= 4_000 {
            here(&format!("{}综合市场", township.name), "market");
        }
    }
    for place in clusters.iter().filter(|c| c.kind == "industry" || c.name.ends_with("火车站")) {
        let (name, host) = match place.kind {
            "industry" => (format!("{}服务中心", place.name), "industry_park"),
            _ => (format!("{}就业驿站", place.name), "railway_station"),
        };
        found.push(site(&name, host, &place.county, &place.township, place.spot, (150.0, 400.0), ground));
    }
    let mut villages: Vec<&Residence> = residences.iter().filter(|r| !r.urban && offers_room(r, 0.8)).collect();
    villages.sort_by_key(|r| (Reverse(r.people), r.code.clone()));
    for home in villages.into_iter().take(CANDIDATES.saturating_sub(found.len())) {
        let name = format!("{}便民服务站", committee(&home.name, "村"));
        found.push(site(&name, "village", &home.county, &home.township, home.spot, (80.0, 350.0), ground));
    }
    found
}

/// Some residences have no room to offer, large or not.
fn offers_room(home: &Residence, share: f64) -> bool {
    Chance::of(&format!("room in {}", home.name)).unit() < share
}

/// The place a committee is named after: 北秀社区 of 北秀居委会.
fn committee(name: &str, rank: &str) -> String {
    let bare = ["居民委员会", "居委会", "委会"].iter().find_map(|c| name.strip_suffix(c)).unwrap_or(name);
    if bare.ends_with(rank) { bare.to_owned() } else { format!("{bare}{rank}") }
}

fn site(
    name: &str,
    host: &'static str,
    county: &str,
    township: &str,
    around: Spot,
    ring: (f64, f64),
    ground: &mut Ground,
) -> Candidate {
    let mut chance = Chance::of(&format!("{township} {name}"));
    let spot = ground.take(&Wish { township, around, ring, room: 40.0 }, &mut chance);
    let (low, high) = match host {
        "village" => (30.0, 70.0),
        "community" => (60.0, 120.0),
        "bank" => (80.0, 160.0),
        _ => (100.0, 200.0),
    };
    let cost = chance.between(low, high).round() as u32 * 1_000;
    let capacity = (chance.unit() < 0.4).then(|| chance.between(low, high).round() as u32 * 100);
    Candidate {
        name: name.to_owned(),
        county: county.to_owned(),
        township: township.to_owned(),
        host,
        cost,
        capacity,
        spot,
    }
}

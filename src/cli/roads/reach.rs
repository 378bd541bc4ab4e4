//! `doorstep reach`: isochrones from points, a polygon per origin and limit. A file of its own because it is one command and
//! writes GeoJSON of its own.

use super::{LeftOut, RoadArgs, SeasonArg, minutes, network_json, rounded, table, words};
use crate::cli::commands::{may_write_file, print, suffix};
use crate::cli::{Common, Failure, is_stdout};
use crate::model::{Metres, Mode, Position, counted};
use crate::read::PointTable;
use crate::report;
use crate::travel::roads::{FRINGE, Isochrone, Isochrones, Journeys, Placed, Snap};
use clap::Args;
use rayon::prelude::*;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

/// What `reach` asks.
#[derive(Debug, Clone, Args)]
pub struct ReachArgs {
    /// Roads and how people travel.
    #[command(flatten)]
    pub road: RoadArgs,
    /// Origins: LON,LAT, or a file as for `times`
    #[arg(long, value_name = "LON,LAT|FILE", allow_hyphen_values = true)]
    pub from: String,
    /// Limits, separated by commas
    #[arg(long, value_name = "5,10,15", value_delimiter = ',', value_parser = minutes, required = true)]
    pub minutes: Vec<f64>,
    /// Places with people: each polygon says how many of them are within its limit, links included
    #[arg(long, value_name = "PLACES")]
    pub to: Option<PathBuf>,
    /// How far beside a road the ground counts as reached, metres
    #[arg(long, value_name = "METRES", value_parser = super::metres, default_value_t = FRINGE.0)]
    pub fringe_m: f64,
    /// Spacing of the points that the ground is sampled at, metres [default: 25 on foot, 50 on wheels]
    #[arg(long, value_name = "METRES", value_parser = spacing)]
    pub spacing_m: Option<f64>,
    /// The file, .geojson; - for stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

fn spacing(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (2.0..=1000.0).contains(n));
    number.ok_or_else(|| "metres from 2 to 1000".to_owned())
}

/// Computes and writes isochrones.
///
/// # Errors
/// Faults of the tables or the roads; nothing is left half-written.
pub fn reach(args: &ReachArgs, common: &Common) -> Result<(), Failure> {
    let lang = common.lang.unwrap_or_default();
    suffix(&args.output, &["geojson", "json"], "geojson")?;
    may_write_file(&args.output, common)?;
    if args.road.season == SeasonArg::Both {
        return Err(Failure::Usage {
            zh: "reach 一次只算一个季节：请用 --season summer 或 --season winter".to_owned(),
            en: "reach draws one season at a time: use --season summer or --season winter".to_owned(),
        });
    }
    let clock = Instant::now();
    let sites = origins(&args.from)?;
    let places = args.to.as_deref().map(table).transpose()?;
    let roads = args.road.open()?;
    roads.holds_any(&sites.positions)?;
    let read = clock.elapsed().as_secs_f64();
    let profile = args.road.profile(&roads, args.road.grounds()[0])?;
    let snaps = profile.snap(&roads.network, &sites.positions, args.road.snap());
    let left_out = LeftOut::of(&snaps);
    let told = words::left_out(lang.pick("起点", "origins"), &sites, &left_out, args.road.snap_m, lang);
    if left_out.unsnapped.len() == snaps.len() {
        return Err(Failure::Usage { zh: told.clone(), en: told });
    }
    let mut limits = args.minutes.clone();
    limits.sort_unstable_by(f64::total_cmp);
    limits.dedup();
    let units: Vec<u32> = limits.iter().map(|m| (m * 60_000.0).round() as u32).collect();
    let people = places.as_ref().map(|places| {
        let place_snaps = profile.snap(&roads.network, &places.positions, args.road.snap());
        let sited = Placed { positions: &sites.positions, snaps: &snaps };
        let placed = Placed { positions: &places.positions, snaps: &place_snaps };
        let journeys = Journeys::new(&roads.network, &profile, args.road.flow(), sited, placed);
        let most = units.last().copied().unwrap_or(0);
        let all = journeys.of_all(most, false);
        let within = |found: &Vec<crate::travel::roads::Journey>| {
            let of = |limit: &u32| {
                let inside = found.iter().filter(|j| j.cost <= *limit);
                inside.map(|j| places.people[j.place as usize]).sum::<f64>()
            };
            units.iter().map(of).collect::<Vec<f64>>()
        };
        let left_out = LeftOut::of(&place_snaps);
        (all.iter().map(within).collect::<Vec<_>>(), left_out)
    });
    let prepared = clock.elapsed().as_secs_f64();
    let spacing = args.spacing_m.unwrap_or(if args.road.mode() == Mode::Walk { 25.0 } else { 50.0 });
    let isochrones =
        Isochrones::new(&roads.network, &profile, args.road.flow(), Metres(spacing), Metres(args.fringe_m));
    let order: Vec<(usize, Snap)> = snaps.iter().enumerate().filter_map(|(i, s)| s.map(|s| (i, s))).collect();
    let of = |chunk: &[(usize, Snap)]| {
        let mut search = isochrones.search();
        let mut text = Vec::new();
        for (site, snap) in chunk {
            for (i, isochrone) in isochrones.around(snap, &units, &mut search).iter().enumerate() {
                let people = people.as_ref().map(|p| p.0[*site][i]);
                feature(&mut text, sites.ids.name(*site), limits[i], isochrone, people);
            }
        }
        text
    };
    let texts: Vec<Vec<u8>> = order.par_chunks(4).map(of).collect();
    let mut text = b"{\"type\":\"FeatureCollection\",\"features\":[\n".to_vec();
    for part in &texts {
        text.extend_from_slice(part);
    }
    text.truncate(text.len() - 2);
    text.extend_from_slice(b"\n]}\n");
    let drawn = clock.elapsed().as_secs_f64();
    if is_stdout(&args.output) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(&text).and_then(|()| out.flush());
    } else {
        report::write_file(&args.output, &text, common.force)?;
    }
    let features = order.len() * limits.len();
    if common.json && !is_stdout(&args.output) {
        let mut answer = serde_json::json!({
            "file": args.output.display().to_string(), "origins": sites.positions.len(), "features": features,
            "left_out": { "sites": left_out.json(&sites) },
            "network": network_json(&roads, &profile),
            "seconds": { "read": rounded(read, 4), "prepare": rounded(prepared - read, 4), "draw": rounded(drawn - prepared, 4) },
        });
        if let (Some(places), Some((_, out))) = (&places, &people) {
            answer["left_out"]["places"] = out.json(places);
        }
        return print(&(answer.to_string() + "\n"));
    }
    if common.quiet {
        return Ok(());
    }
    let mut words = words::network(&roads, &profile, lang) + &told;
    if let (Some(places), Some((_, out))) = (&places, &people) {
        words += &words::left_out(lang.pick("地点", "places"), places, out, args.road.snap_m, lang);
    }
    words += &lang.pick(format!("等时圈 {features} 个"), counted(features, "isochrone", "isochrones"));
    if is_stdout(&args.output) {
        let _ = writeln!(std::io::stderr(), "{words}");
        return Ok(());
    }
    print(&format!("{words}: {}\n", args.output.display()))
}

/// One point as typed, or those of a file.
fn origins(from: &str) -> Result<PointTable, Failure> {
    let typed = from
        .split_once(',')
        .and_then(|(lon, lat)| Some((lon.trim().parse::<f64>().ok()?, lat.trim().parse::<f64>().ok()?)));
    let Some((lon, lat)) = typed else { return table(std::path::Path::new(from)) };
    let position = Position::new(lon, lat).ok_or_else(|| Failure::Usage {
        zh: format!("--from {from}：经度须在 -180 到 180 之间，纬度须在 -90 到 90 之间"),
        en: format!("--from {from}: longitude is from -180 to 180 and latitude from -90 to 90"),
    })?;
    Ok(PointTable::single(from, position))
}

/// A feature, and a comma after it.
fn feature(text: &mut Vec<u8>, site: &str, minutes: f64, isochrone: &Isochrone, people: Option<f64>) {
    let (area, polygons) = (rounded(isochrone.area_km2, 6), &isochrone.area.0);
    let properties = serde_json::json!({ "site": site, "minutes": minutes, "area_km2": area, "people": people });
    text.extend_from_slice(b"{\"type\":\"Feature\",\"properties\":");
    text.extend_from_slice(properties.to_string().as_bytes());
    let single = polygons.len() == 1;
    let kind: &[u8] = if single { b"Polygon" } else { b"MultiPolygon" };
    text.extend_from_slice(b",\"geometry\":{\"type\":\"");
    text.extend_from_slice(kind);
    text.extend_from_slice(if single { b"\",\"coordinates\":" } else { b"\",\"coordinates\":[" });
    for (i, polygon) in polygons.iter().enumerate() {
        text.extend_from_slice(if i > 0 { b",[" } else { b"[" });
        for (i, ring) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            text.extend_from_slice(if i > 0 { b",[" } else { b"[" });
            for (i, c) in ring.0.iter().enumerate() {
                text.extend_from_slice(if i > 0 { b",[" } else { b"[" });
                degrees(text, c.x);
                text.push(b',');
                degrees(text, c.y);
                text.push(b']');
            }
            text.push(b']');
        }
        text.push(b']');
    }
    text.extend_from_slice(if single { b"}},\n" } else { b"]}},\n" });
}

/// Degrees with seven decimals: a centimetre.
fn degrees(text: &mut Vec<u8>, value: f64) {
    let units = (value * 1e7).round() as i64;
    if units < 0 {
        text.push(b'-');
    }
    let (whole, mut rest) = (units.unsigned_abs() / 10_000_000, units.unsigned_abs() % 10_000_000);
    if whole >= 100 {
        text.push(b'0' + (whole / 100) as u8);
    }
    if whole >= 10 {
        text.push(b'0' + (whole / 10 % 10) as u8);
    }
    text.extend_from_slice(&[b'0' + (whole % 10) as u8, b'.']);
    let at = text.len();
    text.extend_from_slice(b"0000000");
    for slot in text[at..].iter_mut().rev() {
        *slot = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_have_seven_decimals_and_their_sign() {
        let text = |v| {
            let mut text = Vec::new();
            degrees(&mut text, v);
            String::from_utf8(text).expect("digits")
        };
        assert_eq!(
            [text(1.5), text(-46.6079746), text(0.0), text(-0.0000001), text(180.0)],
            ["1.5000000", "-46.6079746", "0.0000000", "-0.0000001", "180.0000000"]
        );
    }
}

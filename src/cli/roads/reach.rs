//! `doorstep reach`: isochrones from points, a polygon per origin and limit. A file of its own because it is one command and
//! writes GeoJSON of its own.

use super::{InSeason, RoadArgs, minutes, network_json, rounded, slower, tables, words};
use crate::cli::commands::{may_write_file, print, suffix};
use crate::cli::{Common, Failure, is_stdout};
use crate::model::{Metres, Mode, Position, counted};
use crate::read::PointTable;
use crate::report;
use crate::travel::roads::{FRINGE, Isochrone, Isochrones, Journey, Journeys, Placed, Snap};
use clap::Args;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
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
    let clock = Instant::now();
    let (sites, places) = match (typed(&args.from)?, args.to.as_deref()) {
        (Some(site), None) => (site, None),
        (Some(site), Some(to)) => (site, Some(tables([to])?)),
        (None, None) => {
            let [sites] = tables([Path::new(&args.from)])?;
            (sites, None)
        }
        (None, Some(to)) => {
            let [sites, places] = tables([Path::new(&args.from), to])?;
            (sites, Some([places]))
        }
    };
    let places = places.map(|[places]| places);
    let roads = args.road.open()?;
    roads.holds_any(&sites.positions)?;
    let read = clock.elapsed().as_secs_f64();
    let asked = places.as_ref().map_or(&[][..], |p| &p.positions);
    let seasons = InSeason::all(&args.road, &roads, &sites.positions, asked)?;
    let left_out = InSeason::left_out(&seasons, |s| &s.sites);
    let told = words::left_out(lang.pick("起点", "origins"), &sites, &left_out, args.road.snap_m, lang);
    if left_out.unsnapped.len() == sites.positions.len() {
        return Err(Failure::Usage { zh: told.clone(), en: told });
    }
    let mut limits = args.minutes.clone();
    limits.sort_unstable_by(f64::total_cmp);
    limits.dedup();
    let units: Vec<u32> = limits.iter().map(|m| (m * 60_000.0).round() as u32).collect();
    let people = places.as_ref().map(|places| {
        let most = units.last().copied().unwrap_or(0);
        let of_season = |season: &InSeason| {
            let sited = Placed { positions: &sites.positions, snaps: &season.sites };
            let placed = Placed { positions: &places.positions, snaps: &season.places };
            Journeys::new(&roads.network, &season.profile, args.road.flow(), sited, placed).of_all(most, false)
        };
        let both = |a: Vec<Vec<Journey>>, b: Vec<Vec<Journey>>| a.iter().zip(&b).map(|(a, b)| slower(a, b)).collect();
        let all = seasons.iter().map(of_season).reduce(both).unwrap_or_default();
        let within = |found: &Vec<Journey>| {
            let of = |limit: &u32| {
                let inside = found.iter().filter(|j| j.cost <= *limit);
                inside.map(|j| places.people[j.place as usize]).sum::<f64>()
            };
            units.iter().map(of).collect::<Vec<f64>>()
        };
        (all.iter().map(within).collect::<Vec<_>>(), InSeason::left_out(&seasons, |s| &s.places))
    });
    let prepared = clock.elapsed().as_secs_f64();
    let spacing = args.spacing_m.unwrap_or(if args.road.mode() == Mode::Walk { 25.0 } else { 50.0 });
    let (spacing, fringe) = (Metres(spacing), Metres(args.fringe_m));
    let ground: Vec<Isochrones<'_>> = seasons
        .iter()
        .map(|season| Isochrones::new(&roads.network, &season.profile, args.road.flow(), spacing, fringe))
        .collect();
    // Where each origin reaches the road, in every season.
    let snapped = |i: usize| seasons.iter().map(|s| s.sites[i].as_ref()).collect::<Option<Vec<&Snap>>>();
    let order: Vec<(usize, Vec<&Snap>)> =
        (0..sites.positions.len()).filter_map(|i| snapped(i).map(|snaps| (i, snaps))).collect();
    let of = |chunk: &[(usize, Vec<&Snap>)]| {
        let mut searches: Vec<_> = ground.iter().map(Isochrones::search).collect();
        let mut text = Vec::new();
        for (site, snaps) in chunk {
            let each: Vec<_> = ground.iter().zip(snaps.iter().copied()).collect();
            for (i, isochrone) in Isochrones::in_each(&each, &units, &mut searches).iter().enumerate() {
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
            "network": network_json(&roads, &seasons[0].profile),
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
    let mut words = words::network(&roads, &seasons[0].profile, lang) + &told;
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

/// The point that was typed; `None` where a file was named.
fn typed(from: &str) -> Result<Option<PointTable>, Failure> {
    let numbers: Option<Vec<f64>> = from.split([',', '，']).map(|part| part.trim().parse().ok()).collect();
    let Some(numbers) = numbers else { return Ok(None) };
    let position = if let [lon, lat] = numbers[..] { Position::new(lon, lat) } else { None };
    let position = position.ok_or_else(|| Failure::Usage {
        zh: format!("--from {from}：请写 经度,纬度；经度须在 -180 到 180 之间，纬度须在 -90 到 90 之间"),
        en: format!("--from {from}: give LON,LAT; longitude is from -180 to 180 and latitude from -90 to 90"),
    })?;
    Ok(Some(PointTable::single(from, position)))
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

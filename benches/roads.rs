//! How fast are roads? `cargo bench --bench roads -- FILE.osm.pbf MODE MINUTES [SITES [PLACES [CLASS=KMH ...]]]`
//!
//! Prints one JSON object of medians over five rounds: reading the file to a network, mapping its cache, preparing a mode, snapping,
//! one bounded search per site (on this thread), the relation of sites and places (on all threads), isochrones (on this thread).
//! Sites and places are seeded points beside junctions. `CLASS=KMH` replaces the speed of a class, so that a network can be
//! compared with a peer's on the same costs.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use doorstep::model::{Metres, Mode, Position, RoadSpeeds, TravelSettings};
use doorstep::travel::roads::{
    FRINGE, Flow, Ground, Isochrones, Journeys, Keep, Measure, Placed, Profile, Roads, Search, Speeds, UNREACHED,
};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 5;

/// Seconds that this thread has computed, where the system says so: other work on the machine does not count.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
}

/// Seconds that all threads together have computed, in hundredths; 0 where the system does not say.
fn of_process() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The median of five, of all threads by the clock, and what they computed in the mean.
fn median_of_all<T>(run: impl FnMut() -> T) -> (f64, f64, T) {
    let before = of_process();
    let (wall, last) = median(run);
    (wall, (of_process() - before) / ROUNDS as f64, last)
}

/// The median of five, of all threads by the clock.
fn median<T>(run: impl FnMut() -> T) -> (f64, T) {
    timed(run, || None)
}

/// The median of five, of this thread by what it computed.
fn median_alone<T>(run: impl FnMut() -> T) -> (f64, T) {
    timed(run, on_processor)
}

fn timed<T>(mut run: impl FnMut() -> T, processor: impl Fn() -> Option<f64>) -> (f64, T) {
    let mut last = None;
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (clock, before) = (Instant::now(), processor());
            last = Some(black_box(run()));
            let computed = before.and_then(|before| Some(processor()? - before));
            computed.unwrap_or_else(|| clock.elapsed().as_secs_f64())
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[ROUNDS / 2], last.expect("it ran"))
}

fn ms(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

fn main() {
    let mut words = std::env::args().skip(1).filter(|a| a != "--bench");
    let (Some(file), Some(mode), Some(minutes)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    let mode = match mode.as_str() {
        "walk" => Mode::Walk,
        "bike" => Mode::Bike,
        _ => Mode::Drive,
    };
    let limit = (minutes.parse::<f64>().expect("minutes") * 60_000.0) as u32;
    let mut count = || words.next().map_or(100, |n| n.parse::<usize>().expect("a count"));
    let (site_count, place_count) = (count(), count());
    let summer =
        words.map(|w| w.split_once('=').map(|(k, v)| (k.to_owned(), v.parse().expect("km/h"))).expect("class=kmh"));
    let speeds = RoadSpeeds { summer: summer.collect(), winter: Default::default() };
    let speeds = Speeds::new(mode, Ground::Summer, &TravelSettings::default(), &speeds);

    let path = Path::new(&file);
    let (read, roads) = median(|| Roads::open(path, Keep::Fresh).expect("roads"));
    let _kept = Roads::open(path, Keep::Cached).expect("roads");
    let (warm, cached) = median(|| Roads::open(path, Keep::Cached).expect("roads"));
    let network = &roads.network;
    let (prepare, profile) = median(|| Profile::new(network, &speeds, Measure::Time));
    let mut seed = 5u64;
    let mut chance = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1u64 << 53) as f64
    };
    // Largest part only, as peers do.
    let largest =
        (0..profile.graph.parts().len()).max_by(|&a, &b| profile.graph.parts()[a].total_cmp(&profile.graph.parts()[b]));
    let main: Vec<u32> =
        (0..network.nodes.len() as u32).filter(|&n| Some(profile.graph.part_of_state(n) as usize) == largest).collect();
    let mut near = |count: usize| -> (Vec<u32>, Vec<Position>) {
        let nodes: Vec<u32> = (0..count).map(|_| main[(chance() * main.len() as f64) as usize]).collect();
        let position = |n: &u32| {
            let p = network.nodes[*n as usize].map(|v| f64::from(v) * 1e-7);
            Position::new(p[0] + 2e-4 * (chance() - 0.5), p[1] + 2e-4 * (chance() - 0.5)).expect("in range")
        };
        let positions = nodes.iter().map(position).collect();
        (nodes, positions)
    };
    let (site_nodes, sites) = near(site_count);
    let (_, places) = near(place_count);
    let mut search = Search::new(profile.graph.back());
    let (searching, reached) = median_alone(|| {
        let mut reached = 0usize;
        for &node in &site_nodes {
            search.run(profile.graph.back(), [(node, 0)], limit);
            let range = search.touched();
            reached +=
                search.labels()[range.start as usize..range.end as usize].iter().filter(|l| **l != UNREACHED).count();
        }
        reached
    });
    let (snapping, place_snaps) = median(|| profile.snap(network, &places, Metres(500.0)));
    let site_snaps = profile.snap(network, &sites, Metres(500.0));
    let (relating, relating_cpu, pairs) = median_of_all(|| {
        let sited = Placed { positions: &sites, snaps: &site_snaps };
        let placed = Placed { positions: &places, snaps: &place_snaps };
        let journeys = Journeys::new(network, &profile, Flow::ToSites, sited, placed);
        journeys.within(&vec![limit; places.len()]).iter().map(Vec::len).sum::<usize>()
    });
    // The same with the cost of every pair, a block of sites at a time.
    let (costing, costing_cpu, costed) = median_of_all(|| {
        let sited = Placed { positions: &sites, snaps: &site_snaps };
        let placed = Placed { positions: &places, snaps: &place_snaps };
        let journeys = Journeys::new(network, &profile, Flow::ToSites, sited, placed);
        let of = |block: &[usize]| {
            let mut bench = journeys.bench();
            block.iter().map(|&site| journeys.of_site(site, limit, false, &mut bench).len()).sum::<usize>()
        };
        (0..sites.len()).collect::<Vec<_>>().par_chunks(32).map(of).sum::<usize>()
    });
    assert_eq!(pairs, costed, "both ways find the same pairs");
    let spacing = if mode == Mode::Walk { 25.0 } else { 50.0 };
    // Tiles included: every round starts without any.
    let (drawing, corners) = median_alone(|| {
        let isochrones = Isochrones::new(network, &profile, Flow::ToSites, Metres(spacing), FRINGE);
        let mut search = isochrones.search();
        let of = |snap| {
            isochrones.around(snap, &[limit], &mut search)[0].area.0.iter().map(|p| p.exterior().0.len()).sum::<usize>()
        };
        site_snaps.iter().flatten().map(of).sum::<usize>()
    });
    let sites = site_count as f64;
    println!(
        "{}",
        serde_json::json!({
            "file": file, "junctions": network.nodes.len(), "edges": network.edge_count(), "km": network.length_km().round(),
            "cached": cached.from_cache, "read_ms": ms(read), "warm_ms": ms(warm), "prepare_ms": ms(prepare),
            "snap_ms": ms(snapping), "search_ms_per_site": ms(searching) / sites, "reached_per_site": reached as f64 / sites,
            "relation_ms": ms(relating), "relation_cpu_ms": ms(relating_cpu), "costed_ms": ms(costing), "costed_cpu_ms": ms(costing_cpu), "pairs": pairs,
            "isochrone_ms_each": ms(drawing) / sites, "corners_each": corners as f64 / sites,
        })
    );
}

//! How fast does the siting engine prove an optimum, and how near does it come where it does not?
//!
//! `cargo bench --bench engine -- DEMAND.csv SITES.csv RADIUS P [WORK]` reads `x,y,w` and `x,y` in a plane, or
//! `lat,lon,w` and `lat,lon` in degrees on a sphere of 6,378.1 km with the radius in metres, merges rows and solves;
//! `RAYON_NUM_THREADS` sets the threads. Prints one JSON line: rows, objective, bound, gap, and CPU seconds of all threads
//! (Linux counts them in hundredths; elsewhere they are seconds of the clock) of reading, merging and solving.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use doorstep::siting::{BranchAndBound, Method, Problem, Rows};
use std::collections::HashMap;
use std::time::Instant;

/// The sphere of the published city instances, metres.
const SPHERE: f64 = 6_378_100.0;

type Points = Vec<[f64; 3]>;

/// CPU seconds of this process so far, or seconds of the clock where nobody tells.
fn seconds(clock: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| {
        // Behind the name in parentheses: user and system time are fields 14 and 15.
        let fields: Vec<f64> = stat.rsplit_once(')')?.1.split(' ').filter_map(|f| f.parse().ok()).collect();
        Some((fields.get(10)? + fields.get(11)?) / 100.0)
    });
    told.unwrap_or_else(|| clock.elapsed().as_secs_f64())
}

fn points(path: &str) -> Result<Points, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    let number = |field: &str| field.trim().parse::<f64>().map_err(|e| format!("{path}: {field}: {e}"));
    let point = |line: &str| {
        let fields: Result<Vec<f64>, String> = line.split(',').map(number).collect();
        fields.map(|f| [f[0], f[1], f.get(2).copied().unwrap_or(1.0)])
    };
    text.lines().skip(1).map(point).collect()
}

/// Who is within the radius of whom: demand asks the grid cells around it.
fn merged(demand: &Points, sites: &Points, radius: f64) -> Vec<doorstep::coverage::MergedRow> {
    let cell = |v: f64| (v / radius).floor() as i64;
    let mut grid: HashMap<(i64, i64), Vec<u32>> = HashMap::new();
    (0..).zip(sites).for_each(|(i, s)| grid.entry((cell(s[0]), cell(s[1]))).or_default().push(i));
    // One list per cell of demand: the sites of the cells around it, ascending.
    let mut around: HashMap<(i64, i64), Vec<u32>> = HashMap::new();
    let mut by_set: HashMap<Vec<u32>, u64> = HashMap::new();
    let mut set = Vec::new();
    for d in demand {
        let at = (cell(d[0]), cell(d[1]));
        let near = around.entry(at).or_insert_with(|| {
            let cells = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (at.0 + dx, at.1 + dy)));
            let mut near: Vec<u32> = cells.filter_map(|c| grid.get(&c)).flatten().copied().collect();
            near.sort_unstable();
            near
        });
        set.clear();
        set.extend(near.iter().filter(|&&i| {
            let s = sites[i as usize];
            (s[0] - d[0]).powi(2) + (s[1] - d[1]).powi(2) <= radius * radius
        }));
        match by_set.get_mut(&set) {
            Some(weight) => *weight += d[2] as u64,
            None => drop(by_set.insert(set.clone(), d[2] as u64)),
        }
    }
    doorstep::coverage::merge(by_set.iter().map(|(set, weight)| (&set[..], *weight)))
}

/// The same on the sphere, by the law of cosines as the instances were published; every pair is looked at.
fn merged_on_sphere(demand: &Points, sites: &Points, radius: f64) -> Vec<doorstep::coverage::MergedRow> {
    let near = |a: &[f64; 3], b: &[f64; 3]| {
        let (a, b) = (a.map(f64::to_radians), b.map(f64::to_radians));
        let cosine = a[0].sin() * b[0].sin() + a[0].cos() * b[0].cos() * (a[1] - b[1]).cos();
        cosine.min(1.0).acos() * SPHERE <= radius
    };
    let set = |d| -> Vec<u32> { (0..).zip(sites).filter(|(_, s)| near(d, s)).map(|(i, _)| i).collect() };
    let sets: Vec<(Vec<u32>, u64)> = demand.iter().map(|d| (set(d), d[2] as u64)).collect();
    doorstep::coverage::merge(sets.iter().map(|(set, weight)| (&set[..], *weight)))
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [demand, sites, radius, choose, work @ ..] = &args[..] else {
        println!("usage: cargo bench --bench engine -- DEMAND.csv SITES.csv RADIUS P [WORK]");
        return Ok(());
    };
    let clock = Instant::now();
    let sphere = std::fs::read_to_string(demand).is_ok_and(|text| text.starts_with("lat"));
    let (demand, sites) = (points(demand)?, points(sites)?);
    let radius: f64 = radius.parse().map_err(|e| format!("{radius}: {e}"))?;
    let choose = choose.parse().map_err(|e| format!("{choose}: {e}"))?;
    let read = seconds(clock);
    let rows = if sphere { merged_on_sphere } else { merged }(&demand, &sites, radius);
    let count = rows.len();
    let problem = Problem {
        sites: sites.len(),
        demand: Rows::new(sites.len(), rows),
        choose,
        forbidden: vec![false; sites.len()],
        county_of: vec![None; sites.len()],
        preference: vec![0; sites.len()],
        ..Problem::default()
    };
    let merge = seconds(clock) - read;
    let default = BranchAndBound::default();
    let work = work.first().map_or(Ok(default.work), |w| w.parse().map_err(|e| format!("{w}: {e}")))?;
    let answer = BranchAndBound { work }.solve(&problem, &[]).map_err(|e| format!("{e:?}"))?;
    let solve = seconds(clock) - read - merge;
    let gap = (answer.bound - answer.objective) as f64 / answer.bound.max(1) as f64 * 100.0;
    println!(
        r#"{{"rows":{count},"objective":{},"bound":{},"gap_percent":{gap:.4},"read":{read:.2},"merge":{merge:.2},"solve":{solve:.2}}}"#,
        answer.objective, answer.bound
    );
    Ok(())
}

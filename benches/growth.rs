//! How does the cost of a proof grow with demand and with sites?
//!
//! `cargo bench --bench growth -- [OUT] [MOST]` draws instances like those of Cordeau, Furini and Ljubic (a square of 30 x 30, weights 1
//! to 100), merges demand by cover set and proves the best choice of ten sites: 10,000 to MOST (40,000,000) demand points for 100
//! sites within 5.5, and 100 to 10,000 sites for 100,000 points, within so much less that a point still reaches about ten. Writes
//! `growth.csv`, `growth.svg` and `growth.png` into OUT (`benches`). CPU seconds of one thread, the median of three runs (of one from 10
//! million points on), as Linux counts them in `/proc/thread-self/schedstat`; elsewhere seconds of the clock.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use doorstep::coverage::{Points, Reach, merged_rows};
use doorstep::siting::{BranchAndBound, Method, Problem, Rows};
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

/// Side of the square.
const SIDE: f64 = 30.0;
/// Sites to choose.
const CHOOSE: usize = 10;
/// Reach at a hundred sites.
const REACH: f64 = 5.5;
/// Width and height of one diagram, and what lies around it.
const BOX: (f64, f64, f64) = (380.0, 300.0, 60.0);

/// One measured instance.
struct Measured {
    sites: usize,
    demand: usize,
    rows: usize,
    merge: f64,
    prove: f64,
    objective: u64,
    bound: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let out = Path::new(args.first().map_or("benches", String::as_str));
    let most: usize = args.get(1).map_or(Ok(40_000_000), |most| most.parse())?;
    let demand = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000, 40_000_000];
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let measure = |sites, demand| one.install(|| median(sites, demand));
    let by_demand: Vec<Measured> = demand.into_iter().filter(|d| *d <= most).map(|d| measure(100, d)).collect();
    let by_sites: Vec<Measured> = [100, 300, 1000, 3000, 10_000].into_iter().map(|s| measure(s, 100_000)).collect();
    let mut csv = String::from("sites,demand,rows,merge_cpu_s,prove_cpu_s,objective,bound\n");
    for m in by_demand.iter().chain(&by_sites) {
        let Measured { sites, demand, rows, merge, prove, objective, bound } = m;
        writeln!(csv, "{sites},{demand},{rows},{merge:.4},{prove:.4},{objective},{bound}")?;
    }
    let svg = drawn(&by_demand, &by_sites)?;
    std::fs::write(out.join("growth.csv"), &csv)?;
    std::fs::write(out.join("growth.svg"), &svg)?;
    std::fs::write(out.join("growth.png"), png(&svg)?)?;
    print!("{csv}");
    Ok(())
}

/// CPU seconds of this thread so far, or seconds of the clock where nobody tells.
fn seconds(clock: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| clock.elapsed().as_secs_f64(), |n| n / 1e9)
}

fn median(sites: usize, demand: usize) -> Measured {
    let runs = if demand < 10_000_000 { 3 } else { 1 };
    let mut measured: Vec<Measured> = (0..runs).map(|_| measure(sites, demand)).collect();
    measured.sort_by(|a, b| (a.merge + a.prove).total_cmp(&(b.merge + b.prove)));
    measured.swap_remove(runs / 2)
}

fn measure(sites: usize, demand: usize) -> Measured {
    let mut state = 1u64;
    let mut draw = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut places = |n: usize| -> (Vec<f64>, Vec<f64>) { (0..n).map(|_| (draw() * SIDE, draw() * SIDE)).unzip() };
    let (site_x, site_y) = places(sites);
    let (x, y) = places(demand);
    let weight: Vec<u64> = (0..demand).map(|_| 1 + (draw() * 100.0) as u64).collect();
    let reach = Reach::Planar(REACH * (100.0 / sites as f64).sqrt());
    let clock = Instant::now();
    let start = seconds(clock);
    let rows = merged_rows(Points { x: &x, y: &y, weight: &weight }, (&site_x, &site_y), reach);
    let merged = seconds(clock);
    let count = rows.len();
    let problem = Problem {
        sites,
        demand: Rows::new(sites, rows),
        choose: CHOOSE,
        forbidden: vec![false; sites],
        county_of: vec![None; sites],
        preference: vec![0; sites],
        ..Problem::default()
    };
    let answer = BranchAndBound::default().solve(&problem, &[]).expect("nothing forbids a choice");
    let proved = seconds(clock);
    println!(
        "{sites} sites, {demand} points: {count} rows, merged {:.3}, proved {:.3}",
        merged - start,
        proved - merged
    );
    Measured {
        sites,
        demand,
        rows: count,
        merge: merged - start,
        prove: proved - merged,
        objective: answer.objective,
        bound: answer.bound,
    }
}

/// What is measured, by what, and the name of that.
type Panel<'a> = (&'a [Measured], fn(&Measured) -> usize, &'a str);

/// Both diagrams side by side, logarithmic on both axes.
fn drawn(by_demand: &[Measured], by_sites: &[Measured]) -> Result<String, std::fmt::Error> {
    let (wide, high, around) = BOX;
    let (width, height) = (2.0 * (wide + around) + around, high + 2.0 * around);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="Noto Sans SC, sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>"##
    );
    let panels: [Panel<'_>; 2] = [
        (by_demand, |m| m.demand, "demand points (100 sites)"),
        (by_sites, |m| m.sites, "sites (100,000 demand points)"),
    ];
    let times = |m: &Measured| [m.merge, m.prove, m.merge + m.prove].map(|t| t.max(1e-4));
    let all = || by_demand.iter().chain(by_sites).flat_map(times).map(f64::log10);
    let (low, top) = (all().fold(f64::MAX, f64::min).floor(), all().fold(f64::MIN, f64::max).ceil());
    for (panel, (measured, of, name)) in panels.into_iter().enumerate() {
        let left = around + panel as f64 * (wide + around);
        let logs = || measured.iter().map(|m| (of(m) as f64).log10());
        let (from, to) = (logs().fold(f64::MAX, f64::min).floor(), logs().fold(f64::MIN, f64::max).ceil());
        let x = |log: f64| left + (log - from) / (to - from) * wide;
        let y = |log: f64| around + (top - log) / (top - low) * high;
        for decade in low as i32..=top as i32 {
            let (at, label) = (y(f64::from(decade)), 10f64.powi(decade));
            let end = left + wide;
            write!(
                svg,
                r##"<line x1="{left}" y1="{at:.1}" x2="{end}" y2="{at:.1}" stroke="#ddd"/><text x="{:.1}" y="{:.1}" text-anchor="end">{label}</text>"##,
                left - 5.0,
                at + 4.0
            )?;
        }
        for decade in from as i32..=to as i32 {
            let at = x(f64::from(decade));
            write!(
                svg,
                r##"<line x1="{at:.1}" y1="{around}" x2="{at:.1}" y2="{:.1}" stroke="#ddd"/><text x="{at:.1}" y="{:.1}" text-anchor="middle">{}</text>"##,
                around + high,
                around + high + 16.0,
                10f64.powi(decade)
            )?;
        }
        let (middle, foot) = (left + wide / 2.0, around + high + 36.0);
        write!(svg, r#"<text x="{middle:.1}" y="{foot:.1}" text-anchor="middle">{name}</text>"#)?;
        for (line, (name, colour)) in
            [("merge", "#2b6cb0"), ("prove", "#c05621"), ("both", "#1a202c")].into_iter().enumerate()
        {
            let point = |m: &Measured| format!("{:.1},{:.1}", x((of(m) as f64).log10()), y(times(m)[line].log10()));
            let points: Vec<String> = measured.iter().map(point).collect();
            write!(svg, r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#, points.join(" "))?;
            let (at, down) = (left + 14.0, around + 18.0 + 16.0 * line as f64);
            write!(svg, r#"<text x="{at:.1}" y="{down:.1}" fill="{colour}">{name}, CPU seconds</text>"#)?;
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn png(svg: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut options = resvg::usvg::Options::default();
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/font/NotoSansSC-GB2312.ttf");
    options.fontdb_mut().load_font_data(std::fs::read(font)?);
    let tree = resvg::usvg::Tree::from_str(svg, &options)?;
    let scale = 2.0;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width() * 2, size.height() * 2);
    let mut pixels = resvg::tiny_skia::Pixmap::new(width, height).ok_or("no room for the picture")?;
    resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

//! How soon does the planner's desk answer on a large plan? Sixteen clients at once ask what a change comes to; others read the
//! summary as fast as they can; a burst of jobs is turned away while somebody asks for the health. Over sockets, as a browser
//! does.
//!
//! `cargo bench --bench desk` (`-- --places 20000 --candidates 500` for a smaller plan)
#![expect(clippy::print_stdout, reason = "a bench prints")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should stop where it is")]

#[path = "../examples/generate_plan.rs"]
#[expect(dead_code, reason = "the example's own main is not called")]
mod generate_plan;

use doorstep::web::{Desk, serve};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 16;

fn argument(name: &str, usual: usize) -> usize {
    let mut args = std::env::args().skip_while(|a| a != name).skip(1);
    args.next().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

/// A connection that stays open.
struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), address }
    }

    /// Status and body.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some((name, value)) = line.split_once(':') {
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap();
                }
            } else if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status, body)
    }
}

fn quantiles(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
    format!("p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms, of {}", at(0.5), at(0.99), at(1.0), times.len())
}

fn main() {
    let (places, candidates) = (argument("--places", 100_000), argument("--candidates", 2_000));
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_owned();
    let size = generate_plan::Size { folder, places, candidates, stations: 20, counties: 10, seed: 1, polygons: 0.0 };
    generate_plan::generate(&size).unwrap();
    let clock = Instant::now();
    let folder = doorstep::read::open(dir.path()).unwrap();
    let outcome = Arc::new(doorstep::job::run(folder, time::macros::date!(2026 - 01 - 01), |_| {}).unwrap());
    println!("plan of {places} places and {candidates} candidates computed in {:.1} s", clock.elapsed().as_secs_f64());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve(listener, Desk::new(Arc::clone(&outcome))));
    let clock = Instant::now();
    Client::new(address).ask("POST", "/api/what-if", "{}");
    println!("laid out for changes in {:.2} s", clock.elapsed().as_secs_f64());

    let proposed: Vec<&str> = outcome.proposals.iter().map(|p| outcome.candidates[p.candidate].id.as_str()).collect();
    let spot = |n: usize| {
        let points = &outcome.evidence.demand.points;
        points[n.wrapping_mul(7919) % points.len()].origin.position
    };
    // Add, move, remove, lock in turn, as one drags and clicks.
    let change = |n: usize| {
        let (at, site) = (spot(n), proposed[n % proposed.len()]);
        let other = &outcome.candidates[n * 31 % outcome.candidates.len()].id;
        match n % 4 {
            0 => format!(r#"{{"add":[{{"id":"+1","lon":{},"lat":{}}}]}}"#, at.lon(), at.lat()),
            1 => format!(r#"{{"move":{{"{site}":[{},{}]}}}}"#, at.lon(), at.lat()),
            2 => format!(r#"{{"remove":["{site}"]}}"#),
            _ => format!(r#"{{"lock":["{other}"],"remove":["{}"]}}"#, proposed[(n + 1) % proposed.len()]),
        }
    };
    let measure = |name: &str, rounds: usize, body: &(dyn Fn(usize) -> String + Sync)| {
        let asked: Vec<(Vec<f64>, Vec<f64>)> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|c| {
                    scope.spawn(move || {
                        let mut client = Client::new(address);
                        let (mut seen, mut told) = (Vec::new(), Vec::new());
                        for n in 0..rounds {
                            let clock = Instant::now();
                            let (status, answer) = client.ask("POST", "/api/what-if", &body(c * rounds + n));
                            seen.push(clock.elapsed().as_secs_f64() * 1e3);
                            assert!(status == 200 || status == 422, "{status}");
                            let text = String::from_utf8(answer).unwrap();
                            let ms = text
                                .rsplit_once("\"milliseconds\":")
                                .map(|(_, ms)| ms.trim_end_matches('}').parse::<f64>().unwrap());
                            told.extend(ms);
                        }
                        (seen, told)
                    })
                })
                .collect();
            clients.into_iter().map(|c| c.join().unwrap()).collect()
        });
        let (seen, told): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        println!("{name}, {CLIENTS} clients: at the client {}", quantiles(seen.concat()));
        println!("{name}, {CLIENTS} clients: at the server {}", quantiles(told.concat()));
    };
    measure("what-if, sites", 100, &change);
    Client::new(address).ask("POST", "/api/what-if", r#"{"minutes":{"urban":12}}"#);
    measure("what-if, other minutes", 20, &|n| {
        let c = change(n);
        format!(r#"{},"minutes":{{"urban":12}}}}"#, &c[..c.len() - 1])
    });
    let clock = Instant::now();
    Client::new(address).ask("POST", "/api/what-if", r#"{"minutes":{"urban":9}}"#);
    println!("first answer under other standards: {:.0} ms", clock.elapsed().as_secs_f64() * 1e3);

    let (stop, count, failed) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut client = Client::new(address);
                while !stop.load(Ordering::Relaxed) {
                    let (status, _) = client.ask("GET", "/api/summary", "");
                    count.fetch_add(1, Ordering::Relaxed);
                    failed.fetch_add(usize::from(status != 200), Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(Duration::from_secs(5));
        stop.store(true, Ordering::Relaxed);
    });
    println!("summary: {} a second, {} failed", count.into_inner() / 5, failed.into_inner());

    let (mut taken, mut turned_away, mut health) = (0, 0, Vec::new());
    let mut client = Client::new(address);
    for _ in 0..40 {
        match client.ask("POST", "/api/jobs", r#"{"seconds":20}"#).0 {
            202 => taken += 1,
            429 | 503 => turned_away += 1,
            other => panic!("{other}"),
        }
        let clock = Instant::now();
        assert_eq!(client.ask("GET", "/health", "").0, 200);
        health.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    println!("jobs: {taken} taken, {turned_away} turned away; health meanwhile {}", quantiles(health));
}

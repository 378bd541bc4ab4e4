//! The program itself on a network: killed, asked by strangers, held up. A file of its own because these tests start it.

use doorstep::desk::scenarios::Store;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The program serving a small plan; killed when dropped.
struct Served {
    child: Child,
    address: SocketAddr,
    token: Option<String>,
}

impl Served {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("doorstep"))
            .args(["serve", dir.to_str().unwrap(), "--port", "0", "--json"])
            .args(more)
            .env_remove("DOORSTEP_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let port = url.rsplit_once(':').unwrap().1;
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        Self { child, address, token: said["token"].as_str().map(str::to_owned) }
    }

    fn ask(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let length = body.len();
        write!(
            stream,
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn small_folder() -> tempfile::TempDir {
    const PLAN: &str = "name = \"p\"\ntarget = 2\n[[circle]]\nminutes = 15\nmode = \"walk\"\n";
    let feature = |id: usize| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{},52.97]}},"properties":{{"id":"R{id}","population":120}}}}"#,
            122.5 + id as f64 * 0.02
        )
    };
    let features: Vec<String> = (0..9).map(feature).collect();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("plan.toml"), PLAN).unwrap();
    let layer = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(dir.path().join("residences.geojson"), layer).unwrap();
    dir
}

#[test]
fn a_server_killed_during_a_save_has_lost_nothing_saved_before() {
    let dir = small_folder();
    let path = dir.path().join("scenarios.gpkg");
    let mut acknowledged = 0i64;
    for round in 0..6u64 {
        let mut served = Served::start(dir.path(), &[]);
        let address = served.address;
        let start = acknowledged;
        let saver = std::thread::spawn(move || {
            let mut revision = start;
            loop {
                let condition =
                    if revision == 0 { "If-None-Match: *".to_owned() } else { format!("If-Match: \"{revision}\"") };
                let body = format!(
                    r#"{{"changes":{{"add":[{{"id":"+{revision}","lon":122.6,"lat":52.97}}]}},"note":"{}"}}"#,
                    revision + 1
                );
                let sent = (|| -> std::io::Result<String> {
                    let mut stream = TcpStream::connect(address)?;
                    let length = body.len();
                    write!(
                        stream,
                        "PUT /api/scenarios/s HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{condition}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                    )?;
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer)?;
                    Ok(answer)
                })();
                match sent {
                    Ok(answer) if answer.starts_with("HTTP/1.1 20") => revision += 1,
                    Ok(answer) if !answer.is_empty() => panic!("{answer}"),
                    _ => return revision,
                }
            }
        });
        std::thread::sleep(Duration::from_millis(400 + 137 * round));
        // SIGKILL on Unix: nothing is tidied up.
        served.child.kill().unwrap();
        served.child.wait().unwrap();
        let told = saver.join().unwrap();
        let store = Store::at(&path);
        let found = store.get("s").map(|s| (s.summary.revision, s.summary.note)).unwrap_or((0, "0".to_owned()));
        assert!(found.0 == told || found.0 == told + 1, "told {told}, found {found:?}");
        assert_eq!(found.0.to_string(), found.1, "the last revision is whole");
        acknowledged = found.0;
    }
    assert!(acknowledged > 6, "{acknowledged} saves in all");
    let db = rusqlite::Connection::open(&path).unwrap();
    let (count, last): (i64, i64) =
        db.query_row("SELECT count(*), max(revision) FROM revisions", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert_eq!((count, last), (acknowledged, acknowledged), "every revision is there");
    let whole: String = db.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(whole, "ok");
    // A plan folder with scenarios in it is still a plan folder.
    assert!(doorstep::read::open(dir.path()).is_ok());
}

#[test]
fn beyond_this_machine_a_token_is_made_up_and_asked_for() {
    let dir = small_folder();
    let served = Served::start(dir.path(), &["--listen", "0.0.0.0:0"]);
    let token = served.token.clone().expect("a token");
    assert!(token.len() >= 32, "{token}");
    assert!(served.ask("GET /api/summary HTTP/1.1", "").unwrap().starts_with("HTTP/1.1 200"));
    assert!(served.ask("POST /api/what-if HTTP/1.1", "{}").unwrap().starts_with("HTTP/1.1 401"));
    let with = format!("POST /api/what-if HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert!(served.ask(&with, "{}").unwrap().starts_with("HTTP/1.1 200"));
    assert!(Served::start(dir.path(), &[]).token.is_none(), "on this machine none is needed");
}

#[test]
fn slow_and_oversized_requests_are_cut_off_and_others_are_answered_meanwhile() {
    let dir = small_folder();
    let served = Served::start(dir.path(), &[]);
    let slow: Vec<TcpStream> = (0..60)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: 127.0").unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
            stream
        })
        .collect();
    let answered = |head: &str| served.ask(head, "").unwrap();
    assert!(answered("GET /health HTTP/1.1").starts_with("HTTP/1.1 200"));
    let start = Instant::now();
    for mut stream in slow {
        let mut rest = Vec::new();
        // Closed or reset, either is the end of it.
        let _ = stream.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 200"));
    }
    assert!(start.elapsed() < Duration::from_secs(35), "{:?}", start.elapsed());

    let mut large = TcpStream::connect(served.address).unwrap();
    write!(
        large,
        "POST /api/what-if HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 500000000\r\n\r\n",
        served.address
    )
    .unwrap();
    let mut first = [0u8; 12];
    large.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 413", "refused before it is sent");
    let mut endless = TcpStream::connect(served.address).unwrap();
    let _ = write!(endless, "GET / HTTP/1.1\r\nHost: {}\r\n", served.address);
    let header = format!("X-Filler: {}\r\n", "x".repeat(8_000));
    let sent = (0..20).take_while(|_| endless.write_all(header.as_bytes()).is_ok()).count();
    let mut rest = String::new();
    let _ = endless.read_to_string(&mut rest);
    assert!(sent < 20 || rest.starts_with("HTTP/1.1 431") || rest.is_empty(), "{rest}");
    assert!(answered("GET /health HTTP/1.1").starts_with("HTTP/1.1 200"));
}

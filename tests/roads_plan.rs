//! Roads end to end: `times`, `reach`, and plans that travel over roads or by given times, as a person runs them.

mod osm;

use assert_cmd::Command;
use doorstep::job::{self, Outcome, Variation};
use doorstep::measure::{GapReason, Nearest};
use doorstep::model::Season;
use osm::Extract;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn doorstep() -> Command {
    Command::new(env!("CARGO_BIN_EXE_doorstep"))
}

fn helsinki(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/helsinki").join(file)
}

/// A copy of the sample plan, so that no cache is left in the checkout, with `plan.toml` changed.
fn plan(change: impl Fn(String) -> String) -> TempDir {
    let dir = TempDir::new().expect("a folder");
    for file in ["residences.geojson", "candidates.geojson", "stations.geojson", "roads.osm.pbf"] {
        fs::copy(helsinki(file), dir.path().join(file)).expect("copied");
    }
    let text = fs::read_to_string(helsinki("plan.toml")).expect("plan.toml");
    fs::write(dir.path().join("plan.toml"), change(text)).expect("written");
    dir
}

fn outcome(dir: &Path) -> Outcome {
    let folder = doorstep::read::open(dir).unwrap_or_else(|f| panic!("{}", f.say(doorstep::model::Lang::En)));
    job::run(folder, time::macros::date!(2026 - 01 - 01), |_| {}).expect("the plan has an answer")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// `site,demand` to seconds and metres.
fn rows(csv: &str) -> BTreeMap<(String, String), (f64, f64)> {
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("site,demand,seconds,metres"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |i: usize| cells[i].parse::<f64>().expect("a number");
        ((cells[0].to_owned(), cells[1].to_owned()), (number(2), number(3)))
    };
    lines.map(row).collect()
}

fn times(dir: &Path, more: &[&str]) -> BTreeMap<(String, String), (f64, f64)> {
    let out = dir.join("times-out.csv");
    let (roads, candidates, residences) =
        (helsinki("roads.osm.pbf"), dir.join("candidates.geojson"), dir.join("residences.geojson"));
    doorstep()
        .args(["times", "--no-cache", "--force", "--roads"])
        .arg(roads)
        .arg("--from")
        .arg(candidates)
        .arg("--to")
        .arg(residences)
        .arg("-o")
        .arg(&out)
        .args(more)
        .assert()
        .success();
    rows(&text(&out))
}

#[test]
fn times_are_within_the_limit_and_walking_metres_are_seconds_at_one_speed() {
    let dir = plan(|t| t);
    let all = times(dir.path(), &["--mode", "walk"]);
    let near = times(dir.path(), &["--mode", "walk", "--max-minutes", "6"]);
    assert!(near.len() > 100 && near.len() < all.len());
    assert!(near.iter().all(|(pair, time)| time.0 <= 360.0 && all[pair] == *time));
    assert_eq!(near.len(), all.values().filter(|t| t.0 <= 360.0).count(), "no pair within the limit is lost");
    assert!(all.values().all(|(seconds, metres)| (metres * 0.72 - seconds).abs() < 0.1));
    let fast = times(dir.path(), &["--mode", "walk", "--walk-kmh", "6"]);
    assert!(all.iter().all(|(pair, time)| (fast[pair].0 * 1.2 - time.0).abs() < 0.1));
}

#[test]
fn winter_is_slower_and_both_seasons_are_the_slower_one() {
    let dir = plan(|t| t);
    let [summer, winter, both] =
        ["summer", "winter", "both"].map(|season| times(dir.path(), &["--mode", "drive", "--season", season]));
    assert!(summer.iter().all(|(pair, time)| winter[pair].0 >= time.0));
    assert!(both.iter().all(|(pair, time)| time.0 == summer[pair].0.max(winter[pair].0)));
}

#[test]
fn direction_matters_where_streets_are_one_way() {
    let dir = plan(|t| t);
    let [to, from] = ["to-sites", "from-sites"].map(|d| times(dir.path(), &["--mode", "drive", "--direction", d]));
    assert!(to.iter().any(|(pair, time)| from.get(pair).is_some_and(|f| (f.0 - time.0).abs() > 30.0)));
    let [to, from] = ["to-sites", "from-sites"].map(|d| times(dir.path(), &["--mode", "walk", "--direction", d]));
    assert_eq!(to.len(), from.len());
    assert!(to.iter().all(|(pair, time)| (from[pair].0 - time.0).abs() < 0.01));
}

#[test]
fn who_is_far_from_any_road_is_listed_and_never_silently_lost() {
    let dir = plan(|t| t);
    let (sites, places) = (dir.path().join("s.csv"), dir.path().join("p.csv"));
    fs::write(&sites, "id,lon,lat\nS1,24.944,60.170\nfar,24.944,60.30\n").expect("written");
    fs::write(&places, "id,lon,lat,population\nP1,24.945,60.171,5\n\"P,2\",24.9451,60.1711,7\nout,25.2,60.17,1\n")
        .expect("written");
    let out = dir.path().join("t.csv");
    let run = doorstep()
        .args(["times", "--json", "--no-cache", "--mode", "walk", "--roads"])
        .arg(helsinki("roads.osm.pbf"))
        .arg("--from")
        .arg(&sites)
        .arg("--to")
        .arg(&places)
        .arg("-o")
        .arg(&out)
        .assert()
        .success();
    let answer: Value = serde_json::from_slice(&run.get_output().stdout).expect("JSON and nothing else");
    assert_eq!(answer["left_out"]["sites"]["unsnapped"], serde_json::json!(["far"]));
    assert_eq!(answer["left_out"]["places"]["unsnapped"], serde_json::json!(["out"]));
    assert_eq!(answer["pairs"], 2);
    assert!(text(&out).contains("S1,\"P,2\","));
    let words = doorstep()
        .args(["times", "--lang", "en", "--no-cache", "--mode", "walk", "--roads"])
        .arg(helsinki("roads.osm.pbf"))
        .arg("--from")
        .arg(&sites)
        .arg("--to")
        .arg(&places)
        .args(["-o", "-"])
        .assert()
        .success();
    let said = String::from_utf8_lossy(&words.get_output().stderr).into_owned();
    assert!(said.contains("1 with no road within 500 m, left out: far"), "{said}");
}

#[test]
fn bad_input_is_refused_with_exit_status_2_and_nothing_is_written() {
    let dir = plan(|t| t);
    let file = |name: &str, content: &[u8]| {
        fs::write(dir.path().join(name), content).expect("written");
        dir.path().join(name)
    };
    let whole = fs::read(helsinki("roads.osm.pbf")).expect("the extract");
    let (text_file, cut) = (file("not.osm.pbf", b"<osm/>"), file("cut.osm.pbf", &whole[..whole.len() / 2]));
    let river = dir.path().join("river.osm.pbf");
    Extract::default()
        .node(1, 24.94, 60.17, "")
        .node(2, 24.95, 60.17, "")
        .way(3, &[1, 2], "waterway=river")
        .write(&river);
    let path = dir.path().join("path.osm.pbf");
    Extract::default()
        .node(1, 24.94, 60.17, "")
        .node(2, 24.95, 60.17, "")
        .way(3, &[1, 2], "highway=footway")
        .write(&path);
    let good = file("good.csv", b"id,lon,lat\nA,24.944,60.170\n");
    let elsewhere = file("elsewhere.csv", b"id,lon,lat\nA,124.1,50.4\n");
    let bad = file("bad.csv", b"id,lon,lat\nA,224.944,60.170\nA,1,2\nB,x,2\n");
    let empty = file("empty.csv", b"id,lon,lat\n");
    let out = dir.path().join("never.csv");
    let roads = helsinki("roads.osm.pbf");
    for (roads, points, mode, said) in [
        (&text_file, &good, "walk", "not an OSM PBF file"),
        (&cut, &good, "walk", "truncated or damaged"),
        (&river, &good, "walk", "no roads"),
        (&path, &good, "drive", "no road that is open to cars"),
        (&roads, &elsewhere, "walk", "elsewhere than the places"),
        (&roads, &bad, "walk", "longitude"),
        (&roads, &empty, "walk", "empty.csv"),
        (&dir.path().join("absent.osm.pbf"), &good, "walk", "cannot be read"),
        (&roads, &dir.path().join("absent.csv"), "walk", "absent.csv"),
    ] {
        let run = doorstep()
            .args(["times", "--lang", "en", "--no-cache", "--mode", mode, "--roads"])
            .arg(roads)
            .arg("--from")
            .arg(points)
            .arg("--to")
            .arg(points)
            .arg("-o")
            .arg(&out)
            .assert()
            .code(2);
        let error = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        let fits = error.contains(said) || said == "longitude" && error.contains("-180 .. 180");
        assert!(fits, "{said}: {error}");
        assert!(!out.exists(), "{said}: something was written");
    }
    let odd = fs::read_dir(dir.path())
        .expect("a folder")
        .filter(|f| f.as_ref().is_ok_and(|f| f.file_name().to_string_lossy().starts_with(".doorstep")));
    assert_eq!(odd.count(), 0, "nothing is left half-written");
}

#[test]
fn the_faults_of_both_tables_are_told_at_once_and_an_origin_that_is_no_point_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &str| {
        fs::write(dir.path().join(name), content).expect("written");
        dir.path().join(name)
    };
    let (sites, places) = (file("s.csv", "id,lng,lat\nA,x,60\n"), file("p.csv", "id,lon,lat\nB,24.9,95\n"));
    let said = |command: &str, lang: &str, more: &[&str]| {
        let out = dir.path().join(if command == "times" { "never.csv" } else { "never.geojson" });
        let mut run = doorstep();
        run.args([command, "--no-cache", "--mode", "walk", "--lang", lang, "--roads"]).arg(helsinki("roads.osm.pbf"));
        let run = run.args(more).arg("--to").arg(&places).arg("-o").arg(&out).assert().code(2);
        assert!(!out.exists());
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    let sites = sites.to_str().expect("a path");
    for command in [&["times"][..], &["reach", "--minutes", "5"]] {
        let more: Vec<&str> = command[1..].iter().copied().chain(["--from", sites]).collect();
        let error = said(command[0], "en", &more);
        assert!(error.contains("s.csv: line 2, field lng = \"x\""), "as the file calls it: {error}");
        assert!(error.contains("p.csv: line 2, field lat = \"95\""), "{error}");
    }
    for from in ["24.944", "24.944,60.17,3", "24.944,95"] {
        assert!(said("reach", "en", &["--minutes", "5", "--from", from]).contains("give LON,LAT"));
        assert!(said("reach", "zh", &["--minutes", "5", "--from", from]).contains("请写 经度,纬度"));
    }
}

#[test]
fn an_existing_output_is_kept_unless_forced() {
    let dir = plan(|t| t);
    let out = dir.path().join("reach.geojson");
    fs::write(&out, "mine").expect("written");
    let reach = |force: &[&str]| {
        let mut command = doorstep();
        command.args(["reach", "--no-cache", "--mode", "walk", "--from", "24.944,60.170", "--minutes", "5", "--roads"]);
        command.arg(helsinki("roads.osm.pbf")).arg("-o").arg(&out).args(force).assert()
    };
    reach(&[]).code(2);
    assert_eq!(text(&out), "mine");
    reach(&["--force"]).success();
    assert!(text(&out).starts_with("{\"type\":\"FeatureCollection\""));
}

#[test]
fn reach_gives_a_polygon_per_origin_and_limit_with_the_people_inside() {
    let dir = plan(|t| t);
    let run = doorstep()
        .args(["reach", "--no-cache", "--mode", "walk", "--minutes", "8,3,5", "-o", "-", "--quiet", "--roads"])
        .arg(helsinki("roads.osm.pbf"))
        .arg("--from")
        .arg(dir.path().join("stations.geojson"))
        .arg("--to")
        .arg(dir.path().join("residences.geojson"))
        .assert()
        .success();
    let found: Value = serde_json::from_slice(&run.get_output().stdout).expect("GeoJSON on stdout and nothing else");
    let features = found["features"].as_array().expect("features");
    let of =
        |name: &str| features.iter().map(|f| f["properties"][name].as_f64().expect("a number")).collect::<Vec<_>>();
    assert_eq!(of("minutes"), [3.0, 5.0, 8.0]);
    let (areas, people) = (of("area_km2"), of("people"));
    assert!(areas.windows(2).all(|w| w[0] < w[1]) && people.windows(2).all(|w| w[0] <= w[1]) && people[2] > 0.0);
    // In five minutes one is nowhere farther than 417 m.
    assert!(areas[1] < std::f64::consts::PI * 0.417 * 0.417);
    for feature in features {
        assert!(geo::Validation::is_valid(&polygons(&feature["geometry"])));
    }
}

fn polygons(geometry: &Value) -> geo::MultiPolygon<f64> {
    let coordinates = &geometry["coordinates"];
    let single = geometry["type"] == "Polygon";
    let all: Vec<&Value> =
        if single { vec![coordinates] } else { coordinates.as_array().expect("polygons").iter().collect() };
    let ring = |ring: &Value| {
        let at =
            |c: &Value| geo::Coord { x: c[0].as_f64().expect("a longitude"), y: c[1].as_f64().expect("a latitude") };
        geo::LineString::new(ring.as_array().expect("a ring").iter().map(at).collect())
    };
    let polygon = |polygon: &&Value| {
        let mut rings: Vec<_> = polygon.as_array().expect("rings").iter().map(ring).collect();
        let outer = rings.remove(0);
        geo::Polygon::new(outer, rings)
    };
    geo::MultiPolygon::new(all.iter().map(polygon).collect())
}

#[test]
fn reach_in_both_seasons_is_the_ground_and_the_people_that_each_season_reaches() {
    let dir = plan(|t| t);
    let reach = |season: &str| -> Value {
        let run = doorstep()
            .args([
                "reach",
                "--no-cache",
                "--mode",
                "drive",
                "--minutes",
                "2,4",
                "--season",
                season,
                "-o",
                "-",
                "--quiet",
            ])
            .arg("--roads")
            .arg(helsinki("roads.osm.pbf"))
            .arg("--from")
            .arg(dir.path().join("stations.geojson"))
            .arg("--to")
            .arg(dir.path().join("residences.geojson"))
            .assert()
            .success();
        serde_json::from_slice(&run.get_output().stdout).expect("GeoJSON")
    };
    let all = ["summer", "winter", "both"].map(reach);
    let [summer, winter, both] = all.each_ref().map(|found| found["features"].as_array().expect("features"));
    assert_eq!([summer.len(), winter.len()], [both.len(); 2]);
    for (i, feature) in both.iter().enumerate() {
        let of = |f: &Value, name: &str| f["properties"][name].as_f64().expect("a number");
        // Here no road is open in the winter only, and all are slower: the winter decides.
        assert_eq!(feature["properties"], winter[i]["properties"]);
        assert!(of(feature, "area_km2") < of(&summer[i], "area_km2"));
        assert!(geo::Validation::is_valid(&polygons(&feature["geometry"])));
    }
}

#[test]
fn an_origin_far_from_any_road_is_an_error_when_it_is_the_only_one() {
    let dir = plan(|t| t);
    let run = doorstep()
        .args([
            "reach",
            "--no-cache",
            "--lang",
            "en",
            "--mode",
            "walk",
            "--from",
            "24.944,60.20",
            "--minutes",
            "5",
            "--roads",
        ])
        .arg(helsinki("roads.osm.pbf"))
        .arg("-o")
        .arg(dir.path().join("r.geojson"))
        .assert()
        .code(2);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(said.contains("with no road within 500 m"), "{said}");
}

#[test]
fn the_sample_over_roads_is_planned_whole_and_its_certificate_is_confirmed() {
    let dir = plan(|t| t);
    doorstep().arg("plan").arg(dir.path()).arg("--quiet").assert().success();
    let out = dir.path().join("out");
    let summary: Value = serde_json::from_str(&text(&out.join("summary.json"))).expect("JSON");
    assert_eq!(summary["travel"]["model"], "roads");
    assert_eq!(summary["travel"]["season"], "both");
    assert!(summary["inputs"].as_array().expect("inputs").iter().any(|i| i["layer"] == "roads"));
    let circles: Value = serde_json::from_str(&text(&out.join("circles.geojson"))).expect("JSON");
    assert_eq!(circles["features"].as_array().map(Vec::len), Some(6), "one ground per station");
    assert!(text(&out.join("report.html")).contains("Circle against road, summer against winter"));
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/check_certificate.py");
    let run = std::process::Command::new("python3")
        .arg(checker)
        .arg(dir.path())
        .arg(out.join("certificate.json"))
        .output()
        .expect("python3 runs");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success() && said.contains("confirmed: optimal") && said.contains("over the roads"), "{said}");
}

#[test]
fn nobody_counts_as_covered_over_roads_who_is_outside_the_circle_without_a_detour() {
    let dir = plan(|t| t.replace("season = \"both\"", "season = \"summer\"\ndetour = 1.0"));
    let outcome = outcome(dir.path());
    let circle = &outcome.comparison.as_ref().expect("compared").circle;
    for (i, cover) in outcome.cover.iter().enumerate() {
        assert!(cover.proposed <= circle.proposed[i], "{}", outcome.folder.places[i].id);
    }
    assert!(outcome.cover.iter().zip(&circle.proposed).any(|(c, by_circle)| c.proposed < *by_circle));
}

#[test]
fn both_seasons_are_what_each_season_covers_alike() {
    let covered = |season: &str| {
        let dir = plan(|t| {
            t.replace("\"both\"", &format!("\"{season}\""))
                .replace("target = 6", "target = 1")
                .replace("stations = 3", "stations = 1")
                .replace("[[phase]]\nname = \"second\"\nstations = 6", "")
        });
        outcome(dir.path()).cover.iter().map(|c| c.today).collect::<Vec<f64>>()
    };
    let [summer, winter, both] = ["summer", "winter", "both"].map(covered);
    assert!(summer.iter().sum::<f64>() > winter.iter().sum::<f64>());
    assert!((0..both.len()).all(|i| both[i] == summer[i].min(winter[i])));
}

/// The sample with what a plan proposes being planned already, and something changed.
fn built(first: &Outcome, change: &dyn Fn(String) -> String) -> Outcome {
    let dir = plan(change);
    let mut stations: Value = serde_json::from_str(&text(&dir.path().join("stations.geojson"))).expect("JSON");
    for proposal in &first.proposals {
        let site = &first.candidates[proposal.candidate];
        stations["features"].as_array_mut().expect("features").push(serde_json::json!({
            "type": "Feature", "properties": {"id": site.id, "name": site.name, "status": "planned"},
            "geometry": {"type": "Point", "coordinates": [site.position.lon(), site.position.lat()]}
        }));
    }
    fs::write(dir.path().join("stations.geojson"), stations.to_string()).expect("written");
    outcome(dir.path())
}

#[test]
fn an_objective_that_fades_counts_minutes_by_the_road_in_each_season() {
    let fade = |t: String| t + "\n[objective]\nfade = [{ times = 2.0, part = 0.5 }]\n";
    let dir = plan(fade);
    let first = outcome(dir.path());
    let covered = |minutes: &str| {
        let change = |t: String| t.replace("minutes = 4", &format!("minutes = {minutes}"));
        built(&first, &change).shares.total.proposed.covered.0
    };
    let (near, far) = (covered("4"), covered("8"));
    let expected = near + 0.5 * (far - near);
    let objective = first.certificate.objective;
    assert!(far > near && (objective - expected).abs() < 1e-6 * expected, "{objective} for {expected}: {near}, {far}");
    assert_eq!(first.shares.total.proposed.covered.0, near, "shares count the standard itself");
}

#[test]
fn other_standards_and_seasons_are_judged_by_the_road_and_agree_with_plans_that_have_them() {
    let dir = plan(|t| t);
    let first = outcome(dir.path());
    let comparison = first.comparison.as_ref().expect("compared");
    let review = job::review(&first);
    let of = |variation| *review.variants.iter().find(|v| v.variation == variation).expect("it is asked");
    let covered = |minutes: f64| of(Variation::Minutes(minutes)).proposed.covered.0;
    assert!(covered(10.0) >= first.shares.total.proposed.covered.0, "10 minutes are more than the plan's 4");
    assert!(covered(10.0) <= covered(15.0) && covered(15.0) <= covered(20.0));
    let [summer, winter] = [Season::Summer, Season::Winter].map(|s| of(Variation::Season(s)).proposed.covered.0);
    assert!(winter < summer && winter == first.shares.total.proposed.covered.0, "winter decides both");
    // The same stations in a plan that has the standard itself.
    let fixed = |change: &dyn Fn(String) -> String| built(&first, change);
    let ten = fixed(&|t| t.replace("minutes = 4", "minutes = 10"));
    assert_eq!(ten.shares.total.proposed, of(Variation::Minutes(10.0)).proposed);
    assert_eq!(ten.shares.total.today, of(Variation::Minutes(10.0)).today);
    let both = comparison.nearest_by_season.as_ref().expect("roads know seasons");
    let own = |outcome: &Outcome| outcome.cover.iter().map(|c| c.nearest.map(|n| n.minutes)).collect::<Vec<_>>();
    let minutes = |nearest: &[Option<Nearest>]| nearest.iter().map(|n| n.map(|n| n.minutes)).collect::<Vec<_>>();
    let summer = fixed(&|t| t.replace("season = \"both\"", "season = \"summer\""));
    assert_eq!(minutes(&both[0]), own(&summer));
    assert_eq!(minutes(&both[1]), own(&first), "the winter takes longer everywhere");
    // Nobody is nearer by the road than in a straight line at the same pace.
    let detour = first.folder.plan.travel.detour;
    for (i, (road, circle)) in both[1].iter().zip(&comparison.nearest_by_circle).enumerate() {
        let (Some(road), Some(circle)) = (road, circle) else { continue };
        assert!(road.minutes.0 >= circle.minutes.0 / detour - 1e-3, "{}", first.folder.places[i].id);
    }
    let equity = review.equity.proposed.expect("there are ways");
    let people = |i: usize| first.folder.places[i].people.0;
    let ways: Vec<(f64, f64)> =
        own(&first).iter().enumerate().filter_map(|(i, m)| Some(((*m)?.0, people(i)))).collect();
    let all: f64 = ways.iter().map(|w| w.1).sum();
    assert!((equity.mean - ways.iter().map(|w| w.0 * w.1).sum::<f64>() / all).abs() < 1e-9);
    let missing: f64 = (0..first.folder.places.len()).map(people).sum::<f64>() - all;
    assert!((review.equity.without_way[1] - missing).abs() < 1e-6);
}

#[test]
fn given_times_from_times_give_the_plan_of_the_roads() {
    let by_road = plan(|t| t.replace("season = \"both\"", "season = \"summer\""));
    let by_times = plan(|t| {
        t.replace("model = \"roads\"", "model = \"times\"").replace("season = \"both\"", "season = \"summer\"")
    });
    let sites = by_times.path().join("sites.csv");
    let mut all = "id,lon,lat\n".to_owned();
    for layer in ["candidates.geojson", "stations.geojson"] {
        let value: Value = serde_json::from_str(&text(&helsinki(layer))).expect("JSON");
        for feature in value["features"].as_array().expect("features") {
            let at = &feature["geometry"]["coordinates"];
            all += &format!("{},{},{}\n", feature["properties"]["id"].as_str().expect("an id"), at[0], at[1]);
        }
    }
    fs::write(&sites, all).expect("written");
    doorstep()
        .args(["times", "--no-cache", "--quiet", "--snap-m", "200", "--mode", "walk", "--roads"])
        .arg(helsinki("roads.osm.pbf"))
        .arg("--from")
        .arg(&sites)
        .arg("--to")
        .arg(helsinki("residences.geojson"))
        .arg("-o")
        .arg(by_times.path().join("times.csv"))
        .assert()
        .success();
    let (road, given) = (outcome(by_road.path()), outcome(by_times.path()));
    assert_eq!(road.certificate.objective, given.certificate.objective);
    assert_eq!(
        road.cover.iter().map(|c| (c.today, c.proposed)).collect::<Vec<_>>(),
        given.cover.iter().map(|c| (c.today, c.proposed)).collect::<Vec<_>>()
    );
    doorstep().arg("plan").arg(by_times.path()).arg("--quiet").assert().success();
    let run = std::process::Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/check_certificate.py"))
        .arg(by_times.path())
        .arg(by_times.path().join("out/certificate.json"))
        .output()
        .expect("python3 runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn faults_of_given_times_are_all_told_by_line_and_by_the_headings_of_the_file() {
    let dir = plan(|t| t.replace("model = \"roads\"", "model = \"times\"").replace("\"both\"", "\"summer\""));
    let rows = "site,demand,seconds\nnobody,nowhere,12\nn1007942428,nowhere,-5\nn1007942428,nowhere,soon\n";
    fs::write(dir.path().join("times.csv"), rows).expect("written");
    let run = doorstep().args(["plan", "--lang", "en"]).arg(dir.path()).assert().code(2);
    let error = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    for said in
        ["line 2, field site = \"nobody\"", "line 3, field seconds = \"-5\"", "line 4, field seconds = \"soon\""]
    {
        assert!(error.contains(said), "{said}: {error}");
    }
    assert_eq!(error.matches("field demand = \"nowhere\"").count(), 3);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_place_without_a_road_is_in_the_gap_list_with_its_reason() {
    let dir = plan(|t| t);
    let homes = text(&dir.path().join("residences.geojson"));
    let island = "{\"type\":\"Feature\",\"properties\":{\"id\":\"Z1\",\"name\":\"islet\",\"population\":900,\"setting\":\"urban\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[24.99,60.15]}},\n{";
    fs::write(
        dir.path().join("residences.geojson"),
        homes.replacen('{', "§", 1).replacen('{', island, 1).replacen('§', "{", 1),
    )
    .expect("written");
    let outcome = outcome(dir.path());
    let gap = outcome.gaps.iter().find(|g| outcome.folder.places[g.place].id == "Z1").expect("in the list");
    assert_eq!(gap.reason, GapReason::NoRoad);
    assert!(outcome.remarks.contains(&job::Remark::PlacesOffRoad(1)));
}

#[test]
fn a_plan_elsewhere_than_its_roads_or_with_no_roads_ends_with_2() {
    let dir = plan(|t| t);
    fs::write(dir.path().join("roads.osm.pbf"), b"not roads").expect("written");
    let run = |dir: &Path| {
        let run = doorstep().arg("plan").arg(dir).args(["--lang", "en"]).assert().code(2);
        assert!(!dir.join("out").exists());
        String::from_utf8_lossy(&run.get_output().stderr).into_owned()
    };
    assert!(run(dir.path()).contains("not an OSM PBF file"));
    fs::remove_file(dir.path().join("roads.osm.pbf")).expect("removed");
    assert!(run(dir.path()).contains("the road network"));
    let far = Extract::default().node(1, 4.0, 50.0, "").node(2, 4.01, 50.0, "").way(3, &[1, 2], "highway=residential");
    far.write(&dir.path().join("roads.osm.pbf"));
    assert!(run(dir.path()).contains("elsewhere than the places"));
}

#[test]
fn check_reads_the_roads_too() {
    let dir = plan(|t| t);
    doorstep().arg("check").arg(dir.path()).assert().success();
    fs::write(dir.path().join("roads.osm.pbf"), b"not roads").expect("written");
    let run = doorstep().arg("check").arg(dir.path()).args(["--lang", "en"]).assert().code(2);
    assert!(String::from_utf8_lossy(&run.get_output().stderr).contains("not an OSM PBF file"));
}

#[test]
fn keys_of_the_travel_table_are_checked() {
    for (key, said) in [
        ("speeds.summer.trak = 10", "Did you mean \"track\"?"),
        ("speeds.winter.track = 0", "> 0"),
        ("snap_m = -1", ">= 0"),
        ("roads = \"../roads.osm.pbf\"", "inside the plan folder"),
        ("model = \"times\"", "given times"),
    ] {
        let dir = plan(|t| match key.split_once(" =") {
            Some(("model", _)) => t.replace("model = \"roads\"", key),
            Some(("snap_m", _)) => t.replace("snap_m = 200", key),
            _ => t + key + "\n",
        });
        let faults = doorstep::read::open(dir.path()).expect_err(key).say(doorstep::model::Lang::En);
        assert!(faults.contains(said), "{key}: {faults}");
    }
}

#[test]
fn rural_places_drive_while_urban_ones_walk() {
    let dir = plan(|t| {
        t.replace("[[circle]]\nminutes = 4\nmode = \"walk\"", "[[circle]]\nsetting = \"urban\"\nminutes = 4\nmode = \"walk\"\n[[circle]]\nsetting = \"rural\"\nminutes = 4\nmode = \"drive\"")
    });
    let all_walk = outcome(dir.path());
    let homes = text(&dir.path().join("residences.geojson"));
    fs::write(dir.path().join("residences.geojson"), homes.replace("\"setting\":\"urban\"", "\"setting\":\"rural\""))
        .expect("written");
    let all_drive = outcome(dir.path());
    let today = |o: &Outcome| o.cover.iter().map(|c| c.today).sum::<f64>();
    assert!(today(&all_drive) > today(&all_walk));
}

#[test]
fn a_plan_over_roads_writes_the_same_bytes_on_any_number_of_threads() {
    let dir = plan(|t| t);
    let out = |threads: &str| {
        let out = dir.path().join(format!("out{threads}"));
        doorstep()
            .arg("plan")
            .arg(dir.path())
            .args(["--quiet", "--date", "2026-01-01", "--threads", threads, "-o"])
            .arg(&out)
            .assert()
            .success();
        ["summary.json", "circles.geojson", "coverage.geojson", "certificate.json"].map(|f| text(&out.join(f)))
    };
    assert_eq!(out("1"), out("3"));
}

#[test]
fn the_helsinki_layers_are_what_the_example_makes() {
    let made = make_helsinki::plan_folder(&helsinki("roads.osm.pbf")).expect("made");
    for (name, content) in made {
        assert!(text(&helsinki(name)) == content, "{name} is not what the example makes");
    }
}

#[allow(dead_code, reason = "the example's own main is not called")]
#[path = "../examples/make_helsinki.rs"]
mod make_helsinki;

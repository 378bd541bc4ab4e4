//! Bad plan folders: one fault per case, with the file, feature, field and words that must name it.
//! Over 400 lines because the table is the point: each line is a file that somebody will have.

use doorstep::model::Lang;
use doorstep::read::{self, Fault};
use std::fs;
use std::path::Path;

const PLAN: &str = r#"name = "试点方案"
target = 3
[[circle]]
setting = "urban"
minutes = 15
mode = "walk"
[[circle]]
setting = "rural"
kilometres = 5
mode = "drive"
"#;

/// A residence that is right, for cases that spoil one thing.
const R1: &str = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[122.53,52.97]},"properties":{"id":"R1","name":"西林吉","county":"漠河市","setting":"urban","population":120}}"#;
const CLUSTERS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.54,52.96]},"properties":{"id":"B1","county":"漠河市","setting":"urban","people":50,"kind":"industry"}}]}"#;
const STATIONS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.52,52.97]},"properties":{"id":"S1","county":"漠河市","status":"open","opened":"2024-05-09"}}]}"#;
const CANDIDATES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[122.55,52.95]},"properties":{"id":"C1","county":"漠河市","host":"community"}},{"type":"Feature","geometry":{"type":"Point","coordinates":[122.56,52.95]},"properties":{"id":"C2","county":"漠河市","cost":3}}]}"#;
const BOUNDARIES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[121,52],[124,52],[124,54],[121,54],[121,52]]]},"properties":{"county":"漠河市"}}]}"#;

fn collection(features: &[&str]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"))
}

/// A folder without a fault, with every layer.
fn valid(dir: &Path) {
    put(dir, "plan.toml", PLAN.as_bytes());
    put(dir, "residences.geojson", collection(&[R1]).as_bytes());
    put(dir, "clusters.geojson", CLUSTERS.as_bytes());
    put(dir, "stations.geojson", STATIONS.as_bytes());
    put(dir, "candidates.geojson", CANDIDATES.as_bytes());
    put(dir, "boundaries.geojson", BOUNDARIES.as_bytes());
}

fn put(dir: &Path, file: &str, bytes: &[u8]) {
    fs::write(dir.join(file), bytes).expect("a temporary folder can be written");
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    valid(dir.path());
    dir
}

fn faults(dir: &Path) -> Vec<Fault> {
    read::open(dir).err().map_or(Vec::new(), |faults| faults.list().to_vec())
}

/// One bad file: what it is called and holds, and what the one fault must say.
struct Case {
    file: &'static str,
    bytes: Vec<u8>,
    feature: Option<usize>,
    field: Option<&'static str>,
    says: &'static str,
}

fn case(
    file: &'static str,
    bytes: impl Into<Vec<u8>>,
    feature: Option<usize>,
    field: Option<&'static str>,
    says: &'static str,
) -> Case {
    Case { file, bytes: bytes.into(), feature, field, says }
}

/// The good residence, then one with a piece replaced.
fn residence(from: &str, to: &str, field: &'static str, says: &'static str) -> Case {
    let second = R1.replace("\"R1\"", "\"R2\"");
    assert!(second.contains(from), "{from} is not in the good residence");
    case("residences.geojson", collection(&[R1, &second.replace(from, to)]), Some(1), Some(field), says)
}

fn geometry(geometry: &str, field: &'static str, says: &'static str) -> Case {
    residence(r#"{"type":"Point","coordinates":[122.53,52.97]}"#, geometry, field, says)
}

fn ring(ring: &str, says: &'static str) -> Case {
    geometry(&format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#), "coordinates", says)
}

fn layer(file: &'static str, good: &str, from: &str, to: &str, field: &'static str, says: &'static str) -> Case {
    assert!(good.contains(from), "{from} is not in {file}");
    case(file, good.replace(from, to), Some(0), Some(field), says)
}

fn plan(from: &str, to: &str, field: &'static str, says: &'static str) -> Case {
    assert!(PLAN.contains(from), "{from} is not in the good plan");
    case("plan.toml", PLAN.replacen(from, to, 1), None, Some(field), says)
}

fn more_plan(lines: &str, field: &'static str, says: &'static str) -> Case {
    case("plan.toml", format!("{PLAN}\n{lines}\n"), None, Some(field), says)
}

/// Residences as a whole file.
fn file(text: &str, says: &'static str) -> Case {
    case("residences.geojson", text, None, None, says)
}

fn files() -> Vec<Case> {
    let gb18030 = [&b"{\"type\":\"FeatureCollection\",\n\"name\":\"\xc4\xae\xba\xd3\""[..], b"}"].concat();
    vec![
        file("", "the file is empty"),
        file(" \n ", "the file is empty"),
        case("residences.geojson", b"\xff\xfe{\0".to_vec(), None, None, "UTF-16"),
        case(
            "residences.geojson",
            gb18030,
            None,
            None,
            "line 2, column 10: not UTF-8 (from byte 39 of the file). Save the file as UTF-8; Chinese files from Windows are often GB18030",
        ),
        file(&collection(&[R1])[..120], "the file ends in the middle"),
        file(&format!("{}x", collection(&[R1])), "line 3, column 3: not valid JSON (trailing characters)"),
        file(&collection(&[R1]).replace("[\n", "[\n,"), "line 2, column 1: not valid JSON"),
        file(&collection(&[R1]).replace("\"name\"", "name"), "not valid JSON (key must be a string)"),
        file(R1, "not a FeatureCollection but \"Feature\""),
        file(r#"{"type":"Point","coordinates":[122.5,52.9]}"#, "not a FeatureCollection but \"Point\""),
        file("[1,2]", "not a FeatureCollection but [ … ]"),
        file("\"text\"", "not a FeatureCollection"),
        file(&"[".repeat(200_000), "not a FeatureCollection"),
        file(r#"{"features":[]}"#, "there is no \"type\""),
        file(r#"{"type":"FeatureCollection"}"#, "has no list of features"),
        case(
            "residences.geojson",
            r#"{"type":"FeatureCollection","features":null}"#,
            None,
            Some("features"),
            "has no list of features",
        ),
        case(
            "residences.geojson",
            r#"{"type":"FeatureCollection","features":{"a":1}}"#,
            None,
            Some("features"),
            "has no list of features",
        ),
        case(
            "residences.geojson",
            collection(&[R1])
                .replace("]}", "],\"features\":[]}")
                .replace("[122.53,52.97],\"features\":[]}", "[122.53,52.97]}"),
            None,
            Some("features"),
            "stands here twice",
        ),
        file(r#"{"type":"FeatureCollection","features":[]}"#, "the layer has no features"),
        case(
            "residences.geojson",
            collection(&[R1]).replacen(
                '{',
                r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4527"}},"#,
                1,
            ),
            None,
            Some("crs"),
            "neither WGS84 nor CGCS2000",
        ),
        case(
            "residences.geojson",
            collection(&[R1]).replacen('{', r#"{"crs":{"type":"link","properties":{"href":"x"}},"#, 1),
            None,
            Some("crs"),
            "EPSG:4326",
        ),
    ]
}

fn features() -> Vec<Case> {
    let bad = |feature: &str, says| case("residences.geojson", collection(&[R1, feature]), Some(1), None, says);
    let deep = format!("\"other\":{}1{}", "[".repeat(5000), "]".repeat(5000));
    vec![
        bad("null", "not a Feature but null"),
        bad("[1]", "not a Feature but [ … ]"),
        bad(
            &R1.replace("\"R1\"", "\"R2\"").replacen("Feature", "Point", 1),
            "(id R2, line 3): not a Feature but \"Point\"",
        ),
        bad(&R1.replace("\"R1\"", "\"R2\"").replacen("\"type\":\"Feature\",", "", 1), "not a Feature but null"),
        residence(r#""properties":{"#, r#""properties":7,"other":{"#, "properties", "properties is not an object"),
        residence(r#""properties":{"#, r#""geometry":null,"properties":{"#, "geometry", "stands here twice"),
        residence(r#""name":"西林吉""#, r#""name":"\ud800""#, "name", "not text"),
        bad(&R1.replace("\"R1\"", "\"R2\"").replace("\"name\":\"西林吉\"", &deep), "nested more than 100 levels deep"),
        residence(r#""name":"西林吉""#, r#""name":{"a":1}"#, "name", "not text"),
        geometry("null", "geometry", "no geometry"),
        residence(r#""geometry":{"type":"Point","coordinates":[122.53,52.97]},"#, "", "geometry", "no geometry"),
        geometry("[122.53,52.97]", "geometry", "[122.53,52.97]: not a geometry. Write {\"type\""),
        geometry(r#"{"type":"Point","coordinates":[]}"#, "geometry", "the geometry is empty"),
        geometry(r#"{"type":"Point"}"#, "geometry", "the geometry is empty"),
        geometry(r#"{"type":"Polygon","coordinates":[]}"#, "geometry", "the geometry is empty"),
        geometry(r#"{"type":"Polygon","coordinates":[[]]}"#, "geometry", "the geometry is empty"),
        geometry(r#"{"type":"MultiPoint","coordinates":[]}"#, "geometry", "the geometry is empty"),
        geometry(
            r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#,
            "geometry.type",
            "Use Point, Polygon, MultiPolygon",
        ),
        geometry(
            r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            "geometry.type",
            "= LineString: this layer does not take",
        ),
        geometry(r#"{"type":"GeometryCollection","geometries":[]}"#, "geometry.type", "GeometryCollection"),
        geometry(r#"{"type":"Circle","coordinates":[1,2]}"#, "geometry.type", "\"Circle\""),
        geometry(r#"{"coordinates":[1,2]}"#, "geometry.type", "null"),
        geometry(
            r#"{"type":"Point","coordinates":["122.53",52.97]}"#,
            "coordinates",
            "not well-formed. Write [122.53, 52.97]",
        ),
        geometry(r#"{"type":"Point","coordinates":[[122.53,52.97]]}"#, "coordinates", "not well-formed"),
        geometry(r#"{"type":"Polygon","coordinates":[122.53,52.97]}"#, "coordinates", "Write [[[122.53, 52.97], …]]"),
        geometry(r#"{"type":"Point","coordinates":[122.53,null]}"#, "coordinates", "not well-formed"),
        geometry(r#"{"type":"Point","coordinates":[122.53]}"#, "coordinates", "a position has 1 numbers"),
        geometry(r#"{"type":"Point","coordinates":[122.53,52.97,1,2,3]}"#, "coordinates", "a position has 5 numbers"),
        geometry(r#"{"type":"Point","coordinates":[122.53,1e999]}"#, "coordinates", "the number is too large"),
        geometry(r#"{"type":"Point","coordinates":[122.53,NaN]}"#, "coordinates", "[122.53,NaN]: JSON has no NaN"),
        geometry(
            r#"{"type":"Point","coordinates":[222.53,52.97]}"#,
            "coordinates",
            "[222.53, 52.97]: the coordinates are out of range",
        ),
        geometry(r#"{"type":"Point","coordinates":[52.97,122.53]}"#, "coordinates", "the axes look swapped"),
        geometry(r#"{"type":"Point","coordinates":[500,50]}"#, "coordinates", "out of range"),
        geometry(r#"{"type":"Point","coordinates":[41535321.5,5871234.2]}"#, "coordinates", "projected metres"),
        geometry(r#"{"type":"Point","coordinates":[0,0]}"#, "coordinates", "(0, 0)"),
        geometry(
            r#"{"type":"Point","coordinates":[122.53,52.97],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}"#,
            "geometry.crs",
            "\"EPSG:3857\"",
        ),
        ring("[[122,52],[123,52],[122,52]]", "a ring has 3 positions"),
        ring("[[122,52],[123,52],[123,53],[122,53]]", "a ring is not closed"),
        ring("[[122,52],[123,53],[123,52],[122,53],[122,52]]", "[122.5, 52.5]: a ring crosses or touches itself"),
        ring("[[122,52],[123,52],[122,52],[122,52]]", "the area is zero"),
        ring(
            "[[122,52],[123,52],[123,53],[122,53],[122,52]],[[125,52],[126,52],[126,53],[125,52]]",
            "a hole is not inside",
        ),
        ring("[[522,3952],[523,3952],[523,3953],[522,3953],[522,3952]]", "projected metres"),
        geometry(
            r#"{"type":"Polygon","coordinates":[[[-179,1],[179,1],[179,89],[-179,89],[-179,1]]]}"#,
            "geometry",
            "too large for a place (at most 400000 km2)",
        ),
        geometry(
            r#"{"type":"MultiPolygon","coordinates":[[[[122,52],[123,52],[123,53],[122,52]]],[[[122,52],[123,52],[123,53],[122,52]]]]}"#,
            "coordinates",
            "parts of the MultiPolygon overlap",
        ),
    ]
}

fn properties() -> Vec<Case> {
    vec![
        residence(r#""id":"R2","#, "", "id", "the property is missing"),
        residence(r#""id":"R2""#, r#""id":" ""#, "id", "the property is missing"),
        residence(r#""id":"R2""#, r#""id":1.5"#, "id", "neither text nor a whole number"),
        residence(r#""id":"R2""#, r#""id":true"#, "id", "neither text nor a whole number"),
        residence(r#""id":"R2""#, r#""id":"R1""#, "id", "feature 0 has the same id"),
        residence(
            r#""population":120"#,
            r#""population":null"#,
            "population",
            "the property is missing. Add it: a number >= 0.",
        ),
        residence(r#","population":120"#, "", "population", "the property is missing"),
        residence(
            r#""population":120"#,
            r#""population":"many""#,
            "population",
            "= \"many\": not a number. Write a number >= 0.",
        ),
        residence(r#""population":120"#, r#""population":"120""#, "population", "written as text"),
        residence(r#""population":120"#, r#""population":-5"#, "population", "= -5: the number is not allowed here"),
        residence(r#""population":120"#, r#""population":1e999"#, "population", "= 1e999: the number is too large"),
        residence(r#""population":120"#, r#""population":NaN"#, "population", "= NaN: JSON has no NaN"),
        residence(
            r#""population":120"#,
            r#""population":-Infinity"#,
            "population",
            "= -Infinity: JSON has no NaN or Infinity",
        ),
        residence(r#""population":120"#, r#""population":[120]"#, "population", "= [120]: not a number"),
        residence(r#""population":120"#, r#""population":120,"人口":130"#, "人口", "differs from \"population\""),
        residence(
            r#""population":120"#,
            r#""population":120,"population":130"#,
            "population",
            "differs from \"population\"",
        ),
        residence(r#""population":120"#, r#""常住人口":-1"#, "常住人口", "not allowed"),
        residence(r#""setting":"urban""#, r#""setting":"urbn""#, "setting", "Did you mean \"urban\"?"),
        residence(r#""setting":"urban""#, r#""setting":null"#, "setting", "no [[circle]] fits this place"),
        residence(r#""county":"漠河市""#, r#""county":"漠河""#, "county", "Did you mean \"漠河市\"?"),
        residence(r#""county":"漠河市""#, r#""county":["漠河市"]"#, "county", "not text"),
        residence(r#""population":120"#, r#""population":120,"kind":"industry""#, "kind", "Write one of: settlement"),
        residence(r#""population":120"#, r#""population":120,"groups":7"#, "groups", "groups is not an object"),
        residence(r#""population":120"#, r#""population":120,"groups":{"unemployed":-1}"#, "groups.unemployed", "= -1"),
        residence(
            r#""population":120"#,
            r#""population":120,"groups":{"unemployed":"x"}"#,
            "groups.unemployed",
            "not a number",
        ),
        residence(
            r#""population":120"#,
            r#""population":120,"groups":{"失业人员":1,"unemployed":2}"#,
            "groups.unemployed",
            "more than once",
        ),
        layer("clusters.geojson", CLUSTERS, r#","people":50"#, "", "people", "the property is missing"),
        layer("clusters.geojson", CLUSTERS, r#""people":50"#, r#""people":"50人""#, "people", "not a number"),
        layer(
            "clusters.geojson",
            CLUSTERS,
            r#""kind":"industry""#,
            r#""kind":"indstry""#,
            "kind",
            "Did you mean \"industry\"?",
        ),
        layer("clusters.geojson", CLUSTERS, r#","kind":"industry""#, "", "kind", "one of industry"),
        layer(
            "stations.geojson",
            STATIONS,
            r#""status":"open""#,
            r#""status":"opne""#,
            "status",
            "Did you mean \"open\"?",
        ),
        layer("stations.geojson", STATIONS, r#""status":"open","#, "", "status", "the property is missing"),
        layer("stations.geojson", STATIONS, "2024-05-09", "2024-02-30", "opened", "not a date"),
        layer(
            "stations.geojson",
            STATIONS,
            r#""status":"open""#,
            r#""status":"open","kind":"shop""#,
            "kind",
            "unknown value",
        ),
        layer(
            "stations.geojson",
            STATIONS,
            r#""status":"open""#,
            r#""status":"open","capacity":-1"#,
            "capacity",
            "not allowed",
        ),
        layer("stations.geojson", STATIONS, "漠河市", "塔河县", "county", "no such county in this plan"),
        layer(
            "stations.geojson",
            STATIONS,
            r#"{"type":"Point","coordinates":[122.52,52.97]}"#,
            r#"{"type":"Polygon","coordinates":[[[122,52],[123,52],[123,53],[122,52]]]}"#,
            "geometry.type",
            "Use Point",
        ),
        layer("candidates.geojson", CANDIDATES, r#""host":"community""#, r#""cost":-3"#, "cost", "not allowed"),
        layer("boundaries.geojson", BOUNDARIES, r#"{"county":"漠河市"}"#, "{}", "county", "the county's name"),
        layer(
            "boundaries.geojson",
            BOUNDARIES,
            r#"{"type":"Polygon","coordinates":[[[121,52],[124,52],[124,54],[121,54],[121,52]]]}"#,
            r#"{"type":"Point","coordinates":[122,53]}"#,
            "geometry.type",
            "Use Polygon, MultiPolygon",
        ),
    ]
}

fn plans() -> Vec<Case> {
    vec![
        case("plan.toml", "name = \"x\ntarget = 3", None, None, "line 1, column 10: not valid TOML"),
        case("plan.toml", format!("{PLAN}\ntarget = 4"), None, Some("circle[1].target"), "unknown key"),
        case("plan.toml", PLAN.replace("target = 3", "target = 3\ntarget = 4"), None, None, "not valid TOML"),
        plan("name = \"试点方案\"\n", "", "name", "the key is missing"),
        plan("\"试点方案\"", "7", "name", "wrong type"),
        plan("\"试点方案\"", "\"\"", "name", "it is empty"),
        plan("target = 3\n", "", "target", "the key is missing. Add it, for example: target = 20"),
        plan("target = 3", "target = 0", "target", "= 0: the number is not allowed"),
        plan("target = 3", "target = -1", "target", "= -1"),
        plan("target = 3", "target = 2.5", "target", "not a whole number"),
        plan("target = 3", "target = \"3\"", "target", "not a whole number"),
        plan("target = 3", "target = 99999999999999999999", "target", "the number is not allowed"),
        plan("target = 3", "targt = 3\ntarget = 3", "targt", "Did you mean \"target\"?"),
        plan("target = 3", "lang = \"fr\"\ntarget = 3", "lang", "Write one of: zh, en."),
        plan("target = 3", "counties = \"漠河市\"\ntarget = 3", "counties", "a list of texts"),
        plan("target = 3", "counties = [\"呼玛县\", \"呼玛县\"]\ntarget = 3", "counties[1]", "more than once"),
        plan("target = 3", "phase = 3\ntarget = 3", "phase", "a list of tables"),
        more_plan(
            "[[phase]]\nname = \"a\"\nstations = 2\n[[phase]]\nname = \"b\"\nstations = 2\n[[phase]]\nname = \"c\"\nstations = 3",
            "phase[1].stations",
            "does not exceed that of the phase before (2)",
        ),
        more_plan(
            "[[phase]]\nname = \"a\"\nstations = 2\n[[phase]]\nname = \"a\"\nstations = 3",
            "phase[1].name",
            "more than once",
        ),
        more_plan("[[phase]]\nstations = 3", "phase[0].name", "the key is missing"),
        more_plan("[[phase]]\nname = \"a\"\nstations = 2", "phase[0].stations", "differs from target = 3"),
        case("plan.toml", "name = \"x\"\ntarget = 3", None, Some("circle"), "there is no [[circle]]"),
        plan("minutes = 15\n", "", "circle[0]", "either minutes or kilometres"),
        plan("kilometres = 5", "kilometres = 5\nminutes = 15", "circle[1]", "either minutes or kilometres"),
        plan("minutes = 15", "minutes = 0", "circle[0].minutes", "Write a number > 0"),
        plan("minutes = 15", "minutes = inf", "circle[0].minutes", "= inf"),
        plan("minutes = 15", "minutes = nan", "circle[0].minutes", "= nan"),
        plan("kilometres = 5", "kilometres = -5", "circle[1].kilometres", "= -5"),
        plan("mode = \"walk\"", "mode = \"wlak\"", "circle[0].mode", "Did you mean \"walk\"?"),
        plan("\"urban\"", "\"town\"", "circle[0].setting", "Write one of: urban, rural"),
        more_plan("[[circle]]\nsetting = \"urban\"\nminutes = 9", "circle[2]", "circle[0] fits every place"),
        more_plan("[travel]\ndetour = 0.9", "travel.detour", "Write a number >= 1"),
        more_plan("[travel]\nwalk_kmh = 0", "travel.walk_kmh", "> 0"),
        more_plan("[travel]\nseason = \"spring\"", "travel.season", "summer, winter, both"),
        more_plan("[travel]\nmodel = \"raods\"", "travel.model", "Did you mean \"roads\"?"),
        more_plan("[weights]\nresidences = -1.0", "weights.residences", ">= 0"),
        more_plan(
            "[weights]\nkinds = { relocatoin = 1.5 }",
            "weights.kinds.relocatoin",
            "Did you mean \"relocation\"?",
        ),
        more_plan("[weights]\ngroups = { unemployed = \"x\" }", "weights.groups.unemployed", "not a number"),
        more_plan("[weights]\nresidences = 0\nclusters = 0", "weights", "every weight is 0"),
        more_plan(
            "[limits]\ncounties = { \"漠河市\" = { min = 3, max = 2 } }",
            "limits.counties.漠河市",
            "min is above max",
        ),
        more_plan("[limits]\ncounties = { \"塔河县\" = { min = 1 } }", "limits.counties.塔河县", "no such county"),
        more_plan("[limits]\ncounties = { \"漠河市\" = 2 }", "limits.counties.漠河市", "a table"),
        more_plan("[limits]\ncounties = { \"漠河市\" = { most = 2 } }", "limits.counties.漠河市.most", "unknown key"),
        more_plan("[limits]\nspacing_km = -1", "limits.spacing_km", ">= 0"),
        more_plan("[limits]\nbudget = -1", "limits.budget", ">= 0"),
        more_plan("[limits]\nrequired = [\"C9\"]", "limits.required[0]", "no candidate has this id"),
        more_plan("[limits]\nforbidden = [7]", "limits.forbidden[0]", "text in quotation marks"),
        more_plan(
            "[limits]\nrequired = [\"C1\"]\nforbidden = [\"C1\"]",
            "limits.forbidden[0]",
            "both required and forbidden",
        ),
        more_plan("[objective]\nfirst = \"worst\"", "objective.first", "Write one of: people, worst_county"),
        more_plan("[objective]\neach_county = 1.2", "objective.each_county", ">= 0, <= 1"),
        more_plan("[objective]\nsecond_station = nan", "objective.second_station", "= nan"),
        more_plan("[objective]\ncapacity = \"yes\"", "objective.capacity", "true or false"),
        more_plan("[objective]\nfade = [{ times = 1.0, part = 0.5 }]", "objective.fade[0].times", "> 1"),
        more_plan("[objective]\nfade = [{ times = 2.0 }]", "objective.fade[0].part", "the key is missing"),
        more_plan(
            "[objective]\nfade = [{ times = 2.0, part = 0.5 }, { times = 3.0, part = 0.6 }]",
            "objective.fade[1]",
            "worth less (part) than the one before",
        ),
        more_plan("[objective]\nphases = [1.0, 2.0]", "objective.phases", "one weight per phase (1)"),
        more_plan("[objective]\nphases = [-1.0]", "objective.phases[0]", ">= 0"),
        more_plan("[objective]\nphases = 3", "objective.phases", "a list of numbers"),
        more_plan("[objective]\nphases = [0]", "objective.phases", "the last above 0"),
        more_plan(
            "[objective]\ncapacity = true\nsecond_station = 0.5",
            "objective.second_station",
            "cannot be asked together with capacity",
        ),
        more_plan(
            "[objective]\nfirst = \"worst_county\"\neach_county = 0.5",
            "objective.first",
            "cannot be asked together with each_county",
        ),
        more_plan(
            "[objective]\nphases = [1.0]\neach_county = 0.5",
            "objective.each_county",
            "cannot be asked together with phases",
        ),
        more_plan("[objective]\nworst = true", "objective.worst", "unknown key"),
        more_plan("[candidates]\nderive = 1", "candidates.derive", "true or false"),
        more_plan(
            "[candidates]\nderive = true\n[limits]\nforbidden = [\"C1\"]",
            "limits.forbidden[0]",
            "given candidates cannot be limited",
        ),
        more_plan(
            "[candidates]\nderive = true\n[limits]\nbudget = 5",
            "limits.budget",
            "given candidates cannot be limited",
        ),
        more_plan("[layers.residences]\nfile = \"../r.geojson\"", "layers.residences.file", "inside the plan folder"),
        more_plan("[layers.residences]\ndatum = \"mars\"", "layers.residences.datum", "Write one of wgs84"),
        more_plan("[layers.residences]\nencoding = \"latin1\"", "layers.residences.encoding", "unknown encoding"),
        more_plan(
            "[layers.residences]\ncolumns = { populaton = \"人口\" }",
            "layers.residences.columns.populaton",
            "Did you mean \"population\"?",
        ),
        more_plan(
            "[layers.residences]\ncolumns = { name = \"x\", county = \"x\" }",
            "layers.residences.columns.name",
            "already mapped to county",
        ),
        more_plan("[layers.roads]\nfile = \"x\"", "layers.roads", "unknown key"),
    ]
}

#[test]
fn every_bad_file_has_one_fault_that_names_it() {
    let cases: Vec<Case> = [files(), features(), properties(), plans()].into_iter().flatten().collect();
    assert!(cases.len() >= 45, "{}", cases.len());
    let mut wrong = Vec::new();
    for Case { file, bytes, feature, field, says } in cases {
        let dir = folder();
        put(dir.path(), file, &bytes);
        let found = faults(dir.path());
        let input = String::from_utf8_lossy(&bytes).chars().take(400).collect::<String>();
        let said: Vec<String> = found.iter().map(|f| f.say(Lang::En)).collect();
        let right = |f: &Fault| {
            f.file == file
                && f.feature.as_ref().map(|f| f.index) == feature
                && f.field.as_deref() == field
                && f.say(Lang::En).contains(says)
        };
        if found.len() != 1 || !right(&found[0]) {
            wrong.push(format!(
                "{file}, feature {feature:?}, field {field:?}, {says:?}\n  found {said:#?}\n  in {input}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_folder_that_the_cases_spoil_is_right() {
    let dir = folder();
    let read = read::open(dir.path()).map_err(|faults| faults.say(Lang::En)).expect("no fault");
    assert_eq!((read.places.len(), read.stations.len(), read.boundaries.len()), (2, 1, 1));
    assert_eq!(read.candidates.map(|c| c.len()), Some(2));
    let layers: Vec<&str> = read.inputs.iter().map(|input| input.layer.as_str()).collect();
    assert_eq!(layers, ["plan", "residences", "clusters", "stations", "candidates", "boundaries"]);
    assert!(read.inputs.iter().all(|input| input.sha256.len() == 64));
}

#[test]
fn several_faults_in_several_files_are_all_listed_in_order() {
    let dir = folder();
    let spoiled = [
        R1.replace("120", "-1").replace("urban", "twon"),
        R1.replace("122.53,52.97", "52.97,122.53").replace("\"R1\"", "7.5"),
        R1.replace("\"R1\"", "\"R3\""),
    ];
    let spoiled: Vec<&str> = spoiled.iter().map(String::as_str).collect();
    put(dir.path(), "residences.geojson", collection(&spoiled).as_bytes());
    put(
        dir.path(),
        "stations.geojson",
        STATIONS.replace("open\",\"opened", "gone\",\"opened").replace("2024-05-09", "soon").as_bytes(),
    );
    put(dir.path(), "plan.toml", PLAN.replace("target = 3", "target = 0\ncolour = 1").as_bytes());
    put(dir.path(), "boundaries.geojson", b"{");
    let said: Vec<(String, Option<usize>, Option<String>)> = faults(dir.path())
        .into_iter()
        .map(|f| (f.file.clone(), f.feature.as_ref().map(|f| f.index), f.field))
        .collect();
    let expected = [
        ("plan.toml", None, Some("target")),
        ("plan.toml", None, Some("colour")),
        ("residences.geojson", Some(0), Some("population")),
        ("residences.geojson", Some(0), Some("setting")),
        ("residences.geojson", Some(1), Some("coordinates")),
        ("residences.geojson", Some(1), Some("id")),
        ("stations.geojson", Some(0), Some("opened")),
        ("stations.geojson", Some(0), Some("status")),
        ("boundaries.geojson", None, None),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(file, index, field)| ((*file).to_owned(), *index, field.map(str::to_owned))).collect();
    assert_eq!(said, expected);
}

#[test]
fn features_before_a_break_are_still_checked() {
    let dir = folder();
    let text = collection(&[&R1.replace("120", "-1"), &R1.replace("\"R1\"", "\"R2\"")]);
    let cut = &text[..text.len() - 30];
    put(dir.path(), "residences.geojson", cut.as_bytes());
    let said: Vec<String> = faults(dir.path()).iter().map(|f| f.say(Lang::En)).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    let column = cut.lines().last().map_or(0, |line| line.chars().count());
    assert!(said[0].contains(&format!("line 3, column {column}: the file ends in the middle")), "{}", said[0]);
    assert!(said[1].contains("feature 0 (id R1, line 2), field population = -1"), "{}", said[1]);
}

#[test]
fn every_nan_of_a_file_is_listed_and_a_name_with_nan_in_it_is_none() {
    let dir = folder();
    let features: Vec<String> = (0..5)
        .map(|i| {
            R1.replace("\"R1\"", &format!("\"N{i}\"")).replace("西林吉", "Infinity \\\" NaN").replace("120", "NaN")
        })
        .collect();
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    put(dir.path(), "residences.geojson", collection(&features).as_bytes());
    let found = faults(dir.path());
    assert_eq!(found.len(), 5);
    assert!(found.iter().enumerate().all(|(i, f)| f.line == Some(i + 2) && f.kind.code() == "nan_token"), "{found:#?}");
}

#[test]
fn what_is_missing_or_of_another_kind_is_a_fault_and_optional_layers_are_not() {
    let dir = folder();
    let one = |dir: &Path, file: &str, says: &str| {
        let found = faults(dir);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].file.ends_with(file) && found[0].say(Lang::En).contains(says), "{}", found[0].say(Lang::En));
    };
    one(&dir.path().join("nowhere"), "nowhere", "the plan folder cannot be opened");
    one(&dir.path().join("plan.toml"), "plan.toml", "the plan folder cannot be opened");
    for optional in ["clusters", "stations", "candidates", "boundaries"] {
        fs::remove_file(dir.path().join(format!("{optional}.geojson"))).expect("it was there");
    }
    assert_eq!(read::open(dir.path()).map(|read| read.candidates.is_none()), Ok(true));
    put(dir.path(), "stations.kml", b"<kml/>");
    one(dir.path(), "stations.geojson", "found stations.kml, a format in which layers are not read");
    fs::remove_file(dir.path().join("stations.kml")).expect("it was there");
    fs::create_dir(dir.path().join("clusters.geojson")).expect("a folder");
    one(dir.path(), "clusters.geojson", "not a regular file");
    fs::remove_dir(dir.path().join("clusters.geojson")).expect("it was there");
    fs::remove_file(dir.path().join("plan.toml")).expect("it was there");
    one(dir.path(), "plan.toml", "there is no such file: the plan itself");
    put(dir.path(), "plan.toml", PLAN.as_bytes());
    put(dir.path(), "plan.toml", format!("{PLAN}[layers.stations]\nfile = \"s.kml\"").as_bytes());
    one(dir.path(), "s.kml", "a format in which layers are not read");
    put(dir.path(), "plan.toml", format!("{PLAN}[layers.stations]\nfile = \"s.geojson\"").as_bytes());
    one(dir.path(), "s.geojson", "cannot be read");
    put(dir.path(), "plan.toml", PLAN.as_bytes());
    fs::remove_file(dir.path().join("residences.geojson")).expect("it was there");
    one(dir.path(), "residences.geojson", "the layer of residences");
}

#[test]
fn limits_ask_for_what_they_count() {
    let dir = folder();
    let said = |dir: &Path| faults(dir).iter().map(|f| f.say(Lang::En)).collect::<Vec<_>>();
    put(dir.path(), "plan.toml", format!("{PLAN}[limits]\nbudget = 5").as_bytes());
    let found = said(dir.path());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("feature 0 (id C1, line 1), field cost: it has no cost, but limits.budget is set"));

    let limits = "[limits]\ncounties = { \"漠河市\" = { min = 1 } }";
    put(dir.path(), "plan.toml", format!("{PLAN}{limits}").as_bytes());
    put(dir.path(), "stations.geojson", STATIONS.replace("\"county\":\"漠河市\",", "").as_bytes());
    assert!(said(dir.path()).is_empty(), "the outline tells the county");
    fs::remove_file(dir.path().join("boundaries.geojson")).expect("it was there");
    let found = said(dir.path());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("field county: it has no county"), "{}", found[0]);

    put(dir.path(), "stations.geojson", STATIONS.as_bytes());
    fs::remove_file(dir.path().join("candidates.geojson")).expect("it was there");
    put(dir.path(), "plan.toml", format!("{PLAN}[limits]\nbudget = 5\nrequired = [\"C1\"]").as_bytes());
    let found = said(dir.path());
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found.iter().all(|f| f.contains("no candidates layer")));
}

#[test]
fn a_layer_whose_axes_are_swapped_as_a_whole_is_found_where_no_single_point_tells() {
    let dir = folder();
    // Kashgar: 76 degrees east, 39 north. Swapped it is in the Arctic Ocean, but on Earth.
    let move_all = |text: &str| text.replace("[122.5", "[76.0").replace(",52.9", ",39.4").replace("漠河市", "喀什市");
    put(dir.path(), "residences.geojson", move_all(&collection(&[R1])).as_bytes());
    put(dir.path(), "clusters.geojson", move_all(CLUSTERS).as_bytes());
    put(dir.path(), "candidates.geojson", move_all(CANDIDATES).as_bytes());
    fs::remove_file(dir.path().join("boundaries.geojson")).expect("it was there");
    put(dir.path(), "stations.geojson", move_all(STATIONS).as_bytes());
    assert_eq!(faults(dir.path()), []);
    let swapped = |text: &str| text.replace("[76.02,39.47]", "[39.47,76.02]").replace("[76.03,39.47]", "[39.47,76.03]");
    put(dir.path(), "stations.geojson", swapped(&move_all(STATIONS)).as_bytes());
    let found = faults(dir.path());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].file.as_str(), found[0].kind.code()), ("stations.geojson", "layer_swapped"));
    put(dir.path(), "stations.geojson", move_all(STATIONS).as_bytes());
    put(dir.path(), "residences.geojson", swapped(&move_all(&collection(&[R1]))).as_bytes());
    let found = faults(dir.path());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].file.as_str(), found[0].kind.code()), ("residences.geojson", "layer_swapped"));
}

#[test]
fn a_slip_in_a_group_s_name_is_found_and_a_group_that_nobody_counted_is_allowed() {
    let dir = folder();
    put(
        dir.path(),
        "residences.geojson",
        collection(&[&R1.replace("120", "120,\"groups\":{\"unemployed\":3}")]).as_bytes(),
    );
    put(dir.path(), "plan.toml", format!("{PLAN}[weights]\ngroups = {{ unemployd = 1.0, veterans = 2.0 }}").as_bytes());
    let found = faults(dir.path());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].field.as_deref(), Some("weights.groups.unemployd"));
}

#[test]
fn twenty_thousand_faults_on_one_line_are_listed_in_time() {
    let dir = folder();
    let features = vec![R1.replace("120", "-1"); 20_000];
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    // On one line, as a minified file is, where counting columns is dearest.
    put(dir.path(), "residences.geojson", collection(&features).replace('\n', "").as_bytes());
    let start = std::time::Instant::now();
    let found = faults(dir.path());
    assert_eq!(found.len(), 2 * 20_000 - 1, "each has a population and all but the first a duplicate id");
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn deep_nesting_is_named_wherever_it_is_and_never_meets_the_stack() {
    let deep = format!("{}1{}", "[".repeat(300_000), "]".repeat(300_000));
    for (from, to) in [
        ("[122.53,52.97]", deep.clone()),
        ("120", format!("120,\"groups\":{deep}")),
        ("120", format!("120,\"groups\":{{\"a\":{deep}}}")),
        ("\"type\":\"Feature\"", format!("\"type\":\"Feature\",\"crs\":{deep}")),
        ("\"type\":\"Feature\"", format!("\"type\":{deep}")),
        ("\"id\":\"R1\"", format!("\"id\":{deep}")),
    ] {
        let dir = folder();
        put(dir.path(), "residences.geojson", collection(&[&R1.replace(from, &to)]).as_bytes());
        let found = faults(dir.path());
        assert!(found.iter().any(|f| f.kind.code() == "too_deep"), "{from}: {found:#?}");
    }
    let dir = folder();
    put(dir.path(), "residences.geojson", collection(&[R1]).replacen('{', &format!("{{\"crs\":{deep},"), 1).as_bytes());
    assert_eq!(faults(dir.path()).iter().map(|f| f.kind.code()).collect::<Vec<_>>(), ["other_crs"]);
    put(dir.path(), "residences.geojson", collection(&[R1]).as_bytes());
    put(dir.path(), "plan.toml", format!("{PLAN}\nx = {deep}").as_bytes());
    assert!(!faults(dir.path()).is_empty());
}

#[test]
fn no_mutation_of_a_valid_folder_panics() {
    let dir = folder();
    let good: Vec<(&str, Vec<u8>)> =
        ["plan.toml", "residences.geojson", "clusters.geojson", "stations.geojson", "boundaries.geojson"]
            .into_iter()
            .map(|file| (file, fs::read(dir.path().join(file)).expect("it is there")))
            .collect();
    // xorshift with a fixed seed: the same 2,000 files every time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    let pieces: [&[u8]; 12] =
        [b"\"", b"{", b"}", b"[", b"]", b",", b"\\", b"null", b"1e999", b"NaN", b"\xff", b"\xef\xbb\xbf"];
    for round in 0..2000 {
        let (file, good) = &good[below(good.len())];
        let mut bytes = good.clone();
        for _ in 0..=below(3) {
            let at = below(bytes.len().max(1)).min(bytes.len());
            match below(5) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] ^= 1 << below(8),
                2 if at < bytes.len() => bytes[at] = below(256) as u8,
                3 => {
                    let end = (at + below(20)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    bytes.splice(at..at, pieces[below(pieces.len())].iter().copied());
                }
            }
        }
        put(dir.path(), file, &bytes);
        let read = std::panic::catch_unwind(|| {
            if let Err(faults) = read::open(dir.path()) {
                assert!(!faults.list().is_empty());
                assert!(!faults.say(Lang::Zh).is_empty() && !faults.say(Lang::En).is_empty());
                serde_json::to_string(&faults).expect("faults are plain data");
            }
        });
        assert!(read.is_ok(), "round {round}: {file} with {:?}", String::from_utf8_lossy(&bytes));
        put(dir.path(), file, good);
    }
}

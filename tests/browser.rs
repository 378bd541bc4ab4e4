//! The page in a real browser: Debian's Chromium, headless, on the sample plan. Without a browser these tests say so
//! and pass, unless `CI=true`. Screenshots go to `target/screens/` for people to look at.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use doorstep::job::Outcome;
use doorstep::web::Desk;
use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network};
use headless_chrome::{Browser, LaunchOptions, Tab};
use resvg::tiny_skia::Pixmap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());
static OUTCOME: LazyLock<Outcome> = LazyLock::new(|| {
    let folder = doorstep::read::open(Path::new("data/daxinganling")).expect("the sample plan is readable");
    doorstep::job::run(folder, time::macros::date!(2026 - 11 - 24), |_| {}).unwrap()
});
/// One browser at a time: its software renderer takes every core there is.
static TURN: Mutex<()> = Mutex::new(());

const LONGEST: Duration = Duration::from_secs(180);
const DESK: (u32, u32) = (1366, 768);
const PHONE: (u32, u32) = (390, 844);

fn chromium() -> Option<PathBuf> {
    let given = std::env::var_os("CHROME").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    let found = given.into_iter().chain(usual).find(|p| p.exists());
    if found.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI has no Chromium: apt-get install chromium");
        eprintln!("NOTICE: no Chromium, so the page was not tested in a browser; apt-get install chromium");
    }
    found
}

/// What the browser talks to.
enum Server {
    /// `doorstep serve data/daxinganling --port 0`, as people start it.
    Binary(Child),
    /// The same server in this process, for an outcome that no folder holds.
    Here(tokio::task::JoinHandle<Result<(), doorstep::web::WebError>>),
}

impl Server {
    fn binary() -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_doorstep"))
            .args(["serve", "data/daxinganling", "--port", "0"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let start = line.find("http://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let end = line[start + 7..].find('/').unwrap() + start + 7;
        (Self::Binary(child), line[start..end].to_owned())
    }

    fn here(outcome: Outcome) -> (Self, String) {
        let listener = RUNTIME.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = RUNTIME.spawn(doorstep::web::serve(listener, Desk::new(Arc::new(outcome))));
        (Self::Here(server), origin)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match self {
            Self::Binary(child) => {
                child.kill().ok();
                child.wait().ok();
            }
            Self::Here(server) => server.abort(),
        }
    }
}

/// A browser that has opened the page and seen its map drawn.
struct Visit {
    tab: Arc<Tab>,
    origin: String,
    said: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<BTreeSet<String>>>,
    _browser: Browser,
    _server: Server,
    _profile: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Visit {
    /// Of the page that the built program serves; `None` where there is no browser.
    fn pay(query: &str, size: (u32, u32)) -> Option<Self> {
        Self::pay_to(Server::binary, query, size)
    }

    fn pay_to(serve: impl FnOnce() -> (Server, String), query: &str, (width, height): (u32, u32)) -> Option<Self> {
        let path = chromium()?;
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let (server, origin) = serve();
        let profile = tempfile::tempdir().unwrap();
        let flags = [
            "--use-gl=angle",
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader",
            "--disable-quic",
            "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let options = LaunchOptions {
            path: Some(path),
            sandbox: false,
            enable_gpu: true,
            window_size: Some((width, height)),
            user_data_dir: Some(profile.path().to_owned()),
            args: flags.iter().map(OsStr::new).collect(),
            idle_browser_timeout: Duration::from_secs(300),
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).unwrap();
        let tab = browser.new_tab().unwrap();
        tab.set_default_timeout(LONGEST);
        let (said, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(BTreeSet::new())));
        let (hear, see) = (Arc::clone(&said), Arc::clone(&asked));
        let listen = move |event: &Event| match event {
            Event::RuntimeConsoleAPICalled(e) => hear.lock().unwrap().push(format!("{:?}", e.params.args)),
            Event::RuntimeExceptionThrown(e) => hear.lock().unwrap().push(format!("{:?}", e.params.exception_details)),
            Event::LogEntryAdded(e) => hear.lock().unwrap().push(format!("{:?}", e.params.entry)),
            Event::NetworkRequestWillBeSent(e) => {
                see.lock().unwrap().insert(e.params.request.url.clone());
            }
            _ => {}
        };
        tab.add_event_listener(Arc::new(listen)).unwrap();
        tab.enable_runtime().unwrap().enable_log().unwrap();
        let network: Network::Enable = serde_json::from_value(json!({})).unwrap();
        tab.call_method(network).unwrap();
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 1.0, "mobile": width < 800});
        tab.call_method(serde_json::from_value::<Emulation::SetDeviceMetricsOverride>(screen).unwrap()).unwrap();
        tab.navigate_to(&format!("{origin}/{query}")).unwrap();
        let visit =
            Self { tab, origin, said, asked, _browser: browser, _server: server, _profile: profile, _turn: turn };
        visit.wait_for("document.documentElement.dataset.map === 'ready'");
        Some(visit)
    }

    /// The value of an expression; promises are awaited.
    fn value(&self, expression: &str) -> Value {
        self.attempt(expression).unwrap_or_else(|fault| panic!("{expression}: {fault}"))
    }

    fn attempt(&self, expression: &str) -> Result<Value, String> {
        let script = format!("(async () => JSON.stringify((await ({expression})) ?? null))()");
        let result = self.tab.evaluate(&script, true).map_err(|e| e.to_string())?;
        let text = result.value.ok_or_else(|| result.description.unwrap_or_default())?;
        serde_json::from_str(text.as_str().unwrap_or_default()).map_err(|e| e.to_string())
    }

    /// Waits; a fault is only one more moment to wait, because a page that is just opening has nothing yet.
    fn wait_for(&self, condition: &str) {
        let start = Instant::now();
        while self.attempt(condition) != Ok(Value::Bool(true)) {
            assert!(
                start.elapsed() < LONGEST,
                "waited for {condition}; the console says {:?}",
                self.said.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Until the map has come to rest.
    fn rest(&self) {
        std::thread::sleep(Duration::from_millis(250));
        self.wait_for("import('/page/map.js').then(m => !m.view().moving && m.atRest())");
    }

    /// Clicks like a person: with the mouse, in the middle of what is there.
    fn click(&self, selector: &str) {
        let quoted = json!(selector).to_string();
        self.value(&format!("document.querySelector({quoted}).scrollIntoView({{block: 'center'}})"));
        let middle = format!(
            "(() => {{ const b = document.querySelector({quoted}).getBoundingClientRect(); \
             return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        );
        self.click_at(&self.value(&middle));
    }

    fn click_at(&self, point: &Value) {
        let at = |i: usize| point[i].as_f64().unwrap();
        self.tab.click_point(Point { x: at(0), y: at(1) }).unwrap();
    }

    fn text(&self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector({}).textContent", json!(selector)));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What the popup says, by the name of its row.
    fn popup(&self) -> BTreeMap<String, String> {
        self.wait_for("!!document.querySelector('.popup')");
        let rows = self.value("[...document.querySelectorAll('.popup dd')].map(d => [d.dataset.key, d.textContent])");
        serde_json::from_value::<Vec<(String, String)>>(rows).unwrap().into_iter().collect()
    }

    fn screenshot(&self, name: &str) -> Pixmap {
        let png = self.tab.capture_screenshot(CaptureScreenshotFormatOption::Png, None, None, true).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), &png).unwrap();
        Pixmap::decode_png(&png).unwrap()
    }

    /// Nothing said on the console, nothing asked elsewhere, nothing stopped by the policy.
    fn leave(self) {
        let said = self.said.lock().unwrap();
        assert!(said.is_empty(), "the console is not clean: {said:#?}");
        let asked = self.asked.lock().unwrap();
        assert!(asked.len() > 20, "requests are seen: {asked:?}");
        let own = format!("{}/", self.origin);
        let foreign: Vec<_> = asked.iter().filter(|u| !u.starts_with(&own) && !u.starts_with("data:")).collect();
        assert!(foreign.is_empty(), "requests that leave the machine: {foreign:?}");
    }
}

/// How many pixels have exactly this colour.
fn pixels(picture: &Pixmap, (r, g, b): (u8, u8, u8)) -> usize {
    picture.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (r, g, b)).count()
}

fn colours(picture: &Pixmap) -> usize {
    picture.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect::<BTreeSet<_>>().len()
}

fn grouped(value: &Value) -> String {
    let digits = format!("{:.0}", value.as_f64().unwrap());
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn api(visit: &Visit, topic: &str) -> Value {
    visit.value(&format!("fetch('/api/{topic}').then(a => a.json())"))
}

#[test]
fn the_page_opens_with_its_map_its_numbers_and_a_clean_console() {
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    let picture = visit.screenshot("zh-1366x768");
    assert!(colours(&picture) > 200, "a page and a map have many colours");
    // Covered today, by the proposal, not covered: the three colours of the map are there to be seen.
    for meaning in [(0x00, 0x72, 0xb2), (0x56, 0xb4, 0xe9), (0xd5, 0x5e, 0x00)] {
        assert!(pixels(&picture, meaning) > 100, "{meaning:?} is on the page");
    }
    let summary = api(&visit, "summary");
    let share = summary["coverage"]["proposed"]["share"].as_f64().unwrap();
    assert_eq!(visit.text(".figure.then strong"), format!("{:.1}%", share * 100.0));
    assert_eq!(visit.text(".counted div:nth-of-type(1) strong"), summary["existing"].to_string());
    assert_eq!(visit.text("#plan-name"), OUTCOME.folder.plan.name);
    assert_eq!(visit.text("#notice"), OUTCOME.folder.plan.notice.clone().unwrap_or_default());
    assert_eq!(visit.text("#internal-use"), "内部工作用图");
    visit.leave();
}

#[test]
fn chinese_and_latin_are_drawn_with_the_embedded_font_and_not_as_empty_boxes() {
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    // A machine without a Chinese font draws the same box for every character: so no two may look alike.
    let draw = "(text) => { const c = document.createElement('canvas'); c.width = c.height = 40; \
                const p = c.getContext('2d'); p.font = '32px \"Doorstep Sans\"'; p.fillText(text, 2, 32); \
                return [...p.getImageData(0, 0, 40, 40).data].filter((_, i) => i % 4 === 3).join(''); }";
    let looks = visit.value(&format!("[...'漠呼塔加松新林站A7'].map({draw})"));
    let different: BTreeSet<&str> = looks.as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    assert_eq!(different.len(), 10);
    // On the map itself: a county's name has ink where the map says it stands, and hiding it takes the ink away.
    let before = visit.screenshot("zh-labels");
    visit.click("#layer-counties");
    visit.rest();
    let after = visit.screenshot("zh-without-counties");
    let changed = before.pixels().iter().zip(after.pixels()).filter(|(a, b)| a.red() < 0x80 && b.red() > 0xd0).count();
    assert!(changed > 300, "names of counties are drawn in ink: {changed} pixels");
    visit.leave();
}

#[test]
fn a_click_on_a_station_opens_what_the_api_says_of_it() {
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    let proposal = api(&visit, "proposal");
    let first = &proposal["features"][0];
    let centre = &first["geometry"]["coordinates"];
    visit.value(&format!("import('/page/state.js').then(s => s.go({{ centre: {centre}, zoom: 13.5 }}))"));
    visit.rest();
    assert_eq!(visit.value("document.querySelector('.popup')"), Value::Null, "nothing is open before the click");
    let pixel = visit.value(&format!("import('/page/map.js').then(m => m.pixel({centre}))"));
    visit.click_at(&pixel);
    let popup = visit.popup();
    let stated = &first["properties"];
    assert_eq!(visit.text(".popup h3"), stated["name"].as_str().unwrap());
    assert_eq!(popup["p_id"], stated["id"].as_str().unwrap());
    assert_eq!(popup["p_county"], stated["county"].as_str().unwrap());
    assert_eq!(popup["p_phase"], stated["phase"].as_str().unwrap());
    assert_eq!(popup["p_rank"], stated["rank"].to_string());
    assert_eq!(popup["p_covered"], format!("{} 人", grouped(&stated["covered"])));
    assert_eq!(popup["p_gain"], format!("{} 人", grouped(&stated["gain"])));
    visit.screenshot("zh-station");
    visit.leave();
}

#[test]
fn counties_fly_layers_switch_and_the_language_changes() {
    let Some(visit) = Visit::pay("?lang=zh", DESK) else { return };
    let counties = api(&visit, "counties");
    let row = &counties["counties"][0];
    visit.click("#tab-counties");
    visit.click("button.county");
    visit.rest();
    let inside = |box_: &Value| {
        let view = visit.value("import('/page/map.js').then(m => m.view())");
        let (at, side) = (|v: &Value, i: usize| v[i].as_f64().unwrap(), box_);
        let (lon, lat) = (at(&view["free"], 0), at(&view["free"], 1));
        let middle = ((at(side, 0) + at(side, 2)) / 2.0, (at(side, 1) + at(side, 3)) / 2.0);
        assert!((lon - middle.0).abs() < 0.05 && (lat - middle.1).abs() < 0.05, "{view} is not at {box_}");
        view["zoom"].as_f64().unwrap()
    };
    let far = inside(&row["extent"]);
    visit.screenshot("zh-county");
    visit.click(".inside:not([hidden]) .town");
    visit.rest();
    let near = inside(&row["towns"][0]["extent"]);
    assert!(near > far + 0.5, "a town is nearer than its county: {far} {near}");
    visit.screenshot("zh-town");

    let circles = "import('/page/map.js').then(m => m.isVisible('circle-line'))";
    assert_eq!(visit.value(circles), true);
    visit.click("#layer-circles");
    assert_eq!(visit.value(circles), false);
    visit.click("#layer-circles");
    assert_eq!(visit.value(circles), true);

    visit.click("[data-lang=en]");
    visit.wait_for(
        "document.documentElement.lang === 'en' && document.querySelector('#tab-gaps').textContent === 'Gaps'",
    );
    assert!(visit.value("location.search").as_str().unwrap().contains("lang=en"));
    visit.click("#tab-gaps");
    visit.click(".gap");
    visit.rest();
    let gaps = api(&visit, "gaps?lang=en");
    let popup = visit.popup();
    assert_eq!(popup["p_id"], gaps["features"][0]["properties"]["id"].as_str().unwrap());
    assert_eq!(popup["p_when"], gaps["features"][0]["properties"]["phase_or_outreach"].as_str().unwrap());
    visit.screenshot("en-gap");
    visit.leave();
}

#[test]
fn the_tabs_can_be_walked_with_the_keyboard_and_every_control_has_a_name() {
    let Some(visit) = Visit::pay("?lang=en", DESK) else { return };
    visit.screenshot("en-1366x768");
    visit.value("document.getElementById('tab-summary').focus()");
    for view in ["counties", "stations", "gaps", "files", "summary"] {
        visit.tab.press_key("ArrowRight").unwrap();
        visit.wait_for(&format!("document.activeElement.id === 'tab-{view}'"));
        let shown = "[...document.querySelectorAll('[role=tabpanel]:not([hidden])')].map(p => p.id)";
        assert_eq!(visit.value(shown), json!([format!("view-{view}")]));
    }
    let nameless = "[...document.querySelectorAll('button, a, input')].filter(c => !(c.getAttribute('aria-label') || \
                    c.textContent.trim() || c.labels?.[0]?.textContent.trim())).map(c => c.outerHTML)";
    assert_eq!(visit.value(nameless), json!([]));
    // A word missing from the table would be shown as its key.
    let keys = "[...document.body.innerText.matchAll(/\\b(tab|key|layer|file|status|group|setting|reason)_\\w+/g)].map(String)";
    assert_eq!(visit.value(keys), json!([]));
    visit.leave();
}

#[test]
fn on_a_telephone_everything_fits_and_nothing_scrolls_sideways() {
    for lang in ["zh", "en"] {
        let Some(visit) = Visit::pay(&format!("?lang={lang}"), PHONE) else { return };
        let picture = visit.screenshot(&format!("{lang}-390x844"));
        assert!(colours(&picture) > 100);
        for view in ["summary", "counties", "stations", "gaps", "files"] {
            visit.value(&format!("document.getElementById('tab-{view}').click()"));
            let width = visit.value("document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(width <= 390, "{view} in {lang} is {width} wide");
        }
        visit.leave();
    }
}

#[test]
fn hostile_names_are_shown_as_text() {
    const HOSTILE: &str = "<img src=x onerror=\"window.hit=1\"><script>window.hit=2</script>";
    let mut outcome = OUTCOME.clone();
    outcome.folder.plan.name = HOSTILE.to_owned();
    for station in &mut outcome.folder.stations {
        station.name = HOSTILE.to_owned();
    }
    for (i, place) in outcome.folder.places.iter_mut().enumerate() {
        place.name = format!("{HOSTILE}{i}");
    }
    let Some(visit) = Visit::pay_to(|| Server::here(outcome), "?lang=en", DESK) else { return };
    visit.click("#tab-stations");
    visit.click(".station");
    visit.rest();
    assert_eq!(visit.text(".popup h3"), HOSTILE);
    assert_eq!(visit.text("#plan-name"), HOSTILE);
    assert_eq!(visit.value("window.hit ?? null"), Value::Null);
    assert_eq!(visit.value("document.querySelectorAll('img, body script').length"), 0);
    visit.leave();
}

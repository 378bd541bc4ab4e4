//! How is the page visited? A server, a browser, and what a person can do there: look, click, drag, type, read. A file of its own
//! because every subject of the browser tests needs it. Without a browser the tests say so and pass, unless `CI=true`.

use crate::generate_plan::{Size, generate};
use doorstep::job::Outcome;
use doorstep::web::Desk;
use headless_chrome::browser::tab::ModifierKey;
use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Input, Network, Page};
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

pub(crate) static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());
pub(crate) static OUTCOME: LazyLock<Outcome> = LazyLock::new(|| {
    let folder = doorstep::read::open(Path::new("data/daxinganling")).expect("the sample plan is readable");
    doorstep::job::run(folder, time::macros::date!(2026 - 11 - 24), |_| {}).unwrap()
});
/// One browser at a time: its software renderer takes every core there is.
static TURN: Mutex<()> = Mutex::new(());

pub(crate) const LONGEST: Duration = Duration::from_secs(180);
pub(crate) const DESK: (u32, u32) = (1366, 768);
pub(crate) const PHONE: (u32, u32) = (390, 844);

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

/// The sample plan's inputs in a folder of their own.
pub(crate) fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/daxinganling")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "geojson" || e == "toml") {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// What the browser talks to.
pub(crate) enum Server {
    /// `doorstep serve DIR --port 0`, as people start it; on a copy of the sample, which takes the scenarios.
    Binary { child: Child, _folder: tempfile::TempDir },
    /// The same server in this process, for an outcome that no folder holds.
    Here(tokio::task::JoinHandle<Result<(), doorstep::web::WebError>>),
}

impl Server {
    pub(crate) fn binary() -> (Self, String) {
        Self::of(sample())
    }

    /// Of a made-up plan of 20,000 places and 1,500 candidates with wide circles: the map draws tiles, and searches take long.
    pub(crate) fn large() -> (Self, String) {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_owned();
        let size =
            Size { folder: at, places: 20_000, candidates: 1_500, stations: 20, counties: 10, seed: 1, polygons: 0.0 };
        generate(&size).unwrap();
        let file = folder.path().join("plan.toml");
        let mut plan: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        plan.remove("limits");
        for circle in plan["circle"].as_array_mut().unwrap() {
            circle.as_table_mut().unwrap().insert("minutes".into(), 40.into());
        }
        std::fs::write(file, plan.to_string()).unwrap();
        Self::of(folder)
    }

    fn of(folder: tempfile::TempDir) -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_doorstep"))
            .args(["serve", ".", "--port", "0"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let start = line.find("http://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let end = line[start + 7..].find('/').unwrap() + start + 7;
        (Self::Binary { child, _folder: folder }, line[start..end].to_owned())
    }

    pub(crate) fn here(outcome: Outcome) -> (Self, String) {
        let listener = RUNTIME.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = RUNTIME.spawn(doorstep::web::serve(listener, Desk::new(Arc::new(outcome))));
        (Self::Here(server), origin)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match self {
            Self::Binary { child, .. } => {
                child.kill().ok();
                child.wait().ok();
            }
            Self::Here(server) => server.abort(),
        }
    }
}

/// A browser that has opened the page and seen its map drawn.
pub(crate) struct Visit {
    pub(crate) tab: Arc<Tab>,
    pub(crate) origin: String,
    said: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<BTreeSet<String>>>,
    _browser: Browser,
    _server: Server,
    profile: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Visit {
    /// Of the page that the built program serves; `None` where there is no browser.
    pub(crate) fn pay(query: &str, size: (u32, u32)) -> Option<Self> {
        Self::pay_to(Server::binary, query, size)
    }

    pub(crate) fn pay_to(
        serve: impl FnOnce() -> (Server, String),
        query: &str,
        (width, height): (u32, u32),
    ) -> Option<Self> {
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
        let into = json!({"behavior": "allow", "downloadPath": profile.path().join("downloads")});
        tab.call_method(serde_json::from_value::<Page::SetDownloadBehavior>(into).unwrap()).unwrap();
        tab.navigate_to(&format!("{origin}/{query}")).unwrap();
        let visit = Self { tab, origin, said, asked, _browser: browser, _server: server, profile, _turn: turn };
        // The import has no map.
        let part = if query.starts_with("import") { "panels" } else { "map" };
        visit.wait_for(&format!("document.documentElement.dataset.{part} === 'ready'"));
        Some(visit)
    }

    /// The value of an expression; promises are awaited.
    pub(crate) fn value(&self, expression: &str) -> Value {
        self.attempt(expression).unwrap_or_else(|fault| panic!("{expression}: {fault}"))
    }

    fn attempt(&self, expression: &str) -> Result<Value, String> {
        let script = format!("(async () => JSON.stringify((await ({expression})) ?? null))()");
        let result = self.tab.evaluate(&script, true).map_err(|e| e.to_string())?;
        let text = result.value.ok_or_else(|| result.description.unwrap_or_default())?;
        serde_json::from_str(text.as_str().unwrap_or_default()).map_err(|e| e.to_string())
    }

    /// Waits; a fault is only one more moment to wait, because a page that is just opening has nothing yet.
    pub(crate) fn wait_for(&self, condition: &str) {
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

    /// Where files go that the page hands over.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.profile.path().join("downloads")
    }

    /// Gives a file to an input, as choosing it does.
    pub(crate) fn give(&self, input: &str, file: &Path) {
        self.tab.wait_for_element(input).unwrap().set_input_files(&[file.to_str().unwrap()]).unwrap();
    }

    /// Chooses in a list as a keyboard does: the value changes and the list says so.
    pub(crate) fn choose(&self, selector: &str, value: &str) {
        let (selector, value) = (json!(selector), json!(value));
        let done = self.value(&format!(
            "(() => {{ const s = document.querySelector({selector}); s.focus(); s.value = {value}; \
             s.dispatchEvent(new Event('change', {{ bubbles: true }})); return s.value === {value}; }})()"
        ));
        assert_eq!(done, true, "{selector} has {value}");
    }

    /// With the keyboard alone.
    pub(crate) fn press(&self, button: &str) {
        let focus = "b => { b.focus(); return document.activeElement === b; }";
        assert_eq!(self.value(&format!("({focus})(document.querySelector({}))", json!(button))), true);
        self.tab.press_key("Enter").unwrap();
    }

    /// Until the map has come to rest.
    pub(crate) fn rest(&self) {
        std::thread::sleep(Duration::from_millis(250));
        self.wait_for("import('/page/map.js').then(m => !m.view().moving && m.atRest())");
    }

    /// Clicks like a person: with the mouse, in the middle of what is there, once it has stopped moving.
    pub(crate) fn click(&self, selector: &str) {
        let quoted = json!(selector).to_string();
        self.value(&format!("document.querySelector({quoted}).scrollIntoView({{block: 'center'}})"));
        let middle = format!(
            "(async () => {{ let last = ''; for (;;) {{ const b = document.querySelector({quoted}).getBoundingClientRect(); \
             const now = [b.x + b.width / 2, b.y + b.height / 2]; if (String(now) === last) return now; \
             last = String(now); await new Promise(requestAnimationFrame); }} }})()"
        );
        self.click_at(&self.value(&middle));
    }

    pub(crate) fn click_at(&self, point: &Value) {
        let at = |i: usize| point[i].as_f64().unwrap();
        self.tab.click_point(Point { x: at(0), y: at(1) }).unwrap();
    }

    /// Presses, moves in steps and lets go, as a hand does.
    pub(crate) fn drag(&self, from: &Value, to: &Value) {
        let at = |point: &Value, i: usize| point[i].as_f64().unwrap();
        let mouse = |kind: &str, x: f64, y: f64, buttons: u32| {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1});
            self.tab.call_method(serde_json::from_value::<Input::DispatchMouseEvent>(event).unwrap()).unwrap();
        };
        let (x, y, dx, dy) = (at(from, 0), at(from, 1), at(to, 0) - at(from, 0), at(to, 1) - at(from, 1));
        mouse("mouseMoved", x, y, 0);
        mouse("mousePressed", x, y, 1);
        for step in 1..=12 {
            let part = f64::from(step) / 12.0;
            mouse("mouseMoved", x + dx * part, y + dy * part, 1);
            std::thread::sleep(Duration::from_millis(30));
        }
        mouse("mouseReleased", x + dx, y + dy, 0);
    }

    /// Writes into a field as if it were typed, and leaves it.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let script = format!(
            "(() => {{ const box = document.querySelector({}); box.focus(); box.value = {}; \
             for (const e of ['input', 'change']) box.dispatchEvent(new Event(e, {{bubbles: true}})); }})()",
            json!(selector),
            json!(text)
        );
        self.value(&script);
    }

    /// A key with Control, and with Shift where asked.
    pub(crate) fn control(&self, key: &str, shift: bool) {
        let with = if shift { vec![ModifierKey::Ctrl, ModifierKey::Shift] } else { vec![ModifierKey::Ctrl] };
        self.tab.press_key_with_modifiers(key, Some(&with)).unwrap();
    }

    /// Where on the screen a position of the map is.
    pub(crate) fn pixel(&self, lon: f64, lat: f64) -> Value {
        self.value(&format!("import('/page/map.js').then(m => m.pixel([{lon}, {lat}]))"))
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        let text = self.value(&format!("document.querySelector({}).textContent", json!(selector)));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What the popup says, by the name of its row.
    pub(crate) fn popup(&self) -> BTreeMap<String, String> {
        self.wait_for("!!document.querySelector('.popup')");
        let rows = self.value("[...document.querySelectorAll('.popup dd')].map(d => [d.dataset.key, d.textContent])");
        serde_json::from_value::<Vec<(String, String)>>(rows).unwrap().into_iter().collect()
    }

    pub(crate) fn screenshot(&self, name: &str) -> Pixmap {
        let png = self.tab.capture_screenshot(CaptureScreenshotFormatOption::Png, None, None, true).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), &png).unwrap();
        Pixmap::decode_png(&png).unwrap()
    }

    /// Nothing said on the console, nothing asked elsewhere, nothing stopped by the policy.
    pub(crate) fn leave(self) {
        self.leave_having_said(|_| false);
    }

    /// The same, but for what the browser itself says of an answer that was meant to be a refusal.
    pub(crate) fn leave_having_said(self, expected: impl Fn(&str) -> bool) {
        let mut said = self.said.lock().unwrap();
        said.retain(|line| !expected(line));
        assert!(said.is_empty(), "the console is not clean: {said:#?}");
        let asked = self.asked.lock().unwrap();
        assert!(asked.len() > 10, "requests are seen: {asked:?}");
        let own = format!("{}/", self.origin);
        let foreign: Vec<_> = asked.iter().filter(|u| !u.starts_with(&own) && !u.starts_with("data:")).collect();
        assert!(foreign.is_empty(), "requests that leave the machine: {foreign:?}");
    }
}

/// How many pixels have exactly this colour.
pub(crate) fn pixels(picture: &Pixmap, (r, g, b): (u8, u8, u8)) -> usize {
    picture.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (r, g, b)).count()
}

pub(crate) fn colours(picture: &Pixmap) -> usize {
    picture.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect::<BTreeSet<_>>().len()
}

pub(crate) fn grouped(value: &Value) -> String {
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

pub(crate) fn api(visit: &Visit, topic: &str) -> Value {
    visit.value(&format!("fetch('/api/{topic}').then(a => a.json())"))
}

//! Who may use a way, in which direction, in which season? OSM's access rules, from tags to a [`WayClass`]. A file of its own
//! because these rules are what maps and travellers argue about; every one is a line here.
//!
//! Defaults by class follow the table of openrouteservice, except that trunk roads are open to people on foot and bicycles
//! unless they are motorroads: in the countryside they are the road to the next village. More special tags win over less
//! special ones: `foot` over `access`; `motorcar` over `motor_vehicle` over `vehicle` over `access`.

use super::class::{Access, Direction, Ground, Highway, Surface, WayClass};
use super::seasons;
use crate::model::Mode;
use crate::travel::osm::Tags;

/// Keys one of which every way has that anybody can travel on.
pub(super) const WAY_KEYS: [&str; 5] = ["highway", "route", "railway", "man_made", "public_transport"];
/// Keys that make a node matter beyond its position.
pub(super) const NODE_KEYS: [&str; 3] = ["barrier", "access", "motor_vehicle"];

/// Whether a key of a way decides anything here: its part before the first colon is one of these.
pub(super) fn decides(key: &[u8]) -> bool {
    const ROOTS: [&[u8]; 23] = [
        b"highway",
        b"route",
        b"railway",
        b"man_made",
        b"public_transport",
        b"ice_road",
        b"winter_road",
        b"motorroad",
        b"seasonal",
        b"service",
        b"snowplowing",
        b"access",
        b"foot",
        b"bicycle",
        b"vehicle",
        b"motor_vehicle",
        b"motorcar",
        b"oneway",
        b"cycleway",
        b"junction",
        b"maxspeed",
        b"surface",
        b"tracktype",
    ];
    let root = key.split(|b| *b == b':').next().unwrap_or_default();
    ROOTS.contains(&root) || key == b"duration"
}

/// Values that keep the general public out.
const CLOSED: [&str; 12] = [
    "no",
    "private",
    "permit",
    "agricultural",
    "forestry",
    "delivery",
    "military",
    "emergency",
    "restricted",
    "use_sidepath",
    "agricultural;forestry",
    "residents",
];

fn open(value: &str) -> bool {
    !CLOSED.contains(&value)
}

/// Access keys of a mode, the most special first.
fn keys(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Walk => &["foot", "access"],
        Mode::Bike => &["bicycle", "vehicle", "access"],
        Mode::Drive => &["motorcar", "motor_vehicle", "vehicle", "access"],
    }
}

/// Everything about the way that decides travel; `None` when nobody travels on it.
pub(super) fn classify(tags: &Tags<'_, '_>) -> Option<WayClass> {
    let highway = highway(tags)?;
    let mut access = Access::NONE;
    for ground in Ground::ALL {
        if !there(tags, highway, ground) {
            continue;
        }
        for mode in [Mode::Walk, Mode::Bike, Mode::Drive] {
            for direction in Direction::ALL {
                let open = allowed(tags, highway, mode, ground) && along(tags, highway, mode, direction);
                access.set(mode, direction, ground, open);
            }
        }
    }
    if access == Access::NONE {
        return None;
    }
    let limit = |direction: &str| {
        let of = |key: &str| tags.value(key).and_then(kmh);
        of(&format!("maxspeed:{direction}")).or_else(|| of("maxspeed")).unwrap_or(0)
    };
    Some(WayClass {
        ferry_um_per_s: 0,
        access,
        highway: highway as u8,
        surface: tags.value("surface").map_or(Surface::Unstated, surface) as u8,
        tracktype: tags.value("tracktype").map_or(0, tracktype),
        limit_forward: limit("forward"),
        limit_backward: limit("backward"),
        roundabout: u8::from(is_roundabout(tags)),
    })
}

fn is_roundabout(tags: &Tags<'_, '_>) -> bool {
    matches!(tags.value("junction"), Some("roundabout" | "circular"))
}

fn yes(tags: &Tags<'_, '_>, key: &str) -> bool {
    tags.value(key) == Some("yes")
}

fn highway(tags: &Tags<'_, '_>) -> Option<Highway> {
    if yes(tags, "ice_road") || yes(tags, "winter_road") {
        return Some(Highway::IceRoad);
    }
    let Some(value) = tags.value("highway") else {
        let platform = |key: &str| tags.value(key) == Some("platform");
        return match tags.value("route") {
            Some("ferry") => Some(Highway::Ferry),
            _ if platform("railway") || platform("public_transport") => Some(Highway::Platform),
            _ if tags.value("man_made") == Some("pier") => Some(Highway::Footway),
            _ => None,
        };
    };
    let class = match value {
        "corridor" => Highway::Footway,
        "busway" => Highway::Service,
        "trunk" | "primary" if yes(tags, "motorroad") => Highway::Motorroad,
        // These are ways of their own in the table, but no values of the tag.
        "motorroad" | "ferry" => return None,
        _ => Highway::ALL.iter().copied().find(|h| h.name() == value)?,
    };
    Some(class)
}

/// Whether the way is there at all in a season.
fn there(tags: &Tags<'_, '_>, highway: Highway, ground: Ground) -> bool {
    if highway == Highway::IceRoad {
        return ground == Ground::Winter;
    }
    tags.value("seasonal").is_none_or(|value| seasons::seasonal(value, ground))
}

/// What stands without a tag.
fn by_default(tags: &Tags<'_, '_>, highway: Highway, mode: Mode) -> bool {
    use Highway as H;
    let bus_only = tags.value("highway") == Some("busway");
    match mode {
        Mode::Walk => !matches!(highway, H::Motorway | H::MotorwayLink | H::Motorroad | H::Bridleway) && !bus_only,
        Mode::Bike => {
            !matches!(
                highway,
                H::Motorway
                    | H::MotorwayLink
                    | H::Motorroad
                    | H::Bridleway
                    | H::Footway
                    | H::Pedestrian
                    | H::Steps
                    | H::Platform
            ) && !bus_only
        }
        Mode::Drive => {
            let emergency = tags.value("service") == Some("emergency_access");
            match highway {
                H::Path | H::Footway | H::Pedestrian | H::Cycleway | H::Bridleway | H::Steps | H::Platform => false,
                // A ferry that says who may walk or cycle aboard, and nothing of cars, takes none.
                H::Ferry => tags.value("foot").is_none() && tags.value("bicycle").is_none(),
                _ => !emergency && !bus_only,
            }
        }
    }
}

/// Whether a mode may use it in a season, direction aside.
fn allowed(tags: &Tags<'_, '_>, highway: Highway, mode: Mode, ground: Ground) -> bool {
    // Nothing makes a flight of steps a road.
    if mode == Mode::Drive && highway == Highway::Steps {
        return false;
    }
    if mode == Mode::Drive && ground == Ground::Winter && tags.value("snowplowing") == Some("no") {
        return false;
    }
    let stated = keys(mode).iter().find_map(|key| {
        let conditional = tags.value(&format!("{key}:conditional"));
        let value = conditional.and_then(|tag| seasons::conditional(tag, ground)).or_else(|| tags.value(key))?;
        Some((*key, value))
    });
    match stated {
        None => by_default(tags, highway, mode),
        Some((_, value)) if !open(value) => false,
        // A way open to vehicles or to all in general is open to those of its kind only: `access=yes` makes no road of a path.
        Some(("access" | "vehicle", _)) => by_default(tags, highway, mode),
        Some((_, "dismount")) => false,
        Some((_, "unknown")) => by_default(tags, highway, mode),
        Some(_) => true,
    }
}

/// Whether a mode may use it in a direction.
fn along(tags: &Tags<'_, '_>, highway: Highway, mode: Mode, direction: Direction) -> bool {
    let name = if direction == Direction::Forward { "forward" } else { "backward" };
    if let Some(value) = keys(mode).iter().find_map(|key| tags.value(&format!("{key}:{name}"))) {
        return open(value);
    }
    let own: &[&str] = match mode {
        Mode::Walk => &["oneway:foot"],
        Mode::Bike => &["oneway:bicycle"],
        Mode::Drive => &["oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle"],
    };
    let own = own.iter().find_map(|key| tags.value(key));
    let stated = match (mode, own) {
        (_, Some(value)) => Some(value),
        // People on foot walk both ways in a street that is one way.
        (Mode::Walk, None) => return true,
        (Mode::Bike, None) if against(tags) => return true,
        (_, None) => tags.value("oneway"),
    };
    let implied = is_roundabout(tags) || highway == Highway::Motorway;
    match stated {
        Some("yes" | "true" | "1") => direction == Direction::Forward,
        Some("-1" | "reverse") => direction == Direction::Backward,
        Some("no" | "false" | "0") => true,
        // Which way it is open depends on the hour.
        Some("reversible") => false,
        _ => !implied || direction == Direction::Forward,
    }
}

/// Whether bicycles may go against a one-way street.
fn against(tags: &Tags<'_, '_>) -> bool {
    ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
        .iter()
        .any(|key| tags.value(key).is_some_and(|v| v.starts_with("opposite")))
        || ["cycleway:left:oneway", "cycleway:right:oneway"]
            .iter()
            .any(|key| matches!(tags.value(key), Some("no" | "-1")))
}

/// Who may pass a node.
pub(super) fn barrier(tags: &Tags<'_, '_>) -> Access {
    let barrier = tags.value("barrier");
    let locked = yes(tags, "locked");
    let default = |mode: Mode| match (barrier, mode) {
        (Some("gate" | "lift_gate" | "swing_gate" | "hampshire_gate" | "sliding_gate" | "wicket_gate"), _) => !locked,
        (
            Some(
                "bollard" | "block" | "cycle_barrier" | "chain" | "jersey_barrier" | "debris" | "log"
                | "motorcycle_barrier" | "horse_stile" | "sump_buster" | "planter" | "bar" | "rope" | "barrier_board",
            ),
            Mode::Drive,
        ) => false,
        (Some("stile" | "kissing_gate" | "turnstile" | "full-height_turnstile" | "step_over"), mode) => {
            mode == Mode::Walk
        }
        _ => true,
    };
    let mut access = Access::NONE;
    for mode in [Mode::Walk, Mode::Bike, Mode::Drive] {
        for ground in Ground::ALL {
            let value = keys(mode).iter().find_map(|key| {
                let conditional = tags.value(&format!("{key}:conditional"));
                conditional.and_then(|tag| seasons::conditional(tag, ground)).or_else(|| tags.value(key))
            });
            let pass = value.map_or_else(|| default(mode), open);
            Direction::ALL.into_iter().for_each(|direction| access.set(mode, direction, ground, pass));
        }
    }
    access
}

/// Kilometres per hour of a `maxspeed`; `None` where it names a rule rather than a number.
fn kmh(value: &str) -> Option<u8> {
    let value = value.split(';').next()?.trim();
    if value == "walk" {
        return Some(5);
    }
    let (number, factor) = match value.strip_suffix("mph") {
        Some(number) => (number, 1.609_344),
        None => (value.strip_suffix("km/h").or_else(|| value.strip_suffix("kmh")).unwrap_or(value), 1.0),
    };
    let kmh = number.trim().parse::<f64>().ok()? * factor;
    (1.0..=250.0).contains(&kmh).then_some(kmh.round() as u8)
}

fn surface(value: &str) -> Surface {
    match value.split([';', ':']).next().unwrap_or_default().trim() {
        "asphalt" | "concrete" | "paved" | "chipseal" => Surface::Paved,
        "compacted" | "cement" => Surface::Compacted,
        "fine_gravel" => Surface::FineGravel,
        "paving_stones" | "metal" | "bricks" | "brick" => Surface::Stones,
        "grass" | "wood" | "sett" | "grass_paver" | "gravel" | "unpaved" | "ground" | "dirt" | "pebblestone"
        | "tartan" => Surface::Loose,
        "cobblestone" | "unhewn_cobblestone" | "clay" => Surface::Cobbles,
        "earth" | "stone" | "rock" | "rocky" | "sand" => Surface::Soft,
        "mud" => Surface::Mud,
        "ice" | "snow" => Surface::Ice,
        _ => Surface::Unstated,
    }
}

fn tracktype(value: &str) -> u8 {
    value.strip_prefix("grade").and_then(|n| n.parse().ok()).filter(|n| (1..=5).contains(n)).unwrap_or(0)
}

/// Seconds of a `duration`: `01:30`, `00:12:30`, `PT25M`, or minutes as a number.
pub(super) fn duration(value: &str) -> Option<u32> {
    let value = value.trim();
    let seconds = if let Some(iso) = value.strip_prefix("PT") {
        let (mut seconds, mut number) = (0u64, String::new());
        for c in iso.chars() {
            let unit = match c {
                'H' => 3600,
                'M' => 60,
                'S' => 1,
                digit => {
                    number.push(digit);
                    continue;
                }
            };
            seconds += number.parse::<u64>().ok().filter(|n| *n < 100_000)? * unit;
            number.clear();
        }
        if number.is_empty() { seconds } else { return None }
    } else {
        let parts: Vec<u64> =
            value.split(':').map(|p| p.parse().ok().filter(|n| *n < 100_000)).collect::<Option<_>>()?;
        match parts[..] {
            [minutes] => minutes * 60,
            [hours, minutes] => hours * 3600 + minutes * 60,
            [hours, minutes, seconds] => hours * 3600 + minutes * 60 + seconds,
            _ => return None,
        }
    };
    (1..=7 * 24 * 3600).contains(&seconds).then_some(seconds as u32)
}

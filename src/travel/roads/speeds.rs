//! How fast is travel, by mode, class, surface and season? One table, and the only place where a speed is decided.
//!
//! | what | summer, km/h | source |
//! | --- | --- | --- |
//! | on foot, everywhere | 5.0 (`walk_kmh`) | openrouteservice `foot-*` |
//! | by bicycle, everywhere it may go | 15.0 (`bike_kmh`), at most 12 on stones and loose ground, 8 on soft ground | openrouteservice `cycling-regular`, rounded |
//! | by car | by class, see [`DRIVE`]; a tagged `maxspeed` replaces it, times 0.9 | openrouteservice `driving-car` |
//! | by car, at most, by surface and tracktype | see [`by_surface`] and [`by_track`] | openrouteservice |
//! | ferry | length over tagged `duration`, else 10 | OSM wiki, own choice |
//! | ice road, winter only | 30 | usual limit on ice roads |
//!
//! Winter: on foot one minute per kilometre more (Fossum and Ryeng 2021, good snow); on wheels 0.65 of the summer speed (FHWA:
//! 30-40 % slower on snowy arterials); an ice road and a ferry keep theirs. `[travel.speeds.summer]` and
//! `[travel.speeds.winter]` of a plan replace the class speeds of driving; a winter speed that is not stated follows from summer's.

use super::class::{Direction, Ground, Highway, Surface, WayClass};
use crate::model::{Mode, RoadSpeeds, TravelSettings};
use crate::travel::{WINTER_WALK_EXTRA_MIN_PER_KM, WINTER_WHEELS_FACTOR};

/// Summer driving speed by class, km/h (openrouteservice, `driving-car`).
pub const DRIVE: [(Highway, f64); 26] = [
    (Highway::Motorway, 100.0),
    (Highway::MotorwayLink, 60.0),
    (Highway::Motorroad, 90.0),
    (Highway::Trunk, 85.0),
    (Highway::TrunkLink, 60.0),
    (Highway::Primary, 65.0),
    (Highway::PrimaryLink, 50.0),
    (Highway::Secondary, 60.0),
    (Highway::SecondaryLink, 50.0),
    (Highway::Tertiary, 50.0),
    (Highway::TertiaryLink, 40.0),
    (Highway::Unclassified, 30.0),
    (Highway::Residential, 30.0),
    (Highway::LivingStreet, 10.0),
    (Highway::Service, 20.0),
    (Highway::Road, 20.0),
    (Highway::Track, 15.0),
    // Not roads, but open to cars where a tag says so.
    (Highway::Path, 10.0),
    (Highway::Footway, 6.0),
    (Highway::Pedestrian, 6.0),
    (Highway::Cycleway, 10.0),
    (Highway::Bridleway, 10.0),
    (Highway::Steps, 6.0),
    (Highway::Platform, 6.0),
    (Highway::Ferry, 10.0),
    (Highway::IceRoad, 30.0),
];
/// Share of a speed limit that is driven (openrouteservice).
const OF_LIMIT: f64 = 0.9;
/// A roundabout is not driven faster, km/h.
const ROUNDABOUT: f64 = 30.0;

/// Driving speed at most by surface, km/h (openrouteservice).
fn by_surface(surface: Surface) -> f64 {
    match surface {
        Surface::Unstated | Surface::Paved => f64::INFINITY,
        Surface::Compacted => 80.0,
        Surface::FineGravel => 60.0,
        Surface::Stones => 40.0,
        Surface::Loose | Surface::Ice => 30.0,
        Surface::Cobbles => 20.0,
        Surface::Soft => 15.0,
        Surface::Mud => 10.0,
    }
}

/// Driving speed at most by tracktype, km/h (openrouteservice). A tracktype stands for a track's class speed.
fn by_track(tracktype: u8) -> f64 {
    [f64::INFINITY, 40.0, 30.0, 20.0, 15.0, 10.0].get(tracktype as usize).copied().unwrap_or(f64::INFINITY)
}

fn bike_by_surface(surface: Surface) -> f64 {
    match surface {
        Surface::Unstated | Surface::Paved | Surface::Compacted | Surface::FineGravel => f64::INFINITY,
        Surface::Stones | Surface::Loose | Surface::Cobbles => 12.0,
        Surface::Soft | Surface::Mud | Surface::Ice => 8.0,
    }
}

/// Speeds of one mode in one season.
#[derive(Debug, Clone, PartialEq)]
pub struct Speeds {
    mode: Mode,
    ground: Ground,
    /// Walking and cycling speed in this season, km/h.
    walk: f64,
    bike: f64,
    /// By number of class, for driving.
    drive: Vec<f64>,
}

impl Speeds {
    /// The table with what the plan overrides.
    pub fn new(mode: Mode, ground: Ground, travel: &TravelSettings, roads: &RoadSpeeds) -> Self {
        let winter = ground == Ground::Winter;
        let walk =
            if winter { 60.0 / (60.0 / travel.walk_kmh + WINTER_WALK_EXTRA_MIN_PER_KM) } else { travel.walk_kmh };
        let wheels = if winter { WINTER_WHEELS_FACTOR } else { 1.0 };
        let drive = DRIVE.iter().map(|(class, kmh)| {
            let own = |of: &std::collections::BTreeMap<String, f64>| of.get(class.name()).copied();
            let summer = own(&roads.summer).unwrap_or(*kmh);
            let stays = matches!(class, Highway::IceRoad | Highway::Ferry);
            match own(&roads.winter).filter(|_| winter) {
                Some(stated) => stated,
                None if stays => summer,
                None => summer * wheels,
            }
        });
        Self { mode, ground, walk, bike: travel.bike_kmh * wheels, drive: drive.collect() }
    }

    /// Mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Season.
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// Walking speed in this season, km/h: that of links between a place and its road.
    pub fn link_kmh(&self) -> f64 {
        self.walk
    }

    /// The fastest that anything can be, km/h: what bounds a search in space.
    pub fn fastest_kmh(&self, classes: &[WayClass]) -> f64 {
        let both = |c: &WayClass| Direction::ALL.map(|d| self.kmh(c, d)).into_iter().flatten().fold(0.0, f64::max);
        classes.iter().map(both).fold(self.walk, f64::max)
    }

    /// Speed along a way; `None` where it is closed.
    pub fn kmh(&self, class: &WayClass, direction: Direction) -> Option<f64> {
        if !class.access.allows(self.mode, direction, self.ground) {
            return None;
        }
        let highway = class.highway();
        if highway == Highway::Ferry {
            let stated = f64::from(class.ferry_um_per_s) * 3.6e-6;
            return Some(if stated > 0.0 { stated } else { self.drive[highway as usize] });
        }
        Some(match self.mode {
            Mode::Walk => self.walk,
            Mode::Bike => self.bike.min(bike_by_surface(class.surface())),
            Mode::Drive => self.drive_kmh(class, highway, direction),
        })
    }

    fn drive_kmh(&self, class: &WayClass, highway: Highway, direction: Direction) -> f64 {
        let of_class = self.drive[highway as usize];
        let winter = self.ground == Ground::Winter && highway != Highway::IceRoad;
        let factor = if winter { WINTER_WHEELS_FACTOR } else { 1.0 };
        // A class speed is already that of its season; limits and surfaces are those of summer.
        let basis = match (class.limit(direction), highway, class.tracktype) {
            (Some(limit), ..) => limit * OF_LIMIT * factor,
            (None, Highway::Track, grade @ 1..) => by_track(grade) * factor,
            _ => of_class,
        };
        let most = by_surface(class.surface()).min(by_track(class.tracktype)) * factor;
        let most = if class.roundabout == 1 { most.min(ROUNDABOUT * factor) } else { most };
        basis.min(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::roads::class::Access;

    fn travel() -> TravelSettings {
        TravelSettings::default()
    }

    fn speeds(mode: Mode, ground: Ground) -> Speeds {
        Speeds::new(mode, ground, &travel(), &RoadSpeeds::default())
    }

    fn way(highway: Highway) -> WayClass {
        WayClass { access: Access::ALL, highway: highway as u8, ..WayClass::default() }
    }

    #[test]
    fn the_table_has_every_class_in_its_place() {
        assert!(DRIVE.iter().zip(Highway::ALL).all(|((class, _), own)| class == own));
        assert_eq!(DRIVE.len(), Highway::ALL.len());
    }

    #[test]
    fn walking_has_one_speed_everywhere() {
        let walk = speeds(Mode::Walk, Ground::Summer);
        for &class in Highway::ALL.iter().filter(|h| **h != Highway::Ferry) {
            let rough = WayClass { surface: Surface::Mud as u8, tracktype: 5, limit_forward: 100, ..way(class) };
            assert_eq!(walk.kmh(&rough, Direction::Forward), Some(5.0));
        }
        let winter = speeds(Mode::Walk, Ground::Winter).kmh(&way(Highway::Primary), Direction::Forward);
        assert!((60.0 / winter.expect("open") - 13.0).abs() < 1e-9, "12 minutes per kilometre and one more");
    }

    #[test]
    fn the_lowest_of_class_surface_and_track_is_driven_and_a_limit_replaces_the_class() {
        let drive = speeds(Mode::Drive, Ground::Summer);
        let kmh = |c: &WayClass| drive.kmh(c, Direction::Forward).expect("open");
        assert_eq!(kmh(&way(Highway::Primary)), 65.0);
        assert_eq!(kmh(&WayClass { limit_forward: 80, ..way(Highway::Primary) }), 72.0);
        assert_eq!(kmh(&WayClass { surface: Surface::Loose as u8, ..way(Highway::Primary) }), 30.0);
        assert_eq!(kmh(&WayClass { tracktype: 1, ..way(Highway::Track) }), 40.0);
        assert_eq!(kmh(&WayClass { tracktype: 5, ..way(Highway::Track) }), 10.0);
        assert_eq!(kmh(&WayClass { roundabout: 1, ..way(Highway::Primary) }), 30.0);
        assert_eq!(kmh(&WayClass { ferry_um_per_s: 5_000_000, ..way(Highway::Ferry) }), 18.0);
    }

    #[test]
    fn a_plan_replaces_speeds_and_winter_follows_summer_unless_stated() {
        let roads = RoadSpeeds {
            summer: [("track".to_owned(), 20.0), ("primary".to_owned(), 70.0)].into(),
            winter: [("track".to_owned(), 8.0)].into(),
        };
        let kmh = |ground, class| {
            Speeds::new(Mode::Drive, ground, &travel(), &roads).kmh(&way(class), Direction::Forward).expect("open")
        };
        assert_eq!([kmh(Ground::Summer, Highway::Track), kmh(Ground::Winter, Highway::Track)], [20.0, 8.0]);
        assert_eq!(kmh(Ground::Winter, Highway::Primary), 70.0 * 0.65);
        assert_eq!(kmh(Ground::Winter, Highway::IceRoad), 30.0);
    }
}

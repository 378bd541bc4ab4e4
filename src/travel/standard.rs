//! What a `[[circle]]` of the plan means on the ground: minutes, pace and, for circles, a radius.
//! A file of its own because places, maps and reports all quote it.

use crate::model::{Circle, Limit, Metres, Minutes, Mode, Plan, Season, Setting, TravelSettings};

/// Extra minutes per kilometre on foot in winter, on good snow (Fossum and Ryeng 2021).
pub const WINTER_WALK_EXTRA_MIN_PER_KM: f64 = 1.0;
/// Winter driving speed over summer driving speed: 35 % slower, the middle of the 30-40 % of the FHWA. Bicycles likewise.
pub const WINTER_WHEELS_FACTOR: f64 = 0.65;

/// A reach standard, computed once from the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Places of this setting; `None` fits all.
    pub setting: Option<Setting>,
    /// How people travel.
    pub mode: Mode,
    /// The travel time that still counts; for a standard in kilometres the time its radius takes.
    pub minutes: Minutes,
    /// Radius of the straight-line circle.
    pub radius: Metres,
    /// Whether the plan stated a length rather than a time.
    pub by_length: bool,
    /// Minutes per metre of straight line, detour included.
    pace: f64,
}

impl Standard {
    /// From a circle of the plan: `radius = minutes * speed / detour`, or the stated kilometres.
    ///
    /// With `season = "both"` the slower season decides: whoever is inside the smaller circle is inside both.
    pub fn new(circle: &Circle, travel: &TravelSettings) -> Self {
        let pace = minutes_per_road_km(circle.mode, travel) * travel.detour / 1000.0;
        let (minutes, radius) = match circle.limit {
            Limit::Minutes(m) => (m, Metres(m.0 / pace)),
            Limit::Radius(r) => (Minutes(r.0 * pace), r),
        };
        Self {
            setting: circle.setting,
            mode: circle.mode,
            minutes,
            radius,
            by_length: matches!(circle.limit, Limit::Radius(_)),
            pace,
        }
    }

    /// The plan's standards, in its order.
    pub fn of_plan(plan: &Plan) -> Vec<Self> {
        plan.circles.iter().map(|c| Self::new(c, &plan.travel)).collect()
    }

    /// The first standard that fits a place of this setting.
    pub fn fitting(standards: &[Self], setting: Option<Setting>) -> Option<usize> {
        standards.iter().position(|s| s.setting.is_none() || s.setting == setting)
    }

    /// The standard that reaches so many times as far.
    pub fn times(&self, times: f64) -> Self {
        let (minutes, radius) = (Minutes(self.minutes.0 * times), Metres(self.radius.0 * times));
        Self { minutes, radius, ..self.clone() }
    }

    /// How long a straight-line length takes.
    pub fn time(&self, length: Metres) -> Minutes {
        Minutes(length.0 * self.pace)
    }
}

/// Minutes per kilometre of road, in the season that decides.
fn minutes_per_road_km(mode: Mode, travel: &TravelSettings) -> f64 {
    let summer = match mode {
        Mode::Walk => 60.0 / travel.walk_kmh,
        Mode::Bike => 60.0 / travel.bike_kmh,
        Mode::Drive => 60.0 / travel.drive_kmh,
    };
    match (travel.season, mode) {
        (Season::Summer, _) => summer,
        (Season::Winter | Season::Both, Mode::Walk) => summer + WINTER_WALK_EXTRA_MIN_PER_KM,
        (Season::Winter | Season::Both, Mode::Bike | Mode::Drive) => summer / WINTER_WHEELS_FACTOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(season: Season) -> Standard {
        let travel = TravelSettings { season, ..TravelSettings::default() };
        Standard::new(&Circle { setting: None, limit: Limit::Minutes(Minutes(15.0)), mode: Mode::Walk }, &travel)
    }

    #[test]
    fn fifteen_minutes_on_foot_are_962_metres_in_summer_and_888_in_winter() {
        assert_eq!(walk(Season::Summer).radius.0.round(), 962.0);
        assert_eq!(walk(Season::Winter).radius.0.round(), 888.0);
        assert_eq!(walk(Season::Both), walk(Season::Winter));
    }

    #[test]
    fn a_standard_in_kilometres_is_the_radius_whatever_the_season() {
        let travel = TravelSettings { season: Season::Winter, ..TravelSettings::default() };
        let s = Standard::new(
            &Circle { setting: Some(Setting::Rural), limit: Limit::Radius(Metres(5000.0)), mode: Mode::Drive },
            &travel,
        );
        assert_eq!(s.radius.0, 5000.0);
        assert_eq!(Standard::fitting(std::slice::from_ref(&s), Some(Setting::Urban)), None);
        assert_eq!(Standard::fitting(&[s], Some(Setting::Rural)), Some(0));
    }
}

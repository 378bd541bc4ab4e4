//! Where things go: spots around a township seat, never one on another and never across the border river.
//! A file of its own because residences, clusters, stations and candidates are all scattered by it.

use super::chance::Chance;

/// A point in degrees, WGS84.
#[derive(Clone, Copy, PartialEq)]
pub struct Spot {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
}

/// Metres of a degree of latitude; good to 0.3 %, and nothing scattered here is known better than to a kilometre.
const METRES_PER_DEGREE: f64 = 111_320.0;

impl Spot {
    /// The spot this far away; the bearing is in degrees clockwise from north.
    pub fn offset(self, bearing: f64, metres: f64) -> Self {
        let (sin, cos) = bearing.to_radians().sin_cos();
        let lat = self.lat + metres * cos / METRES_PER_DEGREE;
        let lon = self.lon + metres * sin / (METRES_PER_DEGREE * self.lat.to_radians().cos());
        Self { lon: micro(lon), lat: micro(lat) }
    }

    /// Metres to another spot, on a plane.
    pub fn metres_to(self, other: Self) -> f64 {
        let x = (other.lon - self.lon) * ((self.lat + other.lat) / 2.0).to_radians().cos();
        (other.lat - self.lat).hypot(x) * METRES_PER_DEGREE
    }
}

/// Rounds to six decimals, about 0.1 m.
fn micro(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// Townships on the Heilongjiang (Amur): the bearing that leads inland and how far to either side of it is still China.
const INLAND: [(&str, f64, f64); 10] = [
    ("北极镇", 180.0, 55.0),
    ("兴安镇", 185.0, 50.0),
    ("开库康镇", 190.0, 55.0),
    ("依西肯乡", 210.0, 50.0),
    ("鸥浦乡", 215.0, 50.0),
    ("白银纳鄂伦春族民族乡", 250.0, 110.0),
    ("金山乡", 240.0, 55.0),
    ("呼玛镇", 270.0, 70.0),
    ("三卡乡", 260.0, 60.0),
    ("北疆乡", 300.0, 120.0),
];

/// What is asked of a spot.
pub struct Wish<'a> {
    /// Township it belongs to, for the inland bearings.
    pub township: &'a str,
    /// Where it is scattered around.
    pub around: Spot,
    /// Nearest and farthest, in metres.
    pub ring: (f64, f64),
    /// Radius around it that stays free of other things, in metres.
    pub room: f64,
}

/// The ground with what stands on it.
pub struct Ground {
    seats: Vec<Spot>,
    taken: Vec<(Spot, f64)>,
}

impl Ground {
    /// Empty ground between these township seats.
    pub fn new(seats: Vec<Spot>) -> Self {
        Self { seats, taken: Vec::new() }
    }

    /// Takes a spot as wished. Where the ring is full it widens, a little with every try.
    pub fn take(&mut self, wish: &Wish<'_>, chance: &mut Chance) -> Spot {
        let (middle, half) =
            INLAND.iter().find(|(name, ..)| *name == wish.township).map_or((0.0, 180.0), |&(_, m, h)| (m, h));
        let (near, mut far) = wish.ring;
        loop {
            let metres = near + (far - near) * chance.unit();
            let spot = wish.around.offset(middle + half * chance.between(-1.0, 1.0), metres);
            if self.is_free(spot, wish.room) && self.belongs(spot, wish.around) {
                self.taken.push((spot, wish.room));
                return spot;
            }
            far *= 1.01;
        }
    }

    fn is_free(&self, spot: Spot, room: f64) -> bool {
        self.taken.iter().all(|&(other, its)| spot.metres_to(other) >= room + its)
    }

    /// A village nearer to another township's seat would hardly belong to its own; streets of one town overlap.
    fn belongs(&self, spot: Spot, home: Spot) -> bool {
        const OVERLAP_M: f64 = 2_000.0;
        let own = spot.metres_to(home);
        self.seats.iter().all(|&seat| own <= spot.metres_to(seat) + OVERLAP_M)
    }
}

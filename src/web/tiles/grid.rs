//! Where is a place on the tiled world, and which places lie in a square of it? Web Mercator as whole numbers, and points in
//! the order of the Z curve, where every tile of every zoom is one stretch. A file of its own because nothing else knows how
//! degrees become tiles.

/// Units of a tile's side, as in every vector tile.
pub(super) const EXTENT: i64 = 4096;
/// Units beyond a tile's edge that are drawn too, so that symbols are not cut.
pub(super) const BUFFER: i64 = 64;
/// Deepest zoom with tiles; whoever looks closer magnifies these, at half a metre per unit.
pub(super) const DEEPEST: u8 = 14;
/// Bits of a coordinate: the world is 2^32 units wide, 9 mm each.
const BITS: u32 = 32;
/// Where Web Mercator ends.
const MOST_LATITUDE: f64 = 85.051_128_779_806_59;
/// A stretch of the curve this short is looked through instead of being cut further.
const SHORT: usize = 48;

/// A position on the world: x to the east, y to the south, each below 2^32.
pub(super) type World = (u32, u32);

/// A tile by zoom, column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    pub z: u8,
    pub x: u32,
    pub y: u32,
}

impl Tile {
    /// `None` where there is no such tile.
    pub(super) fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= DEEPEST && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }

    /// Where a position stands on this tile, in its units; fractions are dropped towards north-west.
    pub(super) fn local(self, at: World) -> (i64, i64) {
        let one = |at: u32, tile: u32| ((i64::from(at) - self.start(tile)) * EXTENT) >> (BITS - u32::from(self.z));
        (one(at.0, self.x), one(at.1, self.y))
    }

    /// The tile and so many units around it, in units of the world: west, north, east, south, the last two just outside.
    pub(super) fn square(self, margin: i64) -> [i64; 4] {
        let more = self.unit(margin);
        let side = 1 << (BITS - u32::from(self.z));
        let (west, north) = (self.start(self.x), self.start(self.y));
        [west - more, north - more, west + side + more, north + side + more]
    }

    /// Units of the tile as units of the world.
    pub(super) fn unit(self, units: i64) -> i64 {
        (units << (BITS - u32::from(self.z))) / EXTENT
    }

    fn start(self, tile: u32) -> i64 {
        i64::from(tile) << (BITS - u32::from(self.z))
    }
}

/// Degrees on the world.
pub(super) fn world(lon: f64, lat: f64) -> World {
    let (x, y) = unit(lon, lat);
    let side = f64::from(u32::MAX) + 1.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held inside the range")]
    let whole = |v: f64| (v * side).floor().clamp(0.0, f64::from(u32::MAX)) as u32;
    (whole(x), whole(y))
}

/// Degrees on the unit square.
pub(super) fn unit(lon: f64, lat: f64) -> (f64, f64) {
    let sin = lat.clamp(-MOST_LATITUDE, MOST_LATITUDE).to_radians().sin();
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    (lon / 360.0 + 0.5, y)
}

/// Place on the Z curve (Morton 1966): bits of x and y in turn.
fn curve((x, y): World) -> u64 {
    let spread = |v: u32| {
        let mut v = u64::from(v);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            v = (v | (v << shift)) & mask;
        }
        v
    };
    spread(x) | (spread(y) << 1)
}

/// Points in the order of the curve.
#[derive(Debug, Default)]
pub(super) struct Points {
    /// Place on the curve, position, index of the feature.
    all: Vec<(u64, World, u32)>,
}

impl Points {
    /// Sorts points; of several at one place the lower index comes first.
    pub(super) fn new(points: impl IntoIterator<Item = (World, u32)>) -> Self {
        let mut all: Vec<_> = points.into_iter().map(|(at, index)| (curve(at), at, index)).collect();
        all.sort_unstable_by_key(|(code, _, index)| (*code, *index));
        Self { all }
    }

    /// Calls `take` for every point of a square (west, north, east, south; the last two outside), in the order of the curve.
    pub(super) fn within(&self, square: [i64; 4], mut take: impl FnMut(World, u32)) {
        self.search(&self.all, (0, 0), BITS, square, &mut take);
    }

    fn search(
        &self,
        part: &[(u64, World, u32)],
        corner: (u64, u64),
        bits: u32,
        square: [i64; 4],
        take: &mut impl FnMut(World, u32),
    ) {
        let [west, north, east, south] = square;
        let side = 1i64 << bits;
        let (x, y) = (corner.0 as i64, corner.1 as i64);
        if part.is_empty() || x >= east || y >= south || x + side <= west || y + side <= north {
            return;
        }
        let whole = x >= west && y >= north && x + side <= east && y + side <= south;
        if whole || part.len() <= SHORT || bits == 0 {
            for (_, at, index) in part {
                let (x, y) = (i64::from(at.0), i64::from(at.1));
                if whole || (x >= west && x < east && y >= north && y < south) {
                    take(*at, *index);
                }
            }
            return;
        }
        let half = bits - 1;
        let mut rest = part;
        for quarter in 0..4u64 {
            let (dx, dy) = (quarter & 1, quarter >> 1);
            let cut = rest.partition_point(|(code, ..)| (code >> (2 * half)) & 3 <= quarter);
            let (mine, others) = rest.split_at(cut);
            self.search(mine, (corner.0 + (dx << half), corner.1 + (dy << half)), half, square, take);
            rest = others;
        }
    }

    /// Least zoom from which on no tile holds more than so many points; one beyond the deepest where there is none.
    pub(super) fn zoom_with_at_most(&self, most: usize) -> u8 {
        let crowded = |z: u8| {
            let shift = 2 * (BITS - u32::from(z));
            let tile = |i: usize| self.all[i].0.checked_shr(shift).unwrap_or(0);
            // In the order of the curve a tile is one stretch: too long a stretch begins and ends in the same tile.
            (most..self.all.len()).any(|i| tile(i - most) == tile(i))
        };
        (0..=DEEPEST).find(|z| !crowded(*z)).unwrap_or(DEEPEST + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of numbers that is the same on every run.
    fn numbers(seed: u64) -> impl Iterator<Item = u64> {
        let mut state = seed;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 16
        })
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "any number will do")]
    fn a_square_of_the_curve_holds_the_points_that_looking_at_all_of_them_finds() {
        let mut random = numbers(7);
        let mut next = || random.next().unwrap_or(0);
        // Half of them crowd in a corner, several at one place.
        let all: Vec<(World, u32)> = (0..5_000u32)
            .map(|i| {
                let (x, y) = (next() as u32, next() as u32);
                (if i % 2 == 0 { (x, y) } else { (x % 4096 * 64, y % 4096 * 64) }, i)
            })
            .collect();
        let points = Points::new(all.iter().copied());
        for case in 0..400 {
            let z = (next() % 15) as u8;
            let tile = Tile { z, x: (next() % (1 << z)) as u32, y: (next() % (1 << z)) as u32 };
            let tile = if case % 2 == 0 { Tile { x: 0, y: 0, ..tile } } else { tile };
            let square = tile.square((next() % 200) as i64);
            let mut found = Vec::new();
            points.within(square, |_, index| found.push(index));
            found.sort_unstable();
            let inside = |(x, y): World| {
                let (x, y) = (i64::from(x), i64::from(y));
                x >= square[0] && x < square[2] && y >= square[1] && y < square[3]
            };
            let expected: Vec<u32> = all.iter().filter(|(at, _)| inside(*at)).map(|(_, i)| *i).collect();
            assert_eq!(found, expected, "{tile:?} {square:?}");
        }
    }

    #[test]
    fn corners_of_the_world_are_corners_of_the_first_tile() {
        let first = Tile { z: 0, x: 0, y: 0 };
        assert_eq!(first.local(world(-180.0, 90.0)), (0, 0));
        assert_eq!(first.local(world(0.0, 0.0)), (2048, 2048));
        assert_eq!(first.local(world(180.0, -90.0)), (4095, 4095));
    }

    #[test]
    fn the_zoom_of_detail_is_the_first_without_a_crowded_tile() {
        // Three in the north-west quarter of the north-west quarter, one elsewhere.
        let points = Points::new([((0, 0), 0), ((1 << 29, 0), 1), ((0, 1 << 29), 2), ((1 << 31, 1 << 31), 3)]);
        assert_eq!(points.zoom_with_at_most(4), 0);
        assert_eq!(points.zoom_with_at_most(3), 1);
        assert_eq!(points.zoom_with_at_most(2), 3);
        let same = Points::new((0..10).map(|i| ((5, 5), i)));
        assert_eq!(same.zoom_with_at_most(9), DEEPEST + 1);
    }
}

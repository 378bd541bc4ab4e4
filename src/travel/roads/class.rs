//! What matters about a way: its class, who may use it in which direction and season, and what slows people down. A file of
//! its own because the network keeps this and nothing else of a way's tags; how tags are read is `access.rs`, what it means
//! for speed is `speeds.rs`.

use crate::model::Mode;

macro_rules! highways {
    ($($name:ident $tag:literal),+ $(,)?) => {
        /// Class of a way, by its `highway` tag.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Highway { $(#[doc = concat!("`", $tag, "`.")] $name),+ }

        impl Highway {
            /// Every class, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The value of the `highway` tag, and the key of the class in `[travel.speeds]`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $tag),+ }
            }
        }
    };
}

highways!(
    Motorway "motorway", MotorwayLink "motorway_link", Motorroad "motorroad", Trunk "trunk", TrunkLink "trunk_link",
    Primary "primary", PrimaryLink "primary_link", Secondary "secondary", SecondaryLink "secondary_link",
    Tertiary "tertiary", TertiaryLink "tertiary_link", Unclassified "unclassified", Residential "residential",
    LivingStreet "living_street", Service "service", Road "road", Track "track", Path "path", Footway "footway",
    Pedestrian "pedestrian", Cycleway "cycleway", Bridleway "bridleway", Steps "steps", Platform "platform",
    Ferry "ferry", IceRoad "ice_road",
);

impl Highway {
    /// By its number in a cached network.
    pub(super) fn of(number: u8) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }
}

/// Winter or summer: *both* is a question about two networks, not a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// Bare ground.
    Summer,
    /// Snow and ice.
    Winter,
}

impl Ground {
    /// The two.
    pub const ALL: [Self; 2] = [Self::Summer, Self::Winter];
}

/// Along a way's nodes, or against them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Along.
    Forward,
    /// Against.
    Backward,
}

impl Direction {
    /// The two.
    pub const ALL: [Self; 2] = [Self::Forward, Self::Backward];

    /// The other one.
    pub fn turned(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// Who may use a way or pass a node: a bit per mode, direction and season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct Access(pub u16);

impl Access {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Everybody, always.
    pub const ALL: Self = Self(0x0fff);

    fn bit(mode: Mode, direction: Direction, ground: Ground) -> u16 {
        let mode = match mode {
            Mode::Walk => 0,
            Mode::Bike => 1,
            Mode::Drive => 2,
        };
        1 << (mode * 4 + direction as u16 * 2 + ground as u16)
    }

    /// Whether this is open.
    pub fn allows(self, mode: Mode, direction: Direction, ground: Ground) -> bool {
        self.0 & Self::bit(mode, direction, ground) != 0
    }

    /// Opens or closes it.
    pub fn set(&mut self, mode: Mode, direction: Direction, ground: Ground, open: bool) {
        let bit = Self::bit(mode, direction, ground);
        self.0 = if open { self.0 | bit } else { self.0 & !bit };
    }
}

/// What is underfoot, by the `surface` tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Surface {
    /// Not tagged.
    #[default]
    Unstated,
    /// Asphalt, concrete, paved.
    Paved,
    /// Compacted, cement.
    Compacted,
    /// Fine gravel.
    FineGravel,
    /// Paving stones, bricks, metal.
    Stones,
    /// Sett, wood, gravel, unpaved, ground, dirt, grass, pebbles.
    Loose,
    /// Cobblestone, clay.
    Cobbles,
    /// Earth, stone, rock, sand.
    Soft,
    /// Mud.
    Mud,
    /// Ice or snow as a surface.
    Ice,
}

impl Surface {
    /// Every surface, in the order of its number.
    pub const ALL: [Self; 10] = [
        Self::Unstated,
        Self::Paved,
        Self::Compacted,
        Self::FineGravel,
        Self::Stones,
        Self::Loose,
        Self::Cobbles,
        Self::Soft,
        Self::Mud,
        Self::Ice,
    ];
}

/// Everything about a way that decides travel; ways with the same are one class. Plain numbers, so that it can be cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct WayClass {
    /// Speed over the water in micrometres per second, for a ferry with a duration; else 0.
    pub ferry_um_per_s: u32,
    /// Who may use it.
    pub access: Access,
    /// Number of its [`Highway`].
    pub highway: u8,
    /// Number of its [`Surface`].
    pub surface: u8,
    /// 1 to 5 where tagged, else 0.
    pub tracktype: u8,
    /// Speed limit along it in km/h, 0 where none is tagged.
    pub limit_forward: u8,
    /// Speed limit against it.
    pub limit_backward: u8,
    /// 1 for a roundabout, else 0.
    pub roundabout: u8,
}

impl WayClass {
    /// Its class by name.
    pub fn highway(&self) -> Highway {
        Highway::of(self.highway).unwrap_or(Highway::Road)
    }

    /// Its surface by name.
    pub fn surface(&self) -> Surface {
        Surface::ALL.get(self.surface as usize).copied().unwrap_or_default()
    }

    /// Speed limit in a direction, km/h.
    pub fn limit(&self, direction: Direction) -> Option<f64> {
        let limit = if direction == Direction::Forward { self.limit_forward } else { self.limit_backward };
        (limit > 0).then_some(f64::from(limit))
    }
}

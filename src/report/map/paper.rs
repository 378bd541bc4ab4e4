//! The plane of the sheet: points and rectangles in sheet units, y downwards. A file of its own because everything that
//! is laid out speaks in them. A sheet unit is a hundredth of an em, so that sizes read the same on every sheet.

/// Height of the running text.
pub(super) const EM: f64 = 100.0;

/// A point on the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pt {
    pub x: f64,
    pub y: f64,
}

impl Pt {
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub fn shifted(self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy }
    }
}

/// An upright rectangle on the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left, top, right, bottom }
    }

    pub fn around(centre: Pt, dx: f64, dy: f64) -> Self {
        Self::new(centre.x - dx, centre.y - dy, centre.x + dx, centre.y + dy)
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub fn centre(&self) -> Pt {
        Pt::new((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// Smaller by `d` on every side.
    pub fn inset(&self, d: f64) -> Self {
        Self::new(self.left + d, self.top + d, self.right - d, self.bottom - d)
    }

    pub fn contains(&self, p: Pt) -> bool {
        p.x >= self.left && p.x <= self.right && p.y >= self.top && p.y <= self.bottom
    }

    pub fn encloses(&self, other: &Self) -> bool {
        other.left >= self.left && other.right <= self.right && other.top >= self.top && other.bottom <= self.bottom
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Corners, clockwise from the top left.
    pub fn corners(&self) -> [Pt; 4] {
        [
            Pt::new(self.left, self.top),
            Pt::new(self.right, self.top),
            Pt::new(self.right, self.bottom),
            Pt::new(self.left, self.bottom),
        ]
    }
}

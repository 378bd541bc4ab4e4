//! Which row has this id? A file of its own because millions of ids are kept in one piece of memory, not in as many.

use std::hash::{BuildHasher, RandomState};

/// No id in this slot.
const FREE: u32 = u32::MAX;

/// Ids of a table in the order of its rows, and their index.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    text: String,
    ends: Vec<usize>,
    /// Open addressing, a power of two, at most half full.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Ids {
    /// Number of ids.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The id of row `i`, from 0.
    pub fn name(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.text[start..self.ends[i]]
    }

    /// The row of an id, from 0.
    pub fn find(&self, id: &str) -> Option<u32> {
        (!self.slots.is_empty()).then(|| self.slots[self.slot(id)]).filter(|&i| i != FREE)
    }

    /// Adds the id of the next row. An id that is there already is added as well, and its first row returned.
    pub(super) fn push(&mut self, id: &str) -> Option<u32> {
        if self.slots.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        let (slot, row) = (self.slot(id), self.ends.len() as u32);
        self.text.push_str(id);
        self.ends.push(self.text.len());
        let first = self.slots[slot];
        if first == FREE {
            self.slots[slot] = row;
        }
        (first != FREE).then_some(first)
    }

    /// Adds an id that is not there yet.
    pub(in crate::read) fn add(&mut self, id: &str) {
        self.push(id);
    }

    /// The slot of an id, or the free one in which it belongs.
    fn slot(&self, id: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one(id) as usize & mask;
        while self.slots[at] != FREE && self.name(self.slots[at] as usize) != id {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; (4 * (self.ends.len() + 1)).next_power_of_two().max(16)];
        for row in 0..self.ends.len() {
            let slot = self.slot(self.name(row));
            if self.slots[slot] == FREE {
                self.slots[slot] = row as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_in_its_first_row_and_a_second_one_is_noticed() {
        let mut ids = Ids::default();
        assert_eq!(ids.find("0"), None);
        assert!((0..1000).all(|i| ids.push(&format!("id{i}")).is_none()));
        assert_eq!(ids.push("id500"), Some(500));
        assert!((0..1000).all(|i| ids.find(&format!("id{i}")) == Some(i) && ids.name(i as usize) == format!("id{i}")));
        assert_eq!((ids.find("id1000"), ids.len()), (None, 1001));
    }
}

//! Lists of sites, numbered. A file of its own because it is a table and knows neither ground nor demand.

use super::chance;
use crate::travel::SiteIndex;

/// Lists, each once, in one piece of memory.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    sites: Vec<SiteIndex>,
    /// Per list its hash and its end in `sites`.
    lists: Vec<(u64, usize)>,
    /// Open addressing over `lists`, counted from 1; 0 is free. A power of two, at most half full.
    slots: Vec<u32>,
}

impl Dictionary {
    /// The number of a list: that of an equal one, or the next. A hash finds it, a comparison confirms it.
    pub(super) fn number(&mut self, list: &[SiteIndex]) -> u32 {
        if self.slots.len() < 2 * (self.lists.len() + 1) {
            self.grow();
        }
        let hash = list.iter().fold(0u64, |h, &s| (h.rotate_left(5) ^ u64::from(s)).wrapping_mul(chance::STEP));
        let hash = hash ^ hash >> 32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(number) = self.slots[at].checked_sub(1) {
            if self.lists[number as usize].0 == hash && self.list(number as usize) == list {
                return number;
            }
            at = (at + 1) & mask;
        }
        self.sites.extend_from_slice(list);
        self.lists.push((hash, self.sites.len()));
        self.slots[at] = self.lists.len() as u32;
        self.lists.len() as u32 - 1
    }

    fn list(&self, number: usize) -> &[SiteIndex] {
        let start = if number == 0 { 0 } else { self.lists[number - 1].1 };
        &self.sites[start..self.lists[number].1]
    }

    fn grow(&mut self) {
        self.slots = vec![0; (4 * (self.lists.len() + 1)).next_power_of_two().max(1024)];
        let mask = self.slots.len() - 1;
        for (number, (hash, _)) in (1..).zip(&self.lists) {
            let mut at = *hash as usize & mask;
            while self.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = number;
        }
    }

    /// Per list how many come before it. The first four sites decide most comparisons and fit a number.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let first = |number: usize| {
            let four = self.list(number).iter().take(4);
            (0..4).zip(four).fold(0u128, |key, (i, &s)| key | u128::from(s.saturating_add(1)) << (96 - 32 * i))
        };
        let mut order: Vec<(u128, u32)> = (0..self.lists.len()).map(|n| (first(n), n as u32)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.list(a.1 as usize).cmp(self.list(b.1 as usize))));
        let mut ranks = vec![0; order.len()];
        (0..).zip(order).for_each(|(rank, (_, number))| ranks[number as usize] = rank);
        ranks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_have_one_number_and_ranks_are_those_of_a_sort() {
        // Lists that share beginnings, and one that ends where others go on.
        let list = |i: u64| -> Vec<SiteIndex> {
            let bits = chance::mixed(i % 3_000) & chance::mixed(i % 700) | 0x3f;
            (0..64u32).filter(|s| bits >> s & 1 == 1).take(i as usize % 23).collect()
        };
        let mut dictionary = Dictionary::default();
        let numbers: Vec<u32> = (0..9_000).map(|i| dictionary.number(&list(i))).collect();
        let mut sorted: Vec<Vec<SiteIndex>> = (0..9_000).map(list).collect();
        sorted.sort();
        sorted.dedup();
        let ranks = dictionary.ranks();
        assert_eq!(ranks.len(), sorted.len());
        for (i, number) in (0..).zip(numbers) {
            assert_eq!(sorted[ranks[number as usize] as usize], list(i), "list {i}");
        }
    }
}

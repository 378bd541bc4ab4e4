//! Numbers in lists, most of them 0 and left out. A file of its own because programs and factors are both made of them.

/// Lists one after the other: entry `i` of a list is `values[i]` at index `at[i]`.
#[derive(Debug, Clone)]
pub(super) struct Sparse {
    starts: Vec<usize>,
    at: Vec<u32>,
    values: Vec<f64>,
}

impl Default for Sparse {
    fn default() -> Self {
        Self { starts: vec![0], at: Vec::new(), values: Vec::new() }
    }
}

impl Sparse {
    pub(super) fn clear(&mut self) {
        self.starts.truncate(1);
        self.at.clear();
        self.values.clear();
    }

    /// Adds a list.
    pub(super) fn push(&mut self, entries: impl IntoIterator<Item = (u32, f64)>) {
        for (at, value) in entries {
            self.at.push(at);
            self.values.push(value);
        }
        self.starts.push(self.at.len());
    }

    /// Number of lists.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of entries.
    pub(super) fn entries(&self) -> usize {
        self.at.len()
    }

    /// Number of entries of a list.
    pub(super) fn length(&self, list: usize) -> usize {
        self.starts[list + 1] - self.starts[list]
    }

    pub(super) fn list(&self, list: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[list]..self.starts[list + 1];
        self.at[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// `to -= by * list`.
    pub(super) fn subtract(&self, list: usize, by: f64, to: &mut [f64]) {
        self.list(list).for_each(|(at, value)| to[at as usize] -= by * value);
    }

    /// `sum of list * with`.
    pub(super) fn product(&self, list: usize, with: &[f64]) -> f64 {
        self.list(list).map(|(at, value)| value * with[at as usize]).sum()
    }

    /// The same entries by index, of which there are `indices`.
    pub(super) fn turned(&self, indices: usize) -> Self {
        let mut starts = vec![0usize; indices + 1];
        self.at.iter().for_each(|&i| starts[i as usize + 1] += 1);
        (0..indices).for_each(|i| starts[i + 1] += starts[i]);
        let mut next = starts.clone();
        let (mut at, mut values) = (vec![0u32; self.at.len()], vec![0.0; self.at.len()]);
        for list in 0..self.len() {
            for (i, value) in self.list(list) {
                let to = next[i as usize];
                (at[to], values[to]) = (list as u32, value);
                next[i as usize] += 1;
            }
        }
        Self { starts, at, values }
    }
}

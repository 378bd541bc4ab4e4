//! A part of all choices: some sites are taken, some are left out, the rest is open. A file of its own because the
//! searches that must visit every choice, for near plans and for conflicts, cut the choices up in the same way.

use super::problem::Problem;
use crate::travel::SiteIndex;

/// The choices that hold every taken site and none of those left out.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Taken, ascending.
    pub required: Vec<SiteIndex>,
    /// Left out, by site.
    pub forbidden: Vec<bool>,
}

impl Part {
    /// All choices of a problem.
    pub(super) fn whole(problem: &Problem) -> Self {
        Self { required: problem.required.clone(), forbidden: problem.forbidden.clone() }
    }

    /// With a site taken, and those too near it left out; `None` when that cannot be.
    pub(super) fn take(mut self, problem: &Problem, site: SiteIndex) -> Option<Self> {
        if self.forbidden[site as usize] {
            return None;
        }
        if let Err(at) = self.required.binary_search(&site) {
            self.required.insert(at, site);
        }
        for &near in problem.too_near.get(site as usize).map_or(&[][..], Vec::as_slice) {
            if self.required.binary_search(&near).is_ok() {
                return None;
            }
            self.forbidden[near as usize] = true;
        }
        Some(self)
    }

    /// With a site left out.
    pub(super) fn leave(mut self, site: SiteIndex) -> Self {
        self.forbidden[site as usize] = true;
        self
    }

    /// Makes `here`, a copy of the whole problem, the problem of this part.
    pub(super) fn narrow(&self, here: &mut Problem) {
        here.required.clone_from(&self.required);
        here.forbidden.clone_from(&self.forbidden);
    }

    /// Sites that may still be taken or are, ascending.
    pub(super) fn usable(&self) -> Vec<SiteIndex> {
        (0..self.forbidden.len() as SiteIndex).filter(|&s| !self.forbidden[s as usize]).collect()
    }

    /// Whether a site is neither taken nor left out.
    pub(super) fn is_open(&self, site: SiteIndex) -> bool {
        !self.forbidden[site as usize] && self.required.binary_search(&site).is_err()
    }
}

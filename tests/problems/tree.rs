//! Walks the tree of a proof by rules that share nothing with the search but the problem, for tests of certificates.

use doorstep::siting::{Node, Problem};
use std::collections::BTreeSet;

/// A part of the space of choices.
#[derive(Clone)]
pub struct Part {
    /// Taken.
    pub taken: BTreeSet<u32>,
    /// Left out.
    pub out: BTreeSet<u32>,
    /// County rules, and how many of their sites are chosen at least and at most.
    pub numbers: Vec<(usize, usize, usize)>,
    /// Nodes that counted among sites, and whether this is in the branch of more.
    pub sides: Vec<(usize, bool)>,
}

impl Part {
    fn taking(&self, problem: &Problem, site: u32) -> Self {
        let mut part = self.clone();
        part.taken.insert(site);
        part.out.extend(problem.too_near.get(site as usize).into_iter().flatten());
        part
    }

    fn leaving(&self, site: u32) -> Self {
        let mut part = self.clone();
        part.out.insert(site);
        part
    }

    fn counting(&self, group: usize, least: usize, most: usize) -> Self {
        let mut part = self.clone();
        part.numbers.push((group, least, most));
        part
    }

    fn among(&self, node: usize, more: bool) -> Self {
        let mut part = self.clone();
        part.sides.push((node, more));
        part
    }

    /// Choices of the right number that keep to this part and to the counties, by trying all: spacing and budget aside.
    pub fn choices(&self, problem: &Problem) -> Vec<Vec<u32>> {
        let keeps = |mask: &u32| {
            let has = |s: &u32| mask >> s & 1 == 1;
            let counties = problem.counties.iter().enumerate().all(|(c, rule)| {
                let of = |s: &u32| has(s) && problem.county_of[*s as usize] == Some(c);
                let n = (0..problem.sites as u32).filter(of).count();
                let numbers = self.numbers.iter().filter(|(group, ..)| *group == c);
                (rule.min..=rule.max).contains(&n)
                    && numbers.into_iter().all(|&(_, least, most)| (least..=most).contains(&n))
            });
            mask.count_ones() as usize == problem.choose
                && self.taken.iter().all(has)
                && !self.out.iter().any(has)
                && counties
        };
        let sites = |mask: u32| (0..problem.sites as u32).filter(|s| mask >> s & 1 == 1).collect();
        (0u32..1 << problem.sites).filter(keeps).map(sites).collect()
    }
}

/// What prices leave open of a part of the space, if anything; an error where they are no prices.
pub type OpenTo<'a> = &'a dyn Fn(&Part, usize) -> Result<Option<u64>, String>;

/// Whether a choice is better than what the tree says is best.
pub type Better<'a> = &'a dyn Fn(&[u32]) -> bool;

/// Whether every leaf of a tree is closed: by prices that leave nothing open, by a count, or by a choice that is not better.
pub fn walk(conditions: &Problem, nodes: &[Node], open_to: OpenTo<'_>, better: Better<'_>) -> Result<(), String> {
    let mut whole = Part { taken: BTreeSet::new(), out: BTreeSet::new(), numbers: Vec::new(), sides: Vec::new() };
    whole.out.extend((0..conditions.sites as u32).filter(|&s| conditions.forbidden[s as usize]));
    for &s in &conditions.required {
        whole = whole.taking(conditions, s);
    }
    node(conditions, nodes, 0, &whole, (open_to, better))
}

fn node(problem: &Problem, nodes: &[Node], at: usize, part: &Part, by: (OpenTo<'_>, Better<'_>)) -> Result<(), String> {
    let child = |then: usize| (at < then).then_some(then).ok_or(format!("node {at} has no child"));
    let closes = |part: &Part, m: usize| match by.0(part, m)? {
        Some(room) => Err(format!("node {at} leaves room for {room}")),
        None => Ok(()),
    };
    match nodes.get(at).ok_or("a node is missing")? {
        Node::Bound { multipliers } => closes(part, *multipliers),
        Node::Count => {
            let cost = |c: &Vec<u32>| problem.budget.as_ref().map_or(0, |b| c.iter().map(|&s| b.0[s as usize]).sum());
            let cheapest = part.choices(problem).iter().map(cost).min();
            let affordable = cheapest.is_some_and(|c: u64| problem.budget.as_ref().is_none_or(|b| c <= b.1));
            if affordable { Err(format!("node {at} is not at its end")) } else { Ok(()) }
        }
        Node::Choice => {
            let choices = part.choices(problem);
            let open = choices.len() > 1 || choices.iter().any(|c| problem.admits(c) && by.1(c));
            if open { Err(format!("node {at} holds more")) } else { Ok(()) }
        }
        Node::Fix { multipliers, taken, left, then } => {
            let mut rest = part.clone();
            for &s in taken {
                closes(&part.leaving(s), *multipliers)?;
                rest = rest.taking(problem, s);
            }
            for &s in left {
                closes(&part.taking(problem, s), *multipliers)?;
                rest = rest.leaving(s);
            }
            node(problem, nodes, child(*then)?, &rest, by)
        }
        Node::Number { group_of, most, fewer, more } => {
            let group = problem.county_of[*group_of as usize].ok_or("a site of no group")?;
            node(problem, nodes, child(*fewer)?, &part.counting(group, 0, *most), by)?;
            node(problem, nodes, child(*more)?, &part.counting(group, most + 1, usize::MAX), by)
        }
        Node::Among { fewer, more, .. } => {
            node(problem, nodes, child(*fewer)?, &part.among(at, false), by)?;
            node(problem, nodes, child(*more)?, &part.among(at, true), by)
        }
        Node::Split { site, taken, left } => {
            node(problem, nodes, child(*taken)?, &part.taking(problem, *site), by)?;
            node(problem, nodes, child(*left)?, &part.leaving(*site), by)
        }
    }
}

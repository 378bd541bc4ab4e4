//! What proofs price beside rows: cuts, and what branches demand. By rules that share nothing with the search but the problem.

use super::tree::Part;
use doorstep::siting::{Cut, Leaves, Multipliers, Node};

/// What these prices come to, in parts of a unit of weight.
pub struct Beside {
    /// Whatever is chosen.
    pub rest: i128,
    /// Per row that is not covered.
    pub earned: Vec<i128>,
    /// Per chosen site.
    pub values: Vec<i128>,
}

impl Beside {
    /// Of multipliers over so many rows and sites, in a part of the space.
    pub fn of(proof: &Leaves, part: &Part, by: &Multipliers, rows: usize, sites: usize) -> Result<Self, String> {
        let mut all = Self { rest: 0, earned: vec![0; rows], values: vec![0; sites] };
        for &(cut, price) in &by.cuts {
            let cut = proof.cuts.get(cut).ok_or("no such cut")?;
            let price = i128::from(price);
            cut.rows.iter().for_each(|&r| all.earned[r as usize] += price);
            cut.sites.iter().for_each(|&(s, c)| all.values[s as usize] += price * i128::from(c));
            all.rest += price * (cut.rows.len() as i128 - i128::from(cut.need));
        }
        for demand in &by.demands {
            let Some(Node::Among { sites, most, .. }) = proof.nodes.get(demand.node) else {
                return Err("a demand of no node".to_owned());
            };
            if !part.sides.contains(&(demand.node, demand.more)) {
                return Err("a demand of another part".to_owned());
            }
            let (sign, least) = if demand.more { (1, *most as i128 + 1) } else { (-1, -(*most as i128)) };
            sites.iter().for_each(|&s| all.values[s as usize] += sign * i128::from(demand.price));
            all.rest -= i128::from(demand.price) * least;
        }
        Ok(all)
    }
}

/// Whether every choice of any number of so many sites meets a cut; `covers` lists the sites of each row.
pub fn holds(sites: usize, covers: &[&[u32]], cut: &Cut) -> bool {
    (0u32..1 << sites).all(|mask| {
        let has = |s: u32| mask >> s & 1 == 1;
        let paid: i64 = cut.sites.iter().filter(|s| has(s.0)).map(|s| i64::from(s.1)).sum();
        let lost = cut.rows.iter().filter(|&&r| !covers[r as usize].iter().any(|&s| has(s))).count();
        paid + lost as i64 >= cut.need
    })
}

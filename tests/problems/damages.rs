//! What is done to any proof, for tests that see it refuted.

use doorstep::siting::Leaves;

/// A proof with one thing changed.
pub fn damaged(proof: &Leaves, damage: impl Fn(&mut Leaves)) -> Leaves {
    let mut damaged = proof.clone();
    damage(&mut damaged);
    damaged
}

/// What may be done to any proof without `check` seeing it; nothing, if it is any good.
pub fn overlooked(proof: &Leaves, check: impl Fn(&Leaves) -> Result<(), String>) -> Vec<&'static str> {
    let parts = proof.multipliers.iter().position(|m| !m.parts.is_empty());
    let beyond = parts.map(|at| damaged(proof, |p| p.multipliers[at].parts[0] = p.multipliers[at].of + 1));
    let done = [
        ("more is said to be covered", Some(damaged(proof, |p| p.objective += 1))),
        ("a leaf is dropped", Some(damaged(proof, |p| drop(p.nodes.pop())))),
        ("a part beyond the whole", beyond),
    ];
    let passes = |done: &Option<Leaves>| done.as_ref().is_some_and(|proof| check(proof).is_ok());
    done.iter().filter(|d| passes(&d.1)).map(|d| d.0).collect()
}

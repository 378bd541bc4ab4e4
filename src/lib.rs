//! doorstep sites public service stations so that people reach them within a 15-minute circle, with a proof for every
//! proposal.
//!
//! The rooms, in the order in which data walks through them; each uses only those above it:
//!
//! ```text
//! model      the words of the domain; units as types
//! read       plan folder  ->  PlanFolder, or every fault of it
//! travel     origin, site ->  within the standard? how many minutes? by circles, roads or given times
//! coverage   places       ->  demand points, the relation of demand and sites, merged rows
//! siting     a problem    ->  a choice, its objective and a bound that no choice exceeds
//! measure    a choice     ->  shares, gains, losses, gaps with reasons
//! job        PlanFolder   ->  Outcome: the only orchestrator
//! report     Outcome      ->  GeoJSON, GIS files, tables, workbook, map, page, document
//! desk       Outcome + changes -> what they gain and lose, a better plan, scenarios that are kept
//! web        Outcome      ->  HTTP and the browser
//! cli        what was typed -> what is asked; exit codes
//! ```
//!
//! # Example
//! ```
//! use std::path::Path;
//!
//! let folder = doorstep::read::open(Path::new("data/daxinganling")).expect("the sample has no faults");
//! let today = time::macros::date!(2026 - 01 - 01);
//! let outcome = doorstep::job::run(folder, today, |_stage| {}).expect("the sample's conditions can be met");
//! assert_eq!(outcome.existing() + outcome.proposals.len(), 20);
//! assert!(outcome.certificate.bound >= outcome.certificate.objective);
//! ```

pub mod model;
pub mod read;
pub mod travel;
pub mod coverage;
pub mod siting;
pub mod measure;
pub mod job;
pub mod report;
pub mod desk;
pub mod web;
pub mod cli;

//! Who of a set of points is within 15 minutes on foot of a set of sites? Coverage without a plan folder.
//!
//! `cargo run --release --example coverage_of_points` reads the sample's real township seats and asks which of them lie
//! within reach of the prefecture's county seats, on foot and by car.

#![expect(clippy::print_stdout, reason = "an example prints")]

use doorstep::coverage::{Demand, Relation};
use doorstep::model::{
    Circle, Limit, Minutes, Mode, People, Place, PlaceKind, PlaceLayer, Position, Shape, TravelSettings,
};
use doorstep::travel::{Circles, Standard};
use std::collections::BTreeMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/data/source/daxinganling/townships.csv");
    let mut places = Vec::new();
    for row in csv::Reader::from_path(file)?.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let position = Position::new(row["lon"].parse()?, row["lat"].parse()?).ok_or("a coordinate out of range")?;
        places.push(Place {
            id: row["code"].clone(),
            layer: PlaceLayer::Residences,
            name: row["name"].clone(),
            county: Some(row["county"].as_str().into()),
            setting: None,
            kind: PlaceKind::Settlement,
            people: People(row["population_2020_estimate"].parse()?),
            groups: BTreeMap::new(),
            shape: Shape::Point(position),
        });
    }
    // The sites: the most populous township of each county.
    let mut seats: BTreeMap<_, &Place> = BTreeMap::new();
    for place in &places {
        let seat = seats.entry(place.county.clone()).or_insert(place);
        if place.people.0 > seat.people.0 {
            *seat = place;
        }
    }
    let sites: Vec<Position> =
        seats.values().filter_map(|p| if let Shape::Point(p) = p.shape { Some(p) } else { None }).collect();

    for mode in [Mode::Walk, Mode::Drive] {
        let travel = TravelSettings::default();
        let standards = [Standard::new(&Circle { setting: None, limit: Limit::Minutes(Minutes(15.0)), mode }, &travel)];
        let demand = Demand::new(&places, &standards);
        let relation = Relation::new(&demand, &Circles::new(sites.iter().copied(), &standards));
        let covered: Vec<&Place> =
            (0..relation.len()).filter(|&i| !relation.sites(i).is_empty()).map(|i| &places[i]).collect();
        let people: f64 = covered.iter().map(|p| p.people.0).sum();
        println!(
            "{} within 15 minutes ({:.0} m) of {} seats: {} of {} townships, {people:.0} people",
            mode.name(),
            standards[0].radius.0,
            sites.len(),
            covered.len(),
            places.len(),
        );
    }
    Ok(())
}

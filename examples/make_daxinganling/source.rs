//! What is known: the townships and the names of their villages and communities, from `data/source/daxinganling`.
//! A file of its own because everything the other files make up starts from these rows.

use super::ground::Spot;
use std::error::Error;
use std::path::Path;

/// The counties by their 2020 census totals, in the order of their codes; the sample reproduces them exactly.
pub const COUNTIES: [(&str, u32); 7] = [
    ("漠河市", 54_036),
    ("呼玛县", 36_362),
    ("塔河县", 51_056),
    ("加格达奇区", 137_105),
    ("松岭区", 15_996),
    ("新林区", 20_362),
    ("呼中区", 16_359),
];

/// A township or street and the villages and communities under it.
pub struct Township {
    /// Nine-digit NBS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// The seat: real, rounded or approximate, as the source table says.
    pub seat: Spot,
    /// Its part of the county's census total.
    pub people: u32,
    /// In the order of their codes; never empty.
    pub villages: Vec<Village>,
}

impl Township {
    /// The name without its rank, as villages are named after it: 三卡 of 三卡乡.
    pub fn stem(&self) -> &str {
        ["鄂伦春族民族乡", "鄂伦春族乡", "街道", "镇", "乡"]
            .iter()
            .find_map(|rank| self.name.strip_suffix(rank))
            .unwrap_or(&self.name)
    }

    /// Whether any urban community belongs to it.
    pub fn has_community(&self) -> bool {
        self.villages.iter().any(|v| v.urban)
    }
}

/// A village or community: a name and a code, no more is published.
pub struct Village {
    /// Twelve-digit NBS code.
    pub code: String,
    /// Name as published.
    pub name: String,
    /// NBS numbers residents' committees (居委会) from 001 and villagers' committees (村委会) from 200.
    pub urban: bool,
}

/// Reads both tables; townships in the order of their codes.
pub fn townships(folder: &Path) -> Result<Vec<Township>, Box<dyn Error>> {
    let mut townships = Vec::new();
    for row in csv::Reader::from_path(folder.join("townships.csv"))?.deserialize() {
        let (code, name, _, county, lat, lon, _, _, people): Row = row?;
        townships.push(Township { code, name, county, seat: Spot { lon, lat }, people, villages: Vec::new() });
    }
    for row in csv::Reader::from_path(folder.join("villages_nbs2023.csv"))?.deserialize() {
        let (code, name, township): (String, String, String) = row?;
        let home = townships.iter_mut().find(|t| t.code == township);
        let urban = code.get(9..).is_some_and(|n| n < "200");
        home.ok_or_else(|| format!("{name} {code}: no township {township}"))?.villages.push(Village {
            code,
            name,
            urban,
        });
    }
    for township in &townships {
        if township.villages.is_empty() {
            return Err(format!("{} has people but no village or community to house them", township.name).into());
        }
    }
    for (county, census) in COUNTIES {
        let sum: u32 = townships.iter().filter(|t| t.county == county).map(|t| t.people).sum();
        if sum != census {
            return Err(format!("{county}: townships hold {sum} people, the census counted {census}").into());
        }
    }
    Ok(townships)
}

type Row = (String, String, String, String, f64, f64, String, String, u32);

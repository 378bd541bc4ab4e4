//! Where people work, shop and arrive: a list by hand of what towns of this size have.
//! A file of its own because it is a table; only the township is more than illustration.

use super::chance::Chance;
use super::ground::{Ground, Spot, Wish};
use super::source::Township;

/// A business cluster of the sample.
pub struct Cluster {
    /// Name.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// `industry` or `footfall`.
    pub kind: &'static str,
    /// Workers or daily visitors.
    pub people: u32,
    /// City or town, or outside of it.
    pub urban: bool,
    /// Where.
    pub spot: Spot,
}

/// Township, name, kind, people, urban, and how many metres from the seat at the least.
const CLUSTERS: [(&str, &str, &str, u32, bool, f64); 25] = [
    ("西林吉镇", "漠河火车站", "footfall", 900, true, 900.0),
    ("西林吉镇", "西林吉客运站", "footfall", 500, true, 300.0),
    ("西林吉镇", "西林吉农贸市场", "footfall", 1_400, true, 200.0),
    ("图强镇", "图强木业加工园", "industry", 620, true, 900.0),
    ("北极镇", "北极村景区", "footfall", 1_600, false, 500.0),
    ("古莲镇", "古莲矿业园", "industry", 760, false, 2_500.0),
    ("呼玛镇", "呼玛客运站", "footfall", 420, true, 300.0),
    ("呼玛镇", "呼玛农贸市场", "footfall", 1_000, true, 200.0),
    ("呼玛镇", "呼玛农产品加工园", "industry", 540, true, 1_600.0),
    ("韩家园镇", "韩家园矿业园", "industry", 380, false, 4_000.0),
    ("塔河镇", "塔河火车站", "footfall", 800, true, 700.0),
    ("塔河镇", "塔河农贸市场", "footfall", 1_300, true, 200.0),
    ("塔河镇", "塔河生态产业园", "industry", 900, true, 2_000.0),
    ("十八站鄂伦春族乡", "十八站农贸市场", "footfall", 350, false, 200.0),
    ("卫东街道", "加格达奇火车站", "footfall", 3_600, true, 500.0),
    ("卫东街道", "加格达奇客运站", "footfall", 1_500, true, 400.0),
    ("红旗街道", "红旗大街商业区", "footfall", 4_200, true, 200.0),
    ("光明街道", "光明农贸市场", "footfall", 2_200, true, 300.0),
    ("曙光街道", "曙光物流园", "industry", 850, true, 1_200.0),
    ("东山镇", "加格达奇工业园区", "industry", 2_600, true, 1_800.0),
    ("长虹镇", "长虹食品产业园", "industry", 1_100, true, 1_000.0),
    ("小扬气镇", "小扬气集贸市场", "footfall", 600, true, 200.0),
    ("新林镇", "新林北药产业园", "industry", 450, true, 1_300.0),
    ("新林镇", "新林火车站", "footfall", 420, true, 400.0),
    ("呼中镇", "呼中集贸市场", "footfall", 560, true, 200.0),
];

/// All clusters, in the order of the table.
pub fn clusters(townships: &[Township], ground: &mut Ground) -> Result<Vec<Cluster>, String> {
    let place = |&(home, name, kind, people, urban, near): &(&str, &str, &'static str, u32, bool, f64)| {
        let township =
            townships.iter().find(|t| t.name == home).ok_or_else(|| format!("{name}: no township {home}"))?;
        let wish = Wish { township: home, around: township.seat, ring: (near, near + 600.0), room: 60.0 };
        let spot = ground.take(&wish, &mut Chance::of(name));
        let (county, township) = (township.county.clone(), home.to_owned());
        Ok(Cluster { name: name.to_owned(), county, township, kind, people, urban, spot })
    };
    CLUSTERS.iter().map(place).collect()
}

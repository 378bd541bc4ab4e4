//! Which property does a heading mean, and which value does a word mean?
//! A file of its own because it is all of the Chinese and English that files may use: to add a synonym is one word here.

use super::codes::Book;
use crate::model::{PlaceKind, Setting, Status};
use std::collections::{BTreeMap, HashMap};

/// A layer of the plan folder, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Layer {
    Residences,
    Clusters,
    Stations,
    Candidates,
    Boundaries,
    /// The log of what happened to stations: no places.
    Progress,
}

impl Layer {
    pub(super) const ALL: [Self; 6] =
        [Self::Residences, Self::Clusters, Self::Stations, Self::Candidates, Self::Boundaries, Self::Progress];

    /// The name in files and answers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Residences => "residences",
            Self::Clusters => "clusters",
            Self::Stations => "stations",
            Self::Candidates => "candidates",
            Self::Boundaries => "boundaries",
            Self::Progress => "progress",
        }
    }

    /// Names that a sheet or table of the layer may have.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Residences => &["residences", "居民点", "居住点", "居民点清单"],
            Self::Clusters => &["clusters", "集聚区", "产业集聚区", "产业与人流集聚区"],
            Self::Stations => &["stations", "站点", "服务站", "现有站点"],
            Self::Candidates => &["candidates", "候选点", "候选站点"],
            Self::Boundaries => &["boundaries", "边界", "县界", "县区边界"],
            Self::Progress => &["progress", "进展", "进度", "工作台账", "台账"],
        }
    }

    /// Properties that the layer knows; all others are other people's and are left alone.
    pub(super) fn fields(self) -> &'static [Field] {
        use Field::*;
        match self {
            Self::Residences => {
                &[Id, Name, County, CountyCode, Setting, Population, Kind, Groups, Lon, Lat, Geometry, Address]
            }
            Self::Clusters => &[Id, Name, County, CountyCode, Setting, People, Kind, Lon, Lat, Geometry, Address],
            Self::Stations => {
                &[Id, Name, County, CountyCode, Status, Opened, Kind, Capacity, Lon, Lat, Geometry, Address]
            }
            Self::Candidates => &[Id, Name, County, CountyCode, Host, Cost, Capacity, Lon, Lat, Geometry, Address],
            Self::Boundaries => &[Id, Name, County, CountyCode, Geometry],
            Self::Progress => &[Station, Date, Status, Due, Served, Problem, NextStep],
        }
    }
}

macro_rules! fields {
    ($($name:ident = $text:literal $synonyms:expr;)*) => {
        /// A property that some layer knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Field { $($name,)* }

        impl Field {
            /// How many there are.
            pub(super) const COUNT: usize = [$(Self::$name,)*].len();

            /// The property's own name.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Whether it says where a row of a table is.
            pub(super) fn is_place(self) -> bool {
                matches!(self, Self::Lon | Self::Lat | Self::Geometry | Self::Address)
            }

            /// Headings that mean it without being mapped.
            fn synonyms(self) -> &'static [&'static str] {
                match self { $(Self::$name => &$synonyms,)* }
            }
        }
    };
}

fields! {
    Id = "id" ["编号", "编码", "唯一编号"];
    Name = "name" ["名称", "名字", "站点名称", "居民点名称"];
    County = "county" ["县区", "区县", "县", "县市区", "县（市、区）", "所属县区", "所属区县", "所在县区", "所在区县"];
    CountyCode = "county_code" ["行政区划代码", "区划代码", "县区代码", "区县代码", "县代码", "adcode"];
    Setting = "setting" ["城乡", "城乡类型", "城乡属性", "城乡分类"];
    Population = "population" ["人口", "常住人口", "人口数", "常住人口数", "人口（人）", "常住人口（人）"];
    People = "people" ["人数", "从业人数", "就业人数", "人流量", "日均人流", "日均人流量", "人数（人）"];
    Kind = "kind" ["类型", "类别"];
    Groups = "groups" ["群体", "重点群体"];
    Status = "status" ["状态", "建设状态", "运营状态"];
    Opened = "opened" ["开业日期", "开放日期", "启用日期", "开业时间", "启用时间"];
    Capacity = "capacity" ["容量", "服务能力", "可服务人数"];
    Host = "host" ["依托", "依托单位", "依托平台", "依托场所"];
    Station = "station" ["站点编号", "站点", "服务站编号"];
    Date = "date" ["日期", "填报日期", "变更日期", "时间"];
    Due = "due" ["计划完成日期", "计划建成日期", "计划完成时间", "计划启用日期", "应完成日期"];
    Served = "served" ["服务人数", "服务人次", "已服务人数"];
    Problem = "problem" ["问题", "存在问题", "存在的问题"];
    NextStep = "next_step" ["下一步", "下步计划", "下一步工作", "下步工作"];
    Lon = "lon" ["lng", "longitude", "x", "经度", "东经", "坐标经度", "经度坐标"];
    Lat = "lat" ["latitude", "y", "纬度", "北纬", "坐标纬度", "纬度坐标"];
    Geometry = "geometry" ["wkt", "geom", "几何", "边界", "范围"];
    Address = "address" ["地址", "详细地址", "所在地址", "站点地址", "位置"];
    Cost = "cost" ["费用", "造价", "成本", "投资", "建设费用"];
}

/// The headings of one layer, the plan's own mapping included.
#[derive(Debug)]
pub(super) struct Headings {
    fields: HashMap<String, Field>,
    groups: Vec<String>,
    /// Whether headings may be anything: nobody has said yet which layer a table is.
    pub(super) any: bool,
    /// What county codes mean.
    pub(super) book: std::sync::Arc<Book>,
}

impl Headings {
    /// `columns` maps a property's name to the heading that stands for it in the file, and then no other heading does.
    pub(super) fn of(layer: Layer, columns: &BTreeMap<Field, String>) -> Self {
        let mut fields = HashMap::new();
        for field in layer.fields() {
            if !columns.contains_key(field) {
                fields.insert(field.name().to_owned(), *field);
                fields.extend(field.synonyms().iter().map(|heading| ((*heading).to_owned(), *field)));
            }
        }
        fields.extend(columns.iter().map(|(field, heading)| (plain(heading), *field)));
        Self { fields, groups: Vec::new(), any: false, book: std::sync::Arc::default() }
    }

    /// Those of every layer, for a table of which nobody has said what it is.
    pub(super) fn of_any_layer() -> Self {
        let none = BTreeMap::new();
        let layers = Layer::ALL.into_iter().filter(|layer| *layer != Layer::Progress);
        let fields = layers.flat_map(|layer| Self::of(layer, &none).fields).collect();
        Self { fields, groups: Vec::new(), any: true, book: std::sync::Arc::default() }
    }

    /// The property that a column of a table means here: the place is in columns too.
    pub(super) fn column(&self, heading: &str) -> Option<Field> {
        let direct = self.fields.get(heading).or_else(|| self.fields.get(&plain(heading))).copied();
        direct.or_else(|| {
            // A coordinate's heading may say its datum: 经度（GCJ-02）, 高德经度, lon_wgs84.
            let bare = bare(heading);
            self.fields.get(&bare).copied().filter(|field| matches!(field, Field::Lon | Field::Lat | Field::Geometry))
        })
    }

    /// The group that a column of a table counts.
    pub(super) fn group<'h>(&self, layer: Layer, heading: &'h str) -> Option<&'h str> {
        if layer != Layer::Residences {
            return None;
        }
        let heading = heading.trim();
        let (name, spelled) = heading.split_once('.').filter(|(head, _)| *head == "groups").unwrap_or(("", heading));
        let known = GROUPS.iter().any(|(zh, name)| *zh == spelled || *name == spelled);
        (!name.is_empty() || known || self.groups.iter().any(|g| g == spelled)).then(|| group(spelled))
    }

    /// With columns that count groups beyond those that everybody knows, and what county codes mean.
    pub(super) fn with(mut self, groups: &[String], book: &std::sync::Arc<Book>) -> Self {
        self.groups = groups.to_vec();
        self.book = std::sync::Arc::clone(book);
        self
    }

    /// The property that a heading means here.
    pub(super) fn field(&self, heading: &str) -> Option<Field> {
        // Most headings are plain already, and a row has many.
        let field = self.fields.get(heading).or_else(|| self.fields.get(&plain(heading))).copied();
        // Where features have geometries, columns of coordinates are other people's.
        field.filter(|field| !field.is_place())
    }
}

/// A coordinate's heading without the name of its datum.
fn bare(heading: &str) -> String {
    let mut text = plain(heading);
    for word in [
        "gcj-02",
        "gcj02",
        "bd-09",
        "bd09",
        "wgs-84",
        "wgs84",
        "cgcs2000",
        "国家2000",
        "火星",
        "高德",
        "腾讯",
        "百度",
        "天地图",
        "gps",
        "坐标",
    ] {
        text = text.replace(word, "");
    }
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// A heading without what people vary: blanks around it, and upper case.
fn plain(heading: &str) -> String {
    heading.trim().to_lowercase()
}

/// A closed set of words and their Chinese ones.
pub(super) type Words<T> = &'static [(T, &'static str, &'static [&'static str])];

/// Urban or rural.
pub(super) const SETTINGS: Words<Setting> = &[
    (Setting::Urban, "urban", &["城镇", "城市", "城区", "城"]),
    (Setting::Rural, "rural", &["农村", "乡村", "村", "乡"]),
];

/// What a station is today.
pub(super) const STATUSES: Words<Status> = &[
    (Status::Open, "open", &["开放", "已开放", "开业", "已开业", "运营", "运营中", "已运营", "已建成", "建成", "在用"]),
    (Status::Building, "building", &["在建", "建设中", "正在建设", "施工中"]),
    (Status::Planned, "planned", &["规划", "规划中", "计划", "已规划", "拟建", "待建"]),
    (Status::Closed, "closed", &["关闭", "已关闭", "停用", "停业", "撤销", "已撤销"]),
];

/// Kinds of residence.
pub(super) const RESIDENCE_KINDS: Words<PlaceKind> = &[
    (PlaceKind::Settlement, "settlement", &["居民点", "社区", "村", "村庄", "小区", "普通"]),
    (
        PlaceKind::Relocation,
        "relocation",
        &["易地搬迁", "易地搬迁安置区", "易地搬迁集中安置区", "搬迁安置区", "安置区"],
    ),
    (PlaceKind::College, "college", &["高校", "院校", "学校", "大学", "学院"]),
];

/// Kinds of cluster.
pub(super) const CLUSTER_KINDS: Words<PlaceKind> = &[
    (PlaceKind::Industry, "industry", &["产业", "产业集聚区", "商圈产业", "园区", "产业园", "工业", "企业"]),
    (PlaceKind::Footfall, "footfall", &["人流", "人流密集区", "市场", "商场", "商超", "车站"]),
];

/// Kinds of station; the first is the default.
pub(super) const STATION_KINDS: Words<&str> = &[
    ("standard", "standard", &["标准", "标准站", "标准化站点", "服务站", "就业服务站"]),
    ("gig_market", "gig_market", &["零工市场"]),
    ("post", "post", &["驿站", "就业驿站"]),
    ("bank_counter", "bank_counter", &["社银合作", "银行网点", "银行柜台"]),
];

/// Groups that a plan commonly counts; other names are kept as they are.
const GROUPS: [(&str, &str); 8] = [
    ("失业人员", "unemployed"),
    ("登记失业人员", "unemployed"),
    ("高校毕业生", "graduates"),
    ("毕业生", "graduates"),
    ("退役军人", "veterans"),
    ("农民工", "migrant_workers"),
    ("残疾人", "disabled"),
    ("低保家庭", "low_income"),
];

/// The group's name in answers.
pub(super) fn group(written: &str) -> &str {
    let written = written.trim();
    GROUPS.iter().find(|(zh, _)| *zh == written).map_or(written, |(_, name)| name)
}

/// Finds a word, in either language.
pub(super) fn word<T: Copy>(words: Words<T>, written: &str) -> Option<T> {
    let written = written.trim();
    words
        .iter()
        .find(|(_, name, zh)| name.eq_ignore_ascii_case(written) || zh.contains(&written))
        .map(|(value, _, _)| *value)
}

/// The words that a fault offers: each with its first Chinese one.
pub(super) fn offer<T>(words: Words<T>) -> String {
    words.iter().map(|(_, name, zh)| format!("{name} ({})", zh[0])).collect::<Vec<_>>().join(", ")
}

/// Every word in both languages, to find the nearest.
pub(super) fn spellings<T>(words: Words<T>) -> impl Iterator<Item = &'static str> {
    words.iter().flat_map(|(_, name, zh)| std::iter::once(*name).chain(zh.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_headings_are_understood_and_a_mapping_wins_over_them() {
        let plain = Headings::of(Layer::Residences, &BTreeMap::new());
        assert_eq!(plain.field("常住人口"), Some(Field::Population));
        assert_eq!(plain.field(" ID "), Some(Field::Id));
        assert_eq!(plain.field("开业日期"), None, "a station's heading is not a residence's");
        let mapped = Headings::of(Layer::Residences, &BTreeMap::from([(Field::Population, "类型".to_owned())]));
        assert_eq!(mapped.field("类型"), Some(Field::Population));
        assert_eq!(mapped.field("人口"), None);
    }

    #[test]
    fn no_heading_means_two_properties_of_one_layer() {
        for layer in Layer::ALL {
            let headings = Headings::of(layer, &BTreeMap::new());
            for field in layer.fields() {
                assert_eq!(headings.column(field.name()), Some(*field));
                for heading in field.synonyms() {
                    assert_eq!(headings.column(heading), Some(*field), "{heading}");
                }
            }
        }
    }

    #[test]
    fn words_are_understood_in_both_languages() {
        assert_eq!(word(STATUSES, "在建"), Some(Status::Building));
        assert_eq!(word(SETTINGS, "Urban"), Some(Setting::Urban));
        assert_eq!(word(SETTINGS, "suburb"), None);
        assert_eq!(group("农民工"), "migrant_workers");
    }
}

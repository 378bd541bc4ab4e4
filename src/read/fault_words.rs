//! Which faults are there, and how are they said in Chinese and English?
//! One table, long on purpose (over 400 lines): a fault is one entry with its code, problem and remedy in both languages,
//! so that the tone stays one and a translator has one file to read.

use crate::model::Lang;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $ty:ty),* })? = $code:literal,
        zh $problem_zh:literal $remedy_zh:literal,
        en $problem_en:literal $remedy_en:literal;)*) => {
        /// What is wrong. [`Kind::code`] is stable; the wording is not.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $ty),* })?,)*
        }

        impl Kind {
            /// A short name for programs.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),* })? => $code,)* }
            }

            /// What is wrong, without a full stop.
            #[expect(unused_variables, reason = "not every wording quotes every field")]
            pub fn problem(&self, lang: Lang) -> String {
                match self {
                    $(Self::$name $({ $($field),* })? => lang.pick(format!($problem_zh), format!($problem_en)),)*
                }
            }

            /// What to do about it, as sentences.
            #[expect(unused_variables, reason = "not every wording quotes every field")]
            pub fn remedy(&self, lang: Lang) -> String {
                match self {
                    $(Self::$name $({ $($field),* })? => lang.pick(format!($remedy_zh), format!($remedy_en)),)*
                }
            }
        }
    };
}

/// A word that was probably meant: nothing, or a question. In Chinese with `{}`, in English with `{:#}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Meant(pub Option<String>);

impl std::fmt::Display for Meant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.0, f.alternate()) {
            (None, _) => Ok(()),
            (Some(word), false) => write!(f, "是不是想写“{word}”？"),
            (Some(word), true) => write!(f, " Did you mean \"{word}\"?"),
        }
    }
}

kinds! {
    // ---- files ----
    /// The plan folder is not there, or cannot be looked into.
    NoFolder { /// What the system says.
        error: String } = "no_folder",
        zh "打不开方案文件夹（{error}）" "请检查路径；`doorstep init DIR` 可以新建一个方案文件夹。",
        en "the plan folder cannot be opened ({error})" "Check the path; `doorstep init DIR` makes a new plan folder.";
    /// A file that has to be there is not.
    NoFile { /// What it is for.
        what_zh: &'static str, /// What it is for.
        what_en: &'static str } = "no_file",
        zh "没有这个文件：{what_zh}" "请把它放进方案文件夹；`doorstep init DIR` 可以新建一个带说明的方案文件夹。",
        en "there is no such file: {what_en}" "Put it into the plan folder; `doorstep init DIR` makes a new one, explained.";
    /// The system cannot read the file.
    Io { /// What the system says.
        error: String } = "io",
        zh "无法读取（{error}）" "请检查文件是否存在、是否有读取权限。",
        en "cannot be read ({error})" "Check that the file is there and that you may read it.";
    /// A folder, pipe or device where a file should be.
    NotAFile = "not_a_file",
        zh "不是普通文件" "请在这里放一个普通文件。",
        en "not a regular file" "Put a regular file there.";
    /// A format that is not read.
    OtherFormat { /// The file that was found.
        found: String } = "other_format",
        zh "找到的是 {found}，图层不读取这种格式" "请另存为 .xlsx、.csv（UTF-8）、.geojson、.gpkg、.parquet 或 .shp；.xls 在 Excel 或 WPS 中“另存为”.xlsx。",
        en "found {found}, a format in which layers are not read" "Save it as .xlsx, .csv (UTF-8), .geojson, .gpkg, .parquet or .shp; Excel and WPS turn .xls into .xlsx with Save As.";
    /// The layer exists in two formats.
    SeveralFiles { /// The files that were found.
        found: String } = "several_files",
        zh "同一图层有几个文件：{found}" "请只保留一个，或在 plan.toml 里写明用哪一个，例如 [layers.residences] file = \"residences.xlsx\"。",
        en "the layer has several files: {found}" "Keep one, or name it in plan.toml: [layers.residences] file = \"residences.xlsx\".";
    /// A Shapefile without one of its files.
    NoFileBeside { /// Its suffix.
        suffix: &'static str } = "no_file_beside",
        zh "旁边没有同名的 .{suffix} 文件" "Shapefile 由几个文件组成，请把 .shp、.dbf、.prj 一起复制过来。",
        en "there is no .{suffix} file of the same name beside it" "A Shapefile is several files: copy .shp, .dbf and .prj together.";
    /// Larger than anything that is a layer.
    TooMuch { /// The limit.
        most: &'static str } = "too_much",
        zh "超过上限（{most}）" "请检查文件是否正确；确实这么大时请拆分或改用 GeoParquet。",
        en "larger than the limit of {most}" "Check that it is the right file; if it is, split it or save it as GeoParquet.";
    /// A zip that unpacks to more than a workbook can be.
    Bomb = "bomb",
        zh "解压后大得不像一个表" "请用 Excel 或 WPS 打开后另存；来路不明的文件请勿使用。",
        en "it unpacks to more than a table can be" "Open and save it again in Excel or WPS; do not use a file that you do not know.";
    /// An .xls file, or a workbook with a password, called .xlsx.
    OldWorkbook = "old_workbook",
        zh "是旧版 .xls 或带密码的工作簿" "请在 Excel 或 WPS 中去掉密码，另存为 .xlsx。",
        en "it is an old .xls workbook, or one with a password" "Remove the password and save it as .xlsx in Excel or WPS.";
    /// A table without anything in it.
    EmptyTable = "empty_table",
        zh "表是空的" "第一行写列名，例如：编号,名称,县区,城乡,人口,经度,纬度。",
        en "the table is empty" "Write the headings into the first row, such as: id,name,county,setting,population,lon,lat.";
    /// No row has two known headings.
    NoHeadings { /// Properties of the layer.
        known: String } = "no_headings",
        zh "前 20 行里没有列名行" "请让列名行含有至少两个认识的列名（编号、名称、县区、经度、纬度……），或在 plan.toml 的 columns 里对应：{known}。",
        en "none of the first 20 rows holds headings" "Let one row hold at least two known headings, or map yours in plan.toml under `columns` to: {known}.";
    /// Several sheets or tables, none of them named after the layer.
    WhichSheet { /// Their names.
        known: String } = "which_sheet",
        zh "有几个工作表或数据表，不知道用哪一个：{known}" "请在 plan.toml 里写明 sheet = \"…\"，或把表名改成图层名。",
        en "there are several sheets or tables: {known}" "Say which one in plan.toml with sheet = \"...\", or name it after the layer.";
    /// The sheet that the plan names is not there.
    NoSheet { /// Those that are.
        known: String } = "no_sheet",
        zh "没有这个工作表或数据表" "现有的：{known}。请改正 plan.toml 里的 sheet。",
        en "no such sheet or table" "There are: {known}. Correct `sheet` in plan.toml.";
    /// Addresses, but no coordinates.
    OnlyAddresses { /// The column.
        column: String } = "only_addresses",
        zh "只有地址（{column}），没有坐标" "本程序不联网查地址。请用地图工具取得坐标，加上“经度”“纬度”两列，并在 plan.toml 写明 datum（高德、腾讯是 gcj02，百度是 bd09）。",
        en "it has addresses ({column}) but no coordinates" "Addresses are not looked up. Take coordinates from a map, add the columns lon and lat, and state the datum in plan.toml (Amap and Tencent: gcj02, Baidu: bd09).";
    /// No columns say where a row is.
    NoPlaceColumns { /// Headings of the file.
        known: String } = "no_place_columns",
        zh "没有说明位置的列" "请加上“经度”“纬度”两列（面状数据用 geometry 列写 WKT），或在 plan.toml 的 columns 里指明。文件里的列：{known}。",
        en "no columns say where a row is" "Add the columns lon and lat (or geometry with WKT for areas), or map them in plan.toml under `columns`. Columns of the file: {known}.";
    /// A row with an address but without coordinates.
    AddressWithoutPlace = "address_without_place",
        zh "只有地址，没有坐标" "请补上经度和纬度；地址不会被猜成位置。",
        en "an address without coordinates" "Add longitude and latitude; an address is never guessed into a place.";
    /// A row without coordinates.
    NoCoordinates = "no_coordinates",
        zh "没有坐标" "请补上经度和纬度，或删去这一行。",
        en "no coordinates" "Add longitude and latitude, or remove the row.";
    /// A coordinate that is not a decimal number.
    NotDegrees = "not_degrees",
        zh "不是十进制度数" "请写十进制度数，例如 122.530000；度分秒请先换算。",
        en "not a decimal number of degrees" "Write decimal degrees such as 122.530000; convert degrees and minutes first.";
    /// A row of sums.
    TotalRow = "total_row",
        zh "像是合计行" "请删去合计、小计行：它会被当成一个地点。",
        en "it looks like a row of totals" "Remove rows of totals: each would count as a place.";
    /// `#N/A` and its kin.
    CellError { /// As the sheet shows it.
        error: String } = "cell_error",
        zh "单元格是错误值（{error}）" "请改正公式，或直接填上数值。",
        en "the cell holds an error value ({error})" "Correct the formula or type the value.";
    /// Bytes that are no well-known binary.
    BadWkb = "bad_wkb",
        zh "几何的字节不是 WKB" "请重新导出这个图层。",
        en "the geometry's bytes are not WKB" "Export the layer again.";
    /// Text that is no well-known text.
    BadWkt = "bad_wkt",
        zh "不是合法的 WKT" "请写成 POINT (122.53 52.97) 或 POLYGON ((…))。",
        en "not well-known text" "Write POINT (122.53 52.97) or POLYGON ((...)).";
    /// A record of a Shapefile that is shorter than it says.
    BadShape = "bad_shape",
        zh "这条记录的图形已损坏" "请重新导出这个图层。",
        en "the record's shape is broken" "Export the layer again.";
    /// No bytes, or only blanks.
    EmptyFile = "empty_file",
        zh "文件是空的" "请放入一个 GeoJSON FeatureCollection；没有要素时写 {{\"type\": \"FeatureCollection\", \"features\": []}}。",
        en "the file is empty" "Put a GeoJSON FeatureCollection there; without features it is {{\"type\": \"FeatureCollection\", \"features\": []}}.";
    /// Bytes that are not UTF-8.
    NotUtf8 { /// Position of the first such byte in the file, from 0.
        byte: usize } = "not_utf8",
        zh "不是 UTF-8 编码（文件第 {byte} 个字节起）" "请把文件另存为 UTF-8；若是中文 Windows 上常见的 GB18030/GBK，请在 plan.toml 该图层下写 encoding = \"gb18030\"，或加 --encoding gb18030。",
        en "not UTF-8 (from byte {byte} of the file)" "Save the file as UTF-8; Chinese files from Windows are often GB18030 (GBK): then write encoding = \"gb18030\" for the layer in plan.toml, or use --encoding gb18030.";
    /// Bytes that the declared encoding does not have.
    NotEncoding { /// The encoding.
        declared: &'static str, /// Position of the first such byte in the file, from 0.
        byte: usize } = "not_encoding",
        zh "不是所声明的编码 {declared}（文件第 {byte} 个字节起）" "请改正 encoding，或把文件另存为 UTF-8。",
        en "not in the declared encoding {declared} (from byte {byte} of the file)" "Correct `encoding`, or save the file as UTF-8.";
    /// UTF-8 that is declared to be something else.
    EncodingIsUtf8 { /// The encoding.
        declared: &'static str } = "encoding_is_utf8",
        zh "声明的编码是 {declared}，文件却是 UTF-8" "请去掉 encoding，否则中文会成为乱码。",
        en "it is declared to be {declared}, but it is UTF-8" "Remove `encoding`: the text would come out garbled.";
    /// UTF-16, by its byte-order mark.
    Utf16 = "utf16",
        zh "文件是 UTF-16 编码" "请把文件另存为 UTF-8。",
        en "the file is UTF-16" "Save the file as UTF-8.";

    // ---- JSON ----
    /// The file ends in the middle.
    Truncated { /// What the parser says.
        error: String } = "truncated",
        zh "文件不完整，内容到这里中断（{error}）" "请重新导出或重新下载这个文件；断点之前的要素已检查。",
        en "the file ends in the middle ({error})" "Export or download the file again; the features before the break have been checked.";
    /// Not JSON.
    Json { /// What the parser says.
        error: String } = "json",
        zh "不是合法的 JSON（{error}）" "请改正这一处；其后的要素尚未检查。",
        en "not valid JSON ({error})" "Correct this place; what stands after it has not been checked.";
    /// NaN or Infinity, which JSON does not have.
    NanToken = "nan_token",
        zh "JSON 里不能写 NaN 或 Infinity" "请写一个数；未知时删去该属性或写 null。",
        en "JSON has no NaN or Infinity" "Write a number; where it is unknown leave the property out or write null.";
    /// Nested deeper than anything a map needs.
    TooDeep { /// The limit.
        most: usize } = "too_deep",
        zh "嵌套超过 {most} 层" "请去掉这些嵌套的数组或对象；地图数据用不到这么深。",
        en "nested more than {most} levels deep" "Remove the nested arrays or objects; no map needs them.";
    /// JSON, but not a FeatureCollection.
    NotACollection { /// What it is.
        found: String } = "not_a_collection",
        zh "不是 FeatureCollection，而是 {found}" "请改成 {{\"type\": \"FeatureCollection\", \"features\": [ … ]}}，把要素放进 features。",
        en "not a FeatureCollection but {found}" "Write {{\"type\": \"FeatureCollection\", \"features\": [ ... ]}} with the features inside.";
    /// An object without a type.
    NoType = "no_type",
        zh "没有 \"type\"" "请加上 \"type\": \"FeatureCollection\"。",
        en "there is no \"type\"" "Add \"type\": \"FeatureCollection\".";
    /// A FeatureCollection without a list of features.
    NoFeatureList = "no_feature_list",
        zh "FeatureCollection 没有 features 列表" "请加上 \"features\": [ … ]。",
        en "the FeatureCollection has no list of features" "Add \"features\": [ ... ].";
    /// A member that may stand once stands twice.
    Twice = "twice",
        zh "同一个成员出现了两次" "请只保留一个。",
        en "the same member stands here twice" "Keep one of them.";
    /// The file declares another coordinate reference system.
    OtherCrs = "other_crs",
        zh "坐标参考系不是 WGS84 或 CGCS2000" "请转换为 WGS84 经纬度（EPSG:4326）后另存；在 QGIS 中“导出 → 要素另存为”时选 EPSG:4326。",
        en "the coordinate reference system is neither WGS84 nor CGCS2000" "Convert to WGS84 degrees (EPSG:4326) and save again; QGIS does it in Export > Save Features As.";
    /// A layer that must have features has none.
    EmptyLayer = "empty_layer",
        zh "图层里没有要素" "请至少放入一个居民点。",
        en "the layer has no features" "Put at least one residence into it.";

    // ---- features and geometry ----
    /// An element of `features` that is not a Feature.
    NotAFeature { /// What it is.
        found: String } = "not_a_feature",
        zh "不是 Feature，而是 {found}" "请写成 {{\"type\": \"Feature\", \"geometry\": …, \"properties\": …}}。",
        en "not a Feature but {found}" "Write {{\"type\": \"Feature\", \"geometry\": ..., \"properties\": ...}}.";
    /// No geometry, or null.
    NoGeometry = "no_geometry",
        zh "没有几何（缺失或 null）" "请给出它的位置，或删去这个要素。",
        en "no geometry (absent or null)" "Give its position or remove the feature.";
    /// A geometry that is not an object.
    NotAGeometry = "not_a_geometry",
        zh "不是几何对象" "请写成 {{\"type\": \"Point\", \"coordinates\": [122.53, 52.97]}}。",
        en "not a geometry" "Write {{\"type\": \"Point\", \"coordinates\": [122.53, 52.97]}}.";
    /// A geometry without positions.
    EmptyGeometry = "empty_geometry",
        zh "几何是空的" "请给出它的坐标，或删去这个要素。",
        en "the geometry is empty" "Give its coordinates or remove the feature.";
    /// A geometry type that the layer does not take.
    WrongGeometry { /// What the layer takes.
        wanted: &'static str } = "wrong_geometry",
        zh "这个图层不能用这种几何类型" "请改用 {wanted}。",
        en "this layer does not take that type of geometry" "Use {wanted}.";
    /// Coordinates that are not numbers in lists of the right depth.
    BadCoordinates { /// What the type of geometry needs.
        wanted: &'static str } = "bad_coordinates",
        zh "坐标的写法不对" "请写成 {wanted}，其中都是数字。",
        en "the coordinates are not well-formed" "Write {wanted}, all of them numbers.";
    /// A position with one number or more than three.
    OrdinateCount { /// How many.
        found: usize } = "ordinate_count",
        zh "一个坐标有 {found} 个数" "请写 [经度, 纬度]，至多再加高程。",
        en "a position has {found} numbers" "Write [longitude, latitude] and at most a height.";
    /// A number that no double can hold, such as 1e999.
    TooLarge { /// Largest allowed, as text.
        most: &'static str } = "too_large",
        zh "数值过大" "请检查该数；最大为 {most}。",
        en "the number is too large" "Check it; the largest allowed is {most}.";
    /// Outside of [-180, 180] x [-90, 90].
    OutOfRange = "out_of_range",
        zh "坐标超出范围" "经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间；跨越 180° 经线的面请拆成两部分。",
        en "the coordinates are out of range" "Longitude is within -180 and 180, latitude within -90 and 90; split areas that cross the 180th meridian.";
    /// An area no place has.
    TooWide { /// Square kilometres at most.
        most_km2: f64 } = "too_wide",
        zh "该面太大（居民点或集聚区至多 {most_km2} 平方公里）" "请换成有人居住的范围，或改为点；行政区划放进 boundaries 图层。",
        en "the area is too large for a place (at most {most_km2} km2)" "Draw the ground where people live, or give a point; administrative outlines belong in the layer of boundaries.";
    /// Latitude first.
    Swapped = "swapped",
        zh "经纬度次序似乎颠倒了" "请先写经度，再写纬度：[经度, 纬度]。",
        en "the axes look swapped" "Write longitude first: [longitude, latitude].";
    /// The whole layer would fit the others if its axes were swapped.
    LayerSwapped { /// The layer it was compared with.
        other: &'static str } = "layer_swapped",
        zh "整个图层远离 {other} 图层，而经纬度对调后正好吻合：次序似乎颠倒了" "请先写经度，再写纬度：[经度, 纬度]。",
        en "the layer lies far from the layer {other} but would fit with its axes swapped" "Write longitude first: [longitude, latitude].";
    /// Metres of a projection.
    Projected = "projected",
        zh "坐标像是投影坐标（米），不是经纬度" "请转换为 WGS84 经纬度（EPSG:4326）。",
        en "the coordinates look like projected metres, not degrees" "Convert them to WGS84 degrees (EPSG:4326).";
    /// Exactly (0, 0).
    NullIsland = "null_island",
        zh "坐标为 (0, 0)，通常表示位置未知" "请给出真实位置，或删去这个要素。",
        en "the position is (0, 0), which mostly stands for an unknown one" "Give the real position or remove the feature.";
    /// A ring of fewer than four positions.
    RingShort { /// How many.
        found: usize } = "ring_short",
        zh "环只有 {found} 个坐标" "一个环至少要有 4 个坐标，首尾相同。",
        en "a ring has {found} positions" "A ring needs at least 4, the last equal to the first.";
    /// The last position of a ring differs from the first.
    RingOpen = "ring_open",
        zh "环没有闭合" "请让最后一个坐标与第一个相同。",
        en "a ring is not closed" "Make its last position equal to the first.";
    /// A ring that crosses or touches itself.
    RingCrosses = "ring_crosses",
        zh "环自相交或自相接" "请在这个位置附近修正轮廓，例如用 QGIS 的“修正几何图形”。",
        en "a ring crosses or touches itself" "Correct the outline near this position, in QGIS with Fix Geometries.";
    /// A ring around nothing.
    NoArea = "no_area",
        zh "面积为零" "请画出真正的轮廓，或改用 Point。",
        en "the area is zero" "Draw the real outline or use a Point.";
    /// A hole that is not inside its outline, or that meets another ring along more than points.
    BadHole = "bad_hole",
        zh "洞不在外环之内，或与其他环相交" "请修正轮廓，例如用 QGIS 的“修正几何图形”。",
        en "a hole is not inside its outline or crosses another ring" "Correct the outline, in QGIS with Fix Geometries.";
    /// Two parts of a MultiPolygon share ground.
    PartsOverlap = "parts_overlap",
        zh "MultiPolygon 的各部分互相重叠" "请合并重叠的部分，例如用 QGIS 的“融合”。",
        en "parts of the MultiPolygon overlap" "Merge them, in QGIS with Dissolve.";

    // ---- properties ----
    /// `properties` that is not an object.
    PropertiesNotAnObject = "properties_not_an_object",
        zh "properties 不是对象" "请写成 {{\"名称\": 值, …}}。",
        en "properties is not an object" "Write {{\"name\": value, ...}}.";
    /// A property that must be there is not.
    Missing { /// Values it may have.
        wanted_zh: String, /// Values it may have.
        wanted_en: String } = "missing",
        zh "缺少这个属性" "请补上：{wanted_zh}。",
        en "the property is missing" "Add it: {wanted_en}.";
    /// An id that another feature of the layer has.
    DuplicateId { /// The other feature.
        first: usize } = "duplicate_id",
        zh "编号与要素 {first} 重复" "请给每个要素一个本图层内唯一的编号。",
        en "feature {first} has the same id" "Give every feature of the layer an id of its own.";
    /// An id that an earlier row has.
    DuplicateIdRow { /// The earlier row.
        row: usize } = "duplicate_id",
        zh "编号与第 {row} 行重复" "请给每一行一个本图层内唯一的编号。",
        en "row {row} has the same id" "Give every row of the layer an id of its own.";
    /// A county with two outlines.
    DuplicateCounty { /// The other feature.
        first: usize } = "duplicate_county",
        zh "与要素 {first} 是同一个县区" "请把同一县区的各部分合并成一个 MultiPolygon，例如用 QGIS 的“融合”。",
        en "feature {first} outlines the same county" "Combine a county's parts into one MultiPolygon, in QGIS with Dissolve.";
    /// An id that is neither text nor a whole number.
    BadId = "bad_id",
        zh "编号既不是文字，也不是整数" "请写文字，例如 \"R001\"。",
        en "the id is neither text nor a whole number" "Write text such as \"R001\".";
    /// Not text.
    NotText = "not_text",
        zh "不是文字" "请写成带引号的文字。",
        en "not text" "Write text in quotation marks.";
    /// Not a number.
    NotANumber { /// Such as `>= 0`.
        bound: &'static str } = "not_a_number",
        zh "不是数字" "请写一个 {bound} 的数。",
        en "not a number" "Write a number {bound}.";
    /// Not a whole number.
    NotAWholeNumber { /// Such as `>= 1`.
        bound: &'static str } = "not_a_whole_number",
        zh "不是整数" "请写一个 {bound} 的整数。",
        en "not a whole number" "Write a whole number {bound}.";
    /// A number in quotation marks.
    NumberAsText { /// Such as `>= 0`.
        bound: &'static str } = "number_as_text",
        zh "数字写成了文字" "请去掉引号，写一个 {bound} 的数。",
        en "the number is written as text" "Remove the quotation marks: write a number {bound}.";
    /// A number below or at its bound.
    OutOfBound { /// Such as `>= 0`.
        bound: &'static str } = "out_of_bound",
        zh "数值不在允许范围内" "请写一个 {bound} 的数。",
        en "the number is not allowed here" "Write a number {bound}.";
    /// A word that is not one of the known ones.
    UnknownWord { /// Known words.
        known: String, /// The likely one.
        meant: Meant } = "unknown_word",
        zh "不认识这个值" "可用的值：{known}。{meant}",
        en "unknown value" "Write one of: {known}.{meant:#}";
    /// A county that the plan does not know.
    UnknownCounty { /// Known counties, shortened.
        known: String, /// The likely one.
        meant: Meant } = "unknown_county",
        zh "方案里没有这个县区" "已知的县区：{known}。若确有其名，请写进 plan.toml 的 counties。{meant}",
        en "no such county in this plan" "Known counties: {known}. If the name is right, add it to `counties` in plan.toml.{meant:#}";
    /// A feature needs a county because `limits.counties` is set.
    NoCounty = "no_county",
        zh "没有县区，而方案按县区限定站点数" "请补上县区，或提供 boundaries.geojson。",
        en "it has no county, but the plan limits stations by county" "State its county or add boundaries.geojson.";
    /// Two headings of one property say different things.
    Conflict { /// The other heading.
        other: String } = "conflict",
        zh "与同义的属性“{other}”不一致" "请只保留一个，或在 plan.toml 的 columns 里指明用哪一个。",
        en "it differs from \"{other}\", which means the same" "Keep one, or say in plan.toml under `columns` which one counts.";
    /// `groups` that is not an object of counts.
    GroupsNotAnObject = "groups_not_an_object",
        zh "groups 不是对象" "请写成 {{\"unemployed\": 120, \"graduates\": 40}}。",
        en "groups is not an object" "Write {{\"unemployed\": 120, \"graduates\": 40}}.";
    /// Not a date.
    BadDate = "bad_date",
        zh "不是日期" "请写成 2024-05-09 的样子；未知时删去该属性。",
        en "not a date" "Write it as 2024-05-09; leave the property out where it is unknown.";
    /// No standard fits the place.
    NoCircleFits { /// Settings that have a standard.
        known: String } = "no_circle_fits",
        zh "没有适用于它的 [[circle]]" "请写明 setting（{known}），或在 plan.toml 里加一个不限 setting 的 [[circle]]。",
        en "no [[circle]] fits this place" "State its setting ({known}), or add a [[circle]] without a setting to plan.toml.";
    /// A candidate without a cost under a budget.
    NoCost = "no_cost",
        zh "没有费用，而方案设了 limits.budget" "请补上 cost，或去掉 limits.budget。",
        en "it has no cost, but limits.budget is set" "Add its cost or remove limits.budget.";

    // ---- tables of bare problems ----
    /// A suffix that is not that of a table.
    OtherTable = "other_table",
        zh "不认识这种表" "请使用 .csv 或 .parquet 文件。",
        en "unknown kind of table" "Use a .csv or a .parquet file.";
    /// A table that cannot be cut into rows.
    BadTable { /// What the parser says.
        error: String } = "bad_table",
        zh "无法读成表（{error}）" "请重新导出这个文件。",
        en "cannot be read as a table ({error})" "Export the file again.";
    /// A table without rows.
    NoRows = "no_rows",
        zh "表里没有数据行" "请至少写一行。",
        en "the table has no rows" "Write at least one row below the headings.";
    /// A column that must be there is not.
    NoColumn { /// Columns of the file.
        known: String } = "no_column",
        zh "缺少这一列" "请加上这一列。文件里的列：{known}。",
        en "the column is missing" "Add it. Columns of the file: {known}.";
    /// Two columns of one name.
    ColumnTwice = "column_twice",
        zh "有两列同名或同义" "请只保留一列。",
        en "two columns have this name or meaning" "Keep one of them.";
    /// A column of a type that holds neither numbers nor text.
    ColumnType { /// Its type.
        found: String } = "column_type",
        zh "这一列的类型是 {found}" "请改存为数字列或文字列。",
        en "the column is of type {found}" "Save it as plain numbers or text.";
    /// A row with more or fewer fields than headings.
    Ragged { /// Fields of the row.
        found: usize, /// Headings.
        wanted: usize } = "ragged",
        zh "这一行有 {found} 个字段，而表头有 {wanted} 个" "请让两者一致；含逗号的文字要加引号。",
        en "the row has {found} fields but there are {wanted} headings" "Make them agree; text with commas needs quotation marks.";
    /// An id that stands in an earlier row.
    SameId { /// The earlier row, from 1, headings not counted.
        first: usize } = "same_id",
        zh "与第 {first} 个数据行的编号重复" "请给每一行一个唯一的编号。",
        en "data row {first} has the same id" "Give every row an id of its own.";
    /// A pair that stands in an earlier row.
    SamePair { /// The earlier row, from 1, headings not counted.
        first: usize } = "same_pair",
        zh "与第 {first} 个数据行是同一对" "请只保留一行。",
        en "data row {first} is about the same pair" "Keep one of them.";
    /// An id that the other table does not have.
    NoSuchId { /// The other file.
        file: String } = "no_such_id",
        zh "{file} 里没有这个编号" "请改正编号，或把它加进 {file}。",
        en "{file} has no such id" "Correct the id or add it to {file}.";
    /// A county without a site.
    NoSiteInCounty { /// The likely one.
        meant: Meant } = "no_site_in_county",
        zh "没有站点属于这个县区" "请改正名称，或在站点表的 county 列里写上它。{meant}",
        en "no site is in this county" "Correct the name or write it into the county column of the sites.{meant:#}";
    /// A minimum above its maximum.
    MinOverMax { /// The maximum.
        max: usize } = "min_over_max",
        zh "下限超过上限 {max}" "请改正其中之一。",
        en "the minimum exceeds the maximum of {max}" "Correct one of them.";

    // ---- plan.toml ----
    /// Not TOML.
    Toml { /// What the parser says.
        error: String } = "toml",
        zh "不是合法的 TOML（{error}）" "请改正这一处；改正之前其余内容不作检查。",
        en "not valid TOML ({error})" "Correct this place; the rest of the file is checked after that.";
    /// A key that means nothing.
    UnknownKey { /// Keys that are known here.
        known: String, /// The likely one.
        meant: Meant } = "unknown_key",
        zh "不认识这个键" "这里可用的键：{known}。{meant}",
        en "unknown key" "Keys known here: {known}.{meant:#}";
    /// A value of the wrong type.
    WrongType { /// What it should be.
        wanted_zh: &'static str, /// What it should be.
        wanted_en: &'static str } = "wrong_type",
        zh "类型不对" "请写{wanted_zh}。",
        en "wrong type" "Write {wanted_en}.";
    /// A key that must be there is not.
    NoKey { /// An example.
        example: &'static str } = "no_key",
        zh "缺少这个键" "请补上，例如：{example}",
        en "the key is missing" "Add it, for example: {example}";
    /// A text without letters.
    Blank = "blank",
        zh "是空的" "请写上文字。",
        en "it is empty" "Write some text.";
    /// Phases whose totals do not rise.
    PhasesNotAscending { /// Total of the phase before.
        before: usize } = "phases_not_ascending",
        zh "站点总数没有超过上一期（{before}）" "stations 是到该期末的总数，请逐期增加。",
        en "the total does not exceed that of the phase before ({before})" "`stations` is the total by the end of the phase: let it rise.";
    /// The last phase does not end at the target.
    LastPhase { /// The target.
        target: usize } = "last_phase",
        zh "最后一期的站点总数与 target = {target} 不同" "请让两者相等。",
        en "the last phase's total differs from target = {target}" "Make them equal.";
    /// A name or id listed before.
    Repeated = "repeated",
        zh "重复出现" "请只保留一个。",
        en "it stands here more than once" "Keep one of them.";
    /// No standard at all.
    NoCircle = "no_circle",
        zh "没有 [[circle]]，不知道按什么标准覆盖" "请至少写一个，例如：[[circle]] minutes = 15, mode = \"walk\"",
        en "there is no [[circle]], so nothing says what counts as covered" "Write at least one, for example: [[circle]] minutes = 15, mode = \"walk\"";
    /// Neither or both of `minutes` and `kilometres`.
    OneLimit = "one_limit",
        zh "minutes 和 kilometres 必须且只能写一个" "例如 minutes = 15，或 kilometres = 5。",
        en "a circle has either minutes or kilometres" "Write one of them: minutes = 15 or kilometres = 5.";
    /// A standard that no place ever reaches, because an earlier one fits all it fits.
    CircleUnused { /// The earlier one, from 0.
        earlier: usize } = "circle_unused",
        zh "永远用不到：circle[{earlier}] 已适用于同样的地点" "请删去它，或把限定更窄的写在前面。",
        en "never used: circle[{earlier}] fits every place that this one fits" "Remove it, or put the narrower one first.";
    /// A standard in kilometres, with times that have no lengths.
    KilometresByTimes = "kilometres_by_times",
        zh "按公里定的标准无法用给定的行程时间判断" "请写 minutes = …，或改用 model = \"roads\"。",
        en "given times cannot judge a standard in kilometres" "Write minutes = ..., or use model = \"roads\".";
    /// Times speak of sites by id, and derived candidates have no lasting ids.
    TimesNeedCandidates = "times_need_candidates",
        zh "使用给定的行程时间时必须有候选点图层" "请加上 candidates.geojson，编号与 times.csv 的 site 列一致。",
        en "given times need a candidates layer" "Add candidates.geojson with the ids of the site column of times.csv.";
    /// An unknown datum.
    OtherDatum { /// Those that are known.
        known: &'static str } = "other_datum",
        zh "不认识这个坐标基准" "可用的值：{known}。高德、腾讯写 gcj02，百度写 bd09，GPS、OSM 写 wgs84，天地图和国家 2000 写 cgcs2000。",
        en "unknown datum" "Write one of {known}. Amap and Tencent: gcj02, Baidu: bd09, GPS and OSM: wgs84, Tianditu: cgcs2000.";
    /// An EPSG code that is not taken.
    OtherEpsg { /// Why.
        why_zh: &'static str, /// Why.
        why_en: &'static str } = "other_epsg",
        zh "不能用这个 EPSG 编号：{why_zh}" "请在 QGIS 等软件中转换为 WGS84 经纬度（EPSG:4326）或 CGCS2000 高斯投影后再用。",
        en "this EPSG code cannot be used: {why_en}" "Convert to WGS84 degrees (EPSG:4326) or a CGCS2000 projection, for example in QGIS.";
    /// A table whose datum nobody stated.
    UndeclaredDatum = "undeclared_datum",
        zh "没有说明坐标基准，从数字上看不出来" "请在 plan.toml 该图层下写 datum：高德、腾讯 \"gcj02\"，百度 \"bd09\"，GPS、OSM \"wgs84\"，天地图、国家 2000 \"cgcs2000\"，投影坐标 \"epsg:4527\" 之类；或把列名写成“经度（GCJ-02）”。弄错会偏约 500 米，半个服务圈。",
        en "nothing says which datum the coordinates are in, and numbers do not show it" "Write datum for the layer in plan.toml: \"gcj02\" from Amap and Tencent, \"bd09\" from Baidu, \"wgs84\" from GPS and OSM, \"cgcs2000\" from Tianditu, \"epsg:4527\" and the like for projected metres; or call the column lon (GCJ-02). The wrong one is some 500 m off, half a circle.";
    /// The plan and the file say different datums.
    DatumConflict { /// What the file says.
        file: String, /// What the plan says.
        plan: String } = "datum_conflict",
        zh "文件自称 {file}，plan.toml 写的是 {plan}" "请改正 plan.toml 里的 datum。",
        en "the file says {file}, but plan.toml says {plan}" "Correct `datum` in plan.toml.";
    /// A position that the projection does not have.
    NotInProjection { /// The projection.
        name: String } = "not_in_projection",
        zh "在投影 {name} 中没有这个位置" "请检查 EPSG 编号和坐标次序：先东坐标（x），后北坐标（y）。",
        en "projection {name} has no such place" "Check the EPSG code and the order: easting (x) first, then northing (y).";
    /// An encoding that is not read.
    OtherEncoding = "other_encoding",
        zh "不认识这个编码" "可用的值：utf-8、gb18030（含 gbk、gb2312）、big5。",
        en "unknown encoding" "Write utf-8, gb18030 (which includes gbk and gb2312) or big5.";
    /// A code that stands for several places.
    AmbiguousCode { /// The places.
        candidates: String } = "ambiguous_code",
        zh "区划代码有歧义，可能是：{candidates}" "请写县区名称，或在 plan.toml 的 [aliases] 里写明这个代码是哪里。",
        en "the county code is ambiguous: {candidates}" "Write the county's name, or say in plan.toml under [aliases] which one the code means.";
    /// A code that belongs to another name.
    CodeNameDisagree { /// The name that the row has.
        name: String, /// Names of the code.
        candidates: String } = "code_name_disagree",
        zh "区划代码与县区名称“{name}”不符：这个代码是 {candidates}" "请改正其中之一，或在 plan.toml 的 [aliases] 里写明。",
        en "the code does not belong to the county \"{name}\": it is {candidates}" "Correct one of them, or say in plan.toml under [aliases] which one the code means.";
    /// A code that no table has.
    UnknownCode = "unknown_code",
        zh "没有这个区划代码" "请写县区名称，或在 plan.toml 的 [aliases] 里写明。",
        en "no such county code" "Write the county's name, or say in plan.toml under [aliases] which one the code means.";
    /// An edition that is no month.
    BadEdition = "bad_edition",
        zh "不是区划代码的版本" "请写年月，例如 codes = \"2018-10\"（1980-12 至 2019-04）。",
        en "not an edition of county codes" "Write year and month, such as codes = \"2018-10\" (1980-12 to 2019-04).";
    /// A layer file outside of the plan folder.
    OutsideFolder = "outside_folder",
        zh "文件必须在方案文件夹之内" "请把它复制进方案文件夹，写相对路径（不含 ..）。",
        en "a layer's file must be inside the plan folder" "Copy it there and write a relative path without `..`.";
    /// One heading mapped to two properties.
    HeadingTwice { /// The other property.
        other: String } = "heading_twice",
        zh "这个列名已用于 {other}" "请给每个属性指定不同的列。",
        en "this heading is already mapped to {other}" "Map each property to a heading of its own.";
    /// A least number above the most.
    MinAboveMax = "min_above_max",
        zh "min 大于 max" "请让 min 不大于 max。",
        en "min is above max" "Let min be at most max.";
    /// Rings that are not farther and worth less one after the other.
    FadeNotFading = "fade_not_fading",
        zh "每一圈应比前一圈更远（times 更大）、更低（part 更小）" "例如 times = 2.0、part = 0.5，其后 times = 3.0、part = 0.2。",
        en "each ring must be farther (times) and worth less (part) than the one before" "For example times = 2.0 with part = 0.5, then times = 3.0 with part = 0.2.";
    /// Weights of phases that do not fit the phases.
    PhaseWeights { /// Phases of the plan.
        phases: usize } = "phase_weights",
        zh "应为每期一个权重（共 {phases} 期），最后一期大于 0" "例如 phases = [1.0, 1.0, 1.0]；不写则先求末期最优，再逐期往前。",
        en "there must be one weight per phase ({phases}), the last above 0" "For example phases = [1.0, 1.0, 1.0]; without it the last phase comes first, then each earlier one.";
    /// Two wishes that no method answers together.
    NotTogether { /// The other one.
        other: &'static str } = "not_together",
        zh "不能与 {other} 同时要求" "请删去其中一个。",
        en "cannot be asked together with {other}" "Remove one of them.";
    /// A limit on given candidates where sites are derived.
    DerivedNotGiven = "derived_not_given",
        zh "候选点由程序推算（candidates.derive = true），不能再限定给定候选点" "请删去它，或删去 derive。",
        en "sites are derived (candidates.derive = true), so given candidates cannot be limited" "Remove it, or remove derive.";
    /// An id that no candidate has.
    NoSuchCandidate { /// The likely one.
        meant: Meant } = "no_such_candidate",
        zh "候选点里没有这个编号" "请写 candidates 里的编号。{meant}",
        en "no candidate has this id" "Write an id of the candidates layer.{meant:#}";
    /// A condition on candidates without a candidate layer.
    NoCandidateLayer = "no_candidate_layer",
        zh "方案没有 candidates 图层，自动推导的候选点没有固定编号和费用" "请加上 candidates.geojson，或去掉这一条。",
        en "the plan has no candidates layer, and derived candidates have no lasting ids and no costs" "Add candidates.geojson or remove this condition.";
    /// An id that is both required and forbidden.
    RequiredAndForbidden = "required_and_forbidden",
        zh "同一编号既在 required 又在 forbidden" "请从其中一个里删去。",
        en "the id is both required and forbidden" "Remove it from one of them.";
    /// A weight for a group that no residence has, while a similar one exists.
    UnknownGroup { /// Groups of the residences.
        known: String, /// The likely one.
        meant: Meant } = "unknown_group",
        zh "居民点里没有这个群体" "居民点里的群体：{known}。{meant}",
        en "no residence has this group" "Groups of the residences: {known}.{meant:#}";
    /// Everything weighs nothing.
    NothingWeighs = "nothing_weighs",
        zh "所有权重都是 0，没有可比较的目标" "请至少给 residences 或 clusters 一个大于 0 的权重。",
        en "every weight is 0, so no proposal is better than another" "Give residences or clusters a weight above 0.";
}

// What the page says, in both languages. One table, so that a missing translation shows at a glance.
// Remedies come with the gap list from the server, in the language asked for.

import { state } from "./state.js";

const WORDS = {
  skip: ["跳到数据面板", "Skip to the figures"],
  language: ["语言", "Language"],
  panel: ["数据面板", "Figures"],
  views: ["视图", "Views"],
  map: ["地图", "Map"],
  tab_summary: ["总览", "Overview"],
  tab_counties: ["县区", "Counties"],
  tab_stations: ["站点", "Stations"],
  tab_gaps: ["缺口", "Gaps"],
  tab_files: ["下载", "Files"],
  internal_use: ["内部工作用图", "Internal working map"],
  review_number: ["审图号：{number}", "Map review number {number}"],
  made: ["{date} · doorstep {version}", "{date} · doorstep {version}"],
  fault: ["数据未能载入：{detail}", "The figures could not be loaded: {detail}"],
  no_webgl: ["此浏览器不能显示交互地图（需要 WebGL2）。数字、清单和下载不受影响。", "This browser cannot draw the interactive map (WebGL2 is needed). Figures, lists and files are all here."],

  standard_urban: ["城镇", "urban"],
  standard_rural: ["农村", "rural"],
  standard_all: ["", ""],
  standard_line: ["{setting}{mode}{minutes}分钟（{radius}）", "{setting} {minutes} min {mode} ({radius})"],
  standards: ["服务圈标准：{list}", "Service circle: {list}"],
  and: ["；", "; "],
  winter: ["按冬季行程", "winter travel"],
  mode_walk: ["步行", "on foot"],
  mode_bike: ["骑行", "by bicycle"],
  mode_drive: ["驾车", "by car"],

  headline: ["服务圈内的居民", "Residents inside a service circle"],
  today: ["现状", "Today"],
  after: ["方案实施后", "After the proposal"],
  people_line: ["{today} → {after} 人，共 {all} 人", "{today} → {after} of {all} people"],
  more: ["新增覆盖 {people} 人", "{people} more people reached"],
  existing: ["既有", "existing"],
  proposed: ["拟建", "proposed"],
  target: ["目标", "target"],
  existing_note: ["其中已运营 {open} 个", "{open} of them open"],
  phases: ["分期", "Phases"],
  phase: ["阶段", "Phase"],
  stations: ["站点", "Stations"],
  covered_share: ["覆盖率", "Covered"],
  who: ["分类", "By kind"],
  clusters: ["产业与人流集聚区", "Business clusters"],
  setting_urban: ["城镇居民", "Urban residents"],
  setting_rural: ["农村居民", "Rural residents"],
  setting_none: ["城乡未注明", "Setting not stated"],
  group_unemployed: ["失业人员", "Unemployed"],
  group_young_unemployed: ["青年失业人员", "Young unemployed"],
  group_graduates: ["高校毕业生", "Graduates"],
  group_veterans: ["退役军人", "Veterans"],
  group_migrant_workers: ["农民工", "Rural migrant workers"],
  group_disabled: ["残疾人", "Disabled people"],
  group_low_income: ["低收入家庭人员", "Low-income households"],

  proof: ["方案证明", "Proof of the proposal"],
  optimal: ["已证明最优", "Proved optimal"],
  feasible: ["可行，差距至多 {gap}", "Within {gap} of the best"],
  optimal_says: ["在同样的条件下，不存在覆盖更多加权人口的方案。", "Under the same conditions no other proposal covers more weighted people."],
  feasible_says: ["在同样的条件下，任何方案覆盖的加权人口至多比本方案多 {more}（上限 {bound}，本方案 {objective}）。", "Under the same conditions no proposal can cover more than {more} further weighted people (bound {bound}, this proposal {objective})."],
  proof_how: ["方法 {method}，用时不超过 {seconds} 秒", "Method {method}, at most {seconds} s"],

  counties_lead: ["点击县区可在地图上查看，再选择城镇。", "Choose a county to see it on the map, then a town."],
  county_none: ["未注明县区", "County not stated"],
  county_stations: ["{existing} 个既有站点，{proposed} 个拟建", "{existing} existing stations, {proposed} proposed"],
  county_gap: ["尚有 {people} 人在圈外", "{people} people still outside"],
  county_sheet: ["县区地图", "County map"],
  towns: ["城镇和聚居地", "Towns and settlements"],
  town_around: ["{name}一带", "{name} and around"],
  town_people: ["{people} 人", "{people} people"],
  county_shares: ["{county}：现状 {today}，方案实施后 {after}", "{county}: today {today}, after the proposal {after}"],
  all_area: ["查看全域", "Whole area"],

  stations_existing: ["既有站点", "Existing stations"],
  stations_proposed: ["拟建站点", "Proposed stations"],
  gain: ["新增 {people} 人", "adds {people} people"],
  status_open: ["已运营", "Open"],
  status_building: ["在建", "Being built"],
  status_planned: ["已列入计划", "Planned"],
  status_closed: ["已关闭", "Closed"],
  status_proposed: ["拟建", "Proposed"],

  gaps_lead: ["方案实施后仍有 {places} 处、{people} 人（含集聚区人流）不在服务圈内，按人数排列。", "After the proposal {places} places with {people} people (clusters included) stay outside every circle; most people first."],
  gaps_none: ["方案实施后没有缺口。", "No gap is left after the proposal."],
  gaps_rest: ["另有 {count} 处，见缺口清单：", "{count} more are in the gap list:"],

  files_lead: ["与 doorstep plan 写出的文件完全一致。", "The same files that doorstep plan writes."],
  files_read: ["阅读与打印", "To read and print"],
  files_tables: ["表格", "Tables"],
  files_gis: ["地理数据（GeoJSON，WGS84）", "For GIS (GeoJSON, WGS84)"],
  file_report: ["报告（网页，可打印）", "Report (a page to print)"],
  file_map_png: ["覆盖地图 PNG", "Coverage map, PNG"],
  file_map_svg: ["覆盖地图 SVG", "Coverage map, SVG"],
  file_gaps_xlsx: ["缺口清单 Excel", "Gap list, Excel"],
  file_gaps_csv: ["缺口清单 CSV", "Gap list, CSV"],
  file_summary: ["汇总数据 JSON", "Summary, JSON"],
  file_proposal: ["拟建站点", "Proposed stations"],
  file_coverage: ["各地点覆盖情况", "Coverage of every place"],
  file_gaps: ["缺口", "Gaps"],
  file_circles: ["服务圈", "Service circles"],
  save_report: ["保存报告", "Save the report"],

  legend: ["图例与图层", "Legend and layers"],
  layer_places: ["居民点与集聚区", "Places"],
  layer_circles: ["服务圈", "Service circles"],
  layer_today: ["既有站点", "Existing stations"],
  layer_proposal: ["拟建站点（序号）", "Proposed stations (rank)"],
  layer_gaps: ["缺口", "Gaps"],
  layer_counties: ["县区", "Counties"],
  key_today: ["现状已覆盖", "Covered today"],
  key_proposed: ["方案新增覆盖", "Covered by the proposal"],
  key_partial: ["部分覆盖", "Covered in part"],
  key_gap: ["未覆盖", "Not covered"],
  key_ring: ["汇总：环内为方案后覆盖率，+n 为拟建站数", "Together: share after the proposal, +n stations proposed"],
  key_square: ["方块：产业与人流集聚区", "Squares: business clusters"],
  key_size: ["圆点大小表示人数", "Size shows the people"],

  popup_close: ["关闭", "Close"],
  p_county: ["县区", "County"],
  p_status: ["状态", "Status"],
  p_opened: ["开办", "Opened"],
  p_capacity: ["服务能力", "Capacity"],
  p_phase: ["分期", "Phase"],
  p_rank: ["次序", "Rank"],
  p_covered: ["圈内居民", "Residents inside"],
  p_gain: ["新增覆盖", "Adds"],
  p_loss: ["若不建则损失", "Lost if refused"],
  p_loss_none: ["没有不含此站的可行方案", "no plan without it is possible"],
  p_alternatives: ["替代", "Instead"],
  p_people: ["人数", "People"],
  p_setting: ["城乡", "Setting"],
  p_today: ["现状覆盖", "Covered today"],
  p_after: ["方案后覆盖", "Covered after"],
  p_nearest: ["最近站点", "Nearest station"],
  p_minutes: ["{minutes} 分钟", "{minutes} min"],
  p_reason: ["原因", "Reason"],
  p_closes: ["可由何处弥补", "Closes with"],
  p_when: ["何时或何法", "When or how"],
  "reason_no candidate within reach": ["可达范围内没有候选点", "No candidate within reach"],
  "reason_cut by the target": ["受建站总数限制未入选", "Cut by the target"],
  "reason_cut by a limit": ["受限制条件排除", "Cut by a limit"],
  p_id: ["编号", "Id"],
  urban: ["城镇", "Urban"],
  rural: ["农村", "Rural"],
  unit_people: ["{people} 人", "{people} people"],
  flown: ["地图已移到{name}", "The map shows {name}"],
  zoom_in: ["放大", "Zoom in"],
  zoom_out: ["缩小", "Zoom out"],
  map_name: ["覆盖地图；用方向键移动，加减号缩放", "Coverage map; arrow keys move, plus and minus zoom"],
};

/** The word in the language shown, with `{name}` filled in; the key itself where there is none. */
export function word(key, given = {}) {
  const row = WORDS[key];
  if (!row) return key;
  return row[state.lang === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
}

/** The word for a value of the data, or the value itself: plans may use words of their own. */
export function wordFor(prefix, value) {
  return WORDS[`${prefix}_${value}`] ? word(`${prefix}_${value}`) : String(value);
}

/** Fills every element that names its word. */
export function label(root = document) {
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
}

// Words of the door for leadership.

export const REVIEW = {
  review_title: ["审阅", "Review"],
  review_skip: ["跳到各县区数字", "Skip to the numbers"],
  review_counties: ["各县区覆盖率", "Share by county"],
  review_slider: ["左右拖动，比较方案实施前后", "Slide between today and after the proposal"],
  review_before: ["现状", "Today"],
  review_after: ["方案后", "After"],
  review_phases: ["分期进度", "Phases"],
  review_stations: ["{stations} 站", "{stations} {stations|station|stations}"],
  review_phase_line: ["{stations} 站，覆盖 {share}", "{stations} {stations|station|stations}, {share} covered"],
  review_print_a4: ["打印 A4", "Print A4"],
  review_print_a3: ["打印 A3", "Print A3"],
  review_change: ["提高 {points} 个百分点", "up {points} points"],
  review_map: ["覆盖地图：左侧为现状，右侧为方案后", "Coverage map: today on the left, after the proposal on the right"],
  review_today_start: ["现状", "Today"],
  review_changes: ["此链接含推演改动：“方案后”为推演后的数字。", "This link carries changes: \"after\" is with them."],
};

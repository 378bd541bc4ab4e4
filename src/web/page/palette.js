// Which colour means what, on the map and in the legend. The three of the printed map: Okabe and Ito's blue, sky blue
// and vermilion, which also differ in lightness; shapes differ too, so that nothing hangs on colour alone.

export const TODAY = "#0072b2";
export const PROPOSED = "#56b4e9";
export const GAP = "#d55e00";
/** Proposed stations by phase, as on the printed map. */
export const PHASES = ["#e69f00", "#f0e442", "#cc79a7", "#009e73"];
export const INK = "#16242e";
export const MUTED = "#5a6872";
export const PAPER = "#f5f3ee";
export const LINE = "#dcd8ce";
export const FONT = "Doorstep Sans";
/** What a change gains and loses: Okabe and Ito's green, and a wine that is much darker; a plus and a minus besides. */
export const GAINED = "#009e73";
export const LOST = "#882255";
export const CHANGED = "#4b2e83";

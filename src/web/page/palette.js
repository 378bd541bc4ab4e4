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

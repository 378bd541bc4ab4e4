// How does the map keep up where no graphics card draws it? An office PC or a remote desktop draws in software, where time grows with
// pixels: while the map moves and frames take too long it is drawn coarser, and fine again once it rests. The class `coarse` tells
// others to leave out what can wait.

/** Milliseconds a frame may take: 30 a second, with some room. */
const LONGEST = 30;
/** Frames before a judgement: the first ones after a rest also fetch tiles. */
const JUDGED = 3;
/** Part of the screen's pixels along each side while the map moves, step by step. */
const COARSE = [1, 0.5, 0.35, 0.25];
/** Milliseconds of rest before it is drawn fine again. */
const REST = 180;

export function keepPace(map) {
  /** Which step this machine needs; found once. */
  let step = 0;
  let frames = /** @type {number[]} */ ([]);
  let changing = false;
  let resting = 0;

  // Another resolution is a resize to the map: it would stop what moves it, a hand above all, and tell of a move that is none.
  const draw = (ratio) => {
    if (map.getPixelRatio() === ratio) return;
    changing = true;
    map.stop = () => map;
    map.setPixelRatio(ratio);
    delete map.stop;
    changing = false;
    map.getContainer().classList.toggle("coarse", ratio < devicePixelRatio);
  };
  const coarse = () => draw(devicePixelRatio * COARSE[step]);

  map.on("movestart", () => {
    if (changing) return;
    clearTimeout(resting);
    frames = [];
    coarse();
  });
  map.on("render", () => {
    if (step === COARSE.length - 1 || !map.isMoving()) return;
    frames.push(performance.now());
    if (frames.length <= JUDGED) return;
    const gaps = frames.slice(-JUDGED).map((at, i) => at - frames[frames.length - JUDGED - 1 + i]).sort((a, b) => a - b);
    if (gaps[JUDGED >> 1] <= LONGEST) return;
    step += 1;
    frames = [];
    coarse();
  });
  map.on("moveend", () => {
    if (changing) return;
    clearTimeout(resting);
    resting = window.setTimeout(() => draw(devicePixelRatio), REST);
  });
}

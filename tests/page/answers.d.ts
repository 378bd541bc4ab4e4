// What the server answers, as types: `tsc` checks the page against them. They are not part of the page.

/** What a planner did to the plan. */
export interface Changes {
  add?: { id: string; name?: string; lon: number; lat: number; county?: string }[];
  move?: Record<string, number[]>;
  remove?: string[];
  lock?: string[];
  open?: string[];
  forbid?: string[];
  target?: number;
  minutes?: { urban?: number; rural?: number; all?: number };
  walk_kmh?: number;
  bike_kmh?: number;
  drive_kmh?: number;
  season?: string;
  weights?: { residences?: number; clusters?: number; groups?: Record<string, number>; kinds?: Record<string, number> };
}

/** People before and after. */
export interface BeforeAfter {
  people: number;
  before: number;
  after: number;
  share_before: number | null;
  share_after: number | null;
}

/** Places whose share changes: index in the coverage, share before, share after. */
export interface Moved {
  people: number;
  places: number[][];
  /** Longitude, latitude, people: for a map without single places. */
  signs: number[][];
}

/** A gap of the list in brief. */
export interface Gap {
  id: string;
  name: string;
  county: string | null;
  people: number;
  minutes: number;
  reason: string;
  lon: number;
  lat: number;
}

/** The answer to changes. */
export interface WhatIf {
  changes: Changes;
  stations: number;
  target: number;
  total: BeforeAfter;
  counties: (BeforeAfter & { county: string | null })[];
  gained: Moved;
  lost: Moved;
  gaps: { count: number; people: number; top: Gap[] };
  milliseconds: number;
}

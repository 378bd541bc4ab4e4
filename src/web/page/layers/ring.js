// Which ground does a radius reach? A ring of points around a position on the sphere: for stations that the server has not
// drawn yet. Within 0.3 % of the ellipsoid, and only looked at: what counts is computed by the server.

const EARTH_M = 6_371_008.8;
const POINTS = 72;
const RAD = Math.PI / 180;

/** A closed ring, counter-clockwise. */
export function ring([lon, lat], radius) {
  const angle = radius / EARTH_M;
  const [sin, cos] = [Math.sin(lat * RAD), Math.cos(lat * RAD)];
  const points = [];
  for (let i = 0; i <= POINTS; i++) {
    const bearing = -2 * Math.PI * (i / POINTS);
    const to = Math.asin(sin * Math.cos(angle) + cos * Math.sin(angle) * Math.cos(bearing));
    const across = Math.atan2(Math.sin(bearing) * Math.sin(angle) * cos, Math.cos(angle) - sin * Math.sin(to));
    points.push([lon + across / RAD, to / RAD]);
  }
  return points;
}

/** Seconds a kilometre takes under a season: on foot a minute more in winter, by car 1/0.65 of summer. */
const pace = (kmh, mode, season) => {
  const minutes = 60 / kmh;
  if (season === "summer") return minutes;
  return mode === "walk" ? minutes + 1 : minutes / 0.65;
};

/** Radii under changed settings, in proportion to the plan's own. */
export function radii(standards, own, changes) {
  return standards.map(({ setting, mode, minutes, radius_m }) => {
    const after = changes.minutes?.[setting ?? "all"] ?? minutes;
    const [was, is] = [own[`${mode}_kmh`], changes[`${mode}_kmh`] ?? own[`${mode}_kmh`]];
    const slower = was && is ? pace(was, mode, own.season) / pace(is, mode, changes.season ?? own.season) : 1;
    return { setting, mode, radius: radius_m * (minutes ? after / minutes : 1) * slower };
  });
}

// Distances between GeoJSON points of one city.
const DEGREE_M = 111_195;

/** Metres between two GeoJSON points that lie in one city. */
export function metresBetween({ coordinates: [lon, lat] }, { coordinates: [otherLon, otherLat] }) {
  const east = (otherLon - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, otherLat - lat) * DEGREE_M;
}

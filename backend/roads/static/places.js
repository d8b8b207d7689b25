// Distances between GeoJSON points of one city.
const DEGREE_M = 111_195;

/** Metres between two GeoJSON points that lie in one city. */
export function metresBetween({ coordinates: [lon, lat] }, { coordinates: [otherLon, otherLat] }) {
  const east = (otherLon - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, otherLat - lat) * DEGREE_M;
}

/** «west,south,east,north» of a square around a GeoJSON point, so many metres to each side. */
export function boxAround({ coordinates: [lon, lat] }, metres) {
  const [north, east] = [metres / DEGREE_M, metres / (DEGREE_M * Math.cos((lat * Math.PI) / 180))];
  return [lon - east, lat - north, lon + east, lat + north].map((each) => each.toFixed(6)).join(",");
}

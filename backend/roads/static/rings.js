// Rings and lines on a photo: points [x, y] in its pixels, nothing of the page.

const HANDLES_MOST = 24; // more than a hand can tell apart

const away = ([x, y], [u, v]) => Math.hypot(x - u, y - v);

/** How far a point lies from a stretch. */
function fromStretch(point, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = dx || dy ? Math.min(1, Math.max(0, ((point[0] - ax) * dx + (point[1] - ay) * dy) / (dx * dx + dy * dy))) : 0;
  return away(point, [ax + share * dx, ay + share * dy]);
}

/** The stretches of a closed ring. */
const stretches = (ring) => ring.map((point, at) => [point, ring[(at + 1) % ring.length]]);

/** How far a point lies from a ring's line. */
export const fromRing = (point, ring) => Math.min(...stretches(ring).map(([one, other]) => fromStretch(point, one, other)));

/** Which of some points lies nearest, if within reach; else −1. */
export function nearest(point, points, reach) {
  let found = -1;
  let best = reach;
  points.forEach((each, at) => {
    const distance = away(point, each);
    if (distance <= best) [found, best] = [at, distance];
  });
  return found;
}

/** The middle of each stretch that is long enough to be drawn out. */
export const middles = (points, isClosed, least) =>
  (isClosed ? stretches(points) : points.slice(1).map((each, at) => [points[at], each])).map(([one, other]) => (away(one, other) >= least ? [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] : null));

function side([ax, ay], [bx, by], [cx, cy]) {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

/** Whether a ring crosses itself. */
export function crosses(ring) {
  const lines = stretches(ring);
  return lines.some(([a, b], one) =>
    lines.some(([c, d], other) => other > one + 1 && (one > 0 || other < lines.length - 1) && side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0),
  );
}

/** The corners that tell a ring's shape, so few that each can be taken hold of. */
export function cornersOf(ring) {
  let kept = ring;
  for (let tolerance = 1; kept.length > HANDLES_MOST; tolerance *= 1.5) kept = simplified(ring, tolerance);
  return kept.map((point) => [...point]);
}

function simplified(ring, tolerance) {
  const half = ring.reduce((best, each, at) => (away(each, ring[0]) > away(ring[best], ring[0]) ? at : best), 0);
  return [...reduced(ring.slice(0, half + 1), tolerance).slice(0, -1), ...reduced([...ring.slice(half), ring[0]], tolerance).slice(0, -1)];
}

/** Douglas and Peucker's: a point stays where leaving it out moves the line by more. */
function reduced(line, tolerance) {
  const [first, last] = [line[0], line.at(-1)];
  let [farthest, distance] = [0, tolerance];
  for (let at = 1; at < line.length - 1; at += 1) {
    const here = fromStretch(line[at], first, last);
    if (here > distance) [farthest, distance] = [at, here];
  }
  if (!farthest) return [first, last];
  return [...reduced(line.slice(0, farthest + 1), tolerance).slice(0, -1), ...reduced(line.slice(farthest), tolerance)];
}

/** The band round a line that was drawn along a crack: up one side, down the other, everywhere as wide. */
export function bandRound(line, width) {
  const normals = line.map((point, at) => {
    const [before, after] = [line[Math.max(0, at - 1)], line[Math.min(line.length - 1, at + 1)]];
    const length = away(before, after) || 1;
    return [(-(after[1] - before[1]) / length) * (width / 2), ((after[0] - before[0]) / length) * (width / 2)];
  });
  const shifted = (sign) => line.map(([x, y], at) => [x + sign * normals[at][0], y + sign * normals[at][1]]);
  return [...shifted(1), ...shifted(-1).reverse()];
}

/** The line that such a band was made round; null where a ring is no band of this width. */
export function lineIn(ring, width) {
  const half = ring.length / 2;
  if (ring.length < 4 || ring.length % 2) return null;
  const pairs = ring.slice(0, half).map((point, at) => [point, ring[ring.length - 1 - at]]);
  if (pairs.some(([one, other]) => Math.abs(away(one, other) - width) > 0.1 * width)) return null;
  return pairs.map(([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
}

// The city's streets out of the pack that phones carry: gzipped JSON with columns of packed numbers.
import { glossary } from "./words.js";

const STEPS_PER_DEGREE = 1_000_000;

/** Streets of the pack at /streets/pack: {attribution, lines: [{kind, name, at, points}], lons, lats}; kind 0 matters most. */
export async function loadStreets(session) {
  const response = await session.request("/streets/pack");
  const unzipped = response.body.pipeThrough(new DecompressionStream("gzip"));
  const pack = await new Response(unzipped).json();
  const kinds = numbers(pack.kinds);
  const names = numbers(pack.name_of);
  const counts = numbers(pack.points);
  const flat = numbers(pack.lines);
  const [lons, lats] = [new Float64Array(flat.length / 2), new Float64Array(flat.length / 2)];
  for (let at = 0, lon = 0, lat = 0; at < lons.length; at += 1) {
    lons[at] = (lon += flat[2 * at]) / STEPS_PER_DEGREE;
    lats[at] = (lat += flat[2 * at + 1]) / STEPS_PER_DEGREE;
  }
  let at = 0;
  const lines = counts.map((points, number) => {
    const line = { kind: kinds[number], name: nameOf(pack.names[names[number] - 1]), at, points };
    at += points;
    return line;
  });
  return { attribution: pack.attribution, lines, lons, lats };
}

function nameOf(names) {
  return names ? names[glossary.language] || names.ru || names.kk || names.en : "";
}

/** Zigzag varints, seven bits a byte, the lowest first (shared/lines.py). */
function numbers(text) {
  const bytes = atob(text);
  const found = [];
  let [number, step] = [0, 1]; // by multiplication: an id has more bits than a shift keeps
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes.charCodeAt(at);
    number += (byte & 0x7f) * step;
    step *= 128;
    if (byte > 0x7f) continue;
    found.push(number % 2 ? -(number + 1) / 2 : number / 2);
    [number, step] = [0, 1];
  }
  return found;
}

// Outlines over a photo: holes drawn through, cracks dashed, each on a dark line so that it is seen on any ground.

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const layersOf = (kind) => ["ground", kind.startsWith("crack") ? "crack" : "hole"];

/** Rings as shares of the picture. */
export function overlay(outlines) {
  const rings = outlines.flatMap((each) => layersOf(each.kind).map((layer) => svg("polygon", { points: each.ring.map(([x, y]) => `${x},${y}`).join(" "), class: layer })));
  return svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true", class: "outlines" }, ...rings);
}

/** The line style of a kind, as a key beside its words. */
export function sample(kind) {
  return svg("svg", { viewBox: "0 0 24 8", class: "outlines sample", "aria-hidden": "true" }, ...layersOf(kind).map((layer) => svg("path", { d: "M1 4h22", class: layer })));
}

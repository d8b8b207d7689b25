// One blurred photo with the outlines of what was seen in it: drawn on a canvas, for the page's policy lets no address but its own in.
import { element } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { number, word } from "/static/words.js";
import { capital, faultOf } from "./signs.js";

const SVG = "http://www.w3.org/2000/svg";

/** A figure that fills itself; `finding` is one of GET /defects/{id}/photos, `title` says which photo it is. */
export function photoFigure(session, defectId, index, finding, title) {
  const figure = element("figure", { class: "photo" });
  const frame = element("div", { class: "photo-frame" });
  figure.append(frame, caption(finding));
  if (!finding.shown) frame.append(element("p", { class: "hint" }, word(finding.looked_at ? "photo_none" : "photo_waiting")));
  else fill(session, defectId, index, finding, title, frame);
  return figure;
}

async function fill(session, defectId, index, finding, title, frame) {
  frame.classList.add("waits");
  try {
    const response = await session.request(`/defects/${defectId}/photos/${index}`);
    const bitmap = await createImageBitmap(await response.blob());
    const seen = finding.outlines.map(faultOf).join("; ") || word("nothing_outlined");
    const canvas = element("canvas", { width: bitmap.width, height: bitmap.height, role: "img", "aria-label": `${title} ${seen}` });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    frame.replaceChildren(canvas, overlay(finding.outlines));
  } catch (error) {
    const waits = error instanceof Problem && error.type === "not-blurred";
    frame.replaceChildren(element("p", { class: "hint" }, waits ? word("photo_waiting") : word("photo_failed", { reason: reasonOf(error) })));
  } finally {
    frame.classList.remove("waits");
  }
}

/** Rings as shares of the picture: holes drawn through, cracks dashed, each on a dark line so that it is seen on any ground. */
function overlay(outlines) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 1 1"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"], ["class", "outlines"]]) svg.setAttribute(name, value);
  for (const each of outlines) {
    for (const layer of ["ground", each.kind.startsWith("crack") ? "crack" : "hole"]) {
      const ring = document.createElementNS(SVG, "polygon");
      ring.setAttribute("points", each.ring.map(([x, y]) => `${x},${y}`).join(" "));
      ring.setAttribute("class", layer);
      svg.append(ring);
    }
  }
  return svg;
}

/** What the model says of the photo, how sure it is, and its name. */
function caption(finding) {
  const lines = finding.outlines.map((each) =>
    element("li", {}, sample(each.kind), element("span", {}, `${faultOf(each)}: ${word("sure", { percent: number(100 * each.confidence) })}`)),
  );
  if (finding.looked_at && !lines.length) lines.push(element("li", {}, element("span", {}, finding.cannot ? word(`cannot_${finding.cannot}`) : word("nothing_outlined"))));
  const model = finding.model ? element("p", { class: "hint" }, capital(word("model_named", { name: finding.model }))) : null;
  return element("figcaption", {}, element("ul", {}, ...lines), model);
}

/** The line style of a kind, as a key beside its words. */
function sample(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 8");
  svg.setAttribute("class", "outlines sample");
  svg.setAttribute("aria-hidden", "true");
  for (const layer of ["ground", kind.startsWith("crack") ? "crack" : "hole"]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", "M1 4h22");
    line.setAttribute("class", layer);
    svg.append(line);
  }
  return svg;
}

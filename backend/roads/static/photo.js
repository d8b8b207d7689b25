// One blurred photo with the outlines of what was seen in it: drawn on a canvas, for the page's policy lets no address but its own in.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, number, word } from "/static/words.js";
import { drawFaults } from "./outlining.js";
import { overlay, sample } from "./photo_outlines.js";
import { capital, faultOf } from "./signs.js";

/** A figure that fills itself; `finding` is one of GET /defects/{id}/photos, `title` says which photo it is. `draw`: {kind, save(index, faults), saved()} for whoever may draw on it. */
export function photoFigure(session, defectId, index, finding, title, draw = null) {
  const figure = element("figure", { class: "photo" });
  const frame = element("div", { class: "photo-frame" });
  figure.append(frame, caption(finding));
  if (!finding.shown) frame.append(element("p", { class: "hint" }, word(finding.looked_at ? "photo_none" : "photo_waiting")));
  else fill(session, defectId, index, finding, title, frame).then((canvas) => canvas && draw && figure.append(drawButton(canvas, index, finding, title, draw)));
  return figure;
}

/** What `photoFigure` needs so that a report's photos may be drawn on: each drawing is a word of its own, and the same one twice is said once. */
export function drawingOf(session, report, saved) {
  let [id, said] = [null, null];
  const save = (photo, faults) => {
    const body = { fault: true, outlines: [{ photo, faults }] };
    if (said !== JSON.stringify(body)) [id, said] = [crypto.randomUUID(), JSON.stringify(body)];
    return session.request(`/defects/${report.id}/labels/${id}`, { method: "PUT", body });
  };
  return { kind: report.kind ?? report.kind_guess, save, saved };
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
    return canvas;
  } catch (error) {
    const waits = error instanceof Problem && error.type === "not-blurred";
    frame.replaceChildren(element("p", { class: "hint" }, waits ? word("photo_waiting") : word("photo_failed", { reason: reasonOf(error) })));
    return null;
  } finally {
    frame.classList.remove("waits");
  }
}

function drawButton(canvas, index, { outlines }, title, { kind, save, saved }) {
  const begin = () => drawFaults(canvas, { title, outlines, kind, save: (faults) => save(index, faults), saved });
  return element("button", { type: "button", class: "quiet draw", click: begin }, icon("polygon"), word("draw_faults"));
}

/** What the model says of the photo, how sure it is, and its name. */
function caption(finding) {
  const lines = finding.outlines.map((each) =>
    element("li", {}, sample(each.kind), element("span", {}, each.confidence === null ? faultOf(each) : `${faultOf(each)}: ${word("sure", { percent: number(100 * each.confidence) })}`)),
  );
  const byHand = finding.drawn_at ? capital(word("drawn_by_person", { time: dayAndTime(new Date(finding.drawn_at), { seconds: false }) })) : null;
  if (finding.looked_at && !lines.length) lines.push(element("li", {}, element("span", {}, byHand ? word("nothing_drawn") : finding.cannot ? word(`cannot_${finding.cannot}`) : word("nothing_outlined"))));
  const told = byHand ?? (finding.model ? capital(word("model_named", { name: finding.model })) : null);
  const model = told && element("p", { class: "hint" }, told);
  return element("figcaption", {}, element("ul", {}, ...lines), model);
}

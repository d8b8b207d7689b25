// The reports of a fault: their photos with what the model says, and a person's word on it: yes, no, or something else.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, word } from "/static/words.js";
import { ask, problem } from "./asking.js";
import { kindFields } from "./naming.js";
import { drawingOf, photoFigure } from "./photo.js";
import { movedFields } from "./place_picker.js";
import { kindOf } from "./signs.js";

const SHOWN = 3;
const SAYABLE_IN = new Set(["received", "confirmed", "rejected"]); // later the case's own life goes on

export class Reports {
  #session;
  #mayConfirm;
  #act;
  #again;
  keys = {}; // the buttons of the first report that waits for a word, or of the newest, by letter

  /** `act(path, options)` asks the API for a change; `again()` shows what has become of the case. */
  constructor(session, { mayConfirm, act, again }) {
    this.#session = session;
    this.#mayConfirm = mayConfirm;
    this.#act = act;
    this.#again = again;
  }

  /** Photos of a few reports, the newest first; whether one of them is a suggestion that waits for a person's word. */
  async show(known, place, from = 0) {
    const reports = [...known.seen].sort((one, other) => other.seen_at.localeCompare(one.seen_at));
    const waits = element("p", { class: "hint", role: "status" }, word("roads_loading"));
    place.append(waits);
    const shown = await Promise.all(reports.slice(from, from + SHOWN).map((each) => this.#report(each)));
    waits.remove();
    place.append(...shown.map((each) => each.figure));
    const asked = shown.find((each) => each.keys.y);
    if (!this.keys.y) this.keys = (asked ?? (this.keys.c ? this : shown[0]))?.keys ?? {};
    const rest = reports.length - from - SHOWN;
    if (rest > 0) {
      const more = element("button", { type: "button", click: () => (more.remove(), this.show(known, place, from + SHOWN)) }, word("more_reports", { count: rest }));
      place.append(more);
    }
    return Boolean(asked);
  }

  async #report(seen) {
    const path = `/defects/${seen.defect_id}`;
    const time = dayAndTime(new Date(seen.seen_at), { seconds: false });
    const about = element("div", {}, element("p", { class: "hint" }, word("merge_of", { time })), ...wordsOf(seen.citizen));
    try {
      const [report, findings] = await Promise.all([this.#session.get(path), this.#session.get(`${path}/photos`)]);
      const title = (at) => word("photo_of_report", { number: at + 1, time });
      const figures = findings.items.map((each, at) => photoFigure(this.#session, seen.defect_id, at, each, title(at), this.#maySay(report) ? drawingOf(this.#session, report, this.#again) : null));
      const said = this.#saidOf(report, await this.#outlined(report, findings.items));
      const note = report.note ? element("blockquote", {}, report.note) : null;
      return { figure: element("article", { class: "report" }, about, ...(figures.length ? figures : [element("p", { class: "hint" }, word("photo_none"))]), note, ...said.shown), keys: said.keys };
    } catch (error) {
      const forbidden = error instanceof Problem && (error.status === 404 || error.status === 403);
      return { figure: element("article", { class: "report" }, about, problem(forbidden ? word("photos_forbidden") : word("photo_failed", { reason: reasonOf(error) }))), keys: {} };
    }
  }

  /** Whether the outlines that the photos show are right as far as anybody said; null where none are drawn. */
  async #outlined(report, findings) {
    if (!findings.some((each) => each.shown && each.outlines.length)) return null;
    if (report.suggested || !this.#maySay(report)) return true;
    const { items } = await this.#session.get(`/defects/${report.id}/labels`);
    return items.at(-1)?.outlines_right !== false;
  }

  #maySay(report) {
    return this.#mayConfirm && SAYABLE_IN.has(report.state);
  }

  /** «Yes», «No» and «something else» on what the model suggests; what a person said may be corrected. Where outlines are drawn, «yes» is a word on them too. */
  #saidOf(report, outlined) {
    const may = this.#maySay(report);
    const say = (body) => this.#act(`/defects/${report.id}/labels/${crypto.randomUUID()}`, { method: "PUT", body });
    const place = element("div");
    const isSaid = !report.suggested && report.state !== "received";
    const correct = element("button", { type: "button", class: isSaid ? "quiet correct" : null, click: () => ask(place, kindFields({ ...report, outlined }), { label: word("say_kind"), send: say, back: () => (place.replaceChildren(), correct.focus()) }), "aria-keyshortcuts": "C" }, word(isSaid ? "correct_kind" : "another_kind"));
    const put = (body) => this.#act(`/defects/${report.id}/place`, { method: "PUT", body });
    const move = element("button", { type: "button", class: "quiet", click: () => ask(place, movedFields(this.#session, report), { label: word("put_here"), send: put, back: () => (place.replaceChildren(), move.focus()) }) }, icon("pin"), word("move_on_map"));
    const elsewhere = may && report.place ? move : null;
    if (may && report.suggested && report.kind) {
      const isOutlined = outlined !== null;
      const yes = element("button", { type: "button", class: "primary", click: () => say({ fault: true, ...(isOutlined && { outlines_right: true }) }), "aria-keyshortcuts": "Y" }, icon("good"), word(isOutlined ? "yes_outlined" : "yes_it_is", { kind: kindOf(report.kind) }));
      const wrong = isOutlined ? element("button", { type: "button", click: () => say({ fault: true, outlines_right: false }), "aria-keyshortcuts": "O" }, word("outlined_wrong")) : null;
      const no = element("button", { type: "button", click: () => say({ fault: false }), "aria-keyshortcuts": "N" }, icon("bad"), word("no_fault"));
      return { shown: [element("div", { class: "tap", role: "group" }, element("p", {}, word("suggestion", { kind: kindOf(report.kind) })), element("div", { class: "actions" }, ...[yes, wrong, no, correct].filter(Boolean))), elsewhere, place].filter(Boolean), keys: { y: yes, o: wrong, n: no, c: correct } };
    }
    const shown = [isSaid ? element("p", { class: "state" }, icon("good", "good"), element("span", {}, word("said_by_person"))) : null, may ? correct : null, elsewhere, place];
    return { shown: shown.filter(Boolean), keys: may ? { c: correct } : {} };
  }
}

/** What a citizen wrote, as text; nothing where it is not for the reader, or gone. */
function wordsOf(citizen) {
  if (!citizen) return [];
  const address = citizen.address ? element("p", { class: "hint" }, icon("pin", "wait"), citizen.address) : null;
  return [element("p", { class: "hint" }, word("citizen_wrote")), citizen.description ? element("blockquote", {}, citizen.description) : null, address].filter(Boolean);
}

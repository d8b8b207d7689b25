// One fault in the right-hand panel: photos with what the model says, one tap, the moves that are open, and its story.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, number, word } from "/static/words.js";
import { problem } from "./asking.js";
import { movesOf } from "./moves.js";
import { photoFigure } from "./photo.js";
import { capital, dueOf, faultOf, iconOfKind, kindOf, placeOf, sizeOf, stateOf, toneOf } from "./signs.js";
import { storyOf } from "./story.js";

const REPORTS_SHOWN = 3;
const SUGGESTED_IN = new Set(["received", "confirmed", "rejected"]);

export class CasePanel {
  #panel = document.getElementById("panel");
  #session;
  #names;
  #onClose;
  #onChanged;
  #id = null;
  #known = null;
  #tap = null; // {yes, no}: the buttons of the first suggestion, for the keys

  /** `onChanged(case)` is told of every state that the panel reads; `names` tells who acted. */
  constructor(session, names, { onClose, onChanged }) {
    this.#session = session;
    this.#names = names;
    this.#onClose = onClose;
    this.#onChanged = onChanged;
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  close() {
    this.#id = this.#known = this.#tap = null;
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
  }

  async open(id, { notice = null } = {}) {
    const isOther = this.#id !== id;
    this.#id = id;
    if (isOther) this.#frame({ icon: "road", tone: "", word: word("roads_loading") }, element("div", { class: "skeleton" }, element("i"), element("i"), element("i")));
    try {
      const known = await this.#session.get(`/cases/${id}`);
      if (this.#id !== id) return;
      this.#known = known;
      this.#onChanged(known);
      this.#show(known, notice, isOther);
    } catch (error) {
      if (this.#id !== id) return;
      const missing = error instanceof Problem && error.status === 404;
      this.#frame({ icon: "warn", tone: "warn", word: word("roads_title") }, problem(missing ? word("case_missing") : word("roads_failed", { reason: reasonOf(error) })), missing ? null : element("button", { type: "button", click: () => this.open(id) }, word("try_now")));
    }
  }

  /** Somebody changed a case: an untouched panel follows, one with a half-written form says so instead. */
  async onChange(id) {
    if (id !== this.#id || !this.#known) return;
    const form = this.#panel.querySelector("form");
    if (!form && !this.#panel.querySelector("[aria-busy=true]")) return this.open(id);
    if (!form || this.#panel.querySelector(".changed")) return;
    form.before(element("div", { class: "notice changed", role: "status" }, icon("warn", "warn"), element("span", {}, word("case_changed")), element("button", { type: "button", class: "quiet", click: () => this.open(id) }, word("show_again"))));
  }

  onKey(event) {
    if (!this.isOpen) return;
    if (event.key === "Escape") return this.#onClose();
    const button = { y: this.#tap?.yes, n: this.#tap?.no }[event.key.toLowerCase()];
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  }

  #frame(sign, ...content) {
    const title = element("h2", { id: "panel-title", tabindex: "-1" }, sign.word);
    const close = element("button", { type: "button", class: "quiet", "aria-label": word("close"), title: `${word("close")} (Esc)`, click: () => this.#onClose() }, icon("close"));
    this.#panel.replaceChildren(element("header", { class: "panel-head" }, icon(sign.icon, sign.tone), title, close), ...content.filter(Boolean));
    this.#panel.hidden = false;
    return title;
  }

  #show(known, notice, isOther) {
    this.#tap = null;
    const scrolled = this.#panel.scrollTop;
    const [state, due] = [stateOf(known.state), dueOf(known)];
    const photos = element("div", { class: "evidence" });
    const moves = element("div");
    const title = this.#frame(
      { icon: iconOfKind(known.kind), tone: toneOf(known.severity), word: faultOf(known) },
      element("p", { class: "hint" }, placeOf(known)),
      element("ul", { class: "standing" }, element("li", {}, icon(state.icon, state.tone), capital(state.word)), element("li", { class: due.tone }, icon(due.icon ?? "clock", due.tone || "wait"), due.word), element("li", {}, icon("entry", "wait"), word("reports_count", { count: known.views }))),
      known.returns ? element("p", { class: "notice" }, icon("warn", "bad"), element("span", {}, word("returned_times", { count: known.returns }))) : null,
      element("div", { id: "panel-notice", role: "status" }, notice ? problem(notice) : null),
      element("h3", {}, word("photos_of")),
      photos,
      moves,
      element("h3", {}, word("facts_of")),
      this.#facts(known),
      ...storyOf(known, { names: this.#names, mayChange: this.#may("cases.change"), act: (path, body) => this.#act(path, { method: "POST", body }) }),
    );
    if (isOther) {
      this.#panel.scrollTop = 0;
      title.focus({ preventScroll: true });
    } else {
      this.#panel.scrollTop = scrolled;
    }
    const suggestions = this.#showReports(known, photos, 0);
    suggestions.then((found) => moves.isConnected && moves.replaceChildren(...movesOf(known, { hasSuggestion: found, act: (to, body) => this.#act(`/cases/${known.id}/moves/${crypto.randomUUID()}`, { method: "PUT", body: { to, ...body } }) })));
  }

  #may(action) {
    return this.#session.user?.actions.includes(action) ?? false;
  }

  /** Photos of a few reports, the newest first; whether one of them is a suggestion that waits for a person's word. */
  async #showReports(known, place, from) {
    const reports = [...known.seen].sort((one, other) => other.seen_at.localeCompare(one.seen_at));
    const waits = element("p", { class: "hint", role: "status" }, word("roads_loading"));
    place.append(waits);
    const shown = await Promise.all(reports.slice(from, from + REPORTS_SHOWN).map((each) => this.#report(each)));
    waits.remove();
    place.append(...shown.map((each) => each.figure));
    this.#tap ??= shown.find((each) => each.tap)?.tap ?? null;
    const rest = reports.length - from - REPORTS_SHOWN;
    if (rest > 0) {
      const more = element("button", { type: "button", click: () => (more.remove(), this.#showReports(known, place, from + REPORTS_SHOWN)) }, word("more_reports", { count: rest }));
      place.append(more);
    }
    return shown.some((each) => each.tap);
  }

  async #report(seen) {
    const path = `/defects/${seen.defect_id}`;
    const time = dayAndTime(new Date(seen.seen_at), { seconds: false });
    try {
      const [report, findings] = await Promise.all([this.#session.get(path), this.#session.get(`${path}/photos`)]);
      const title = (at) => word("photo_of_report", { number: at + 1, time });
      const figures = findings.items.map((each, at) => photoFigure(this.#session, seen.defect_id, at, each, title(at)));
      const tap = report.suggested && report.kind && this.#may("defects.confirm") && SUGGESTED_IN.has(report.state) ? this.#tapOf(report) : null;
      const figure = element(
        "article",
        { class: "report" },
        element("p", { class: "hint" }, word("merge_of", { time })),
        ...(figures.length ? figures : [element("p", { class: "hint" }, word("photo_none"))]),
        report.note ? element("blockquote", {}, report.note) : null,
        tap?.asked ?? (!report.suggested && report.state !== "received" ? element("p", { class: "state" }, icon("good", "good"), element("span", {}, word("said_by_person"))) : null),
      );
      return { figure, tap };
    } catch (error) {
      const forbidden = error instanceof Problem && (error.status === 404 || error.status === 403);
      return { figure: element("article", { class: "report" }, element("p", { class: "hint" }, word("merge_of", { time })), problem(forbidden ? word("photos_forbidden") : word("photo_failed", { reason: reasonOf(error) }))), tap: null };
    }
  }

  /** «Yes» and «No» on what the model suggests of a report. */
  #tapOf(report) {
    const say = (fault) => this.#act(`/defects/${report.id}/labels/${crypto.randomUUID()}`, { method: "PUT", body: { fault } });
    const yes = element("button", { type: "button", class: "primary", click: () => say(true), "aria-keyshortcuts": "Y" }, icon("good"), word("yes_it_is", { kind: kindOf(report.kind) }));
    const no = element("button", { type: "button", click: () => say(false), "aria-keyshortcuts": "N" }, icon("bad"), word("no_fault"));
    const asked = element("div", { class: "tap", role: "group" }, element("p", {}, word("suggestion", { kind: kindOf(report.kind) })), element("div", { class: "actions" }, yes, no));
    return { yes, no, asked };
  }

  /** Ask the API for a change, and show what has become of the case, whatever it answered. */
  async #act(path, options) {
    const id = this.#id;
    this.#panel.setAttribute("aria-busy", "true");
    this.#panel.querySelectorAll("button:not(.panel-head button)").forEach((each) => (each.disabled = true));
    const notice = this.#panel.querySelector("#panel-notice");
    notice.replaceChildren(element("p", { class: "hint" }, word("saving")));
    try {
      await this.#session.request(path, options);
      await this.#again(id);
    } catch (error) {
      const reason = reasonOf(error);
      const stale = error instanceof Problem && [404, 409, 412].includes(error.status);
      if (stale) return await this.#again(id, word("move_refused", { reason }));
      notice.replaceChildren(problem(word("move_failed", { reason })));
      notice.scrollIntoView({ block: "nearest" });
      this.#panel.querySelectorAll("button").forEach((each) => (each.disabled = false));
    } finally {
      this.#panel.removeAttribute("aria-busy");
    }
  }

  async #again(id, notice = null) {
    if (this.#id !== id) return;
    await this.open(id, { notice });
    this.#panel.querySelector("#panel-title")?.focus({ preventScroll: !notice });
    if (notice) this.#panel.scrollTop = 0;
  }

  #facts(known) {
    const scales = new Set(known.seen.filter((each) => each.area_m2 !== null || each.length_m !== null).map((each) => each.scale));
    const size = sizeOf(known);
    const by = [...scales].map((scale) => word(`scale_${scale}`)).join("; ");
    const rows = [
      [word("severity"), capital(word(`severity_${known.severity}`))],
      [word("size"), size ? `${size}${by ? ` (${by})` : ""}` : word("size_unknown")],
      [word("place"), `${placeOf(known)}, ${word("within_m", { metres: number(known.accuracy_m) })}`],
      [word("column_district"), this.#names.district(known.district_id)],
      [word("priority"), String(known.priority)],
      [word("first_seen"), dayAndTime(new Date(known.first_seen_at), { seconds: false })],
      [word("column_seen"), dayAndTime(new Date(known.last_seen_at), { seconds: false })],
      [word("witnesses"), word("witnesses_of", { witnesses: known.witnesses, reports: known.views })],
    ];
    return element("dl", { class: "pairs" }, ...rows.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))));
  }
}

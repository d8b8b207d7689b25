// One fault in the right-hand panel: photos with what the model says, one tap, the moves that are open, and its story.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { word } from "/static/words.js";
import { problem } from "./asking.js";
import { factsOf } from "./facts.js";
import { askForJoin, mayBeJoined } from "./joining.js";
import { letterOf } from "./keys.js";
import { movesOf } from "./moves.js";
import { askForRepair, planRepair, showTask } from "./repair_task.js";
import { Reports } from "./reports.js";
import { capital, dueOf, faultOf, iconOfKind, placeOf, stateOf, toneOf } from "./signs.js";
import { storyOf } from "./story.js";

export class CasePanel {
  #panel = document.getElementById("panel");
  #session;
  #names;
  #onClose;
  #onChanged;
  #id = null;
  #known = null;
  #reports = null;
  #pick;

  /** `onChanged(case)` is told of every state that the panel reads; `names` tells who acted; `pick` lets presses on the map choose. */
  constructor(session, names, { onClose, onChanged, pick }) {
    this.#pick = pick;
    this.#session = session;
    this.#names = names;
    this.#onClose = onClose;
    this.#onChanged = onChanged;
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  close() {
    this.#pick(null);
    this.#id = this.#known = this.#reports = null;
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
    const button = this.#reports?.keys[letterOf(event)];
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
    this.#pick(null);
    const act = (path, options) => this.#act(() => this.#session.request(path, options));
    this.#reports = new Reports(this.#session, { mayConfirm: this.#may("defects.confirm"), act, again: () => this.#again(known.id) });
    const [scrolled, height] = [this.#panel.scrollTop, this.#panel.querySelector(".evidence")?.offsetHeight ?? 0];
    const [state, due] = [stateOf(known.state), dueOf(known)];
    const photos = element("div", { class: "evidence" });
    const [moves, task] = [element("div"), element("div", { class: "repair-task" })];
    const title = this.#frame(
      { icon: iconOfKind(known.kind), tone: toneOf(known.severity), word: faultOf(known) },
      element("p", { class: "hint" }, placeOf(known)),
      element("ul", { class: "standing" }, element("li", {}, icon(state.icon, state.tone), capital(state.word)), element("li", { class: due.tone }, icon(due.icon ?? "clock", due.tone || "wait"), due.word), element("li", {}, icon("entry", "wait"), word("reports_count", { count: known.views }))),
      known.returns ? element("p", { class: "notice" }, icon("warn", "bad"), element("span", {}, word("returned_times", { count: known.returns }))) : null,
      element("div", { id: "panel-notice", role: "status" }, notice ? problem(notice) : null),
      element("h3", {}, word("photos_of")),
      photos,
      moves,
      task,
      element("h3", {}, word("facts_of")),
      factsOf(known, this.#names),
      ...storyOf(known, { names: this.#names, mayChange: this.#may("cases.change"), act: (path, body) => act(path, { method: "POST", body }) }),
    );
    if (isOther) {
      this.#panel.scrollTop = 0;
      title.focus({ preventScroll: true });
    } else {
      photos.style.minHeight = `${height}px`; // until they are here again, so that nothing moves under the eye
      this.#panel.scrollTop = scrolled;
    }
    if (known.task_id) showTask(task, known, { session: this.#session, names: this.#names, change: (make) => this.#act(make) });
    this.#reports.show(known, photos).then((hasSuggestion) => {
      photos.style.minHeight = "";
      const move = (to, body) => act(`/cases/${known.id}/moves/${crypto.randomUUID()}`, { method: "PUT", body: { to, ...body } });
      const may = this.#may("cases.change");
      const plan = (place, back) => (this.#pick(null), askForRepair(place, known, { session: this.#session, names: this.#names, plan: (body) => this.#act(() => planRepair(this.#session, known, body)), back }));
      const join = (place, back) => askForJoin(place, known, { session: this.#session, pick: this.#pick, join: (body) => act(`/cases/${known.id}/join`, { method: "POST", body }), back });
      moves.replaceChildren(...movesOf(known, { hasSuggestion, act: move, plan: may ? plan : null, join: may && mayBeJoined(known) ? join : null }));
    });
  }

  #may(action) {
    return this.#session.user?.actions.includes(action) ?? false;
  }

  /** Make a change, and show what has become of the case, whatever was answered; `change` may resolve to a text that is to be told. */
  async #act(change) {
    const id = this.#id;
    this.#panel.setAttribute("aria-busy", "true");
    this.#panel.querySelectorAll("button:not(.panel-head button)").forEach((each) => (each.disabled = true));
    const notice = this.#panel.querySelector("#panel-notice");
    notice.replaceChildren(element("p", { class: "hint" }, word("saving")));
    try {
      const told = await change();
      await this.#again(id, typeof told === "string" ? told : null);
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
    this.#panel.querySelector("#panel-title")?.focus({ preventScroll: true });
    this.#panel.scrollTop = 0; // where it says what has become of it
  }
}

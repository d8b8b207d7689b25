// The list of faults: filters, pages, and rows that change in place while what is new waits behind a button.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { dayAndTime, word } from "/static/words.js";
import { dueOf, faultOf, iconOfKind, placeOf, stateOf, toneOf } from "./signs.js";

const PAGE = 50;
const TYPING_MS = 350;
const $ = (id) => document.getElementById(id);

export class CaseList {
  #session;
  #rows = new Map(); // id -> case
  #changed = new Set(); // ids of cases that others opened or that left their place
  #next = null;
  #asked = 0; // the newest question; answers to older ones are dropped
  #onLoad;
  #onChanged;

  /** `onLoad(query)` is told of every reading anew, `onChanged(case)` of a row that others changed. */
  constructor(session, { onLoad, onChanged }) {
    this.#session = session;
    this.#onLoad = onLoad;
    this.#onChanged = onChanged;
    const filters = $("filters");
    let typing = null;
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.load(), TYPING_MS);
    });
    $("cases-more").addEventListener("click", () => this.#loadMore());
    $("cases-news").addEventListener("click", () => this.load());
  }

  /** The filters as the API's query; the same for exports. */
  query() {
    const form = new FormData($("filters"));
    const query = new URLSearchParams({ sort: "urgent" });
    const which = form.get("which");
    if (which === "open") query.set("open", "true");
    else if (which !== "all") query.set("state", which);
    if (form.get("kind")) query.set("kind", form.get("kind"));
    const street = form.get("street").trim();
    if (street.length > 1) query.set("street", street);
    if (form.get("overdue")) query.set("overdue", "true");
    return query;
  }

  get isFiltered() {
    return this.query().toString() !== "sort=urgent&open=true";
  }

  /** Read the first page anew. */
  async load() {
    const asked = ++this.#asked;
    this.#onLoad(this.query());
    if (!this.#rows.size) this.#message(element("div", { class: "skeleton", role: "status", "aria-label": word("roads_loading") }, element("i"), element("i"), element("i")));
    try {
      const page = await this.#read(null);
      if (asked !== this.#asked) return;
      this.#rows.clear();
      this.#changed.clear();
      const focused = document.activeElement?.closest?.("#case-rows li")?.dataset.id;
      $("case-rows").replaceChildren();
      this.#add(page);
      if (focused) this.row(focused)?.focus({ preventScroll: true });
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
  }

  async #loadMore() {
    const button = $("cases-more");
    button.disabled = true;
    try {
      this.#add(await this.#read(this.#next));
    } catch (error) {
      this.#fail(error);
    } finally {
      button.disabled = false;
    }
  }

  async #read(cursor) {
    const query = this.query();
    query.set("limit", PAGE);
    if (cursor) query.set("cursor", cursor);
    return this.#session.get(`/cases?${query}`);
  }

  #add(page) {
    this.#next = page.next;
    page.items.forEach((each) => this.#rows.set(each.id, each));
    $("case-rows").append(...page.items.map((each) => this.#item(each)));
    this.#draw();
  }

  /** Show a case as it has become, in its old place: no row moves under a hand. */
  update(known) {
    if (!this.#rows.has(known.id)) return;
    this.#rows.set(known.id, known);
    const old = $("case-rows").querySelector(`[data-id="${known.id}"]`);
    const hadFocus = old.contains(document.activeElement);
    const made = this.#item(known);
    const open = old.querySelector(".row").getAttribute("aria-expanded");
    old.replaceWith(made);
    made.querySelector(".row").setAttribute("aria-expanded", open);
    if (hadFocus) made.querySelector(".row").focus({ preventScroll: true });
  }

  /** Somebody opened or changed a case: a row that is here is read again, others wait behind the button. */
  async onChange(id) {
    if (!this.#rows.has(id)) {
      this.#changed.add(id);
      return this.#draw();
    }
    const known = await this.#session.get(`/cases/${id}`).catch(() => null);
    if (!known) return;
    this.update(known);
    this.#onChanged(known);
  }

  row(id) {
    return $("case-rows").querySelector(`[data-id="${CSS.escape(id)}"] .row`);
  }

  /** Say which row is open in the panel. */
  mark(id) {
    document.querySelectorAll('#case-rows .row[aria-expanded="true"]').forEach((each) => each.setAttribute("aria-expanded", "false"));
    if (id) this.row(id)?.setAttribute("aria-expanded", "true");
  }

  #item(fault) {
    const [due, state] = [dueOf(fault), stateOf(fault.state)];
    return element(
      "li",
      { "data-id": fault.id },
      element(
        "button",
        { type: "button", class: "row case-row", "aria-expanded": "false", click: () => (location.hash = `#case-${fault.id}`) },
        element("span", { class: "what" }, icon(iconOfKind(fault.kind), toneOf(fault.severity)), element("span", {}, element("strong", {}, faultOf(fault)), element("small", {}, placeOf(fault)))),
        element("span", { class: `due ${due.tone}` }, due.icon ? icon(due.icon, due.tone) : null, element("span", {}, due.word, element("small", {}, word("priority_of", { number: fault.priority })))),
        element("span", { class: "reports" }, word("reports_count", { count: fault.views })),
        element("span", { class: "case-state" }, icon(state.icon, state.tone), element("span", {}, state.word)),
        element("time", { datetime: fault.last_seen_at }, dayAndTime(new Date(fault.last_seen_at), { seconds: false })),
      ),
    );
  }

  #draw() {
    const news = $("cases-news");
    news.hidden = !this.#changed.size;
    news.textContent = word("roads_changed", { count: this.#changed.size });
    $("cases-more").hidden = !this.#next;
    if (this.#rows.size) return this.#message(null);
    if (!this.isFiltered) return this.#message(element("p", {}, icon("good", "good"), element("span", {}, word("cases_empty"))));
    this.#message([
      element("p", {}, icon("entry"), element("span", {}, word("cases_none_found"))),
      element("button", { type: "button", click: () => ($("filters").reset(), this.load()) }, word("clear_filters")),
    ]);
  }

  #message(content) {
    const place = $("cases-message");
    place.hidden = content === null;
    place.replaceChildren(...(content === null ? [] : [content].flat()));
  }

  #fail(error) {
    this.#message([
      element("p", { role: "alert" }, icon("bad", "bad"), element("span", {}, word("roads_failed", { reason: reasonOf(error) }))),
      element("button", { type: "button", click: () => this.load() }, word("try_now")),
    ]);
  }
}

// The live feed on the page: rows newest first; what comes in waits while somebody reads, so that no row moves under a hand.
import { readEntry, signOf, summaryOf } from "./entry.js";
import { EntryPanel } from "./entry_panel.js";
import { element, icon } from "./element.js";
import { LiveFeed } from "./live_feed.js";
import { reasonOf } from "./reasons.js";
import { dayAndTime, timeOfDay, word } from "./words.js";

const PAGE = 50;
const ROWS_MAX = 1_000;
const HIDDEN_MS = 60_000; // browsers allow few connections: a tab that nobody looks at gives its own back
const $ = (id) => document.getElementById(id);

export class FeedView {
  #session;
  #names;
  #feed;
  #panel;
  #entries = new Map(); // id -> entry, of shown and waiting ones
  #waiting = new Set(); // ids that wait behind «3 new»
  #pointerInside = false;
  #loaded = false;
  #atBeginning = false;
  #liveAt = null;
  #state = { state: "connecting", until: null, reason: null };
  #isOn = false;
  #hiding = null;

  constructor(session, names, onEnded) {
    this.#session = session;
    this.#names = names;
    this.#feed = new LiveFeed(session);
    this.#feed.addEventListener("entry", ({ detail }) => this.#arrive([readEntry(detail)]));
    this.#feed.addEventListener("state", ({ detail }) => (detail.state === "ended" ? onEnded() : this.#enter(detail)));
    this.#panel = new EntryPanel({ names, findPrevious: (id) => this.#entryBefore(id), onClose: () => this.#goTo(null) });
    const rows = $("rows");
    const card = document.querySelector(".feed"); // with its head: the way to «3 new» must not make it vanish
    card.addEventListener("pointerenter", (event) => (this.#pointerInside = event.pointerType === "mouse"));
    card.addEventListener("pointerleave", () => {
      this.#pointerInside = false;
      this.#showWaiting();
    });
    rows.addEventListener("focusout", (event) => rows.contains(event.relatedTarget) || this.#showWaiting());
    addEventListener("scroll", () => this.#showWaiting(), { passive: true });
    $("news").addEventListener("click", () => this.#showWaiting({ asked: true }));
    $("older").addEventListener("click", () => this.#loadOlder());
    addEventListener("online", () => this.#isOn && this.#feed.start());
    addEventListener("hashchange", () => this.#open());
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    setInterval(() => this.#drawState(), 1_000);
  }

  start() {
    this.#entries.clear();
    this.#waiting.clear();
    $("rows").replaceChildren();
    this.#loaded = this.#atBeginning = false;
    this.#liveAt = null;
    this.#isOn = true;
    this.#feed.lastId = null;
    this.#message(element("div", { class: "skeleton", role: "status", "aria-label": word("feed_loading") }, element("i"), element("i"), element("i")));
    this.#feed.start();
  }

  stop() {
    this.#isOn = false;
    this.#feed.stop();
    this.#panel.close();
  }

  #onVisibility() {
    clearTimeout(this.#hiding);
    if (!this.#isOn) return;
    if (document.hidden) this.#hiding = setTimeout(() => this.#feed.stop(), HIDDEN_MS);
    else this.#feed.start(); // replays what was missed
  }

  // --- what comes in -------------------------------------------------------------------------------------------------

  async #enter(state) {
    this.#state = state;
    this.#drawState();
    if (state.state === "forbidden") return this.#message(element("p", {}, icon("lock", "warn"), word("feed_forbidden")));
    if (state.state === "live" || (state.state === "waiting" && !this.#loaded)) await this.#loadNewest();
  }

  /** The newest page; read after the stream has begun, so that nothing falls between the two. */
  async #loadNewest() {
    try {
      const page = await this.#session.get(`/events?limit=${PAGE}`);
      const first = !this.#loaded;
      this.#loaded = true;
      if (first) this.#atBeginning = page.items.length < PAGE;
      this.#arrive(page.items.map((item) => readEntry(item.content)), { atOnce: first });
      this.#drawBanner();
      if (first) await this.#open();
    } catch (error) {
      if (!this.#loaded) this.#fail(error);
    }
  }

  async #loadOlder() {
    const button = $("older");
    button.disabled = true;
    try {
      const page = await this.#session.get(`/events?limit=${PAGE}&before=${Math.min(...this.#entries.keys())}`);
      this.#atBeginning = page.items.length < PAGE;
      const older = page.items.map((item) => readEntry(item.content)).filter((entry) => !this.#entries.has(entry.id));
      older.forEach((entry) => this.#entries.set(entry.id, entry));
      $("rows").append(...older.map((entry) => this.#row(entry)));
      this.#drawFoot();
    } catch (error) {
      this.#fail(error);
    } finally {
      button.disabled = false;
    }
  }

  #arrive(entries, { atOnce = false } = {}) {
    const unknown = entries.filter((entry) => !this.#entries.has(entry.id));
    unknown.forEach((entry) => {
      this.#entries.set(entry.id, entry);
      this.#waiting.add(entry.id);
      this.#feed.lastId = Math.max(this.#feed.lastId ?? 0, entry.id);
    });
    if (this.#loaded) this.#showWaiting({ asked: atOnce, quietly: atOnce });
  }

  #isRead() {
    const top = document.querySelector(".feed").getBoundingClientRect().top;
    const rows = $("rows");
    return this.#pointerInside || top < -8 || (rows.contains(document.activeElement) && document.activeElement.matches(":focus-visible"));
  }

  #showWaiting({ asked = false, quietly = false } = {}) {
    if (this.#waiting.size && (asked || !this.#isRead())) {
      const ids = [...this.#waiting].sort((one, other) => other - one);
      this.#waiting.clear();
      const rows = ids.map((id) => this.#row(this.#entries.get(id), { fresh: !quietly }));
      $("rows").prepend(...rows);
      this.#trim();
      if (asked && !quietly) document.querySelector(".feed").scrollIntoView({ block: "start" });
    }
    const news = $("news");
    news.hidden = this.#waiting.size === 0;
    news.textContent = word("waiting_rows", { count: this.#waiting.size });
    if (this.#loaded) this.#message(this.#entries.size ? null : element("p", {}, icon("entry"), word("feed_empty")));
    this.#drawFoot();
  }

  #trim() {
    const rows = $("rows");
    while (rows.children.length > ROWS_MAX) {
      this.#entries.delete(Number(rows.lastElementChild.dataset.id));
      rows.lastElementChild.remove();
      this.#atBeginning = false;
    }
  }

  // --- how it looks --------------------------------------------------------------------------------------------------

  #row(entry, { fresh = false } = {}) {
    const sign = signOf(entry);
    const subject = this.#names.subject(entry.subject);
    const summary = summaryOf(entry);
    const button = element(
      "button",
      { type: "button", class: "row", "aria-expanded": "false", click: () => this.#goTo(entry.id) },
      element("time", { datetime: entry.at.toISOString() }, dayAndTime(entry.at)),
      element("span", { class: "what" }, icon(sign.icon, sign.tone), element("span", {}, element("strong", {}, sign.word), element("small", { class: summary ? null : "repeats" }, summary || subject))),
      element("span", { class: "subject" }, subject),
      element("span", { class: "where" }, this.#names.district(entry.district_id)),
      element("span", { class: "who" }, this.#names.actor(entry.actor)),
    );
    return element("li", { "data-id": entry.id, class: fresh ? "fresh" : null }, button);
  }

  #drawState() {
    const { state, until } = this.#state;
    const place = $("feed-state");
    if (state === "live") this.#liveAt = new Date();
    place.hidden = state === "forbidden"; // said below, in place of the rows
    const seconds = until ? Math.max(0, Math.ceil((until - Date.now()) / 1000)) : 0;
    const shown = {
      connecting: ["clock", "wait", word("feed_connecting")],
      live: ["live", "good", word("feed_live")],
      waiting: ["cut", "warn", word(this.#state.reason ? "feed_refused" : "feed_waiting", { seconds })],
      forbidden: ["lock", "warn", ""],
    }[state];
    const text = shown[2];
    if (place.dataset.state !== state) {
      place.dataset.state = state;
      place.replaceChildren(icon(shown[0], shown[1]), element("span", {}, text));
      this.#drawBanner();
    } else if (place.lastChild.textContent !== text) {
      place.lastChild.textContent = text;
    }
  }

  #drawBanner() {
    const banner = $("feed-banner");
    banner.hidden = this.#state.state !== "waiting" || !this.#loaded;
    if (banner.hidden) return;
    const since = word("feed_stale", { time: timeOfDay(this.#liveAt ?? new Date()) });
    banner.replaceChildren(
      element("p", {}, icon("warn", "warn"), element("span", {}, element("strong", {}, since), " ", this.#state.reason || word("feed_stale_hint"))),
      element("button", { type: "button", click: () => this.#feed.start() }, word("try_now")),
    );
  }

  #drawFoot() {
    $("older").hidden = this.#atBeginning || !this.#entries.size;
  }

  #message(content) {
    const place = $("feed-message");
    place.hidden = content === null;
    place.replaceChildren(...(content === null ? [] : [content].flat()));
  }

  #fail(error) {
    this.#message([
      element("p", { role: "alert" }, icon("bad", "bad"), element("span", {}, word("feed_failed", { reason: reasonOf(error) }))),
      element("button", { type: "button", click: () => this.#feed.start() }, word("try_now")),
    ]);
  }

  // --- one entry in the panel ----------------------------------------------------------------------------------------

  #goTo(id) {
    if (id === null) history.replaceState(null, "", location.pathname + location.search);
    else history.replaceState(null, "", `#entry-${id}`);
    this.#open();
  }

  /** Show the entry that the address names, or close the panel. */
  async #open() {
    const id = Number(/^#entry-(\d+)$/.exec(location.hash)?.[1] ?? 0);
    const wasOpen = document.querySelector('.row[aria-expanded="true"]');
    wasOpen?.setAttribute("aria-expanded", "false");
    if (!id) {
      this.#panel.close();
      return wasOpen?.focus({ preventScroll: true });
    }
    const entry = this.#entries.get(id) ?? (await this.#entryBefore(id + 1).catch(() => null));
    if (entry?.id !== id) return this.#panel.showMissing(id);
    document.querySelector(`[data-id="${id}"] .row`)?.setAttribute("aria-expanded", "true");
    this.#panel.show(entry);
  }

  async #entryBefore(id) {
    const known = this.#entries.get(id - 1);
    if (known) return known;
    const page = await this.#session.get(`/events?limit=1&before=${id}`);
    const entry = page.items.length ? readEntry(page.items[0].content) : null;
    return entry?.id === id - 1 ? entry : null; // the one before may be for others' eyes
  }

  #onKey(event) {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (!step || (event.key.startsWith("Arrow") && !event.target.matches(".row"))) return;
    const rows = [...document.querySelectorAll(".row")];
    if (!rows.length || !document.querySelector('[data-session="signed-in"]')) return;
    const at = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-expanded") === "true");
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    event.preventDefault();
    next.focus();
    if (this.#panel.isOpen) this.#goTo(Number(next.closest("li").dataset.id));
  }
}

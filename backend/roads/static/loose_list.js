// Reports in no case: nobody has said what they show, or where it is. A person says so beside the photo.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, word } from "/static/words.js";
import { ask, fill, problem } from "./asking.js";
import { kindFields } from "./naming.js";
import { drawingOf, photoFigure } from "./photo.js";
import { placeFields } from "./place_picker.js";
import { faultOf } from "./signs.js";

const PAGE = 20;
const COUNTED = 100; // the API gives no more at once
const REST_MS = 1_500; // reports come in by the dozen
const REST_MOST_MS = 10_000; // where they never cease to come in
const $ = (id) => document.getElementById(id);

export class LooseList {
  #session;
  #names;
  #next = null;
  #asked = 0;
  #resting = null;
  #restingSince = null;
  #isForeign = false; // some of what is new came from others
  #own = new Set(); // ids of reports that were decided on this page: they stay in their place

  constructor(session, names) {
    this.#session = session;
    this.#names = names;
    $("loose-more").addEventListener("click", () => this.#more());
  }

  /** Read as many as are shown; `isQuiet`: by itself, which gives way to somebody at work. What has not changed stays as it is, with its photos and the focus. */
  async load({ isQuiet = false } = {}) {
    const asked = ++this.#asked;
    try {
      const page = await this.#read($("loose-rows").children.length);
      if (asked !== this.#asked || (isQuiet && this.#isBusy)) return;
      this.#own.clear();
      this.#renew(page);
    } catch (error) {
      if (asked === this.#asked) this.#message(problem(word("roads_failed", { reason: reasonOf(error) })), element("button", { type: "button", click: () => this.load() }, word("try_now")));
    }
  }

  /** How many wait, beside the tab's name. */
  async count() {
    const page = await this.#session.get(`/defects?loose=true&limit=${COUNTED}`).catch(() => null);
    if (page) $("loose-count").textContent = page.items.length ? ` ${page.next ? `${COUNTED}+` : page.items.length}` : "";
  }

  /** Something of a report is new: counted once it is quiet, and read again unless somebody is at work here. */
  onChange(isShown, subject) {
    clearTimeout(this.#resting);
    this.#restingSince ??= Date.now();
    this.#isForeign ||= !this.#own.has(subject.split(":").at(-1));
    const rest = Math.min(REST_MS, Math.max(0, this.#restingSince + REST_MOST_MS - Date.now()));
    this.#resting = setTimeout(() => {
      const isForeign = this.#isForeign;
      [this.#restingSince, this.#isForeign] = [null, false];
      this.count();
      if (isShown() && isForeign && !this.#isBusy) this.load({ isQuiet: true });
    }, rest);
  }

  get #isBusy() {
    return $("loose-more").disabled || $("loose-rows").querySelector("form, [aria-busy=true], .settled") !== null || document.querySelector("dialog[open]") !== null;
  }

  /** The first `count` reports, a page of them at least. */
  async #read(count) {
    const items = [];
    let next = null;
    do {
      const limit = Math.min(COUNTED, Math.max(PAGE, count - items.length));
      const page = await this.#session.get(`/defects?loose=true&limit=${limit}${next ? `&cursor=${encodeURIComponent(next)}` : ""}`);
      items.push(...page.items);
      next = page.next;
    } while (next && items.length < count);
    return { items, next };
  }

  /** Show a page in place of what is shown; a report of the same version keeps its row, and rows that stay are not moved. */
  #renew({ items, next }) {
    const rows = $("loose-rows");
    const focused = document.activeElement?.closest?.("#loose-rows > li");
    const place = focused ? [...rows.children].indexOf(focused) : -1;
    const key = ({ id, version }) => `${id} ${version}`;
    const kept = new Map([...rows.children].map((row) => [key(row.dataset), row]));
    const wished = items.map((each) => kept.get(key(each)) ?? this.#item(each));
    const stays = new Set(wished);
    [...rows.children].filter((row) => !stays.has(row)).forEach((row) => row.remove());
    wished.forEach((row, at) => rows.children[at] !== row && rows.insertBefore(row, rows.children[at] ?? null));
    if (focused && !focused.contains(document.activeElement)) {
      const same = wished.find((row) => row.dataset.id === focused.dataset.id) ?? wished[Math.min(place, wished.length - 1)];
      same?.querySelector("h3").focus({ preventScroll: true });
    }
    this.#next = next;
    this.#draw();
  }

  async #more() {
    const button = $("loose-more");
    button.disabled = true;
    this.#asked += 1; // a reading anew that is under way knows nothing of the next page
    const path = `/defects?loose=true&limit=${PAGE}&cursor=${encodeURIComponent(this.#next)}`;
    await this.#session.get(path).then((page) => this.#add(page), (error) => this.#message(problem(word("roads_failed", { reason: reasonOf(error) }))));
    button.disabled = false;
  }

  #add(page) {
    this.#next = page.next;
    $("loose-rows").append(...page.items.map((each) => this.#item(each)));
    this.#draw();
  }

  #draw() {
    $("loose-more").hidden = !this.#next;
    this.#message(...($("loose-rows").children.length ? [] : [element("p", {}, icon("good", "good"), element("span", {}, word("loose_empty")))]));
  }

  #item(report) {
    const title = `loose-${report.id}`;
    const time = dayAndTime(new Date(report.captured_at), { seconds: false });
    const photos = element("div", { class: "request-photos" });
    const about = [this.#names.district(report.district_id), word(`source_${report.source}`)].join(" · ");
    const item = element(
      "li",
      { class: "request", "aria-labelledby": title, "data-id": report.id, "data-version": report.version },
      element("header", {}, element("h3", { id: title, tabindex: "-1" }, word("merge_of", { time })), element("p", { class: "hint" }, about)),
      element("div", { class: "request-body" }, photos, element("div", {}, report.note ? element("blockquote", {}, report.note) : null, ...this.#standing(report))),
    );
    item.append(element("div", { class: "notice-place", role: "status" }));
    this.#showPhotos(report, time, photos);
    return item;
  }

  /** What is missing, and the moves that give it. */
  #standing(report) {
    const [isNamed, isPlaced] = [Boolean(report.kind ?? report.kind_guess), report.place !== null];
    if (report.state === "rejected") return [this.#settled("bad", "wait", word("loose_no_fault"))];
    if (report.case_id) return [this.#settled("good", "good", word("loose_in_case"), element("a", { href: `#case-${report.case_id}` }, word("loose_open_case")))];
    const lacks = [isNamed ? null : word(report.cannot ? `cannot_${report.cannot}` : "loose_nothing_seen"), isPlaced ? null : word("loose_no_place")];
    const place = element("div");
    const button = (name, isFirst, begin) => {
      const made = element("button", { type: "button", class: isFirst ? "primary" : null, click: () => begin(place, () => (fill(place), made.focus())) }, word(name));
      return made;
    };
    const label = (body) => this.#send(report, place, `/defects/${report.id}/labels/${crypto.randomUUID()}`, body);
    const name = (into, back) => ask(into, kindFields({ kind: report.kind ?? report.kind_guess, severity: report.severity }), { label: word("say_kind"), send: label, back });
    const put = (into, back) => ask(into, placeFields(this.#session, [Number($("map").dataset.lon), Number($("map").dataset.lat)]), { label: word("put_here"), send: (body) => this.#send(report, place, `/defects/${report.id}/place`, body), back });
    const buttons = [button(isNamed ? "correct_kind" : "name_kind", !isNamed, name), isPlaced ? null : button("put_on_map", isNamed, put), button("loose_refuse", false, () => label({ fault: false }))];
    return [
      isNamed ? element("p", { class: "state" }, faultOf({ kind: report.kind ?? report.kind_guess, severity: report.severity })) : null,
      ...lacks.filter(Boolean).map((text) => element("p", { class: "state lacks" }, icon("review", "warn"), element("span", {}, text))),
      element("div", { class: "actions" }, ...buttons.filter(Boolean)),
      place,
    ].filter(Boolean);
  }

  #settled(shape, tone, ...said) {
    return element("p", { class: "state settled" }, icon(shape, tone), element("span", {}, ...said.flatMap((each, at) => (at ? [" ", each] : [each]))));
  }

  async #showPhotos(report, time, place) {
    const { save, ...rest } = drawingOf(this.#session, report, () => this.#follow(report, place.closest("li")));
    const drawing = report.state === "rejected" || report.case_id ? null : { ...rest, save: (...drawn) => (this.#own.add(report.id), save(...drawn)) };
    try {
      const { items } = await this.#session.get(`/defects/${report.id}/photos`);
      place.append(...items.map((each, at) => photoFigure(this.#session, report.id, at, each, word("photo_of_report", { number: at + 1, time }), drawing)));
      if (!items.length) place.append(element("p", { class: "hint" }, word("photo_none")));
    } catch (error) {
      place.append(element("p", { class: "hint" }, word("photo_failed", { reason: reasonOf(error) })));
    }
  }

  /** Say something of a report, and show in its place what has become of it. */
  async #send(report, place, path, body) {
    const item = place.closest("li");
    const notice = item.querySelector(".notice-place");
    item.setAttribute("aria-busy", "true");
    item.querySelectorAll("button").forEach((each) => (each.disabled = true));
    this.#own.add(report.id);
    notice.replaceChildren(element("p", { class: "hint" }, word("saving")));
    let refused = null;
    try {
      await this.#session.request(path, { method: "PUT", body });
    } catch (error) {
      refused = problem(word(error instanceof Problem && error.status === 409 ? "move_refused" : "move_failed", { reason: reasonOf(error) }));
    }
    await this.#follow(report, item, refused);
  }

  /** Show in its place what has become of a report; where nothing has, why. */
  async #follow(report, item, refused = null) {
    const notice = item.querySelector(".notice-place");
    const known = await this.#session.get(`/defects/${report.id}`).catch(() => null);
    if (!known || (refused && known.version === report.version)) {
      item.removeAttribute("aria-busy");
      item.querySelectorAll("button").forEach((each) => (each.disabled = false));
      return notice.replaceChildren(refused ?? "");
    }
    const made = this.#item(known);
    item.replaceWith(made);
    if (refused) made.querySelector(".notice-place").replaceChildren(refused);
    made.querySelector("h3").focus({ preventScroll: true });
    this.count();
  }

  #message(...content) {
    const place = $("loose-message");
    place.hidden = !content.length;
    place.replaceChildren(...content);
  }
}

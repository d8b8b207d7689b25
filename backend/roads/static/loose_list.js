// Reports in no case: nobody has said what they show, or where it is. A person says so beside the photo.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, word } from "/static/words.js";
import { ask, problem } from "./asking.js";
import { kindFields } from "./naming.js";
import { photoFigure } from "./photo.js";
import { placeFields } from "./place_picker.js";
import { faultOf } from "./signs.js";

const PAGE = 20;
const COUNTED = 100;
const REST_MS = 1_500; // reports come in by the dozen
const $ = (id) => document.getElementById(id);

export class LooseList {
  #session;
  #names;
  #next = null;
  #asked = 0;
  #resting = null;
  #own = new Set(); // ids of reports that were decided on this page: they stay in their place

  constructor(session, names) {
    this.#session = session;
    this.#names = names;
    $("loose-more").addEventListener("click", () => this.#more());
  }

  async load() {
    const asked = ++this.#asked;
    try {
      const page = await this.#session.get(`/defects?loose=true&limit=${PAGE}`);
      if (asked !== this.#asked) return;
      this.#own.clear();
      $("loose-rows").replaceChildren();
      this.#add(page);
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
    const isOwn = this.#own.has(subject.split(":").at(-1));
    this.#resting = setTimeout(() => {
      this.count();
      if (isShown() && !isOwn && !$("loose-rows").querySelector("form, [aria-busy=true], .settled")) this.load();
    }, REST_MS);
  }

  async #more() {
    const button = $("loose-more");
    button.disabled = true;
    const path = `/defects?loose=true&limit=${PAGE}&cursor=${encodeURIComponent(this.#next)}`;
    await this.#session.get(path).then((page) => this.#add(page), (error) => this.#message(problem(word("roads_failed", { reason: reasonOf(error) }))));
    button.disabled = false;
  }

  #add(page) {
    this.#next = page.next;
    $("loose-rows").append(...page.items.map((each) => this.#item(each)));
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
      { class: "request", "aria-labelledby": title },
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
      const made = element("button", { type: "button", class: isFirst ? "primary" : null, click: () => begin(place, () => (place.replaceChildren(), made.focus())) }, word(name));
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
    try {
      const { items } = await this.#session.get(`/defects/${report.id}/photos`);
      place.append(...items.map((each, at) => photoFigure(this.#session, report.id, at, each, word("photo_of_report", { number: at + 1, time }))));
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

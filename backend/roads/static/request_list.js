// Citizens' requests that wait to be let in: what was written, the blurred photos, and a decision that the citizen reads.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Problem } from "/static/session.js";
import { dayAndTime, word } from "/static/words.js";
import { ask, problem, reasonFields } from "./asking.js";
import { photoFigure } from "./photo.js";

const PAGE = 20;
const SIGNS = { waiting: ["clock", "wait"], let_in: ["good", "good"], refused: ["bad", "wait"] };
const $ = (id) => document.getElementById(id);

export class RequestList {
  #session;
  #names;
  #next = null;
  #asked = 0;
  #own = new Set(); // ids of requests that were decided on this page

  constructor(session, names) {
    this.#session = session;
    this.#names = names;
    $("which-requests").addEventListener("change", () => this.load());
    $("requests-more").addEventListener("click", () => this.#more());
  }

  async load() {
    const asked = ++this.#asked;
    try {
      const page = await this.#read(null);
      if (asked !== this.#asked) return;
      $("request-rows").replaceChildren();
      this.#add(page);
    } catch (error) {
      if (asked === this.#asked) this.#message(problem(word("roads_failed", { reason: reasonOf(error) })), element("button", { type: "button", click: () => this.load() }, word("try_now")));
    }
  }

  /** How many wait, beside the tab's name. */
  async count() {
    const page = await this.#session.get("/citizen-requests?moderation=waiting&limit=100").catch(() => null);
    if (page) $("requests-count").textContent = page.items.length ? ` ${page.next ? "100+" : page.items.length}` : "";
  }

  /** Something came in or was decided: the queue is read again unless somebody is deciding; what was decided here stays in its place. */
  onChange(isShown, subject) {
    this.count();
    if (isShown && !this.#own.has(subject.split(":").at(-1)) && !$("request-rows").querySelector("form, [aria-busy=true]")) this.load();
  }

  #read(cursor) {
    const query = new URLSearchParams({ limit: PAGE });
    const which = $("which-requests").value;
    if (which !== "all") query.set("moderation", which);
    if (cursor) query.set("cursor", cursor);
    return this.#session.get(`/citizen-requests?${query}`);
  }

  async #more() {
    const button = $("requests-more");
    button.disabled = true;
    await this.#read(this.#next).then((page) => this.#add(page), (error) => this.#message(problem(word("roads_failed", { reason: reasonOf(error) }))));
    button.disabled = false;
  }

  #add(page) {
    this.#next = page.next;
    $("request-rows").append(...page.items.map((each) => this.#item(each)));
    $("requests-more").hidden = !this.#next;
    if ($("request-rows").children.length) return this.#message();
    const waiting = $("which-requests").value === "waiting";
    this.#message(element("p", {}, icon("good", "good"), element("span", {}, word(waiting ? "requests_empty" : "requests_none"))));
  }

  #item(request) {
    const title = `request-${request.id}`;
    const photos = element("div", { class: "request-photos" });
    const place = element("div");
    const notice = element("div", { role: "status" });
    const item = element(
      "li",
      { class: "request", "aria-labelledby": title },
      element("header", {}, element("h3", { id: title, tabindex: "-1" }, `${word(`service_${request.service}`)} · ${request.number}`), element("p", { class: "hint" }, dayAndTime(new Date(request.requested_at), { seconds: false }), ` · ${this.#names.district(request.district_id)}`, request.app ? ` · ${request.app}` : "")),
      element("div", { class: "request-body" }, photos, element("div", {}, element("blockquote", {}, request.description || word("request_no_words")), request.address ? element("p", { class: "hint" }, icon("pin", "wait"), request.address) : null, this.#standing(request, place, notice))),
    );
    this.#showPhotos(request, photos);
    if (request.moderation === "waiting" && this.#session.user.actions.includes("citizen_requests.decide")) place.append(...this.#choices(request, item, place, notice));
    return item;
  }

  #standing(request, place, notice) {
    const [shape, tone] = SIGNS[request.moderation];
    const decided = request.moderation === "waiting" ? null : element("p", { class: "hint" }, [request.reason, request.decided_by ? this.#names.actor(`user:${request.decided_by}`) : "", request.decided_at ? dayAndTime(new Date(request.decided_at), { seconds: false }) : ""].filter(Boolean).join(" · "));
    return element("div", {}, element("p", { class: "state" }, icon(shape, tone), element("span", {}, word(`moderation_${request.moderation}`))), decided, place, notice);
  }

  async #showPhotos(request, place) {
    try {
      const { items } = await this.#session.get(`/defects/${request.id}/photos`);
      const title = (at) => word("photo_of_report", { number: at + 1, time: dayAndTime(new Date(request.requested_at), { seconds: false }) });
      place.append(...items.map((each, at) => photoFigure(this.#session, request.id, at, each, title(at))));
      if (!items.length) place.append(element("p", { class: "hint" }, word("request_no_photo")));
    } catch (error) {
      place.append(element("p", { class: "hint" }, word("photo_failed", { reason: reasonOf(error) })));
    }
  }

  #choices(request, item, place, notice) {
    const text = element("input", { type: "checkbox" });
    const photos = element("input", { type: "checkbox" });
    const decide = (body) => this.#decide(request, item, place, notice, body);
    const letIn = element("button", { type: "button", class: "primary", click: () => decide({ let_in: true, text_shown: text.checked, photos_shown: photos.checked }) }, icon("good"), word("let_in"));
    const refuse = element("button", { type: "button", click: () => this.#askWhy(request, item, place, notice) }, icon("bad"), word("refuse"));
    return [
      element("fieldset", {}, element("legend", {}, word("publish")), element("label", { class: "check" }, text, element("span", {}, word("publish_text"))), element("label", { class: "check" }, photos, element("span", {}, word("publish_photos")))),
      element("div", { class: "actions" }, letIn, refuse),
    ];
  }

  #askWhy(request, item, place, notice) {
    ask(place, reasonFields(true, word("refusal_reason")), {
      label: word("refuse_now"),
      send: (body) => this.#decide(request, item, place, notice, { let_in: false, ...body }),
      back: () => (place.replaceChildren(...this.#choices(request, item, place, notice)), place.querySelector(".actions button:last-child").focus()),
    });
  }

  async #decide(request, item, place, notice, body) {
    item.setAttribute("aria-busy", "true");
    this.#own.add(request.id);
    place.querySelectorAll("button").forEach((each) => (each.disabled = true));
    notice.replaceChildren(element("p", { class: "hint" }, word("saving")));
    try {
      const decided = await (await this.#session.request(`/citizen-requests/${request.id}/decisions`, { method: "POST", body })).json();
      this.#replace(item, decided);
      this.count();
    } catch (error) {
      const reason = reasonOf(error);
      item.removeAttribute("aria-busy");
      notice.replaceChildren(problem(word(error instanceof Problem && error.status === 409 ? "move_refused" : "move_failed", { reason })));
      if (error instanceof Problem && error.status === 409) return this.load();
      place.querySelectorAll("button").forEach((each) => (each.disabled = false));
    }
  }

  /** The decided request stays where it is until the list is read again, so that nothing moves under the hand. */
  #replace(item, decided) {
    const made = this.#item(decided);
    const next = item.nextElementSibling?.querySelector("h3");
    item.replaceWith(made);
    (next ?? made.querySelector("h3")).focus();
  }

  #message(...content) {
    const place = $("requests-message");
    place.hidden = !content.length;
    place.replaceChildren(...content);
  }
}

// Streets by their condition, the worst first: an estimate, with what it rests on and how old that is.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { number, word } from "/static/words.js";

const PAGE = 50;
const TONES = { good: ["good", "good"], satisfactory: ["good", "good"], fair: ["review", "warn"], poor: ["warn", "warn"], very_poor: ["warn", "bad"], serious: ["bad", "bad"], failed: ["bad", "bad"] };
const LEVEL = 1; // points a year from which a trend is told as one
const $ = (id) => document.getElementById(id);

export class StreetList {
  #session;
  #next = null;
  #onStreet;

  /** `onStreet(name)` shows the faults of a street. */
  constructor(session, onStreet) {
    this.#session = session;
    this.#onStreet = onStreet;
    $("streets-more").addEventListener("click", () => this.#read(this.#next));
  }

  load() {
    $("street-rows").replaceChildren();
    return this.#read(null);
  }

  async #read(cursor) {
    const button = $("streets-more");
    button.disabled = true;
    try {
      const page = await this.#session.get(`/streets/condition?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      this.#next = page.next;
      $("street-rows").append(...page.features.map((each) => this.#item(each.properties)));
      button.hidden = !page.next;
      const km = (metres) => number(metres / 1000, 1);
      $("streets-known").textContent = word("streets_known", { assessed: km(page.known.assessed_m), cannot: km(page.known.cannot_m), rest: km(page.known.no_evidence_m) });
      this.#message(...($("street-rows").children.length ? [] : [element("p", {}, icon("entry"), element("span", {}, word("streets_empty")))]));
    } catch (error) {
      this.#message(element("p", { role: "alert" }, icon("bad", "bad"), element("span", {}, word("roads_failed", { reason: reasonOf(error) }))), element("button", { type: "button", click: () => this.load() }, word("try_now")));
    } finally {
      button.disabled = false;
    }
  }

  #item(street) {
    const [shape, tone] = TONES[street.band];
    const name = street.street ?? word("nameless_street");
    const told = street.street ? element("button", { type: "button", class: "quiet", click: () => this.#onStreet(street.street), "aria-label": `${word("its_faults")}: ${street.street}` }, word("its_faults")) : element("span");
    return element(
      "li",
      { class: "street-row" },
      element("span", { class: "what" }, icon(shape, tone), element("span", {}, element("strong", {}, name), element("small", {}, word("piece_of", { length: number(street.length_m ?? 0) })))),
      element("span", { class: "score" }, element("strong", {}, number(street.score)), element("span", { class: tone }, word(`band_${street.band}`))),
      element("span", {}, trendOf(street.trend_per_year)),
      element("span", { class: "hint" }, street.evidence_age_days ? word("evidence_days", { count: street.evidence_age_days }) : word("evidence_today"), element("small", {}, word("evidence_of", { seen: street.units_seen, units: street.units, photos: street.assessed }))),
      told,
    );
  }

  #message(...content) {
    const place = $("streets-message");
    place.hidden = !content.length;
    place.replaceChildren(...content);
  }
}

function trendOf(points) {
  if (points === null) return word("trend_unknown");
  if (Math.abs(points) < LEVEL) return word("trend_level");
  return word(points < 0 ? "trend_worse" : "trend_better", { points: number(Math.abs(points), 1) });
}

// Two cases that are one fault: which other one, chosen from those near by or on the map, with its photo for comparison, and why.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { number, word } from "/static/words.js";
import { ask, fill, problem, reasonFields } from "./asking.js";
import { photoFigure } from "./photo.js";
import { boxAround, metresBetween } from "./places.js";
import { faultOf, iconOfKind, placeOf, stateOf, toneOf } from "./signs.js";

const NEAR_M = 200;
const SHOWN = 5;
const JOINABLE = new Set(["reported", "confirmed"]);

export const mayBeJoined = (known) => JOINABLE.has(known.state) || known.state === "planned";

/** Ask in `place` which case is the same; `join(body)` joins it with `known`, `pick` lets the map's presses choose, `back` takes the form away. */
export async function askForJoin(place, known, { session, join, pick, back }) {
  const loading = element("p", { class: "hint", role: "status" }, word("roads_loading"));
  fill(place, loading);
  try {
    const near = await nearOnes(session, known);
    if (!loading.isConnected) return; // something else is asked by now, or nothing: the map is not to choose
    const onMap = pick((id) => choice.take(id), near.map((each) => each.id));
    const choice = new Choice(session, known, near, onMap);
    const [reasons, readReason] = reasonFields(true, word("join_why"));
    const read = () => {
      const { body, missing } = readReason();
      return { body: { other_id: choice.id, ...body }, missing: choice.id ? missing : word("join_missing") };
    };
    const form = ask(place, [[choice.element, ...reasons], read], { label: word("join"), send: join, back });
    form.setAttribute("aria-label", word("join_another"));
    form.addEventListener("gone", () => pick(null));
  } catch (error) {
    if (loading.isConnected) fill(place, problem(word("roads_failed", { reason: reasonOf(error) })));
  }
}

/** Open cases near by that may be joined: those of the same kind first, then the nearest. */
async function nearOnes(session, known) {
  const page = await session.get(`/cases?open=true&limit=200&bbox=${boxAround(known.place, NEAR_M)}`);
  const found = page.items.filter((each) => each.id !== known.id && JOINABLE.has(each.state));
  const rank = (each) => (each.kind === known.kind ? 0 : NEAR_M * 2) + metresBetween(known.place, each.place);
  return found.sort((one, other) => rank(one) - rank(other)).slice(0, SHOWN);
}

class Choice {
  id = null;
  #session;
  #known;
  #list = element("div", { class: "options" });
  #photo = element("div", { class: "compared" });
  #notice = element("div", { role: "status" });

  constructor(session, known, near, onMap) {
    this.#session = session;
    this.#known = known;
    near.forEach((each) => this.#add(each));
    const told = [near.length ? null : word("join_none_near"), onMap ? word("join_hint") : null].filter(Boolean);
    const hint = element("p", { class: "hint" }, told.join(" "));
    this.element = element("fieldset", { class: "choices" }, element("legend", {}, word("join_which")), hint, this.#list, this.#notice, this.#photo);
  }

  #add(other) {
    const input = element("input", { type: "radio", name: "joined", value: other.id, change: () => this.#choose(other) });
    const about = [word("away_m", { metres: number(metresBetween(this.#known.place, other.place)) }), placeOf(other), stateOf(other.state).word, word("reports_count", { count: other.views })];
    this.#list.append(element("label", { class: "check" }, input, icon(iconOfKind(other.kind), toneOf(other.severity)), element("span", {}, faultOf(other), element("small", {}, about.join(" · ")))));
    return input;
  }

  /** A case that was pressed on the map. */
  async take(id) {
    this.#notice.replaceChildren();
    let input = this.#list.querySelector(`[value="${CSS.escape(id)}"]`);
    if (!input) {
      const other = await this.#session.get(`/cases/${id}`).catch(() => null);
      const refused = !other || id === this.#known.id || !JOINABLE.has(other.state);
      if (refused) return this.#notice.replaceChildren(problem(word("join_cannot")));
      input = this.#list.querySelector(`[value="${CSS.escape(id)}"]`) ?? this.#add(other);
    }
    input.checked = true;
    input.dispatchEvent(new Event("change"));
    input.focus();
  }

  async #choose(other) {
    this.id = other.id;
    try {
      const { seen } = await this.#session.get(`/cases/${other.id}`);
      const newest = seen.reduce((one, next) => (next.seen_at > one.seen_at ? next : one));
      const { items } = await this.#session.get(`/defects/${newest.defect_id}/photos`);
      if (this.id === other.id) this.#photo.replaceChildren(...items.slice(0, 1).map((each) => photoFigure(this.#session, newest.defect_id, 0, each, word("join_photo"))));
    } catch (error) {
      this.#photo.replaceChildren(element("p", { class: "hint" }, word("photo_failed", { reason: reasonOf(error) })));
    }
  }
}

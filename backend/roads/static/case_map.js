// The map beside the list of faults: the same faults by the same filters, the open one ringed; a press opens one.
import { CityMap } from "/static/city_map.js";
import { Plane } from "/static/map_view.js";
import { reasonOf } from "/static/reasons.js";
import { number, word } from "/static/words.js";
import { CaseMarks } from "./case_marks.js";
import { ConditionLines } from "./condition_lines.js";

const WIDE = matchMedia("(min-width: 1100px)");
const KEPT = "qala.roads.map";
const FIT_MOST = 0.6; // pixels a metre, when all faults are shown
const APART = 1.2; // when a neighbour is to be chosen
const EDGE_PX = 24; // so near to the edge nothing is seen well
const CLOSE = 0.8; // when a fault is chosen that was not seen
const $ = (id) => document.getElementById(id);

export class CaseMap {
  #session;
  #onOpen;
  #middle = [Number($("map").dataset.lon), Number($("map").dataset.lat)];
  #marks = new CaseMarks(new Plane(...this.#middle));
  #lines = new ConditionLines(new Plane(...this.#middle));
  #map = null;
  #query = null; // of the list, where the marks are not read yet; none before somebody is signed in
  #asked = 0;
  #fitted = false;
  #chosen = null;
  #picked = null; // who waits for a fault to be pressed

  /** `onOpen(id)` opens a fault in the panel. */
  constructor(session, { onOpen }) {
    this.#session = session;
    this.#onOpen = onOpen;
    $("map-toggle").addEventListener("click", () => this.#show(!this.isShown, true));
    $("map-condition").addEventListener("change", () => this.#showCondition());
    if (WIDE.matches && kept() !== "off") this.#show(true);
  }

  get isShown() {
    return $("map-toggle").getAttribute("aria-pressed") === "true";
  }

  #show(isShown, byHand = false) {
    $("map-toggle").setAttribute("aria-pressed", String(isShown));
    $("cases").classList.toggle("with-map", isShown);
    $("map-side").hidden = !isShown;
    if (byHand && WIDE.matches) keep(isShown ? "on" : "off");
    this.#read();
  }

  #make() {
    this.#map = new CityMap($("map"), { label: word("map_of_faults", { count: 0 }), layers: [this.#lines, this.#marks] });
    this.#map.addEventListener("press", ({ detail }) => this.#press(detail));
    for (const event of ["ready", "sized"]) this.#map.addEventListener(event, () => (this.#fit(), this.#reveal()));
    this.#map.load(this.#session, this.#middle);
  }

  /** Streets by their condition; what was read a while ago is shown until it is read anew. */
  async #showCondition() {
    this.#lines.isShown = $("map-condition").checked;
    $("condition-legend").hidden = !this.#lines.isShown;
    this.#map?.redraw();
    if (!this.#lines.isShown) return;
    try {
      await this.#lines.load(this.#session);
    } catch (error) {
      $("map-told").textContent = word("roads_failed", { reason: reasonOf(error) });
    }
    this.#map?.redraw();
  }

  /** The list was read anew, with these filters. */
  load(query) {
    this.#query = new URLSearchParams(query);
    this.#query.delete("sort");
    this.#read();
  }

  async #read() {
    const query = this.#query;
    if (!query || !this.isShown) return;
    if (!this.#map) this.#make();
    this.#query = null;
    const asked = ++this.#asked;
    try {
      const marks = await this.#session.get(`/cases/marks?${query}`);
      if (asked !== this.#asked) return;
      this.#marks.set(marks);
      this.#map.label = word("map_of_faults", { count: marks.ids.length });
      $("map-told").textContent = marks.is_all ? "" : word("map_not_all", { count: number(marks.ids.length) });
      this.#fit();
      this.#map.redraw();
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#query = query;
      $("map-told").textContent = word("roads_failed", { reason: reasonOf(error) });
    }
  }

  /** The first faults decide what is seen at first. */
  #fit() {
    const box = this.#marks.box();
    if (this.#fitted || !box || !this.#map.view.width || !this.#map.view.whole) return;
    this.#fitted = true;
    this.#map.view.fit(box, FIT_MOST);
    this.#map.redraw();
  }

  /** A case as it has become. */
  update(known) {
    this.#marks.update(known);
    this.#map?.redraw();
  }

  /** Ring the open case and bring it into view; null: none is open. */
  choose(known) {
    this.#chosen = this.#marks.choose(known);
    this.#reveal();
    this.#map?.redraw();
  }

  #reveal() {
    const [mark, view] = [this.#chosen, this.#map?.view];
    if (!mark || !view?.width || view.sees(mark.x, mark.y, EDGE_PX)) return;
    this.#fitted = true;
    view.centre(mark.x, mark.y, Math.max(view.scale, CLOSE));
    this.#map.redraw();
  }

  /** Let the next presses name faults instead of opening them; null ends that. `offered` are ringed. Whether the map is in sight beside the panel. */
  pick(picked, offered = []) {
    this.#picked = picked;
    this.#marks.offer(offered);
    $("map").classList.toggle("picking", Boolean(picked));
    const [mark, view] = [this.#chosen, this.#map?.view];
    if (picked && mark && view?.width) view.centre(mark.x, mark.y, Math.max(view.scale, APART)); // its neighbours are no crowd there
    this.#map?.redraw();
    return this.isShown && WIDE.matches;
  }

  #press({ left, top }) {
    const found = this.#marks.at(left, top);
    if (!found) return;
    if (found.marks.length === 1) return this.#picked ? this.#picked(found.marks[0].id) : this.#onOpen(found.marks[0].id);
    const view = this.#map.view;
    const [xs, ys] = [found.marks.map((each) => each.x), found.marks.map((each) => each.y)];
    const scale = view.scale;
    view.fit({ west: Math.min(...xs), east: Math.max(...xs), north: Math.min(...ys), south: Math.max(...ys) });
    view.scale = Math.min(view.scale, Math.max(APART, scale * 2));
    this.#map.redraw();
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // the choice then lasts as long as the page
  }
}

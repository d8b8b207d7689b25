// The photo on which outlines are drawn: by mouse, finger or keys. A press sets a point, points are dragged, the first point closes.
import { element } from "/static/element.js";
import { layersOf, svg } from "./photo_outlines.js";
import { bandRound, cornersOf, crosses, fromRing, lineIn, middles, nearest } from "./rings.js";

export const DRAWABLE = ["pothole", "crack_longitudinal", "crack_transverse", "crack_network"];
const LONG_SIDE_PX = 800;
const BAND_PX = 6; // of 800: as wide as cracks are labelled
const REACH_PX = { fine: 12, coarse: 24 }; // on the screen
const MIDDLES_FROM_PX = 44;
const [STEP, FINE_STEP] = [0.02, 0.004]; // of the photo's longer side, by an arrow
const UNDO_MOST = 200;
const isTraced = (kind) => kind === "crack_longitudinal" || kind === "crack_transverse";

export class OutlineEditor {
  faults = []; // {kind, ring, line}: ring in pixels of the photo; line where it was drawn along a crack
  path = []; // of the outline under way
  picked = -1;
  frame;
  #svg;
  #size;
  #onChange;
  #kind;
  #before = [];
  #first;
  #drag = null; // what of the picked outline is held
  #isHeld = false; // the press that follows ends a drag
  #cursor = null;
  #watch = new ResizeObserver(() => this.#draw());

  constructor(canvas, outlines, { onChange, kind, label }) {
    [this.#onChange, this.#kind] = [onChange, kind];
    const [width, height] = (this.#size = [canvas.width, canvas.height]);
    const photo = element("canvas", { width, height, "aria-hidden": "true" });
    photo.getContext("2d").drawImage(canvas, 0, 0);
    this.#svg = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "outlines drawable", tabindex: "0", role: "application", "aria-label": label });
    this.frame = element("div", { class: "outlining-frame" }, photo, this.#svg);
    this.frame.style.setProperty("--ratio", width / height);
    for (const each of outlines.filter(({ kind: one }) => DRAWABLE.includes(one))) {
      const ring = each.ring.map(([x, y]) => [x * width, y * height]);
      this.faults.push({ kind: each.kind, ring, line: isTraced(each.kind) ? lineIn(ring, this.#band) : null });
    }
    this.#first = this.#drawn;
    this.#svg.addEventListener("click", (event) => this.#onPress(event));
    this.#svg.addEventListener("pointerdown", (event) => this.#onHold(event));
    this.#svg.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const name of ["pointerup", "pointercancel"]) this.#svg.addEventListener(name, () => (this.#drag = null));
    this.#svg.addEventListener("blur", () => ((this.#cursor = null), this.#draw()));
  }

  begin() {
    this.#watch.observe(this.frame);
    this.#svg.focus({ preventScroll: true });
    this.#changed();
  }

  leave() {
    this.#watch.disconnect();
  }

  get mayUndo() {
    return this.#before.length > 0;
  }

  get isChanged() {
    return this.#drawn !== this.#first;
  }

  /** What the API takes: rings as shares of the photo. */
  told() {
    const [width, height] = this.#size;
    const share = (value, of) => Number(Math.min(1, Math.max(0, value / of)).toFixed(4));
    return this.faults.map(({ kind, ring }) => ({ kind, ring: ring.map(([x, y]) => [share(x, width), share(y, height)]) }));
  }

  pick(at) {
    this.picked = this.picked === at ? -1 : at;
    this.#changed();
  }

  /** The picked outline is of another kind; else the next one will be. */
  rename(kind) {
    if (this.picked >= 0) this.#do(() => (this.faults[this.picked].kind = kind));
    else this.#draw();
  }

  remove(at) {
    if (at >= 0) this.#do(() => (this.faults.splice(at, 1), (this.picked = -1)));
  }

  undo() {
    const before = this.#before.pop();
    if (!before) return;
    Object.assign(this, JSON.parse(before));
    this.picked = Math.min(this.picked, this.faults.length - 1);
    this.#changed();
  }

  /** End the outline under way: a crack's line gets its band, anything else is closed; the name of a word where it cannot be. */
  end() {
    const kind = this.#kind();
    const line = isTraced(kind) && this.path.length > 1 ? this.path : null;
    if (!line && this.path.length < 3) return this.path.length ? "draw_few" : null;
    return this.#close(kind, line ? bandRound(line, this.#band) : this.path, line);
  }

  onKey(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.target !== this.#svg || !(step || event.key === " ")) return;
    event.preventDefault();
    const [width, height] = this.#size;
    this.#cursor ??= [width / 2, height / 2];
    if (!step) return this.#press(this.#cursor, 0);
    const by = Math.max(width, height) * (event.shiftKey ? FINE_STEP : STEP);
    this.#cursor = this.#inside([this.#cursor[0] + step[0] * by, this.#cursor[1] + step[1] * by]);
    this.#draw();
  }

  get #band() {
    return (BAND_PX * Math.max(...this.#size)) / LONG_SIDE_PX;
  }

  /** Pixels of the photo that one of the screen stands for. */
  get #unit() {
    return this.#size[0] / (this.#svg.getBoundingClientRect().width || this.#size[0]);
  }

  get #reach() {
    return REACH_PX[matchMedia("(pointer: coarse)").matches ? "coarse" : "fine"] * this.#unit;
  }

  get #drawn() {
    return JSON.stringify([this.faults, this.path]);
  }

  #standing() {
    return JSON.stringify({ faults: this.faults, path: this.path, picked: this.picked });
  }

  #do(change) {
    this.#before.push(this.#standing());
    this.#before.splice(0, this.#before.length - UNDO_MOST);
    change();
    this.#changed();
  }

  #changed() {
    this.#draw();
    this.#onChange();
  }

  #inside([x, y]) {
    return [Math.min(this.#size[0], Math.max(0, x)), Math.min(this.#size[1], Math.max(0, y))];
  }

  #pointOf({ clientX, clientY }) {
    const box = this.#svg.getBoundingClientRect();
    return this.#inside([((clientX - box.left) / box.width) * this.#size[0], ((clientY - box.top) / box.height) * this.#size[1]]);
  }

  #onPress(event) {
    if (this.#isHeld) return (this.#isHeld = false);
    if (event.detail > 1 && this.path.length) return void this.end();
    this.#press(this.#pointOf(event), this.#reach);
  }

  /** A point is set; the first point closes, and a line that stands already is picked instead. */
  #press(point, reach) {
    if (this.path.length > 2 && nearest(point, this.path.slice(0, 1), Math.max(reach, this.#unit)) === 0) return void this.#close(this.#kind(), this.path, null);
    if (!this.path.length) {
      const away = this.faults.map((each) => fromRing(point, each.ring));
      const found = away.indexOf(Math.min(...away));
      if (away[found] <= reach / 2) return this.picked === found ? undefined : this.pick(found);
    }
    this.#do(() => (this.path.push(point), (this.picked = -1)));
  }

  #close(kind, ring, line) {
    if (crosses(ring)) return "draw_path_crosses";
    this.#do(() => {
      this.faults.push({ kind, ring, line });
      [this.path, this.picked] = [[], this.faults.length - 1];
    });
    return null;
  }

  #handles() {
    const fault = this.faults[this.picked];
    return fault ? (fault.line ?? cornersOf(fault.ring)) : [];
  }

  #onHold(event) {
    this.#isHeld = false;
    const fault = this.faults[this.picked];
    if (!fault || this.path.length || !event.isPrimary) return;
    const [points, point] = [this.#handles().map((each) => [...each]), this.#pointOf(event)];
    let at = nearest(point, points, this.#reach);
    if (at < 0) {
      const between = middles(points, !fault.line, MIDDLES_FROM_PX * this.#unit);
      const found = nearest(point, between.map((each) => each ?? [Infinity, Infinity]), this.#reach);
      if (found < 0) return;
      points.splice((at = found + 1), 0, between[found]);
    }
    this.#isHeld = true;
    this.#drag = { points, at, isNew: true };
    this.#svg.setPointerCapture(event.pointerId);
  }

  #onMove(event) {
    if (!this.#drag) return;
    const { points, at, isNew } = this.#drag;
    points[at] = this.#pointOf(event);
    const fault = this.faults[this.picked];
    const mend = () => (fault.line ? Object.assign(fault, { line: points, ring: bandRound(points, this.#band) }) : (fault.ring = points));
    this.#drag.isNew = false;
    if (isNew) this.#do(mend);
    else (mend(), this.#draw());
  }

  #draw() {
    const unit = this.#unit;
    const text = (points) => points.map(([x, y]) => `${x},${y}`).join(" ");
    const rings = this.faults.flatMap((each, at) => layersOf(each.kind).map((layer) => svg("polygon", { points: text(each.ring), class: at === this.picked ? `${layer} picked` : layer })));
    const path = this.path.length ? layersOf(this.#kind()).map((layer) => svg("polyline", { points: text(this.path), class: layer })) : [];
    const knob = ([x, y], radius, name) => [svg("circle", { cx: x, cy: y, r: this.#reach, class: "grasp" }), svg("circle", { cx: x, cy: y, r: radius * unit, class: name })];
    const fault = this.faults[this.picked];
    const handles = fault && !this.path.length ? this.#handles() : [];
    const between = handles.length ? middles(handles, !fault.line, MIDDLES_FROM_PX * unit).filter(Boolean) : [];
    const knobs = [...between.flatMap((each) => knob(each, 4, "knob between")), ...handles.flatMap((each) => knob(each, 6, "knob"))];
    const dots = this.path.map(([x, y], at) => svg("circle", { cx: x, cy: y, r: (at ? 5 : 8) * unit, class: at ? "knob" : "knob first" }));
    const [x, y] = this.#cursor ?? [];
    const cross = this.#cursor ? ["cross ground", "cross"].map((name) => svg("path", { d: `M${x - 16 * unit} ${y}h${32 * unit}M${x} ${y - 16 * unit}v${32 * unit}`, class: name })) : [];
    this.#svg.replaceChildren(...rings, ...path, ...knobs, ...dots, ...cross);
  }
}

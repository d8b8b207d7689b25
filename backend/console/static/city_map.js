// A map of the city on a canvas: its own streets, moved by hand, wheel or keys; features lay their marks over it.
import { element, icon } from "./element.js";
import { loadStreets } from "./map_pack.js";
import { StreetLayer, StreetLines } from "./map_streets.js";
import { Plane, View } from "./map_view.js";
import { Problem } from "./session.js";
import { word } from "./words.js";

const CLICK_PX = 6; // a hand that moves less has pressed, not dragged
const STEP_PX = 90;
const NAMED_MOST = 1; // pixels a metre, for a street that was looked for
const NEARER = 1.6;
const KEYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const TOKENS = ["surface", "raised", "line", "text", "muted", "accent", "on-accent", "good", "wait", "warn", "bad", "font"];
const packs = new WeakMap(); // session -> promise of {attribution, lines, box}: fetched and laid out once a page

export class CityMap extends EventTarget {
  #canvas;
  #notice = element("p", { class: "map-notice", role: "status" });
  #credit = element("p", { class: "map-credit" });
  #layers;
  #streets = null;
  #colours = null;
  #asked = false;
  #pointers = new Map();
  #moved = 0;
  #sized = new ResizeObserver(() => this.#onSize());
  #themed = new MutationObserver(() => ((this.#colours = null), this.redraw()));
  view = new View();
  plane = null;

  /** `layers` draw over the streets: draw(context, view, colours), titleAt(left, top). Says «press» {left, top, lon, lat}, «ready» and «sized». */
  constructor(place, { label, layers }) {
    super();
    this.#layers = layers;
    this.#canvas = element("canvas", { tabindex: "0", role: "img", "aria-label": label, title: "" });
    const button = (name, shape, act) => element("button", { type: "button", "aria-label": word(name), title: word(name), click: act }, icon(shape));
    const buttons = element("div", { class: "map-buttons" }, button("map_nearer", "plus", () => this.#zoom(NEARER)), button("map_farther", "minus", () => this.#zoom(1 / NEARER)), button("map_whole", "map", () => this.showWhole()));
    place.classList.add("city-map");
    place.replaceChildren(this.#canvas, buttons, this.#notice, this.#credit);
    this.#listen();
    this.#sized.observe(place);
    this.#themed.observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });
  }

  /** Fetch the streets; a map without them shows its marks all the same. */
  async load(session, middle) {
    this.plane ??= new Plane(...middle);
    this.#notice.textContent = word("map_loading");
    try {
      if (!packs.has(session)) packs.set(session, layOut(session, this.plane));
      const { attribution, lines, box } = await packs.get(session);
      this.#streets = new StreetLayer(lines);
      this.view.whole = box;
      this.#credit.textContent = attribution;
      this.#notice.textContent = "";
    } catch (error) {
      packs.delete(session);
      this.#notice.textContent = word(error instanceof Problem && error.status === 409 ? "map_no_streets" : "map_failed");
    }
    this.#resize();
    this.dispatchEvent(new Event("ready"));
    this.redraw();
  }

  set label(text) {
    this.#canvas.setAttribute("aria-label", text);
  }

  showWhole() {
    if (this.view.whole) this.view.fit(this.view.whole);
    this.redraw();
  }

  /** Show the streets whose name has a text in it; whether there is one. */
  showStreet(text) {
    const box = this.#streets?.boxOf(text);
    if (!box) return false;
    this.view.fit(box, NAMED_MOST);
    this.redraw();
    return true;
  }

  focus() {
    this.#canvas.focus();
  }

  /** Draw before the next picture of the screen; asked often, it is done once. */
  redraw() {
    if (this.#asked || !this.plane || !this.view.width) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    this.#colours ??= colours();
    const context = this.#canvas.getContext("2d");
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.fillStyle = this.#colours.surface;
    context.fillRect(0, 0, this.view.width, this.view.height);
    this.#streets?.draw(context, this.view, this.#colours, () => this.redraw());
    this.#layers.forEach((layer) => layer.draw(context, this.view, this.#colours));
  }

  /** The place has another size, which it also has when it is taken out of the page: the map then ends, or the page would keep it for ever. */
  #onSize() {
    if (this.#canvas.isConnected) return this.#resize();
    this.#sized.disconnect();
    this.#themed.disconnect();
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height) return;
    const isFirst = !this.view.width;
    Object.assign(this.view, { width, height });
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    if (isFirst && this.view.whole) this.view.fit(this.view.whole);
    this.dispatchEvent(new Event("sized"));
    if (this.plane) this.#draw(); // a canvas of another size is empty: no frame may show that
  }

  #zoom(factor, left, top) {
    this.view.zoom(factor, left, top);
    this.redraw();
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return; // of a mouse the left one alone
      canvas.setPointerCapture(event.pointerId);
      if (!this.#pointers.size) this.#moved = 0;
      this.#pointers.set(event.pointerId, event);
    });
    canvas.addEventListener("pointermove", (event) => this.#onMove(event));
    canvas.addEventListener("pointerup", (event) => {
      const isPress = this.#pointers.size === 1 && this.#moved < CLICK_PX;
      this.#pointers.delete(event.pointerId);
      if (isPress) this.#press(event.offsetX, event.offsetY);
    });
    canvas.addEventListener("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => (event.preventDefault(), this.#zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.offsetX, event.offsetY)), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #onMove(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      const title = this.#layers.map((layer) => layer.titleAt?.(event.offsetX, event.offsetY)).find(Boolean) ?? "";
      this.#canvas.classList.toggle("over", Boolean(title));
      if (this.#canvas.title !== title) this.#canvas.title = title;
      return;
    }
    const [left, top] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.#moved += Math.hypot(left, top);
    const other = [...this.#pointers.values()].find((each) => each.pointerId !== event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (!other) this.view.pan(left, top);
    else {
      const apart = (each) => Math.hypot(each.clientX - other.clientX, each.clientY - other.clientY) || 1;
      this.view.pan(left / 2, top / 2);
      this.view.zoom(apart(event) / apart(before), (event.offsetX + other.offsetX) / 2, (event.offsetY + other.offsetY) / 2);
    }
    this.redraw();
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS[event.key]) this.view.pan(...KEYS[event.key].map((way) => way * STEP_PX));
    else if (event.key === "+" || event.key === "=") this.view.zoom(NEARER);
    else if (event.key === "-") this.view.zoom(1 / NEARER);
    else if (event.key === "Home") this.showWhole();
    else if (event.key === "Enter") this.#press(this.view.width / 2, this.view.height / 2);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  }

  #press(left, top) {
    if (!this.plane) return;
    this.dispatchEvent(new CustomEvent("press", { detail: { left, top, ...this.plane.point(this.view.worldX(left), this.view.worldY(top)) } }));
  }
}

/** The streets of the one city that a session sees, laid out on its plane for any number of maps. */
async function layOut(session, plane) {
  const streets = await loadStreets(session);
  return { attribution: streets.attribution, lines: new StreetLines(streets, plane), box: boxOf(streets, plane) };
}

function boxOf({ lons, lats }, plane) {
  const span = (values) => values.reduce(([least, most], each) => [Math.min(least, each), Math.max(most, each)], [Infinity, -Infinity]);
  const [[west, east], [south, north]] = [span(lons), span(lats)];
  return { west: plane.x(west), east: plane.x(east), north: plane.y(north), south: plane.y(south) };
}

/** The theme's tokens as a canvas needs them. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const found = Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const mixed = (percent) => `color-mix(in srgb, ${found.muted} ${percent}%, ${found.surface})`;
  const isDark = style.colorScheme === "dark";
  return { ...found, far: mixed(60), farther: mixed(30), edge: isDark ? found.surface : mixed(30), fill: isDark ? found.line : found.raised, halo: isDark ? found.surface : found.raised };
}

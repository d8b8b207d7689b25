// Faults as marks on a map: a shape and colour for each severity, crowds as one mark with their number and their worst.
import { faultOf } from "./signs.js";

const SHAPES = {
  high: { tone: "bad", path: "M0-9 10 8H-10z" },
  medium: { tone: "warn", path: "M0-9 9 0 0 9-9 0z" },
  low: { tone: "wait", path: "M-6.5 0a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0z" },
};
const ORDER = ["low", "medium", "high"];
const PATHS = Object.fromEntries(Object.entries(SHAPES).map(([name, { path }]) => [name, new Path2D(path)]));
const CROWD_PX = 46; // marks nearer than about this are one
const NEAR_SHARE = 0.8; // of a cell
const NO_CROWDS_FROM = 1; // pixels a metre
const HIT_PX = 20;
const RING_PX = 15;

export class CaseMarks {
  #marks = new Map(); // id -> {id, x, y, kind, severity}
  #chosen = null;
  #others = new Set(); // ids that are offered for a choice: ringed thinly
  #level = null;
  #crowds = [];
  #view = null;
  #plane;

  constructor(plane) {
    this.#plane = plane;
  }

  get size() {
    return this.#marks.size;
  }

  /** All marks anew, from the columns of GET /cases/marks. */
  set({ ids, places, kinds, severities }) {
    this.#marks = new Map(ids.map((id, at) => [id, this.#mark(id, places[at], kinds[at], severities[at])]));
    this.#level = null;
  }

  #mark(id, [lon, lat], kind, severity) {
    return { id, x: this.#plane.x(lon), y: this.#plane.y(lat), kind, severity };
  }

  /** A case as it has become; the chosen one is shown even if no filter lets it in. */
  update({ id, place, kind, severity }) {
    const made = this.#mark(id, place.coordinates, kind, severity);
    if (this.#marks.has(id)) this.#marks.set(id, made);
    if (this.#chosen?.id === id) this.#chosen = made;
    this.#level = null;
  }

  choose(known) {
    this.#level = null;
    this.#chosen = known ? this.#mark(known.id, known.place.coordinates, known.kind, known.severity) : null;
    return this.#chosen;
  }

  offer(ids) {
    this.#others = new Set(ids);
  }

  /** The box of all marks in metres, null without any. */
  box() {
    if (!this.#marks.size) return null;
    const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
    for (const { x, y } of this.#marks.values()) {
      box.west = Math.min(box.west, x);
      box.east = Math.max(box.east, x);
      box.north = Math.min(box.north, y);
      box.south = Math.max(box.south, y);
    }
    return box;
  }

  draw(context, view, colours) {
    this.#view = view;
    this.#gather(view.scale);
    const box = view.box(2 * RING_PX);
    for (const crowd of this.#crowds) {
      if (crowd.x < box.west || crowd.x > box.east || crowd.y < box.north || crowd.y > box.south) continue;
      const [left, top] = [view.screenX(crowd.x), view.screenY(crowd.y)];
      if (crowd.marks.length > 1) drawCrowd(context, left, top, crowd, colours);
      else drawMark(context, left, top, crowd.marks[0], colours, this.#others.has(crowd.marks[0].id) ? "muted" : null);
    }
    if (this.#chosen) drawMark(context, view.screenX(this.#chosen.x), view.screenY(this.#chosen.y), this.#chosen, colours, "accent");
  }

  /** Marks by cells whose size follows the scale in steps, so that crowds stay the same while the map is shifted. */
  #gather(scale) {
    const level = scale >= NO_CROWDS_FROM ? 0 : Math.floor(Math.log2(scale));
    if (level === this.#level) return;
    this.#level = level;
    const marks = [...this.#marks.values()].filter((each) => each.id !== this.#chosen?.id); // the open one stands for itself
    if (level === 0) return void (this.#crowds = marks.sort(bySeverity).map((each) => ({ x: each.x, y: each.y, marks: [each] })));
    const cell = CROWD_PX / 2 ** level;
    const cells = new Map();
    for (const each of marks) {
      const key = `${Math.floor(each.x / cell)},${Math.floor(each.y / cell)}`;
      const found = cells.get(key);
      if (found) found.push(each);
      else cells.set(key, [each]);
    }
    const mean = (of, axis) => of.reduce((sum, each) => sum + each[axis], 0) / of.length;
    const crowds = [...cells.values()].map((of) => ({ x: mean(of, "x"), y: mean(of, "y"), marks: of }));
    this.#crowds = unitedNear(crowds, cell);
    this.#crowds.forEach((crowd) => crowd.marks.sort(bySeverity));
    this.#crowds.sort((one, other) => bySeverity(one.marks.at(-1), other.marks.at(-1)));
  }

  /** What lies under a point, apart from the open one: {marks, x, y} of one case or a crowd; null for nothing. */
  at(left, top) {
    let [best, least] = [null, HIT_PX];
    for (const crowd of this.#crowds) {
      const away = Math.hypot(this.#view.screenX(crowd.x) - left, this.#view.screenY(crowd.y) - top);
      if (away <= least) [best, least] = [crowd, away]; // of equals the one that is drawn over the others
    }
    return best;
  }

  titleAt(left, top) {
    const marks = this.#view ? (this.at(left, top)?.marks ?? []) : [];
    return marks.length === 1 ? faultOf(marks[0]) : marks.length ? String(marks.length) : "";
  }
}

/** Crowds that an edge between two cells has parted are one: the larger takes those that would lie over it. */
function unitedNear(crowds, cell) {
  const kept = new Map(); // cell of the mean -> crowds
  const keyOf = (x, y) => `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
  for (const crowd of crowds.sort((one, other) => other.marks.length - one.marks.length)) {
    const around = [-1, 0, 1].flatMap((east) => [-1, 0, 1].flatMap((south) => kept.get(keyOf(crowd.x + east * cell, crowd.y + south * cell)) ?? []));
    const near = around.find((other) => Math.abs(other.x - crowd.x) < NEAR_SHARE * cell && Math.abs(other.y - crowd.y) < NEAR_SHARE * cell);
    if (near) near.marks.push(...crowd.marks);
    else kept.set(keyOf(crowd.x, crowd.y), [...(kept.get(keyOf(crowd.x, crowd.y)) ?? []), crowd]);
  }
  return [...kept.values()].flat();
}

const bySeverity = (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity);

function drawMark(context, left, top, { severity }, colours, ring) {
  context.save();
  context.translate(left, top);
  if (ring) {
    context.beginPath();
    context.arc(0, 0, RING_PX, 0, 2 * Math.PI);
    context.fillStyle = colours.raised;
    context.fill();
    context.strokeStyle = colours[ring];
    context.lineWidth = ring === "accent" ? 4 : 2;
    context.stroke();
  }
  context.lineJoin = "round";
  context.strokeStyle = colours.raised;
  context.lineWidth = 3;
  context.stroke(PATHS[severity]);
  context.fillStyle = colours[SHAPES[severity].tone];
  context.fill(PATHS[severity]);
  context.restore();
}

function drawCrowd(context, left, top, { marks }, colours) {
  const worst = marks.at(-1).severity;
  const text = String(marks.length);
  context.font = `600 12px ${colours.font}`;
  const width = context.measureText(text).width + 32;
  context.beginPath();
  context.roundRect(left - width / 2, top - 12, width, 24, 12);
  context.fillStyle = colours.raised;
  context.fill();
  context.strokeStyle = colours[SHAPES[worst].tone];
  context.lineWidth = 2;
  context.stroke();
  context.save();
  context.translate(left - width / 2 + 13, top);
  context.scale(0.6, 0.6);
  context.fillStyle = colours[SHAPES[worst].tone];
  context.fill(PATHS[worst]);
  context.restore();
  context.fillStyle = colours.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left - width / 2 + 22, top + 1);
}

// The condition of streets as lines of a map: colour, width and dashes say how bad, so that colour alone never does.
import { number, word } from "/static/words.js";

const KEPT_MS = 60_000; // a condition changes with reports, of which there are few a minute
const HIT_PX = 8;
const STYLES = {
  good: { tone: "good", px: 3, dash: [] },
  fair: { tone: "warn", px: 5, dash: [9, 6] },
  bad: { tone: "bad", px: 8, dash: [] },
};
const OF_BAND = { good: "good", satisfactory: "good", fair: "fair", poor: "fair", very_poor: "bad", serious: "bad", failed: "bad" };

export class ConditionLines {
  isShown = false;
  #lines = [];
  #readAt = -Infinity;
  #view = null;
  #plane;

  constructor(plane) {
    this.#plane = plane;
  }

  /** Read every piece of street that has an index, unless that was done just now. */
  async load(session) {
    if (performance.now() - this.#readAt < KEPT_MS) return;
    const { scores, bands, streets, lines } = await session.get("/streets/condition/marks");
    this.#readAt = performance.now();
    this.#lines = lines.map((line, at) => this.#line(line, scores[at], bands[at], streets[at])).reverse(); // the worst are drawn last, over the others
  }

  #line(coordinates, score, band, street) {
    const points = coordinates.map(([lon, lat]) => [this.#plane.x(lon), this.#plane.y(lat)]);
    const path = new Path2D();
    points.forEach(([x, y], at) => (at ? path.lineTo(x, y) : path.moveTo(x, y)));
    return { path, points, style: STYLES[OF_BAND[band]], title: word("condition_of", { street: street ?? word("nameless_street"), score: number(score), band: word(`band_${band}`) }) };
  }

  draw(context, view, colours) {
    this.#view = view;
    if (!this.isShown) return;
    context.save();
    context.translate(view.screenX(0), view.screenY(0));
    context.scale(view.scale, view.scale);
    context.lineJoin = context.lineCap = "round";
    for (const { path, style } of this.#lines) {
      context.setLineDash(style.dash.map((px) => px / view.scale));
      context.strokeStyle = colours[style.tone];
      context.lineWidth = style.px / view.scale;
      context.stroke(path);
    }
    context.restore();
  }

  titleAt(left, top) {
    if (!this.isShown || !this.#view) return "";
    const [x, y, reach] = [this.#view.worldX(left), this.#view.worldY(top), HIT_PX / this.#view.scale];
    return this.#lines.findLast(({ points }) => points.some((point, at) => at && awayFrom(x, y, points[at - 1], point) < reach))?.title ?? "";
  }
}

/** Metres from a point to a piece of a line. */
function awayFrom(x, y, [fromX, fromY], [toX, toY]) {
  const [east, south] = [toX - fromX, toY - fromY];
  const along = Math.max(0, Math.min(1, ((x - fromX) * east + (y - fromY) * south) / (east * east + south * south || 1)));
  return Math.hypot(x - fromX - along * east, y - fromY - along * south);
}

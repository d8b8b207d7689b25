// The background of a map: the city's streets, drawn once for a part of the city and shifted while it is moved.
import { drawNames, longestPieces } from "./map_names.js";

const CHUNK_M = 1_000;
const MARGIN_PX = 160; // drawn beyond what is seen
const REST_MS = 90; // a map that stands still this long is drawn sharp again
const WIDTHS_M = [16, 12, 9, 4]; // main, middle, minor, path
const LEAST_PX = [2.2, 1.4, 0.8, 0.6];
const SEEN_FROM = [0, 0, 0.04, 0.25]; // pixels a metre
const CASED_PX = 4; // from this width a street has an edge

/** The lines of all streets on a plane, ready to be drawn by as many layers as there are maps. */
export class StreetLines {
  #chunks = new Map(); // "x,y" -> {paths: [Path2D a kind], box}

  constructor(streets, plane) {
    for (const line of streets.lines) this.#add(line, streets, plane);
    this.pieces = longestPieces(streets, plane);
  }

  /** Chunks that a box touches. */
  within({ west, east, north, south }) {
    return [...this.#chunks.values()].filter(({ box }) => box.west <= east && box.east >= west && box.north <= south && box.south >= north);
  }

  #add({ kind, at, points }, { lons, lats }, plane) {
    const xs = Array.from({ length: points }, (_, step) => plane.x(lons[at + step]));
    const ys = Array.from({ length: points }, (_, step) => plane.y(lats[at + step]));
    const key = `${Math.floor(xs[0] / CHUNK_M)},${Math.floor(ys[0] / CHUNK_M)}`;
    let chunk = this.#chunks.get(key);
    if (!chunk) this.#chunks.set(key, (chunk = { paths: WIDTHS_M.map(() => new Path2D()), box: { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity } }));
    const path = chunk.paths[kind];
    xs.forEach((x, step) => (step ? path.lineTo(x, ys[step]) : path.moveTo(x, ys[step])));
    const box = chunk.box;
    box.west = Math.min(box.west, ...xs);
    box.east = Math.max(box.east, ...xs);
    box.north = Math.min(box.north, ...ys);
    box.south = Math.max(box.south, ...ys);
  }
}

export class StreetLayer {
  #lines;
  #buffer = document.createElement("canvas");
  #drawn = null; // the view of the buffer
  #resting = null;

  constructor(lines) {
    this.#lines = lines;
  }

  /** The box of the longest pieces of the streets whose name has a text in it, null for none. */
  boxOf(text) {
    const wished = text.trim().toLocaleLowerCase();
    const found = this.#lines.pieces.filter((piece) => piece.name.toLocaleLowerCase().includes(wished));
    const street = found.filter((piece) => piece.name === found[0].name);
    if (!street.length) return null;
    const span = (axis) => [Math.min(...street.map((piece) => piece[axis])), Math.max(...street.map((piece) => piece[axis]))];
    const [[west, east], [north, south]] = [span("x"), span("y")];
    return { west, north, east, south };
  }

  /** Draw onto a map's canvas; what was drawn for another view is shifted or stretched until the map rests. */
  draw(context, view, colours, redraw) {
    const drawn = this.#drawn;
    const isSharp = drawn && drawn.scale === view.scale && drawn.colours === colours && drawn.width === view.width && drawn.height === view.height;
    const isNear = isSharp && Math.abs(drawn.x - view.x) * view.scale < MARGIN_PX && Math.abs(drawn.y - view.y) * view.scale < MARGIN_PX;
    if (!drawn || drawn.colours !== colours) this.#paint(view, colours);
    else if (!isNear) {
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => (this.#paint(view, colours), redraw()), REST_MS);
    }
    const { x, y, scale, width, height } = this.#drawn;
    const factor = view.scale / scale;
    const left = view.screenX(x) - (width / 2 + MARGIN_PX) * factor;
    const top = view.screenY(y) - (height / 2 + MARGIN_PX) * factor;
    context.drawImage(this.#buffer, left, top, (width + 2 * MARGIN_PX) * factor, (height + 2 * MARGIN_PX) * factor);
  }

  #paint(view, colours) {
    const ratio = devicePixelRatio;
    this.#buffer.width = (view.width + 2 * MARGIN_PX) * ratio;
    this.#buffer.height = (view.height + 2 * MARGIN_PX) * ratio;
    const context = this.#buffer.getContext("2d");
    const chunks = this.#lines.within(view.box(MARGIN_PX));
    const world = view.scale * ratio;
    context.setTransform(world, 0, 0, world, (MARGIN_PX + view.width / 2 - view.x * view.scale) * ratio, (MARGIN_PX + view.height / 2 - view.y * view.scale) * ratio);
    context.lineJoin = context.lineCap = "round";
    const kinds = [3, 2, 1, 0].filter((kind) => view.scale >= SEEN_FROM[kind]);
    const widths = WIDTHS_M.map((metres, kind) => Math.max(LEAST_PX[kind], metres * view.scale));
    const stroke = (kind, colour, px) => {
      context.strokeStyle = colour;
      context.lineWidth = px / view.scale;
      chunks.forEach((chunk) => context.stroke(chunk.paths[kind]));
    };
    for (const kind of kinds) stroke(kind, widths[kind] < CASED_PX ? (kind < 2 ? colours.far : colours.farther) : colours.edge, widths[kind] + (widths[kind] < CASED_PX ? 0 : 2));
    for (const kind of kinds.filter((each) => widths[each] >= CASED_PX)) stroke(kind, colours.fill, widths[kind]);
    context.setTransform(ratio, 0, 0, ratio, MARGIN_PX * ratio, MARGIN_PX * ratio);
    drawNames(context, this.#lines.pieces, view, colours);
    this.#drawn = { x: view.x, y: view.y, scale: view.scale, width: view.width, height: view.height, colours };
  }
}

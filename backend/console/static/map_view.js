// What part of the city a map shows: metres east and south of the city's middle, and pixels a metre.
const DEGREE_M = 111_195;
const NEAREST = 4; // pixels a metre
const FIT = 0.86; // of the map's width or height

/** Degrees to metres of one city and back; true to about a thousandth over a city. */
export class Plane {
  constructor(lon, lat) {
    this.lon = lon;
    this.lat = lat;
    this.narrower = Math.cos((lat * Math.PI) / 180);
  }

  x(lon) {
    return (lon - this.lon) * this.narrower * DEGREE_M;
  }

  y(lat) {
    return (this.lat - lat) * DEGREE_M;
  }

  point(x, y) {
    return { lon: this.lon + x / (this.narrower * DEGREE_M), lat: this.lat - y / DEGREE_M };
  }
}

export class View {
  x = 0;
  y = 0;
  scale = 0.05;
  width = 0;
  height = 0;
  #whole = null; // {west, north, east, south} in metres

  /** The box that «whole» shows, and beyond which nobody gets lost. */
  set whole(box) {
    this.#whole = box;
  }

  get whole() {
    return this.#whole;
  }

  screenX(x) {
    return (x - this.x) * this.scale + this.width / 2;
  }

  screenY(y) {
    return (y - this.y) * this.scale + this.height / 2;
  }

  worldX(left) {
    return (left - this.width / 2) / this.scale + this.x;
  }

  worldY(top) {
    return (top - this.height / 2) / this.scale + this.y;
  }

  /** The box that is seen, in metres, with so many pixels around it. */
  box(around = 0) {
    return { west: this.worldX(-around), north: this.worldY(-around), east: this.worldX(this.width + around), south: this.worldY(this.height + around) };
  }

  sees(x, y, margin = 0) {
    const [left, top] = [this.screenX(x), this.screenY(y)];
    return left >= margin && top >= margin && left <= this.width - margin && top <= this.height - margin;
  }

  pan(left, top) {
    this.x -= left / this.scale;
    this.y -= top / this.scale;
    this.#hold();
  }

  /** Nearer or farther by a factor, around a point of the screen. */
  zoom(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = [this.worldX(left), this.worldY(top)];
    this.scale = Math.min(NEAREST, Math.max(this.#farthest(), this.scale * factor));
    this.x = x - (left - this.width / 2) / this.scale;
    this.y = y - (top - this.height / 2) / this.scale;
    this.#hold();
  }

  fit({ west, north, east, south }, most = NEAREST) {
    this.x = (west + east) / 2;
    this.y = (north + south) / 2;
    this.scale = Math.min(most, this.#scaleOf(east - west, south - north));
  }

  centre(x, y, scale = this.scale) {
    this.x = x;
    this.y = y;
    this.scale = Math.min(NEAREST, scale);
  }

  #scaleOf(width, height) {
    return FIT * Math.min(this.width / Math.max(1, width), this.height / Math.max(1, height));
  }

  #farthest() {
    const box = this.#whole;
    return box ? 0.6 * this.#scaleOf(box.east - box.west, box.south - box.north) : 0.005;
  }

  #hold() {
    const box = this.#whole;
    if (!box) return;
    this.x = Math.min(box.east, Math.max(box.west, this.x));
    this.y = Math.min(box.south, Math.max(box.north, this.y));
  }
}

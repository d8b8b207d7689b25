// Where a report belongs: a place pressed on the map, found by its street, or the map's middle with Enter.
import { CityMap } from "/static/city_map.js";
import { element, icon } from "/static/element.js";
import { word } from "/static/words.js";

const PRESS_PX = 12; // how exactly a hand presses
const SURE_M = [5, 200];
const TYPING_MS = 300;
const PIN = new Path2D("M0 0C-9-10-11-14-11-19a11 11 0 0 1 22 0C11-14 9-10 0 0z");

class Pin {
  at = null; // {x, y} in metres

  draw(context, view, colours) {
    const [middle, centre] = [view.width / 2, view.height / 2];
    context.strokeStyle = colours.muted;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [x, y] of [[10, 0], [-10, 0], [0, 10], [0, -10]]) {
      context.moveTo(middle + x * 0.4, centre + y * 0.4);
      context.lineTo(middle + x, centre + y);
    }
    context.stroke();
    if (!this.at) return;
    context.save();
    context.translate(view.screenX(this.at.x), view.screenY(this.at.y));
    context.fillStyle = colours.accent;
    context.strokeStyle = colours.raised;
    context.lineWidth = 3;
    context.stroke(PIN);
    context.fill(PIN);
    context.restore();
  }
}

/** Fields and their reading for `ask`: {lat, lon, accuracy_m}. */
export function placeFields(session, middle) {
  const [pin, place] = [new Pin(), element("div", { class: "place-map" })];
  const map = new CityMap(place, { label: word("place_map"), layers: [pin] });
  const told = element("p", { class: "hint", role: "status" }, word("place_hint"));
  let chosen = null;
  map.addEventListener("press", ({ detail: { lat, lon } }) => {
    const sure = Math.min(SURE_M[1], Math.max(SURE_M[0], Math.round(PRESS_PX / map.view.scale)));
    chosen = { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)), accuracy_m: sure };
    pin.at = { x: map.plane.x(lon), y: map.plane.y(lat) };
    told.replaceChildren(icon("pin"), word("place_chosen", { metres: sure }));
    map.redraw();
  });
  map.load(session, middle);
  const search = element("input", { type: "search", maxlength: "100", autocomplete: "off", keydown: (event) => event.key === "Enter" && (event.preventDefault(), map.focus()) });
  let typing = null;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => search.value.trim().length > 1 && !map.showStreet(search.value) && (told.textContent = word("place_no_street")), TYPING_MS);
  });
  const read = () => ({ body: chosen, missing: chosen ? null : word("place_missing") });
  return [[element("label", {}, word("place_street"), search), place, told], read];
}

const BECAUSE = ["receiver_off", "reported_later", "other"];

/** The same for a report that has a place; where the phone itself showed it, with the reason why it lies elsewhere. */
export function movedFields(session, report) {
  const [fields, readPlace] = placeFields(session, report.place.coordinates);
  if (report.placed_by) return [fields, readPlace];
  const reason = element("select", {}, element("option", { value: "" }, word("moved_because_choose")), ...BECAUSE.map((each) => element("option", { value: each }, word(`moved_because_${each}`))));
  const read = () => {
    const { body, missing } = readPlace();
    return { body: { ...body, because: reason.value || null }, missing: missing ?? (reason.value ? null : word("moved_because_missing")) };
  };
  return [[...fields, element("label", {}, word("moved_because"), reason)], read];
}

// What is known of a fault, as pairs of a name and a text.
import { element } from "/static/element.js";
import { dayAndTime, number, word } from "/static/words.js";
import { capital, placeOf, sizeOf } from "./signs.js";

/** A list of facts; `names` tells the district. */
export function factsOf(known, names) {
  const scales = new Set(known.seen.filter((each) => each.area_m2 !== null || each.length_m !== null).map((each) => each.scale));
  const size = sizeOf(known);
  const by = [...scales].map((scale) => word(`scale_${scale}`)).join("; ");
  const rows = [
    [word("severity"), capital(word(`severity_${known.severity}`))],
    [word("size"), size ? `${size}${by ? ` (${by})` : ""}` : word("size_unknown")],
    [word("place"), `${placeOf(known)}, ${word("within_m", { metres: number(known.accuracy_m) })}`],
    [word("column_district"), names.district(known.district_id)],
    [word("priority"), String(known.priority)],
    [word("first_seen"), dayAndTime(new Date(known.first_seen_at), { seconds: false })],
    [word("column_seen"), dayAndTime(new Date(known.last_seen_at), { seconds: false })],
    [word("witnesses"), word("witnesses_of", { witnesses: known.witnesses, reports: known.views })],
  ];
  return element("dl", { class: "pairs" }, ...rows.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))));
}

// What a report shows, said by a person: the kind and how bad it is.
import { element } from "/static/element.js";
import { word } from "/static/words.js";

const KINDS = ["pothole", "crack_longitudinal", "crack_transverse", "crack_network", "other"]; // heaps of snow are no faults of the road
const SEVERITIES = ["low", "medium", "high"];

/** Fields and their reading for `ask`; what is known of the report stands in them. `outlined`: whether the outlines drawn are right as far as is said, null where none are drawn. */
export function kindFields({ kind, severity, outlined = null }) {
  const kinds = choice(KINDS, "kind", kind, "choose_kind");
  const severities = choice(SEVERITIES, "severity", severity, "severity_by_size");
  const right = outlined === null ? null : element("input", { type: "checkbox", checked: outlined });
  const read = () => ({
    body: { fault: true, kind: kinds.value || null, severity: severities.value || null, ...(right && { outlines_right: right.checked }) },
    missing: kinds.value ? null : word("kind_missing"),
  });
  const box = right && element("label", { class: "check" }, right, element("span", {}, word("outlines_are_right")));
  return [[element("label", {}, word("what_is_it"), kinds), element("label", {}, word("severity"), severities), box].filter(Boolean), read];
}

function choice(values, of, chosen, none) {
  const empty = values.includes(chosen) ? null : element("option", { value: "" }, word(none));
  return element("select", {}, empty, ...values.map((each) => element("option", { value: each, selected: each === chosen }, word(`${of}_${each}`))));
}

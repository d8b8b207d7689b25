// How a fault reads: its sign, street, size and due date in words.
import { dayOf, glossary, number, word } from "/static/words.js";

const DAY_MS = 86_400_000;
const ICONS = { pothole: "pothole", snow_pile: "snow", other: "warn" };
const TONES = { high: "bad", medium: "warn", low: "wait" };
const STATES = { reported: ["clock", "wait"], confirmed: ["good", "warn"], planned: ["task", ""], repairing: ["live", ""], repaired: ["review", "warn"], closed: ["good", "good"], rejected: ["bad", "wait"], joined: ["entry", "wait"] };

export const kindOf = (kind) => (kind ? word(`kind_${kind}`) : word("unknown_kind"));
export const iconOfKind = (kind) => (kind ? (ICONS[kind] ?? "crack") : "warn");
export const toneOf = (severity) => TONES[severity] ?? "";
export const stateOf = (state) => ({ icon: STATES[state][0], tone: STATES[state][1], word: word(`case_state_${state}`) });
export const capital = (text) => text.charAt(0).toLocaleUpperCase(glossary.language) + text.slice(1);

/** «яма, сильная». */
export const faultOf = ({ kind, severity }) => capital(severity ? word("outlined", { kind: kindOf(kind), severity: word(`severity_${severity}`) }) : kindOf(kind));

/** The street and its side; a fault off every street says so. */
export function placeOf(fault) {
  if (fault.segment_id === null) return word("off_street");
  const street = fault.street ?? word("nameless_street");
  return fault.side ? `${street}, ${word("side_of", { side: word(`side_${fault.side}`) })}` : street;
}

/** Until when it is to be repaired; an open one that is late says for how long. */
export function dueOf(fault) {
  const due = new Date(fault.due_at);
  if (!fault.is_overdue) return { icon: null, tone: "", word: word("due_by", { day: dayOf(due) }) };
  const days = Math.max(1, Math.floor((Date.now() - due) / DAY_MS));
  return { icon: "warn", tone: "bad", word: word("overdue_days", { count: days }) };
}

/** What was reckoned of its size from photos; null where nothing was. */
export function sizeOf({ area_m2, length_m, kind }) {
  const told = [];
  if (length_m !== null && kind !== "pothole") told.push(word("about_length", { length: number(length_m, length_m < 10 ? 1 : 0) }));
  if (area_m2 !== null) told.push(word("about_area", { area: number(area_m2, area_m2 < 1 ? 2 : 1) }));
  return told.join(", ") || null;
}

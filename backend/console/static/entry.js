// One ledger entry as people read it: its sign, its facts in words, and the proof that its hash fits its content.
import { dayAndTime, glossary, word } from "./words.js";

/** An entry from its content: the exact canonical JSON text that the server keeps. */
export function readEntry(content) {
  const entry = JSON.parse(content);
  return { ...entry, at: new Date(entry.at), content };
}

/** Icon, tone and word of an entry; a kind that nobody has named yet is spelled out. */
export function signOf({ kind, facts }) {
  const known = glossary.outcomes[kind]?.[facts?.outcome] ?? glossary.kinds[kind];
  if (known) return known;
  const [type, ...rest] = kind.split(".");
  return { icon: "entry", tone: "", word: capital(`${glossary.types[type] ?? spelled(type)}: ${spelled(rest.join(" "))}`) };
}

/** «task 3f2a1b» for `task:3f2a1b9c-…`: enough to tell things apart, never the raw id. */
export function subjectOf(subject) {
  const [type, ...rest] = String(subject).split(":");
  const name = glossary.types[type] ?? spelled(type);
  return rest.length ? `${name} ${shortened(rest.join(":"))}` : name;
}

// What matters in a row, in this order; a kind that nobody has named yet shows its first plain facts.
const IN_A_ROW = ["kind", "task_kind", "source", "target", "reasons", "findings", "role", "code", "fields", "failures", "sessions", "photos", "frames", "count"];
const NEEDS_ITS_NAME = new Set(["failures", "sessions", "photos", "frames", "count", "fields"]);

/** One line of what matters, for a row. */
export function summaryOf({ kind, facts }) {
  if (!facts) return "";
  if (facts.source && facts.target) return `${valueText(facts.source)} → ${valueText(facts.target)}`;
  const known = kind in glossary.kinds;
  const names = known ? IN_A_ROW : Object.keys(facts);
  const plain = names.filter((name) => !isEmpty(facts[name]) && (known || !isOpaque(facts[name])));
  const texts = plain.map((name) => {
    const text = name === "findings" ? openFindings(facts.findings) : valueText(facts[name], name);
    return text && (known && !NEEDS_ITS_NAME.has(name) ? text : `${nameOf(name)}: ${text}`);
  });
  return texts.filter(Boolean).slice(0, 3).join(" · ");
}

const FIRST = ["outcome", "kind", "task_kind", "findings", "reasons", "remedy", "source", "target"];
const RESULT_ICONS = { ok: ["good", "good"], doubt: ["review", "warn"], fail: ["bad", "bad"] };

/** Facts as rows [name, text, whether it is an id or hash, icon and tone]; what matters first, nested ones by their path. */
export function factRows(facts, prefix = "") {
  const rank = ([name]) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const sorted = Object.entries(facts ?? {}).sort((one, other) => rank(one) - rank(other));
  return sorted.flatMap(([name, value]) => {
    const path = prefix ? `${prefix} · ${nameOf(name)}` : nameOf(name);
    if (name === "findings" && Array.isArray(value)) return value.map((each) => [`${path}: ${valueText(each.code)}`, glossary.results[each.result] ?? each.result, false, RESULT_ICONS[each.result]]);
    if (value && typeof value === "object" && !Array.isArray(value)) return factRows(value, path);
    return [[path, valueText(value, name, { whole: true }), isOpaque(value)]];
  });
}

export const nameOf = (name) => glossary.facts[name] ?? capital(spelled(name));

/** A fact's value in words; `whole` keeps ids, hashes and numbers as they are. */
export function valueText(value, name = "", { whole = false } = {}) {
  if (isEmpty(value)) return word("none");
  if (typeof value === "boolean") return word(value ? "yes" : "no");
  if (Array.isArray(value)) return value.map((each) => (name === "fields" ? nameOf(each) : valueText(each, name, { whole }))).join(", ");
  if (typeof value === "object") return Object.values(value).map((each) => valueText(each, name, { whole })).join(" ");
  if (typeof value === "number") return whole ? String(value) : value.toLocaleString(glossary.language);
  if (name === "role") return glossary.roles[value] ?? value;
  if (TIME.test(value)) return dayAndTime(new Date(value), { seconds: false });
  if (isOpaque(value) && !whole) return NAMED_ID.test(value) ? subjectOf(value) : shortened(value);
  return glossary.values[value] ?? value;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const NAMED_ID = /^[a-z_]+:[0-9a-f-]{36}$/;
const OPAQUE = /^[0-9a-f-]{32,}$|^[A-Za-z0-9+/]{42,}={0,2}$/;

/** Only what is not in order: the reasons of a verdict. */
function openFindings(findings) {
  return findings.filter((each) => each.result !== "ok").map((each) => valueText(each.code)).join(", ");
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function isOpaque(value) {
  if (Array.isArray(value)) return value.some(isOpaque);
  return typeof value === "string" && (OPAQUE.test(value) || NAMED_ID.test(value));
}

const shortened = (id) => (id.length > 12 ? id.slice(0, 6) : id);
const spelled = (name) => name.replaceAll("_", " ");
const capital = (text) => text.charAt(0).toLocaleUpperCase(glossary.language) + text.slice(1);

/**
 * The text that is hashed: the canonical content without the hash itself. It is cut, not written anew, so that no number
 * is spelled differently. What follows the hash in key order (id, kind, prev, subject, v) holds no objects, so the last
 * match is the entry's own.
 */
export function hashedText({ content, hash }) {
  const own = `"hash":"${hash}",`;
  const at = content.lastIndexOf(own);
  return at < 0 ? content : content.slice(0, at) + content.slice(at + own.length);
}

/** Whether an entry's content fits its hash, computed here. */
export async function checkHash(entry) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(hashedText(entry)));
  const computed = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { matches: computed === entry.hash, computed };
}

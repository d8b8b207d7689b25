// One ledger entry as people read it: its sign, its facts in words, and the proof that its hash fits its content.
import { glossary, word } from "./words.js";

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

/** One line of what matters, for a row. */
export function summaryOf({ kind, facts }) {
  const known = Object.entries(facts ?? {}).filter(([name]) => !(name === "outcome" && glossary.outcomes[kind]));
  const told = known.filter(([, value]) => !isOpaque(value) && !isEmpty(value)).slice(0, 3);
  return told.map(([name, value]) => (name in SELF_EVIDENT ? valueText(value, name) : `${nameOf(name)}: ${valueText(value, name)}`)).join(" · ");
}

const SELF_EVIDENT = { kind: 1, check_in_kind: 1, task_kind: 1, role: 1, reasons: 1, state: 1, code: 1 };

/** Facts as rows of name and text; nested ones by their path. */
export function factRows(facts, prefix = "") {
  return Object.entries(facts ?? {}).flatMap(([name, value]) => {
    const path = prefix ? `${prefix} · ${nameOf(name)}` : nameOf(name);
    if (value && typeof value === "object" && !Array.isArray(value)) return factRows(value, path);
    return [[path, valueText(value, name, { whole: true }), isOpaque(value)]];
  });
}

export const nameOf = (name) => glossary.facts[name] ?? spelled(name);

/** A fact's value in words; `whole` keeps long ids and hashes as they are. */
export function valueText(value, name = "", { whole = false } = {}) {
  if (value === null || value === undefined || value === "") return word("none");
  if (typeof value === "boolean") return word(value ? "yes" : "no");
  if (Array.isArray(value)) return value.length ? value.map((each) => valueText(each, name, { whole })).join(", ") : word("none");
  if (typeof value === "object") {
    const { code, ...rest } = value;
    return [code, ...Object.values(rest)].filter((each) => each !== undefined).map((each) => valueText(each, name, { whole })).join(" ");
  }
  if (typeof value === "number" && !whole) return value.toLocaleString(glossary.language);
  if (name === "role") return glossary.roles[value] ?? String(value);
  if (typeof value === "string" && isOpaque(value) && !whole) return shortened(value);
  return glossary.values[value] ?? String(value);
}

const isEmpty = (value) => value === null || value === "" || (Array.isArray(value) && value.length === 0);

function isOpaque(value) {
  if (Array.isArray(value)) return value.some(isOpaque);
  return typeof value === "string" && /^[0-9a-f-]{32,}$|^[A-Za-z0-9+/]{42,}={0,2}$/.test(value);
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

// The page's words, times and plurals, from the glossary block that the server wrote in the reader's language.
export const glossary = JSON.parse(document.getElementById("glossary").textContent);

const plurals = new Intl.PluralRules(glossary.language);
const PLURAL_ORDER = ["zero", "one", "two", "few", "many", "other"];

/** A word of the page with its {placeholders} filled; with `count`, the right plural form. */
export function word(name, values = {}) {
  let text = glossary.words[name] ?? name;
  if (text.includes("|")) text = plural(text.split("|"), values.count ?? 0);
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

function plural(forms, count) {
  const categories = plurals.resolvedOptions().pluralCategories;
  const order = PLURAL_ORDER.filter((category) => categories.includes(category));
  return forms[Math.min(order.indexOf(plurals.select(count)), forms.length - 1)];
}

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: glossary.time_zone,
  year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const months = glossary.words.months.split(" ");

function read(moment) {
  return Object.fromEntries(parts.formatToParts(moment).map((part) => [part.type, part.value]));
}

/** «22 ноя, 14:05:07» in the city's zone; the year only where it is not this one. */
export function dayAndTime(moment, { seconds = true } = {}) {
  const at = read(moment);
  const year = at.year === read(new Date()).year ? "" : ` ${at.year}`;
  return `${at.day} ${months[at.month - 1]}${year}, ${at.hour}:${at.minute}${seconds ? `:${at.second}` : ""}`;
}

/** «14:05:07» in the city's zone. */
export function timeOfDay(moment, { seconds = true } = {}) {
  const at = read(moment);
  return `${at.hour}:${at.minute}${seconds ? `:${at.second}` : ""}`;
}

/** «22 ноя» in the city's zone; the year only where it is not this one. */
export function dayOf(moment) {
  const at = read(moment);
  return `${at.day} ${months[at.month - 1]}${at.year === read(new Date()).year ? "" : ` ${at.year}`}`;
}

/** A number as people write it, with at most so many decimals. */
export const number = (value, decimals = 0) => value.toLocaleString(glossary.language, { maximumFractionDigits: decimals });

/** The moment that a local time such as «2026-11-22T14:05» is in the city's zone. */
export function cityMoment(local) {
  const wished = Date.parse(`${local}Z`);
  const shown = (at) => {
    const { year, month, day, hour, minute } = read(new Date(at));
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  const guess = wished - (shown(wished) - wished);
  return new Date(guess - (shown(guess) - wished));
}

/** The other way: «2026-11-22T14:05» for an input of the city's time. */
export function cityLocal(moment) {
  const at = read(moment);
  const two = (value) => String(value).padStart(2, "0");
  return `${at.year}-${two(at.month)}-${two(at.day)}T${at.hour}:${at.minute}`;
}

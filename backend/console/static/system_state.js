// What the server says of itself: /healthz and /readyz, asked now and then, with its warnings.
import { element, icon } from "./element.js";
import { glossary, timeOfDay, word } from "./words.js";

const EVERY_MS = 30_000;

/** Ask now and keep asking while the page is looked at. */
export function watchSystem() {
  ask();
  setInterval(() => document.hidden || ask(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  addEventListener("online", ask);
  addEventListener("offline", ask);
}

async function ask() {
  const answer = await readiness();
  const problems = answer?.problems ?? [];
  const warnings = answer?.warnings ?? [];
  const [shape, tone, text] = !answer
    ? ["bad", "bad", word("state_silent")]
    : problems.length
      ? ["bad", "bad", word("state_not_ready")]
      : warnings.length
        ? ["warn", "warn", word("state_warned", { count: warnings.length })]
        : ["good", "good", word("state_ready")];
  const place = document.getElementById("system-state");
  const checked = element("small", {}, word("state_at", { time: timeOfDay(new Date(), { seconds: false }) }));
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    place.replaceChildren(icon(shape, tone), element("span", {}, text), checked);
  } else {
    place.lastChild.replaceWith(checked);
  }
  const list = document.getElementById("system-warnings");
  list.hidden = problems.length + warnings.length === 0;
  list.replaceChildren(...[...problems, ...warnings].map((each) => element("li", {}, glossary.readiness[each] ?? each)));
}

/** What /readyz says (its 503 has a body too); null when nobody answers, not even /healthz. */
async function readiness() {
  try {
    const response = await fetch("/readyz", { cache: "no-store", headers: { "Accept-Language": glossary.language } });
    return await response.json();
  } catch {
    const alive = await fetch("/healthz", { cache: "no-store" }).then((response) => response.ok, () => false);
    return alive ? { problems: [word("bad_answer", { status: "/readyz" })], warnings: [] } : null;
  }
}

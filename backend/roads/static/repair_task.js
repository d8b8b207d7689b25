// The repair of a fault as a task: together with its neighbours on the street, when and by whom; and what a task that was made says.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { cityLocal, cityMoment, dayAndTime, glossary, number, word } from "/static/words.js";
import { ask, fill, problem } from "./asking.js";
import { repairFields as doneFields } from "./moves.js";
import { metresBetween } from "./places.js";
import { faultOf, iconOfKind, stateOf, toneOf } from "./signs.js";

const DAY_MS = 86_400_000;
const BEGIN_HOUR = "09:00";
const END_HOUR = "18:00";

/** Ask for neighbours, times and people in `place`; `plan(body)` makes the task. */
export async function askForRepair(place, known, { session, names, plan, back }) {
  const loading = element("p", { class: "hint", role: "status" }, word("roads_loading"));
  fill(place, loading);
  try {
    const { items } = await session.get(`/cases/${known.id}/repair-group`);
    if (!loading.isConnected) return; // something else is asked by now
    const form = ask(place, repairFields(known, items.slice(1), names), { label: word("make_task"), send: plan, back });
    form.setAttribute("aria-label", word("plan_repair"));
  } catch (error) {
    if (loading.isConnected) fill(place, problem(word("roads_failed", { reason: reasonOf(error) })));
  }
}

function repairFields(known, neighbours, names) {
  const boxes = neighbours.map((each) => element("input", { type: "checkbox", value: each.id, checked: true }));
  const together = neighbours.length
    ? element("fieldset", { class: "choices" }, element("legend", {}, word("repair_with")), ...neighbours.map((each, at) => element("label", { class: "check" }, boxes[at], icon(iconOfKind(each.kind), toneOf(each.severity)), element("span", {}, faultOf(each), element("small", {}, word("away_m", { metres: number(metresBetween(known.place, each.place)) }))))))
    : element("p", { class: "hint" }, word("repair_alone"));
  const day = cityLocal(new Date(Date.now() + DAY_MS)).slice(0, 10);
  const starts = element("input", { type: "datetime-local", value: `${day}T${BEGIN_HOUR}` });
  const ends = element("input", { type: "datetime-local", value: `${day}T${END_HOUR}` });
  const crews = names.staffOf(known.district_id, ["crew", "supervisor"]).map(([id, name]) => element("option", { value: id }, name));
  const who = element("select", {}, element("option", { value: "" }, word("nobody_yet")), ...crews);
  const note = element("textarea", { rows: "2", maxlength: "2000" });
  const read = () => {
    if (!starts.value || !ends.value || ends.value <= starts.value) return { body: null, missing: word("times_missing") };
    const body = { starts_at: cityMoment(starts.value).toISOString(), ends_at: cityMoment(ends.value).toISOString(), with_ids: boxes.filter((box) => box.checked).map((box) => box.value), assignee_ids: who.value ? [who.value] : [], note: note.value.trim() };
    return { body, missing: null };
  };
  const times = element("div", { class: "pair" }, element("label", {}, word("repair_from"), starts), element("label", {}, word("repair_until"), ends));
  return [[together, times, element("label", {}, word("repair_by"), who), element("label", {}, word("repair_note"), note)], read];
}

/** Make the task, and hand it out where somebody was chosen; what could not be handed out is said, the task stands. */
export async function planRepair(session, known, body) {
  const made = await (await session.request(`/cases/${known.id}/repair-task`, { method: "POST", body })).json();
  if (!body.assignee_ids.length) return null;
  try {
    await session.request(`/tasks/${made.task_id}/moves`, { method: "POST", body: { to: "assigned" } });
    return null;
  } catch (error) {
    return word("task_not_given", { reason: reasonOf(error) });
  }
}

/** The task of a fault's repair in words: what, when, who, and what else is repaired in one go, which is moved in one go too by `change(act)`. */
export async function showTask(place, known, { session, names, change }) {
  try {
    const [task, together] = await Promise.all([session.get(`/tasks/${known.task_id}`), session.get(`/cases?task=${known.task_id}&limit=100`)]);
    const short = (text) => dayAndTime(new Date(text), { seconds: false });
    const ends = short(task.ends_at);
    const until = ends.split(",")[0] === short(task.starts_at).split(",")[0] ? ends.split(", ")[1] : ends;
    const who = task.assignee_ids.map((id) => names.actor(`user:${id}`)).join(", ") || word("nobody_yet");
    const others = together.items.filter((each) => each.id !== known.id);
    place.replaceChildren(
      element("h3", {}, word("repair_task")),
      element("strong", {}, task.title),
      element("p", { class: "hint" }, [`${short(task.starts_at)} – ${until}`, who, glossary.values[task.state]].join(" · ")),
      task.note ? element("blockquote", {}, task.note) : "",
      others.length ? element("p", { class: "hint" }, word("repaired_together")) : "",
      element("ul", { class: "story" }, ...others.map((each) => element("li", { class: "neighbour" }, icon(iconOfKind(each.kind), toneOf(each.severity)), element("a", { href: `#case-${each.id}` }, faultOf(each)), element("span", { class: "hint" }, stateOf(each.state).word)))),
      ...moveOfAll(known, others, { session, change }),
    );
  } catch {
    place.replaceChildren(); // a role that may not read the task, or one that is gone: the case says «planned» anyway
  }
}

/** One press for all cases of the task that stand where this one does. */
function moveOfAll(known, others, { session, change }) {
  const ids = [known, ...others.filter((each) => each.state === known.state)].map((each) => each.id);
  const to = { planned: "repairing", repairing: "repaired" }[known.state];
  if (ids.length < 2 || !known.next_moves.some((move) => move.to === to)) return [];
  const place = element("div");
  const send = (body) => change(() => moveAll(session, ids, { to, ...body }));
  const begin = () => (to === "repaired" ? ask(place, doneFields(), { label: word("do_it"), send, back: () => (place.replaceChildren(), button.focus()) }) : send({}));
  const button = element("button", { type: "button", click: begin }, word(`all_${to}`, { count: ids.length }));
  return [element("div", { class: "actions" }, button), place];
}

/** Move several cases one after the other; what was refused is told, the others have moved. */
async function moveAll(session, ids, body) {
  const refused = [];
  for (const id of ids) await session.request(`/cases/${id}/moves/${crypto.randomUUID()}`, { method: "PUT", body }).catch((error) => refused.push(reasonOf(error)));
  return refused.length ? word("not_all_moved", { count: refused.length, reason: refused[0] }) : null;
}

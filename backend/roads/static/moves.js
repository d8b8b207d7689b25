// The moves that are open for a case: one press where nothing more is needed, else a small form in place.
import { element, icon } from "/static/element.js";
import { cityLocal, cityMoment, word } from "/static/words.js";
import { ask, fill, reasonFields } from "./asking.js";

/** Heading and buttons; `act(to, body)` makes a move, `plan(place, back)` asks for a repair's task, `join(place, back)` which case is the same.
 *  A suggestion is confirmed at its photo, not here as well. */
export function movesOf(known, { hasSuggestion, act, plan, join }) {
  const open = known.next_moves.filter((move) => !(hasSuggestion && move.to === "confirmed" && known.state === "reported"));
  open.sort((one, other) => one.needs.includes("reason") - other.needs.includes("reason")); // what leads on comes first
  const heading = element("h3", {}, word("moves"));
  if (!open.length && !join) return [heading, element("p", { class: "hint" }, word("moves_none"))];
  const place = element("div");
  const buttons = open.map((move, at) =>
    element("button", { type: "button", class: at === 0 && !move.needs.includes("reason") && !hasSuggestion ? "primary" : null, click: () => (move.needs.length ? showForm(place, known, move, act) : act(move.to, {})) }, word(`move_${known.state}_${move.to}`)),
  );
  const asking = (name, shape, begin) => {
    const button = element("button", { type: "button", click: () => begin(place, () => (fill(place), button.focus())) }, icon(shape), word(name));
    return button;
  };
  if (plan && known.state === "confirmed") {
    buttons.forEach((each) => each.classList.remove("primary"));
    buttons.unshift(asking("plan_repair", "task", plan));
    if (!hasSuggestion) buttons[0].classList.add("primary");
  }
  if (join) buttons.push(asking("join_another", "join", join));
  return [heading, element("div", { class: "actions" }, ...buttons), place];
}

function showForm(place, known, move, act) {
  const fields = move.needs.includes("repair") ? repairFields() : reasonFields(!move.needs.includes("proof"));
  const form = ask(place, fields, { label: word("do_it"), send: (body) => act(move.to, body) });
  form.setAttribute("aria-label", word(`move_${known.state}_${move.to}`));
}

/** Who repaired it and when: fields and their reading for `ask`. */
export function repairFields() {
  const contractor = element("input", { maxlength: "200" });
  const at = element("input", { type: "datetime-local", value: cityLocal(new Date()) });
  const months = element("input", { type: "number", min: "0", max: "240", inputmode: "numeric" });
  const read = () => {
    const body = { repair: { contractor: contractor.value.trim(), repaired_at: at.value ? cityMoment(at.value).toISOString() : "" } };
    if (months.value) body.repair.warranty_months = Number(months.value);
    return { body, missing: body.repair.contractor && at.value ? null : word("contractor_missing") };
  };
  const fields = [element("label", {}, word("contractor"), contractor), element("label", {}, word("repaired_at"), at), element("label", {}, word("warranty_months"), months), element("p", { class: "hint" }, word("proof_hint"))];
  return [fields, read];
}

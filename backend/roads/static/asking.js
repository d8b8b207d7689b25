// Small forms in place that ask for what an act needs, and how a refusal is told.
import { element, icon } from "/static/element.js";
import { word } from "/static/words.js";

/** Put something else into `place`; a form that stood there says «gone», so that it lets go of what it held. */
export function fill(place, ...content) {
  place.querySelector("form")?.dispatchEvent(new Event("gone"));
  place.replaceChildren(...content);
}

/** Put a form into `place`: `read()` gives {body, missing}, `send(body)` acts once nothing is missing, `back()` takes the form away; by itself it gives the focus back to what opened it. */
export function ask(place, [fields, read], { label, send, back }) {
  const opener = document.activeElement;
  back ??= () => (fill(place), opener?.focus());
  const error = element("p", { class: "notice", role: "alert", hidden: true });
  const submit = (event) => {
    event.preventDefault();
    const { body, missing } = read();
    error.hidden = !missing;
    if (missing) return error.replaceChildren(icon("bad", "bad"), element("span", {}, missing));
    send(body);
  };
  const actions = element("div", { class: "actions" }, element("button", { class: "primary" }, label), element("button", { type: "button", click: back }, word("cancel")));
  const form = element("form", { class: "ask-form", submit }, ...fields, error, actions);
  fill(place, form);
  form.querySelector("textarea, input, select")?.focus();
  return form;
}

/** A reason, which most acts need and some only perhaps. */
export function reasonFields(needed, label = word(needed ? "reason" : "reason_if")) {
  const reason = element("textarea", { rows: "3", maxlength: "500" });
  const read = () => {
    const text = reason.value.trim();
    return { body: { reason: text }, missing: needed && !text ? word("reason_missing") : null };
  };
  return [[element("label", {}, label, reason)], read];
}

/** What went wrong, in words. */
export function problem(text) {
  return element("p", { class: "notice", role: "alert" }, icon("warn", "warn"), element("span", {}, text));
}

// The city's table of repairs: days and priority by severity and class of street; administrators put another one in force.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { number, word } from "/static/words.js";
import { ask, problem } from "./asking.js";
import { capital } from "./signs.js";

const SEVERITIES = ["high", "medium", "low"];
const DAYS_MOST = "1000";
const $ = (id) => document.getElementById(id);

export class CareTable {
  #session;
  #table = null;
  #version = null;

  constructor(session) {
    this.#session = session;
  }

  /** `isBack`: from the form, whose focus goes to the button that opens it. */
  async load({ notice = null, isBack = false } = {}) {
    try {
      const response = await this.#session.request("/road-care");
      this.#version = response.headers.get("ETag");
      this.#table = await response.json();
      this.#show(notice);
    } catch (error) {
      $("care-body").replaceChildren(problem(word("roads_failed", { reason: reasonOf(error) })), element("button", { type: "button", click: () => this.load() }, word("try_now")));
    }
    if (isBack) $("care-body").querySelector(":scope > button")?.focus();
  }

  #show(notice) {
    const mayChange = this.#session.user.actions.includes("road_care.set");
    const change = mayChange ? element("button", { type: "button", click: () => this.#edit() }, word("care_change")) : null;
    const rows = grouped(rowsOf(this.#table)).map(({ classes, cells }) => element("tr", {}, element("th", { scope: "row" }, capital(classes.map((each) => word(`class_${each}`)).join(", "))), ...SEVERITIES.map((each) => element("td", {}, told(cells[each])))));
    const rest = [word("care_warranty", { count: this.#table.warranty_months }), word("care_neighbours", { metres: number(this.#table.neighbours_m) })];
    $("care-body").replaceChildren(...[notice, tableOf(rows), element("p", { class: "hint" }, rest.join(" · ")), change].filter(Boolean));
  }

  #edit() {
    const read = [];
    const rows = rowsOf(this.#table).map(({ classes: [name], cells }) => {
      const inputs = SEVERITIES.map((each) => cellFields(cells[each], `${word(`class_${name}`)}, ${word(`severity_${each}`)}`));
      read.push(() => [name, Object.fromEntries(SEVERITIES.map((each, at) => [each, inputs[at].read()]))]);
      return element("tr", {}, element("th", { scope: "row" }, capital(word(`class_${name}`))), ...inputs.map((each) => element("td", {}, each.shown)));
    });
    const months = element("input", { type: "number", min: "0", max: "240", required: true, value: this.#table.warranty_months });
    const metres = element("input", { type: "number", min: "0", max: "1000", required: true, value: this.#table.neighbours_m });
    const readAll = () => {
      const found = read.map((each) => each());
      const classes = found.filter(([name]) => name !== "off_street").map(([name, cells]) => ({ street_class: name, ...cells }));
      return { body: { classes, off_street: Object.fromEntries(found).off_street, warranty_months: Number(months.value), neighbours_m: Number(metres.value) }, missing: null };
    };
    const rest = element("div", { class: "pair" }, element("label", {}, word("care_warranty_months"), months), element("label", {}, word("care_neighbours_m"), metres));
    const fields = [element("p", { class: "hint" }, word("care_taken")), tableOf(rows), rest, element("div", { class: "notice-place", role: "status" })];
    ask($("care-body"), [fields, readAll], { label: word("care_save"), send: (body) => this.#send(body), back: () => this.load({ isBack: true }) });
  }

  async #send(body) {
    const notice = $("care-body").querySelector(".notice-place");
    try {
      await this.#session.request("/road-care", { method: "PUT", body, headers: { "If-Match": this.#version } });
      await this.load({ isBack: true, notice: element("p", { class: "state", role: "status" }, icon("good", "good"), element("span", {}, word("care_saved"))) });
    } catch (error) {
      notice.replaceChildren(problem(word("move_failed", { reason: reasonOf(error) })));
    }
  }
}

function rowsOf(table) {
  const rows = table.classes.map(({ street_class: name, ...cells }) => ({ classes: [name], cells }));
  return [...rows, { classes: ["off_street"], cells: table.off_street }];
}

/** Rows that say the same stand as one. */
function grouped(rows) {
  const found = new Map();
  for (const { classes, cells } of rows) {
    const key = JSON.stringify(SEVERITIES.map((each) => [cells[each].priority, cells[each].days]));
    if (found.has(key)) found.get(key).classes.push(...classes);
    else found.set(key, { classes: [...classes], cells });
  }
  return [...found.values()];
}

function tableOf(rows) {
  const heads = SEVERITIES.map((each) => element("th", { scope: "col" }, icon(`mark-${each}`, { high: "bad", medium: "warn", low: "wait" }[each]), capital(word(`severity_${each}`))));
  return element("div", { class: "care-scroll" }, element("table", { class: "care" }, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, word("care_streets")), ...heads)), element("tbody", {}, ...rows)));
}

function told({ days, priority }) {
  return element("span", {}, element("strong", {}, word("care_days", { count: days })), element("small", {}, word("priority_of", { number: priority })));
}

function cellFields({ days, priority }, label) {
  const inDays = element("input", { type: "number", min: "1", max: DAYS_MOST, required: true, value: days, "aria-label": `${label}: ${word("care_in_days")}` });
  const urgency = element("select", { "aria-label": `${label}: ${word("priority")}` }, ...[1, 2, 3, 4, 5].map((each) => element("option", { value: each, selected: each === priority }, word("priority_of", { number: each }))));
  return { shown: element("span", { class: "care-cell" }, element("label", {}, inDays, element("span", {}, word("care_in_days"))), urgency), read: () => ({ days: Number(inDays.value), priority: Number(urgency.value) }) };
}

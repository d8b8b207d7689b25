// What lies behind a case: why its reports are one fault, its moves, its repairs with their warranty, its neighbours.
import { element, icon } from "/static/element.js";
import { dayAndTime, dayOf, number, word } from "/static/words.js";
import { ask, reasonFields } from "./asking.js";
import { capital, faultOf, iconOfKind, stateOf, toneOf } from "./signs.js";

const short = (text) => dayAndTime(new Date(text), { seconds: false });

/** Sections with their headings; those that have nothing to say are left out. */
export function storyOf(known, { names, mayChange, act }) {
  const who = (id) => (id ? names.actor(`user:${id}`) : word("by_itself"));
  return [
    ...section("repairs", known.repairs.map((each) => repair(each))),
    ...section("repaired_before", known.earlier_repairs.map((each) => repair(each))),
    ...section("merges", known.merges.map((each) => merge(known, each, who, mayChange, act))),
    ...section("history", [...known.moves].reverse().map((each) => move(each, who))),
    ...section("neighbours", known.neighbours.map(neighbour)),
  ];
}

function section(name, items) {
  return items.length ? [element("h3", {}, word(name)), element("ul", { class: "story" }, ...items)] : [];
}

function repair(each) {
  const told = [word("warranty_until", { day: dayOf(new Date(each.warranty_until)) })];
  if (each.proof_check) told.push(word(`proof_${each.proof_check}`));
  const broken = each.returned_at ? element("p", { class: "state" }, icon("warn", "bad"), element("span", {}, word("warranty_broken", { day: dayOf(new Date(each.returned_at)) }))) : null;
  return element("li", {}, element("strong", {}, word("repair_of", { contractor: each.contractor, time: short(each.repaired_at) })), element("p", { class: "hint" }, told.join(" · ")), broken);
}

function merge(known, each, who, mayChange, act) {
  const seen = known.seen.find((view) => view.defect_id === each.defect_id);
  const sure = each.probability === null ? null : word("merge_sure", { percent: number(100 * each.probability) });
  const about = [seen ? word("merge_of", { time: short(seen.seen_at) }) : null, sure, each.opened ? null : who(each.made_by)].filter(Boolean).join(" · ");
  const undone = each.undone_at ? element("p", { class: "state" }, icon("bad", "wait"), element("span", {}, word("merge_undone", { reason: each.undone_reason }), ` (${who(each.undone_by)}, ${short(each.undone_at)})`)) : null;
  const place = element("div");
  const mayUndo = mayChange && !each.undone_at && known.views > 1 && seen;
  const undo = mayUndo ? element("button", { type: "button", class: "quiet undo", click: () => showUndo(place, known, each, act) }, word("undo")) : null;
  return element("li", { class: each.undone_at ? "past" : null }, element("strong", {}, about || short(each.made_at)), element("ul", { class: "reasons" }, ...each.why.map((reason) => element("li", {}, capital(reason)))), undone, undo, place);
}

function showUndo(place, known, each, act) {
  ask(place, reasonFields(true, word("undo_why")), { label: word("undo"), send: (body) => act(`/cases/${known.id}/merges/${each.id}/undo`, body) });
}

function move(each, who) {
  const [from, to] = [stateOf(each.source), stateOf(each.target)];
  return element("li", {}, element("strong", {}, capital(word("moved_from_to", { source: from.word, target: to.word }))), element("p", { class: "hint" }, `${short(each.moved_at)} · ${who(each.moved_by)}`), each.reason ? element("blockquote", {}, each.reason) : null);
}

function neighbour(each) {
  const state = stateOf(each.state);
  return element("li", { class: "neighbour" }, icon(iconOfKind(each.kind), toneOf(each.severity)), element("a", { href: `#case-${each.id}` }, faultOf(each)), element("span", { class: "hint" }, state.word));
}

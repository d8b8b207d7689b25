// The room «Roads»: who may see it, which of its parts is shown, and how news come in.
import { LiveFeed } from "/static/live_feed.js";
import { Names } from "/static/names.js";
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { Session } from "/static/session.js";
import { dayAndTime, word } from "/static/words.js";
import { CareTable } from "./care_table.js";
import { CaseList } from "./case_list.js";
import { CaseMap } from "./case_map.js";
import { CasePanel } from "./case_panel.js";
import { download } from "./download.js";
import { letterOf } from "./keys.js";
import { LooseList } from "./loose_list.js";
import { RequestList } from "./request_list.js";
import { StreetList } from "./street_list.js";

const HIDDEN_MS = 60_000; // a tab that nobody looks at gives its connection back
const $ = (id) => document.getElementById(id);
const main = $("main");
const session = new Session();
const names = new Names(session);
const feed = new LiveFeed(session);
const map = new CaseMap(session, { onOpen: (id) => goTo(id) });
const list = new CaseList(session, { onLoad: (query) => map.load(query), onChanged: (known) => map.update(known) });
const panel = new CasePanel(session, names, { onClose: () => goTo(null), onChanged: onCase, pick: (picked, offered) => map.pick(picked, offered) });

const requests = new RequestList(session, names);
const streets = new StreetList(session, (name) => {
  $("filters").reset();
  $("filters").elements.street.value = name;
  list.load();
  location.hash = "#cases";
});
const loose = new LooseList(session, names);
const TABS = { cases: null, loose, requests, streets, care: new CareTable(session) };
let tab = null;

/** The part of the room that the address names; a fault lies over the list of faults. */
function showTab() {
  const named = location.hash.slice(1);
  const wished = Object.hasOwn(TABS, named) && !document.querySelector(`[data-tab="${named}"]`).hidden ? named : "cases"; // hidden: not for this role
  if (wished === tab) return;
  tab = wished;
  for (const name of Object.keys(TABS)) $(name).hidden = name !== tab;
  document.querySelectorAll("[data-tab]").forEach((link) => (link.dataset.tab === tab ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current")));
  TABS[tab]?.load();
}

function goTo(id) {
  const wasOpen = openId();
  history.replaceState(null, "", id ? `#case-${id}` : location.pathname + location.search);
  show();
  if (!id && wasOpen) list.row(wasOpen)?.focus({ preventScroll: true });
}

/** What the panel has read of a case is true of its row and of its mark. */
function onCase(known) {
  list.update(known);
  map.update(known);
  map.choose(known);
}

const openId = () => /^#case-([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;

function show() {
  if (location.hash === "#main" && tab) return; // the skip link: what is shown stays
  showTab();
  map.pick(null);
  const id = openId();
  list.mark(id);
  if (id) return panel.open(id);
  panel.close();
  map.choose(null);
}

function leave() {
  feed.stop();
  panel.close();
  main.dataset.session = "signed-out";
}

/** One entry of the ledger: what it says of cases changes the list and the panel. */
function onEntry({ detail }) {
  const { kind, subject, facts } = JSON.parse(detail);
  if (mayModerate() && (kind === "citizen_request.decided" || (kind === "defect.received" && facts?.held))) requests.onChange(tab === "requests", subject);
  if (mayConfirm() && kind.startsWith("defect.")) loose.onChange(() => tab === "loose", subject);
  if (!kind.startsWith("case.")) return;
  const id = subject.slice("case:".length);
  list.onChange(id);
  panel.onChange(id);
}

const mayConfirm = () => session.user?.actions.includes("defects.confirm") ?? false;
const mayModerate = () => session.user?.actions.includes("citizen_requests.read") ?? false;

async function onDownload({ currentTarget }) {
  const place = $("live");
  const query = list.query();
  query.set("format", currentTarget.dataset.format);
  currentTarget.disabled = true;
  try {
    await download(session, `/cases/export?${query}`);
  } catch (error) {
    place.hidden = false;
    place.replaceChildren(icon("bad", "bad"), element("span", {}, word("download_failed", { reason: reasonOf(error) })));
  } finally {
    currentTarget.disabled = false;
  }
}

function onState({ detail: { state } }) {
  if (state === "ended") return leave();
  const place = $("live");
  place.hidden = state !== "waiting";
  place.replaceChildren(...(place.hidden ? [] : [icon("cut", "warn"), element("span", {}, word("roads_not_live"))]));
}

function onKey(event) {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (main.dataset.session !== "signed-in") return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[letterOf(event) || event.key];
  if (!step) return panel.onKey(event);
  if (event.key.startsWith("Arrow") && !event.target.matches(".row")) return;
  const rows = [...document.querySelectorAll(".rows .row")].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-expanded") === "true");
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (openId()) goTo(next.closest("li").dataset.id);
}

async function begin() {
  const showClock = () => ($("clock").textContent = dayAndTime(new Date(), { seconds: false }));
  showClock();
  setInterval(showClock, 1_000);
  try {
    if (!(await session.resume())) return leave();
  } catch (error) {
    $("notice").textContent = reasonOf(error);
    return leave();
  }
  if (!session.user.actions.includes("cases.read")) return (main.dataset.session = "forbidden");
  main.dataset.session = "signed-in";
  await names.load().catch(reasonOf);
  session.addEventListener("ended", leave);
  feed.addEventListener("entry", onEntry);
  feed.addEventListener("state", onState);
  feed.start();
  addEventListener("online", () => feed.start());
  addEventListener("hashchange", show);
  document.addEventListener("keydown", onKey);
  let hiding = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => feed.stop(), HIDDEN_MS);
    else feed.start();
  });
  document.querySelectorAll("[data-format]").forEach((each) => each.addEventListener("click", onDownload));
  if (mayConfirm()) {
    document.querySelector('[data-tab="loose"]').hidden = false;
    loose.count();
  }
  if (mayModerate()) {
    document.querySelector('[data-tab="requests"]').hidden = false;
    requests.count();
  }
  showTab();
  await list.load();
  show();
}

begin();

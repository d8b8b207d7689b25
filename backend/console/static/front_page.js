// The front page: which of its states is shown, and who talks to whom.
import { AccountView } from "./account_view.js";
import { requireSecurePage } from "./device_key.js";
import { element, icon } from "./element.js";
import { FeedView } from "./feed_view.js";
import { Names } from "./names.js";
import { reasonOf } from "./reasons.js";
import { Session } from "./session.js";
import { watchSystem } from "./system_state.js";
import { dayAndTime, glossary, word } from "./words.js";

const $ = (id) => document.getElementById(id);
const main = $("main");
const session = new Session();
const names = new Names(session);
const account = new AccountView(session, names, showSignIn);
const feed = new FeedView(session, names, onEnded);

function enter(state) {
  main.dataset.session = state;
}

function showSignIn(notice = null) {
  if (main.dataset.session === "signed-out") return;
  feed.stop();
  enter("signed-out");
  say($("sign-in-notice"), notice, "leave");
  if (notice) $("login").focus();
}

/** The session ended without this page's doing: it ran out, or was ended or revoked from elsewhere. */
function onEnded() {
  if (!session.isLeaving) showSignIn(word("session_over"));
}

/** Rooms that send people here to sign in, and where they are. */
const ROOMS = { roads: "/roads" };

async function showSignedIn() {
  const room = ROOMS[new URLSearchParams(location.search).get("next")];
  if (room) return location.assign(`${room}?lang=${glossary.language}`);
  enter("signed-in");
  await names.load().catch(reasonOf); // without names the feed shows short ids
  account.show();
  account.showDevices();
  feed.start();
}

function say(place, text, shape = "bad", tone = shape === "bad" ? "bad" : "") {
  place.hidden = !text;
  place.replaceChildren(...(text ? [icon(shape, tone), element("span", {}, text)] : []));
}

async function signIn(event) {
  event.preventDefault();
  const [login, password] = [$("login").value.trim(), $("password").value];
  if (!login || !password) {
    say($("sign-in-error"), word("fill_both"));
    return (login ? $("password") : $("login")).focus();
  }
  const button = $("sign-in-button");
  button.disabled = true;
  button.textContent = word("signing_in");
  say($("sign-in-error"), null);
  try {
    await session.signIn(login, password);
    $("sign-in").reset();
    await showSignedIn();
    main.focus({ preventScroll: true });
  } catch (error) {
    say($("sign-in-error"), reasonOf(error));
    $("password").select();
  } finally {
    button.disabled = false;
    button.textContent = word("sign_in");
  }
}

function fillDemo({ currentTarget }) {
  $("login").value = currentTarget.dataset.login;
  $("password").value = currentTarget.dataset.password;
  document.querySelectorAll(".demo-login").forEach((each) => each.setAttribute("aria-pressed", String(each === currentTarget)));
  say($("sign-in-error"), null);
  $("sign-in-button").focus();
}

function showClock() {
  $("clock").textContent = dayAndTime(new Date(), { seconds: false });
}

async function begin() {
  showClock();
  setInterval(showClock, 1_000);
  watchSystem();
  $("sign-in").addEventListener("submit", signIn);
  document.querySelectorAll(".demo-login").forEach((each) => each.addEventListener("click", fillDemo));
  session.addEventListener("ended", onEnded);
  try {
    requireSecurePage();
  } catch (error) {
    enter("signed-out");
    return say($("sign-in-notice"), reasonOf(error), "warn", "warn");
  }
  $("sign-in-button").disabled = false;
  try {
    if (await session.resume()) return await showSignedIn();
    showSignIn();
  } catch (error) {
    showSignIn();
    say($("sign-in-error"), reasonOf(error));
  }
}

begin();

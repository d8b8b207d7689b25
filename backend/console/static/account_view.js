// Who is signed in, signing out, and the user's own devices with revoking.
import { forgetKey } from "./device_key.js";
import { element, icon } from "./element.js";
import { allPages } from "./names.js";
import { reasonOf } from "./reasons.js";
import { dayAndTime, glossary, word } from "./words.js";

export class AccountView {
  #session;
  #names;
  #account = document.getElementById("account");
  #devices = document.getElementById("devices");
  #onSignedOut;

  /** `onSignedOut(notice)` is told once this session has ended. */
  constructor(session, names, onSignedOut) {
    this.#session = session;
    this.#names = names;
    this.#onSignedOut = onSignedOut;
  }

  show() {
    const user = this.#session.user;
    const problem = element("p", { class: "notice", role: "alert", hidden: true });
    const ask = element("div");
    const attempt = async (act) => {
      try {
        this.#onSignedOut(await act());
      } catch (error) {
        if (!this.#session.user) return this.#onSignedOut(word("signed_out")); // ended here; the server will see it run out
        problem.hidden = false;
        problem.replaceChildren(icon("bad", "bad"), element("span", {}, reasonOf(error)));
      }
    };
    this.#account.replaceChildren(
      element("div", { class: "who-am-i" }, icon("user"), element("div", {}, element("strong", {}, user.display_name), element("p", { class: "hint" }, `${user.login} · ${glossary.roles[user.role] ?? user.role}`))),
      element("dl", { class: "pairs" }, element("div", {}, element("dt", {}, word("districts")), element("dd", {}, this.#names.ownDistricts(user)))),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", id: "sign-out", click: () => attempt(async () => (await this.#session.signOut(), word("signed_out"))) }, icon("leave"), word("sign_out")),
        element("button", { type: "button", class: "quiet", id: "sign-out-everywhere", click: () => confirmIn(ask, word("sign_out_everywhere_ask"), word("yes_end"), () => attempt(async () => word("signed_out_everywhere", { count: await this.#session.signOutEverywhere() }))) }, word("sign_out_everywhere")),
      ),
      ask,
      problem,
    );
  }

  async showDevices() {
    this.#devices.replaceChildren(element("p", { class: "hint", role: "status" }, word("devices_loading")));
    try {
      const all = await allPages(this.#session, "/devices");
      const own = all.filter((device) => device.user_id === this.#session.user.id && !device.revoked_at);
      const here = (device) => device.id === this.#session.deviceId;
      own.sort((one, other) => here(other) - here(one));
      this.#devices.replaceChildren(element("ul", { class: "devices" }, ...own.map((device) => this.#device(device, here(device)))));
    } catch (error) {
      this.#devices.replaceChildren(
        element("p", { class: "notice", role: "alert" }, icon("bad", "bad"), element("span", {}, word("devices_failed", { reason: reasonOf(error) }))),
        element("div", { class: "actions" }, element("button", { type: "button", click: () => this.showDevices() }, word("try_now"))),
      );
    }
  }

  #device(device, isHere) {
    const ask = element("div");
    const revoke = async () => {
      try {
        await this.#session.request(`/devices/${device.id}`, { method: "DELETE" });
        if (!isHere) return await this.showDevices();
        await forgetKey(this.#session.user.login); // the next sign-in here makes a new one
        await this.#session.get("/me").catch(() => null); // notices at once that the session has ended
      } catch (error) {
        ask.replaceChildren(element("p", { class: "notice", role: "alert" }, icon("bad", "bad"), element("span", {}, reasonOf(error))));
      }
    };
    const since = word("registered", { time: dayAndTime(new Date(device.registered_at), { seconds: false }) });
    return element(
      "li",
      {},
      element("div", {}, element("strong", {}, device.name), element("small", {}, isHere ? `${word("this_browser")} · ${since}` : since)),
      element("button", { type: "button", class: "quiet", "aria-label": `${word("revoke")}: ${device.name}`, click: () => confirmIn(ask, word("revoke_ask", { name: device.name }), word("yes_revoke"), revoke) }, word("revoke")),
      ask,
    );
  }
}

/** Ask in place; nothing happens until the second press. */
function confirmIn(place, question, yes, act) {
  const close = () => place.replaceChildren();
  const accept = element("button", { type: "button", class: "danger", click: async () => (close(), act()) }, yes);
  place.replaceChildren(
    element("div", { class: "ask", role: "group", "aria-label": question }, element("p", {}, question), element("div", { class: "actions" }, accept, element("button", { type: "button", click: close }, word("cancel")))),
  );
  accept.focus();
}

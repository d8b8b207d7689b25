// The right-hand panel: one ledger entry with all its facts, its place in the chain, and a check made here.
import { checkHash, factRows, hashedText, signOf, valueText } from "./entry.js";
import { element, icon } from "./element.js";
import { dayAndTime, word } from "./words.js";

export class EntryPanel {
  #panel = document.getElementById("panel");
  #names;
  #findPrevious;
  #onClose;

  /** `names` tells people's and districts' names; `findPrevious(id)` gives the entry before, if it can be seen. */
  constructor({ names, findPrevious, onClose }) {
    this.#names = names;
    this.#findPrevious = findPrevious;
    this.#onClose = onClose;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.#onClose();
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  close() {
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
  }

  /** Say that an entry of the address cannot be shown. */
  showMissing(id) {
    this.#fill({ icon: "entry", tone: "", word: word("entry", { id }) }, element("p", { class: "hint" }, word("entry_missing", { id })));
  }

  show(entry) {
    const facts = factRows(entry.facts);
    const verdicts = element("div", { role: "status" });
    const button = element("button", { type: "button", class: "primary", click: () => this.#check(entry, button, verdicts) }, word("check"));
    this.#fill(
      signOf(entry),
      element("p", { class: "hint" }, `${word("entry", { id: entry.id })} · ${dayAndTime(entry.at)}`),
      pairs([
        [word("column_actor"), this.#names.actor(entry.actor)],
        [word("column_subject"), entry.subject, true],
        [word("column_district"), this.#names.district(entry.district_id)],
        [word("audience"), valueText(entry.audience)],
        [word("kind"), entry.kind, true],
      ]),
      element("h3", {}, word("facts")),
      facts.length ? pairs(facts) : element("p", { class: "hint" }, word("no_facts")),
      element("h3", {}, word("proof")),
      pairs([[word("hash"), entry.hash, true], [word("previous_hash"), entry.prev, true]], "tall"),
      button,
      verdicts,
      element("details", {}, element("summary", {}, word("hashed_text")), element("pre", { tabindex: "0" }, hashedText(entry))),
    );
  }

  #fill(sign, ...content) {
    const title = element("h2", { id: "panel-title", tabindex: "-1" }, sign.word);
    const close = element("button", { type: "button", class: "quiet", "aria-label": word("close"), title: `${word("close")} (Esc)`, click: () => this.#onClose() }, icon("close"));
    this.#panel.replaceChildren(element("header", { class: "panel-head" }, icon(sign.icon, sign.tone), title, close), ...content);
    this.#panel.hidden = false;
    this.#panel.scrollTop = 0;
    title.focus({ preventScroll: true });
  }

  async #check(entry, button, verdicts) {
    button.disabled = true;
    verdicts.replaceChildren(element("p", { class: "verdict" }, icon("clock", "wait"), word("checking_hash")));
    const { matches, computed } = await checkHash(entry);
    const told = [verdict(matches, matches ? word("hash_matches") : word("hash_differs", { hash: computed }))];
    const previous = await this.#findPrevious(entry.id).catch(() => null);
    if (previous) {
      const fits = previous.hash === entry.prev;
      told.push(verdict(fits, word(fits ? "chain_matches" : "chain_differs", { id: previous.id })));
    }
    verdicts.replaceChildren(...told);
    button.disabled = false;
  }
}

function verdict(good, text) {
  return element("p", { class: "verdict" }, icon(good ? "good" : "bad", good ? "good" : "bad"), element("span", {}, text));
}

function pairs(rows, extra = "") {
  return element("dl", { class: `pairs ${extra}` }, ...rows.map(([name, text, mono, sign]) => element("div", {}, element("dt", {}, name), element("dd", { class: mono ? "mono" : null }, sign ? icon(...sign) : null, text))));
}

// Faults of one photo drawn by hand, in a dialog of its own: what the model outlined is there to begin with, and may be mended or taken out.
import { element, icon } from "/static/element.js";
import { reasonOf } from "/static/reasons.js";
import { word } from "/static/words.js";
import { letterOf } from "./keys.js";
import { DRAWABLE, OutlineEditor } from "./outline_editor.js";
import { crosses } from "./rings.js";
import { capital, kindOf } from "./signs.js";
import { sample } from "./photo_outlines.js";

/** Draw on a photo that `canvas` shows: `kind` is the report's, `save(faults)` keeps them or raises, `saved()` is told when the dialog has gone. */
export function drawFaults(canvas, { title, outlines, kind, save, saved }) {
  return new Dialog(canvas, { title, outlines, kind, save, saved });
}

class Dialog {
  #editor;
  #save;
  #saved;
  #dialog;
  #kind;
  #kindName = element("span");
  #list = element("ol", { class: "outlining-list" });
  #told = element("p", { class: "outlining-told", role: "status" });
  #buttons;
  #isLeaving = false;

  constructor(canvas, { title, outlines, kind, save, saved }) {
    [this.#save, this.#saved] = [save, saved];
    this.#editor = new OutlineEditor(canvas, outlines, { onChange: () => this.#show(), kind: () => this.#kind.value, label: `${title} ${word("draw_photo")}` });
    const first = DRAWABLE.includes(kind) ? kind : DRAWABLE[0];
    this.#kind = element("select", { change: () => this.#editor.rename(this.#kind.value) }, ...DRAWABLE.map((each) => element("option", { value: each, selected: each === first }, capital(kindOf(each)))));
    const button = (name, click, ...more) => element("button", { type: "button", click }, ...more, word(name));
    this.#buttons = {
      end: button("draw_end", () => this.#end()),
      undo: button("draw_undo", () => this.#editor.undo()),
      save: button("draw_save", () => this.#send(), icon("good")),
      leave: button("cancel", () => this.#leave()),
    };
    this.#buttons.save.className = "primary";
    const { end, undo, save: keep, leave } = this.#buttons;
    const side = element(
      "div",
      { class: "outlining-side" },
      element("header", {}, element("h2", { id: "outlining-title" }, word("draw_title")), element("p", { class: "hint" }, word("draw_hint"))),
      element("label", {}, this.#kindName, this.#kind),
      element("div", { class: "actions" }, end, undo),
      this.#told,
      this.#list,
      element("div", { class: "actions outlining-last" }, keep, leave),
    );
    this.#dialog = element("dialog", { class: "outlining", "aria-labelledby": "outlining-title", keydown: (event) => this.#onKey(event), cancel: (event) => (event.preventDefault(), this.#leave()), close: () => this.#gone() }, element("div", { class: "outlining-stage" }, this.#editor.frame), side);
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#editor.begin();
  }

  #show() {
    const editor = this.#editor;
    this.#isLeaving = false;
    if (editor.picked >= 0) this.#kind.value = editor.faults[editor.picked].kind;
    this.#kindName.textContent = editor.picked >= 0 ? word("draw_kind_picked", { number: editor.picked + 1 }) : word("draw_kind_next");
    this.#list.replaceChildren(...editor.faults.map((each, at) => this.#row(each, at)));
    this.#buttons.end.disabled = !editor.path.length;
    this.#buttons.undo.disabled = !editor.mayUndo;
    const points = editor.path.length;
    this.#tell(points ? word("draw_points", { count: points }) : editor.faults.length ? "" : word("draw_none"));
  }

  #row(fault, at) {
    const isPicked = at === this.#editor.picked;
    const pick = element("button", { type: "button", class: "quiet", "aria-pressed": String(isPicked), click: () => this.#editor.pick(at) }, sample(fault.kind), `${at + 1}. ${capital(kindOf(fault.kind))}`);
    const name = word("draw_delete", { number: at + 1 });
    const remove = element("button", { type: "button", class: "quiet", "aria-label": name, title: name, click: () => this.#editor.remove(at) }, icon("close"));
    return element("li", { class: isPicked ? "picked" : null }, pick, remove);
  }

  #tell(text, tone = null) {
    this.#told.replaceChildren(...(text ? [tone ? icon("warn", tone) : null, element("span", {}, text)].filter(Boolean) : []));
  }

  #end() {
    const refused = this.#editor.end();
    if (refused) this.#tell(word(refused), "warn");
  }

  #onKey(event) {
    event.stopPropagation(); // the page behind has keys of its own
    const isUndo = event.key === "Backspace" || ((event.ctrlKey || event.metaKey) && letterOf(event) === "z");
    if (event.key === "Escape") this.#leave();
    else if (isUndo) this.#editor.undo();
    else if (event.key === "Delete") this.#editor.remove(this.#editor.picked);
    else if (event.key === "Enter" && !event.target.matches("button, select")) this.#end();
    else return this.#editor.onKey(event);
    event.preventDefault();
  }

  async #send() {
    if (this.#editor.path.length && this.#editor.end()) return this.#tell(word("draw_unended"), "warn");
    const crossed = this.#editor.faults.findIndex((each) => crosses(each.ring));
    if (crossed >= 0) {
      this.#editor.pick(crossed);
      return this.#tell(word("draw_crosses", { number: crossed + 1 }), "warn");
    }
    this.#dialog.setAttribute("aria-busy", "true");
    this.#buttons.save.disabled = true;
    this.#tell(word("saving"));
    try {
      await this.#save(this.#editor.told());
      this.#dialog.close();
      this.#saved();
    } catch (error) {
      this.#tell(word("draw_failed", { reason: reasonOf(error) }), "bad");
    } finally {
      this.#dialog.removeAttribute("aria-busy");
      this.#buttons.save.disabled = false;
    }
  }

  /** Once more where something would be lost. */
  #leave() {
    if (!this.#editor.isChanged || this.#isLeaving) return this.#dialog.close();
    this.#tell(word("draw_leave"), "warn");
    this.#isLeaving = true;
  }

  #gone() {
    this.#editor.leave();
    this.#dialog.remove();
  }
}

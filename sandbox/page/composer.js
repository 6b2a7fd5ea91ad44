// The box a message is written in, with its list of completions.

import { el, hidden, toast } from "./dom.js";
import { offers } from "./completion.js";
import { fileSize } from "./files.js";

let number = 0;

/** `send(text)` rejects with the sentence to show; `source()` says what can be completed. */
export class Composer {
  constructor(place, { id, testid, label, send, source }) {
    Object.assign(this, { send, source });
    this.listId = `completions-${(number += 1)}`;
    this.drafts = new Map();
    this.draftKey = "";
    this.list = el("div", { class: "completions", id: this.listId, role: "listbox", "aria-label": "Completions", "data-testid": `${testid}-completions`, hidden: true });
    this.input = el("textarea", {
      id, rows: "1", "data-testid": testid, "aria-label": label, placeholder: label,
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.listId,
      autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "12000",
      oninput: () => this.offer(),
      onkeydown: (event) => this.key(event),
      onclick: () => this.offer(),
      onblur: () => this.close(),
    });
    this.files = [];
    this.attached = el("ul", { class: "attached", "data-testid": `${testid}-files`, hidden: true });
    this.chooser = el("input", {
      type: "file", multiple: true, class: "sr", "aria-label": "Attach files", "data-testid": `${testid}-attach`,
      onchange: () => {
        this.attach([...this.files, ...this.chooser.files]);
        this.chooser.value = "";
        this.focus();
      },
    });
    const clip = el("label", { class: "icon clip", title: "Attach files" }, this.chooser, el("span", { "aria-hidden": "true" }, "+"));
    this.button = el("button", { type: "submit", class: "send", "data-testid": testid === "composer" ? "send" : `${testid}-send` },
      el("span", { "aria-hidden": "true" }, "➤"), hidden("Send"));
    this.form = el("form", { class: "composer", onsubmit: (event) => this.submit(event) }, this.list, this.attached, clip, this.input, this.button);
    this.close();
    place.replaceChildren(this.form);
  }

  /** Another channel, thread or person: its own draft, label and reason why nothing can be written. */
  show(key, label, closed = null) {
    this.drafts.set(this.draftKey, this.input.value);
    if (key !== this.draftKey) this.input.value = this.drafts.get(key) ?? "";
    if (key !== this.draftKey) this.attach([]);
    this.draftKey = key;
    this.chooser.disabled = Boolean(closed);
    this.input.disabled = this.button.disabled = Boolean(closed);
    this.input.placeholder = closed ?? label;
    this.input.setAttribute("aria-label", label);
    this.grow();
    this.close();
  }

  /** What goes with the next message; each can be taken away again. */
  attach(files) {
    this.files = files;
    this.attached.hidden = !files.length;
    this.attached.replaceChildren(...files.map((file) => el("li", {}, `${file.name} (${fileSize(file.size)})`,
      el("button", { type: "button", class: "icon", onclick: () => {
        this.attach(this.files.filter((one) => one !== file));
        this.focus();
      } }, el("span", { "aria-hidden": "true" }, "✕"), hidden(`Remove ${file.name}`)))));
  }

  focus() {
    this.input.focus();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  offer() {
    this.grow();
    const { selectionStart, selectionEnd, value } = this.input;
    const found = selectionStart === selectionEnd ? offers(value.slice(0, selectionStart), this.source()) : null;
    if (!found) {
      this.close();
      return;
    }
    this.offered = found;
    this.active = found.choose ? 0 : -1;
    this.draw();
  }

  draw() {
    const { items, hint } = this.offered;
    this.list.replaceChildren(...items.map((item, index) => el("div", {
      role: "option", id: `${this.listId}-${index}`, class: "completion",
      "aria-selected": String(index === this.active),
      "data-testid": "completion", "data-name": item.name,
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.choose(index),
    }, el("span", { class: "usage" }, item.usage), el("span", { class: "summary" }, item.summary))));
    if (hint) this.list.append(el("p", { class: "hint", "data-testid": "completion-hint" },
      el("span", { class: "usage" }, hint.usage), el("span", { class: "summary" }, hint.summary)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    const chosen = this.list.children[this.active];
    if (this.active >= 0 && chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  close() {
    this.offered = null;
    this.active = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const { start, items } = this.offered;
    const rest = this.input.value.slice(this.input.selectionStart).replace(/^\s+/, "");
    const kept = this.input.value.slice(0, start) + items[index].insert;
    this.input.value = kept + rest;
    this.input.setSelectionRange(kept.length, kept.length);
    this.input.focus();
    this.offer();
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.offered?.items.length ?? 0;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (count && move) {
      event.preventDefault();
      this.active = this.active < 0 && move < 0 ? count - 1 : (this.active + move + count) % count;
      this.draw();
    } else if (count && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.choose(Math.max(this.active, 0));
    } else if (this.offered && event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (count && this.active >= 0) this.choose(this.active);
      else this.form.requestSubmit();
    }
  }

  async submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    const { files } = this;
    if ((!text && !files.length) || this.sending) return;
    this.close();
    this.sending = true;
    const key = this.draftKey;
    this.input.value = "";
    this.attach([]);
    this.grow();
    try {
      await this.send(text, files);
    } catch (error) {
      // What was written is not lost with the refusal.
      if (this.draftKey !== key) this.drafts.set(key, text);
      else if (!this.input.value) {
        this.input.value = text;
        this.attach(files);
      }
      this.grow();
      toast(error.message);
    } finally {
      this.sending = false;
    }
  }
}

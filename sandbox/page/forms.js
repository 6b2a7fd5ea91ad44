// The form before a person: a dialog with what the app asks, kept as it is until it is answered.

import * as api from "./api.js";
import { blocks } from "./blocks.js";
import { announce, el, hidden, toast } from "./dom.js";
import { closePopup, whereAgain } from "./popup.js";

/** Carries what is written in the old controls into the values of the new view. */
function carried(view, controls) {
  const values = structuredClone(view.values);
  const types = new Map(view.blocks.flatMap((block) =>
    [...(block.elements ?? []), block.element, block.accessory].filter(Boolean)
      .map((element) => [`${block.block_id} ${element.action_id}`, element.type])));
  for (const { block, action, type, read, keep } of controls) {
    if (types.get(`${block} ${action}`) === type) (values[block] ??= {})[action] = keep ? keep() : read();
  }
  return values;
}

/** Shows the form the server says is open; `context` is the page's. */
export class FormDialog {
  constructor(context) {
    this.context = context;
    this.dialog = null;
    this.view = null;
    this.controls = [];
  }

  /** Brings the dialog to what is open now, or closes it; what is being written stays. */
  show(view, depth) {
    if (!view) {
      this.hide();
      return;
    }
    const same = this.view?.id === view.id;
    if (same && this.view.hash === view.hash && this.dialog) return;
    const again = same ? document.activeElement?.dataset?.focus : null;
    const values = same ? carried(view, this.controls) : view.values;
    closePopup(false);
    this.open();
    this.view = view;
    this.controls = [];
    this.draw({ ...view, values }, depth);
    const focused = again ? this.form.querySelector(`[data-focus="${CSS.escape(again)}"]`) : null;
    (focused ?? this.form.querySelector("[autofocus]") ?? this.controls[0]?.focus ?? this.submitButton ?? this.closeButton).focus();
    if (!same) announce(view.title);
  }

  open() {
    if (this.dialog) return;
    this.opener = document.activeElement;
    this.again = this.opener ? whereAgain(this.opener) : "";
    this.form = el("form", { novalidate: true, onsubmit: (event) => this.submit(event) });
    this.dialog = el("dialog", {
      class: "form", "aria-labelledby": "form-title", "data-testid": "form",
      oncancel: (event) => {
        // Not before the server knows; a file chooser that is given up says "cancel" here as well.
        event.preventDefault();
        if (event.target === this.dialog) this.close(false);
      },
    }, this.form, el("div", { class: "toasts", role: "alert" }));
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  draw(view, depth) {
    const holder = { ...view, controls: this.controls, press: (body) => this.press(body) };
    const body = el("div", { class: "form-body" }, blocks(holder, this.context));
    this.trouble = el("p", { class: "trouble", role: "alert", "data-testid": "form-trouble", hidden: true });
    this.submitButton = view.submit
      ? el("button", { type: "submit", class: "act primary", "data-testid": "form-submit", "data-focus": "form-submit" }, view.submit) : null;
    this.closeButton = el("button", { type: "button", class: "act", "data-testid": "form-close", "data-focus": "form-close", onclick: () => this.close(false) },
      view.close || "Cancel");
    this.form.replaceChildren(
      el("header", {}, el("h2", { id: "form-title" }, view.title),
        el("button", { type: "button", class: "icon", "data-testid": "form-close-all", "data-focus": "form-close-all", onclick: () => this.close(true) },
          el("span", { "aria-hidden": "true" }, "✕"), hidden(depth > 1 ? "Close all forms" : "Close the form"))),
      body, this.trouble,
      el("footer", {}, this.closeButton, this.submitButton));
  }

  hide() {
    if (!this.dialog) return;
    const { dialog, opener, again } = this;
    this.dialog = this.view = null;
    this.controls = [];
    dialog.close();
    dialog.remove();
    const back = opener?.isConnected ? opener : again && document.querySelector(again);
    (back || document.getElementById("composer-input"))?.focus({ preventScroll: true });
  }

  values() {
    return this.controls.map(({ block, action, read }) => [block, action, read()]);
  }

  async press(body) {
    await api.pressInView({ user: this.context.me, view: this.view.id, values: this.values(), ...body });
    await this.context.refreshViews();
  }

  async submit(event) {
    event.preventDefault();
    if (!this.submitButton || this.submitButton.disabled) return;
    const { view, submitButton } = this;
    submitButton.disabled = true;
    this.form.setAttribute("aria-busy", "true");
    this.complain("", {});
    try {
      await Promise.all(this.controls.map(({ ready }) => ready?.()));
      await api.submitView({ user: this.context.me, view: view.id, values: this.values() });
    } catch (error) {
      if (this.view === view) this.complain(error.message, error.errors ?? {});
    } finally {
      submitButton.disabled = false;
      this.form.removeAttribute("aria-busy");
    }
    await this.context.refreshViews();
  }

  /** Says what is wrong: beside the inputs, and of the form as a whole. */
  complain(sentence, errors) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
    for (const { block, say } of this.controls) say?.(errors[block]);
    const first = this.controls.find(({ block }) => errors[block]);
    if (!first) return;
    first.focus.focus();
    announce(Object.values(errors).join(" "));
  }

  async close(every) {
    try {
      await api.closeView({ user: this.context.me, view: this.view.id, every });
    } catch (error) {
      toast(error.message);
    }
    await this.context.refreshViews();
  }
}

/** What the app shows a person on its Home. */
export class HomePane {
  constructor(place, context) {
    Object.assign(this, { place, context, shown: "" });
  }

  show(view) {
    const key = `${this.context.me} ${view?.id} ${view?.hash}`;
    if (key === this.shown) return;
    this.shown = key;
    const again = this.place.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    if (!view) {
      this.place.replaceChildren(el("p", { class: "empty" }, "This is the Home of the app. It has shown nothing here yet."));
      return;
    }
    const holder = { ...view, controls: [] };
    holder.press = async (body) => {
      const values = holder.controls.map(({ block, action, read }) => [block, action, read()]);
      await api.pressInView({ user: this.context.me, view: view.id, values, ...body });
      await this.context.refreshViews();
    };
    this.place.replaceChildren(...blocks(holder, this.context));
    if (again) this.place.querySelector(`[data-focus="${CSS.escape(again)}"]`)?.focus({ preventScroll: true });
  }
}

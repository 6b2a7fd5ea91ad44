// Block Kit, as far as a bot's messages use it.

import { el, hidden, safeAddress, toast } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";
import { askFirst, openMenu } from "./popup.js";
import { richText, table } from "./richtext.js";

/** Sends one press; `target` stays marked as busy until the server has answered. */
async function pressed(target, element, message, blockId, extra, context) {
  if (target.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await askFirst(element.confirm))) {
    if ("before" in target.dataset) target.value = target.dataset.before;
    return;
  }
  target.setAttribute("aria-busy", "true");
  try {
    await context.press(message, { block_id: blockId, action_id: element.action_id, ...extra });
  } catch (error) {
    if ("before" in target.dataset) target.value = target.dataset.before;
    toast(error.message);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

const hooks = (element, blockId, kind) => ({
  "data-testid": kind,
  "data-action": element.action_id,
  "data-focus": `act ${blockId} ${element.action_id}`,
  "aria-label": element.accessibility_label ?? null,
});

function button(element, message, blockId, context) {
  const tone = element.style === "primary" || element.style === "danger" ? element.style : "";
  return el("button", {
    type: "button",
    class: `act ${tone}`,
    ...hooks(element, blockId, "block-button"),
    onclick: (event) => {
      const address = element.url && safeAddress(element.url);
      if (address) window.open(address, "_blank", "noopener,noreferrer");
      pressed(event.currentTarget, element, message, blockId, { value: element.value ?? null }, context);
    },
  }, textObject(element.text, context));
}

function select(element, message, blockId, context) {
  const option = (choice) => el("option", { value: choice.value }, words(choice.text));
  const initial = element.initial_option?.value ?? "";
  const control = el("select", {
    class: "act",
    ...hooks(element, blockId, "block-select"),
    "aria-label": words(element.placeholder) || "Choose",
    onchange: (event) => {
      if (control.value) pressed(event.currentTarget, element, message, blockId, { selected: control.value }, context);
    },
  },
  el("option", { value: "" }, words(element.placeholder) || "Choose…"),
  (element.option_groups ?? []).map((group) =>
    el("optgroup", { label: words(group.label) }, group.options.map(option))),
  (element.options ?? []).map(option));
  control.value = initial;
  control.dataset.before = initial;
  return control;
}

function overflow(element, message, blockId, context) {
  return el("button", {
    type: "button",
    class: "act overflow",
    ...hooks(element, blockId, "block-overflow"),
    "aria-haspopup": "menu",
    onclick: (event) => {
      const target = event.currentTarget;
      const items = (element.options ?? []).map((choice) => ({ value: choice.value, label: words(choice.text) }));
      openMenu(target, items, (value) => pressed(target, element, message, blockId, { selected: value }, context));
    },
  }, el("span", { "aria-hidden": "true" }, "•••"), element.accessibility_label ? null : hidden("More actions"));
}

function datepicker(element, message, blockId, context) {
  const initial = element.initial_date ?? "";
  const control = el("input", {
    type: "date",
    class: "act",
    value: initial,
    ...hooks(element, blockId, "block-date"),
    "aria-label": words(element.placeholder) || "Date",
  });
  // A change event comes with each digit typed: the day counts when it is left or Enter is pressed.
  const settle = () => {
    if (!control.value || control.value === control.dataset.before) return;
    const day = control.value;
    pressed(control, element, message, blockId, { selected: day }, context).then(() => {
      control.dataset.before = control.value;
    });
  };
  control.dataset.before = initial;
  control.addEventListener("blur", settle);
  control.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
  });
  return control;
}

function image(element) {
  return el("span", { class: "picture", role: "img", "aria-label": element.alt_text ?? "" },
    `Picture: ${element.alt_text ?? "without a description"}`);
}

const ELEMENTS = { button, static_select: select, overflow, datepicker, image };

function interactive(element, message, blockId, context) {
  const make = ELEMENTS[element.type];
  return make ? make(element, message, blockId, context) : el("span", { class: "unknown" }, `(${element.type})`);
}

function section(block, message, context) {
  const fields = (block.fields ?? []).map((field) => el("div", { class: "field" }, textObject(field, context)));
  return [
    el("div", { class: "section-text" },
      textObject(block.text, context), fields.length ? el("div", { class: "fields" }, fields) : null),
    block.accessory
      ? el("div", { class: "accessory" }, interactive(block.accessory, message, block.block_id, context)) : null,
  ];
}

function contextLine(block, context) {
  return (block.elements ?? []).map((part) =>
    part.type === "image" ? image(part) : el("span", {}, textObject(part, context)));
}

function inside(block, message, context) {
  switch (block.type) {
    case "section": return section(block, message, context);
    case "header": return [el("h3", {}, textObject(block.text, context))];
    case "divider": return [el("hr")];
    case "context": return contextLine(block, context);
    case "actions": return (block.elements ?? []).map((part) => interactive(part, message, block.block_id, context));
    case "rich_text": return richText(block, context);
    case "table": return [table(block, context)];
    case "image": return [block.title ? el("p", {}, textObject(block.title, context)) : null, image(block)];
    default: return [el("span", { class: "unknown" }, `(${block.type})`)];
  }
}

/** The blocks of a message, in their order. */
export function blocks(message, context) {
  return message.blocks.map((block) =>
    el("div", { class: `block ${block.type}`, "data-block": block.block_id ?? null }, inside(block, message, context)));
}

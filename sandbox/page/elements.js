// The interactive elements of messages, forms and Home: what happens when they are used.

import { control, keepsState } from "./controls.js";
import { el, hidden, safeAddress, toast } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";
import { askFirst, openMenu } from "./popup.js";

/** Sends one press; `target` stays marked as busy until the server has answered; true when it went. */
async function pressed(target, element, holder, blockId, extra, context) {
  if (target.getAttribute("aria-busy") === "true") return false;
  if (element.confirm && !(await askFirst(element.confirm))) return false;
  target.setAttribute("aria-busy", "true");
  const body = { block_id: blockId, action_id: element.action_id, ...extra };
  try {
    await (holder.press ? holder.press(body) : context.press(holder, body));
    return true;
  } catch (error) {
    toast(error.message);
    return false;
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

function button(element, holder, blockId, context) {
  const tone = element.style === "primary" || element.style === "danger" ? element.style : "";
  return el("button", {
    type: "button",
    class: `act ${tone}`,
    ...hooks(element, blockId, "block-button"),
    onclick: (event) => {
      const address = element.url && safeAddress(element.url);
      if (address) window.open(address, "_blank", "noopener,noreferrer");
      pressed(event.currentTarget, element, holder, blockId, { value: element.value ?? null }, context);
    },
  }, textObject(element.text, context));
}

function overflow(element, holder, blockId, context) {
  return el("button", {
    type: "button",
    class: "act overflow",
    ...hooks(element, blockId, "block-overflow"),
    "aria-haspopup": "menu",
    onclick: (event) => {
      const target = event.currentTarget;
      const items = (element.options ?? []).map((choice) => ({ value: choice.value, label: words(choice.text) }));
      openMenu(target, items, (value) => pressed(target, element, holder, blockId, { value, selected: value }, context));
    },
  }, el("span", { "aria-hidden": "true" }, "•••"), element.accessibility_label ? null : hidden("More actions"));
}

const NAMES = {
  datepicker: ["block-date", "Date"], timepicker: ["block-time", "Time"], datetimepicker: ["block-datetime", "Date and time"],
};

/** A list, a picker or boxes that tell at once what was chosen. */
function chooser(element, holder, blockId, context) {
  const [testid, name] = NAMES[element.type] ?? ["block-select", "Choose"];
  const before = holder.values?.[blockId]?.[element.action_id] ?? null;
  const made = control(element, {
    id: `act-${holder.id ?? holder.ts}-${blockId}-${element.action_id}`,
    value: before,
    context,
    attributes: { ...hooks(element, blockId, testid), "aria-label": words(element.placeholder) || name },
  });
  const { node, read } = made;
  let told = JSON.stringify(read());
  const settle = async () => {
    const now = read();
    if (JSON.stringify(now) === told || (now === null && !made.group)) return;
    const was = told;
    told = JSON.stringify(now);
    if (await pressed(node, element, holder, blockId, { value: now, selected: now }, context)) return;
    told = was;
    if ("value" in node) node.value = JSON.parse(was) ?? "";
  };
  if (element.type in NAMES) {
    // A change event comes with each digit typed: a day counts when it is left or Enter is pressed.
    node.addEventListener("blur", settle);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      settle();
    });
  } else node.addEventListener("change", settle);
  return { ...made, told: () => told };
}

/**
 * One element of a row or beside a section; `holder` is the message or view that holds it, and in
 * a view its `controls` learn of what can be read there.
 */
export function interactive(element, holder, blockId, context) {
  if (element.type === "button") return button(element, holder, blockId, context);
  if (element.type === "overflow") return overflow(element, holder, blockId, context);
  if (!keepsState(element)) return el("span", { class: "unknown" }, `(${element.type})`);
  const made = chooser(element, holder, blockId, context);
  holder.controls?.push({ block: blockId, action: element.action_id, type: element.type, ...made });
  return made.node;
}

/** Lets an input tell at once what was chosen, where the app wants to hear of it. */
export function dispatching(made, element, holder, blockId, context) {
  const tell = () => pressed(made.node, element, holder, blockId, { value: made.read() }, context);
  if (element.type.endsWith("_input")) {
    made.node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || element.multiline) return;
      event.preventDefault();
      tell();
    });
  } else made.node.addEventListener("change", tell);
}

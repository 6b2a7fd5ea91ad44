// Block Kit, as far as a bot's messages, forms and Home use it.

import { el } from "./dom.js";
import { interactive } from "./elements.js";
import { input } from "./inputs.js";
import { textObject } from "./mrkdwn.js";
import { richText, table } from "./richtext.js";

function image(element) {
  return el("span", { class: "picture", role: "img", "aria-label": element.alt_text ?? "" },
    `Picture: ${element.alt_text ?? "without a description"}`);
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
    case "input": return input(block, message, context);
    case "rich_text": return richText(block, context);
    case "table": return [table(block, context)];
    case "image": return [block.title ? el("p", {}, textObject(block.title, context)) : null, image(block)];
    default: return [el("span", { class: "unknown" }, `(${block.type})`)];
  }
}

/** The blocks of a message or view, in their order. */
export function blocks(message, context) {
  return message.blocks.map((block) =>
    el("div", { class: `block ${block.type}`, "data-block": block.block_id ?? null }, inside(block, message, context)));
}

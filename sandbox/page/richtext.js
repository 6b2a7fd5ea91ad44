// rich_text blocks and tables.

import { el, link } from "./dom.js";
import { emojiNode, pictured } from "./emoji.js";
import { moment, person, place } from "./mrkdwn.js";

const STYLES = [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]];

function styled(node, style = {}) {
  return STYLES.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}

function element(part, context) {
  switch (part.type) {
    case "text": return styled(pictured(part.text), part.style);
    case "link": return styled(link(part.url, part.text || part.url), part.style);
    case "emoji": return emojiNode(part.name);
    case "user": return styled(person(part.user_id, context), part.style);
    case "channel": return styled(place(part.channel_id, context), part.style);
    case "broadcast": return el("span", { class: "mention" }, `@${part.range}`);
    case "date": return moment(part.timestamp, part.format, part.fallback ?? "", context, part.url ?? null);
    default: return part.text ?? part.fallback ?? "";
  }
}

const run = (parts, context) => (parts ?? []).map((part) => element(part, context));

function listItems(part, context) {
  const ordered = part.style === "ordered";
  const items = (part.elements ?? []).map((item) => el("li", {}, run(item.elements, context)));
  return el(ordered ? "ol" : "ul", {
    class: `indent-${Math.min(part.indent ?? 0, 4)}`,
    start: ordered && part.offset ? part.offset + 1 : null,
  }, items);
}

function piece(part, context) {
  switch (part.type) {
    case "rich_text_list": return listItems(part, context);
    case "rich_text_quote": return el("blockquote", {}, run(part.elements, context));
    case "rich_text_preformatted": return el("pre", {}, run(part.elements, context));
    default: return el("p", { class: "lines" }, run(part.elements, context));
  }
}

/** The sections, lists, quotes and preformatted parts of a rich_text block. */
export const richText = (block, context) => (block.elements ?? []).map((part) => piece(part, context));

function cell(content, tag, align, context) {
  const inside = content?.type === "rich_text" ? richText(content, context) : pictured(content?.text ?? "");
  const numbers = tag === "th" ? { scope: "col" } : {};
  return el(tag, { ...numbers, class: align ? `align-${align}` : null }, inside);
}

/** A table block; its first row is its heading, and it scrolls by itself where it is too wide. */
export function table(block, context) {
  const [head = [], ...rows] = block.rows ?? [];
  const align = (index) => block.column_settings?.[index]?.align;
  const row = (cells, tag) => el("tr", {}, cells.map((content, index) => cell(content, tag, align(index), context)));
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, rows.map((cells) => row(cells, "td")))));
}

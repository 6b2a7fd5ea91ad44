// Slack's mrkdwn as nodes. Nothing here ever parses mark-up of HTML.

import { el, link } from "./dom.js";
import { slackDate } from "./dates.js";
import { emojiNode, pictured } from "./emoji.js";

/** `&amp;`, `&lt;` and `&gt;` back to what they stand for; no other entity exists in mrkdwn. */
export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const PIECE = new RegExp([
  "<(?<angle>[^<>\\n]+)>",
  "`(?<code>[^`\\n]+)`",
  "(?<url>https?://[^\\s<>|`]+)",
  ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):",
  "(?<mark>[*_~])(?<inner>(?=\\S)(?:<[^<>\\n]*>|`[^`\\n]*`|(?!\\k<mark>)[^\\n<])+?(?<=\\S))\\k<mark>",
].join("|"), "g");
const TAG = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

/** A person's name as a mention; somebody unknown stays an id. */
export function person(id, context, label = null) {
  const name = context.people.get(id) ?? label ?? id;
  return el("span", { class: id === context.me ? "mention mine" : "mention", "data-user": id }, `@${name}`);
}

export const place = (id, context, label = null) =>
  el("span", { class: "mention" }, `#${context.channels.get(id) ?? label ?? id}`);

/** A moment in the reader's own zone, with the sender's words where the format is not known. */
export function moment(seconds, format, fallback, context, address = null) {
  const words = slackDate(seconds, format, context.reader, context.now()) ?? fallback;
  const node = el("time", { datetime: new Date(Number(seconds) * 1000).toISOString(), title: fallback }, words);
  return address ? link(address, node) : node;
}

function angle(inside, context) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return person(target.slice(1), context, label);
  if (target.startsWith("#")) return place(target.slice(1), context, label);
  if (target.startsWith("!date^")) {
    const [, seconds, format, address] = target.split("^");
    if (!/^\d+$/.test(seconds ?? "")) return label ?? "";
    return moment(seconds, unescape(format ?? ""), label ?? "", context, address ? unescape(address) : null);
  }
  if (/^!(here|channel|everyone)$/.test(target)) return el("span", { class: "mention" }, `@${target.slice(1)}`);
  if (target.startsWith("!")) return label ?? `<${target}>`;
  const address = unescape(target);
  return link(address, label === null ? address.replace(/^mailto:/, "") : textWithEmoji(label));
}

function textWithEmoji(text) {
  return text.split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/).map((piece, index) =>
    index % 2 ? emojiNode(piece.slice(1, -1)) : pictured(piece));
}

const plainAngle = (text) => unescape(text.replace(/<(?:[^<>|\n]+\|)?([^<>\n]+)>/g, "$1"));

function stands(text, start, end) {
  return !(start > 0 && WORD.test(text[start - 1])) && !(end < text.length && WORD.test(text[end]));
}

function bareAddress(found) {
  const address = found.replace(/(?:[.,;:!?)\]'"*_~]|&gt;|&lt;)+$/, "");
  return [link(unescape(address), unescape(address)), address.length];
}

/** One run of text, with its bold, italics, code, links, mentions, dates and emoji. */
export function inline(text, context) {
  const nodes = [];
  let from = 0;
  const take = (until) => {
    if (until > from) nodes.push(...pictured(unescape(text.slice(from, until))));
  };
  PIECE.lastIndex = 0;
  const pattern = new RegExp(PIECE);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { angle: inside, code, url, emoji, mark, inner } = match.groups;
    const end = match.index + match[0].length;
    if ((mark && !stands(text, match.index, end)) || (emoji && !stands(text, match.index, end))) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    take(match.index);
    from = end;
    if (inside !== undefined) nodes.push(angle(inside, context));
    else if (code !== undefined) nodes.push(el("code", {}, plainAngle(code)));
    else if (emoji !== undefined) nodes.push(emojiNode(emoji));
    else if (mark !== undefined) nodes.push(el(TAG[mark], {}, inline(inner, context)));
    else {
      const [node, length] = bareAddress(url);
      nodes.push(node);
      from = match.index + length;
      pattern.lastIndex = from;
    }
  }
  take(text.length);
  return nodes;
}

function lines(text, context) {
  const out = [];
  let run = [];
  let quoted = false;
  const flush = () => {
    if (run.length && (quoted || run.some((line) => line !== ""))) {
      const body = inline(run.join("\n"), context);
      out.push(quoted ? el("blockquote", {}, body) : el("span", { class: "lines" }, body));
    }
    run = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (Boolean(quote) !== quoted) {
      flush();
      quoted = Boolean(quote);
    }
    run.push(quote ? quote[1] : line);
  }
  flush();
  return out;
}

/** A whole mrkdwn text: preformatted parts, quotes and lines. */
export function mrkdwn(text, context) {
  return text.split(/\n?```\n?([\s\S]+?)```\n?/).flatMap((piece, index) =>
    index % 2 ? [el("pre", {}, plainAngle(piece.replace(/\n$/, "")))] : lines(piece, context));
}

/** A text object of Block Kit, `mrkdwn` or `plain_text`. */
export function textObject(object, context) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", context);
  return [el("span", { class: "lines" }, object.emoji === false ? pictured(object.text ?? "") : textWithEmoji(object.text ?? ""))];
}

/** The bare words of a text object, for names and options. */
export const words = (object) => object?.text ?? "";

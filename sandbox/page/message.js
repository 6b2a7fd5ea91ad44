// One message: who, when, what, reactions, and what can be done with it.

import { el, hidden, toast } from "./dom.js";
import { blocks } from "./blocks.js";
import { clockTime, fullMoment, city } from "./dates.js";
import { emojiNode, spoken } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { fileList } from "./files.js";
import { openMenu, openPalette } from "./popup.js";

const SHADES = 8;

function avatar(message, name) {
  const sum = [...(message.user ?? "")].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  const initials = name.split(/[\s._-]+/).map((part) => part[0] ?? "").slice(0, 2).join("").toUpperCase();
  return el("span", { class: `avatar shade-${message.is_bot ? "bot" : sum % SHADES}`, "aria-hidden": "true" },
    message.is_bot ? name.slice(0, 3).toUpperCase() : initials);
}

async function attempt(target, work) {
  if (target.getAttribute("aria-busy") === "true") return;
  target.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    toast(error.message);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

function chip(reaction, message, context) {
  const people = reaction.users.join(", ");
  const sentence = `${spoken(reaction.name)}, ${reaction.count}: ${people}`;
  return el("button", {
    type: "button",
    class: reaction.mine ? "chip mine" : "chip",
    "aria-pressed": String(Boolean(reaction.mine)),
    "aria-label": sentence,
    title: `${people} reacted with :${reaction.name}:`,
    "data-testid": "reaction",
    "data-name": reaction.name,
    "data-focus": `reaction ${reaction.name}`,
    onclick: (event) => attempt(event.currentTarget, () => context.react(message, reaction.name, !reaction.mine)),
  }, emojiNode(reaction.name, reaction.emoji), el("span", { class: "count" }, String(reaction.count)));
}

function addReaction(message, context, testid, focus, inside) {
  return el("button", {
    type: "button",
    class: testid === "react-more" ? "chip more" : "icon",
    "data-testid": testid,
    "data-focus": focus,
    "aria-haspopup": "menu",
    title: "Add a reaction (R)",
    onclick: (event) => {
      const target = event.currentTarget;
      openPalette(target, (name) => attempt(target, () => {
        const mine = message.reactions?.find((given) => given.name === name)?.mine;
        return context.react(message, name, !mine);
      }));
    },
  }, inside, hidden("Add a reaction"));
}

const face = () => el("span", { class: "face", "aria-hidden": "true" }, "☺");

function toolbar(message, context, inThread) {
  if (message.ephemeral) return null;
  const reply = inThread ? null : el("button", {
    type: "button", class: "icon", title: "Reply in thread (T)",
    "data-testid": "thread-open", "data-focus": "thread-open",
    onclick: () => context.openThread(message.ts),
  }, el("span", { "aria-hidden": "true" }, "↩"), hidden("Reply in thread"));
  const shortcuts = context.shortcuts?.() ?? [];
  const menu = shortcuts.length === 0 ? null : el("button", {
    type: "button", class: "icon", title: "More actions (M)", "aria-haspopup": "menu",
    "data-testid": "message-menu", "data-focus": "message-menu",
    onclick: (event) => {
      const target = event.currentTarget;
      const items = shortcuts.map(({ name, callback_id: value }) => ({ value, label: name }));
      openMenu(target, items, (id) => attempt(target, () => context.shortcut(message, id)));
    },
  }, el("span", { "aria-hidden": "true" }, "⋮"), hidden("More actions…"));
  return el("div", { class: "toolbar", role: "group", "aria-label": "Message actions" },
    addReaction(message, context, "react-add", "react-add", face()), reply, menu);
}

function reactions(message, context) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map((reaction) => chip(reaction, message, context)),
    addReaction(message, context, "react-more", "react-more", [face(), el("span", { "aria-hidden": "true" }, "+")]));
}

function repliesLink(message, context, inThread) {
  if (inThread || !message.reply_count) return null;
  const last = message.replies?.at(-1);
  return el("button", {
    type: "button", class: "replies", "data-testid": "thread-replies", "data-focus": "replies",
    onclick: () => context.openThread(message.ts),
  }, el("strong", {}, message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`),
  last ? el("span", { class: "small" }, ` last at ${fullMoment(new Date(last.shown_at), context.zone)}`) : null);
}

function time(message, context) {
  const instant = new Date(message.shown_at);
  return el("time", {
    datetime: message.shown_at,
    title: `${fullMoment(instant, context.zone)} ${city(context.zone)}`,
  }, clockTime(instant, context.zone));
}

function body(message, context) {
  return message.blocks?.length ? blocks(message, context) : mrkdwn(message.text ?? "", context);
}

/** The name shown for who wrote it. */
export const author = (message, context) =>
  message.name || context.people.get(message.user) || message.user;

/** A message as an element; `inThread` leaves out what only the channel shows. */
export function messageNode(message, context, inThread) {
  const name = author(message, context);
  const node = el("article", {
    class: `message${message.ephemeral ? " ephemeral" : ""}`,
    role: "listitem",
    tabindex: "-1",
    "data-testid": "message",
    "data-ts": message.ts,
    "data-user": message.user,
    "data-key": `${message.ts}${message.ephemeral ? " ephemeral" : ""}`,
  },
  avatar(message, name),
  el("div", { class: "content" },
    message.ephemeral ? el("p", { class: "only-you" }, "Only visible to you") : null,
    el("p", { class: "by" },
      el("span", { class: "name" }, name),
      message.is_bot ? el("span", { class: "badge" }, "APP") : null,
      hidden(" at "), time(message, context)),
    el("div", { class: "body" }, body(message, context)),
    fileList(message, context),
    message.edited ? el("p", { class: "edited small" }, "(edited)") : null,
    reactions(message, context),
    repliesLink(message, context, inThread)),
  toolbar(message, context, inThread));
  return node;
}

// Channels, direct messages and whom one acts as.

import { become, el, hidden } from "./dom.js";

function entry(channel, state, here) {
  const name = channel.kind === "channel" ? channel.name : channel.name.replace(/^@/, "");
  const isBot = channel.kind === "im" && (channel.user === state.bot.id || name === state.bot.name);
  const mark = channel.kind === "im" ? (isBot ? "◆" : "@") : channel.private ? "🔒" : "#";
  // What is being shown is being read, whatever the server knew when it answered.
  const unread = channel.id === here ? 0 : Number(channel.unread);
  const classes = ["channel", unread && "unread", channel.archived && "archived"].filter(Boolean).join(" ");
  return el("li", {}, el("a", {
    class: classes,
    href: `?${new URLSearchParams({ user: state.me.id, channel: channel.id })}`,
    "data-testid": `${channel.kind === "channel" ? "channel" : "im"}-${name}`,
    "data-channel": channel.id,
    "aria-current": channel.id === here ? "page" : null,
  },
  el("span", { class: mark === "🔒" ? "mark lock" : "mark", "aria-hidden": "true" }, mark === "🔒" ? "" : mark),
  el("span", { class: "label" }, name),
  channel.private && channel.kind === "channel" ? hidden(", private") : null,
  channel.archived ? el("span", { class: "small" }, " archived") : null,
  isBot ? el("span", { class: state.bot.online === false ? "presence off" : "presence" },
    state.bot.online === false ? "offline" : "online") : null,
  unread ? el("span", { class: "count", "data-testid": "unread" }, String(unread), hidden(" unread")) : null));
}

/** What somebody is, with their agency where the title does not name it. */
function role({ title, group, external }) {
  const said = title ?? "";
  const named = said.toLowerCase().includes((group ?? "").split(" ").pop().toLowerCase());
  const inside = named ? "" : group;
  return [[inside, said].filter(Boolean).join(" "), external && !/extern/i.test(`${inside} ${said}`) ? "external" : ""].filter(Boolean).join(", ");
}

function group(title, channels, state, here) {
  if (!channels.length) return null;
  const id = `group-${title.split(" ")[0].toLowerCase()}`;
  return el("section", {}, el("h2", { id }, title),
    el("ul", { "aria-labelledby": id }, channels.map((channel) => entry(channel, state, here))));
}

/** Draws the sidebar; what is in focus, or being pressed just now, stays the same element. */
export function drawSidebar(place, state, here) {
  const channels = state.channels.filter(({ kind }) => kind === "channel");
  const direct = state.channels.filter(({ kind }) => kind !== "channel");
  const person = el("p", { class: "me", "data-testid": "me" }, el("strong", {}, state.me.name),
    el("span", { class: "small" }, role(state.me)));
  const made = place.cloneNode();
  made.append(...[person, group("Channels", channels, state, here),
    group("Direct messages", direct, state, here)].filter(Boolean));
  become(place, made);
}

/** Fills the "act as" list, grouped, and marks who one is. */
export function drawPersonas(select, state) {
  const key = JSON.stringify(state.personas);
  if (select.dataset.key !== key) {
    const groups = new Map();
    for (const persona of state.personas) {
      const name = persona.group || "Others";
      groups.set(name, [...(groups.get(name) ?? []), persona]);
    }
    select.replaceChildren(...[...groups].map(([label, people]) => el("optgroup", { label }, people.map((persona) =>
      el("option", { value: persona.id }, [persona.name, role(persona)].filter(Boolean).join(", "))))));
    select.dataset.key = key;
  }
  select.value = state.me.id;
}

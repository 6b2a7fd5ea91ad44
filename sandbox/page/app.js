// The page: who is acting, which channel and thread are shown, and when to ask the server again.

import * as api from "./api.js";
import { Clock } from "./clock.js";
import { asSent } from "./completion.js";
import { Composer } from "./composer.js";
import { coalesce, toast } from "./dom.js";
import { learnEmoji } from "./emoji.js";
import { MessageList } from "./list.js";
import { upload } from "./files.js";
import { closePopup } from "./popup.js";
import { drawPersonas, drawSidebar } from "./sidebar.js";
import { Views } from "./views.js";

const at = (id) => document.getElementById(id);
const page = { user: null, channel: null, thread: null, state: null, messages: [], shown: null, stop: () => {}, epoch: 0 };
const narrow = matchMedia("(max-width: 720px)");
const clock = new Clock();
const list = new MessageList(at("scroll"), at("messages"), {
  ended: (end, news) => {
    if (end) at("to-end").hidden = true;
    else if (news) at("to-end").hidden = false;
  },
});
const threadList = new MessageList(at("thread-scroll"), at("thread-messages"), { inThread: true });

const context = {
  people: new Map(),
  channels: new Map(),
  me: null,
  zone: "UTC",
  reader: "UTC",
  now: () => clock.now(),
  openThread: (ts) => openThread(ts),
  press: (message, extra) => act(api.press, message, extra),
  react: (message, name, add) => act(api.react, message, { name, add }),
  shortcuts: () => page.state?.shortcuts ?? [],
  shortcut: (message, id) => act(api.chooseShortcut, message, { callback_id: id }),
};

const views = new Views(context, {
  tabs: at("tabs"),
  home: at("home"),
  shown: (tab) => {
    for (const id of ["scroll", "composer-place"]) at(id).hidden = tab === "home";
    if (tab === "home") at("to-end").hidden = true;
  },
});

async function act(call, message, extra) {
  await call({ user: page.user, channel: page.channel, ts: message.ts, ...extra });
  await Promise.all([refreshMessages(), views.refresh()]);
}

const source = (commands) => () => ({
  // Slack knows no commands in threads and none of another workspace's apps.
  commands: commands && !page.state?.me?.external,
  command: page.state?.command ?? "",
  handle: page.state?.bot?.name ?? "",
  completions: page.state?.completions ?? [],
  personas: page.state?.personas ?? [],
});

async function send(text, files, thread = {}) {
  const { user, channel } = page;
  const ids = [];
  for (const file of files) ids.push((await upload(user, file)).id);
  await api.send({ user, channel, text: asSent(text), files: ids, ...thread });
  if (thread.thread_ts) threadList.stuck = true;
  else list.toEnd();
  await Promise.all([refreshMessages(), views.refresh()]);
}

const composer = new Composer(at("composer-place"), {
  id: "composer-input", testid: "composer", label: "Message", send: (text, files) => send(text, files), source: source(true),
});
const threadComposer = new Composer(at("thread-composer-place"), {
  id: "thread-input", testid: "thread-composer", label: "Reply in the thread",
  send: (text, files) => send(text, files, { thread_ts: page.thread }), source: source(false),
});

function remember(push) {
  const address = `?${new URLSearchParams({ user: page.user, channel: page.channel ?? "" })}`;
  if (address !== location.search) history[push ? "pushState" : "replaceState"]({}, "", address);
}

function takeState(state) {
  page.state = state;
  page.user = context.me = state.me.id;
  clock.set(state.clock);
  context.zone = state.clock.zone;
  context.reader = state.me.tz || state.clock.zone;
  for (const { id, name } of [...state.personas, state.me, state.bot]) context.people.set(id, name);
  for (const { id, name } of state.channels) context.channels.set(id, name);
  if (!state.channels.some(({ id }) => id === page.channel)) {
    const joined = state.channels.filter(({ kind, member }) => kind === "channel" && member);
    const first = joined.find((channel) => !channel.private && !channel.archived) ?? joined[0] ?? state.channels[0];
    page.channel = first?.id ?? null;
  }
}

function drawFrame() {
  const { state } = page;
  const channel = state.channels.find(({ id }) => id === page.channel);
  at("team").textContent = state.team.name;
  drawPersonas(at("act-as"), state);
  drawSidebar(at("sidebar"), state, page.channel);
  const name = channel ? (channel.kind === "channel" ? `#${channel.name}` : channel.name) : "No channel";
  at("channel-title").textContent = name;
  at("channel-topic").textContent = channel?.topic ?? "";
  const unread = state.channels.reduce((sum, { id, unread: more }) => sum + (id === page.channel ? 0 : more), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${name} – ${state.team.name}`;
  const key = `${page.user} ${page.channel}`;
  if (page.shown !== key) composer.show(key, `Message ${name}`, channel?.archived ? "This channel is archived." : null);
  page.shown = key;
  views.draw(inApp(channel));
  drawBanner();
}

const inApp = (channel) => Boolean(page.state.home_tab && channel?.kind === "im" && channel.user === page.state.bot.id);

function drawBanner() {
  const words = page.connected === false ? "The server cannot be reached. Trying again…"
    : page.state?.bot?.online === false ? "The bot is offline: it will not answer until it is back." : "";
  if (at("banner").textContent !== words) at("banner").textContent = words;
  at("banner").hidden = !words;
}

function drawMessages() {
  list.update(page.messages, context, `Nothing here yet. Type ${page.state.command} to see what can be asked.`);
  if (!page.thread) return;
  const root = page.messages.find(({ ts }) => ts === page.thread);
  if (root) threadList.update([root, ...(root.replies ?? [])], context);
  else closeThread(false);
}

async function refreshState(reload = false) {
  const { epoch } = page;
  let state;
  try {
    state = await api.fetchState(page.user, reload);
  } catch (error) {
    // A server that started afresh may not know this person.
    if (!page.user || ![400, 404].includes(error.status)) throw error;
    if (!reload) return actAs(null, false);
    state = await api.fetchState(null, reload);
  }
  if (epoch !== page.epoch) return;
  takeState(state);
  drawFrame();
  return undefined;
}

async function refreshMessages() {
  const { epoch, user, channel } = page;
  if (!channel) return;
  const { messages } = await api.fetchMessages(user, channel);
  if (epoch !== page.epoch || user !== page.user || channel !== page.channel) return;
  page.messages = messages;
  drawMessages();
}

const quietly = (work) => async () => {
  try {
    await work();
  } catch (error) {
    console.warn(error.message);
  }
};
const stateSoon = coalesce(quietly(() => refreshState()), 150);
const viewsSoon = coalesce(quietly(() => views.refresh()), 20);
const messagesSoon = coalesce(quietly(refreshMessages), 80);

function hear(event) {
  if (event.type === "clock") clock.set(event.clock);
  else if (event.type === "error") toast(event.text);
  else if (event.type === "views") viewsSoon();
  else if (event.type === "bot" && page.state) {
    page.state.bot.online = event.online;
    drawFrame();
  } else if (event.type === "changed") {
    if (!event.channel || event.channel === page.channel) messagesSoon();
    stateSoon();
  }
}

function connected(yes) {
  page.connected = yes;
  drawBanner();
  if (yes && !page.state) {
    start();
  } else if (yes) {
    stateSoon();
    messagesSoon();
    viewsSoon();
  }
}

async function openChannel(channel, push = true) {
  closeDrawer();
  closeThread(false);
  page.channel = channel;
  page.messages = [];
  list.clear();
  drawFrame();
  if (push) remember(true);
  if (push && inApp(page.state.channels.find(({ id }) => id === channel))) views.open(views.tab);
  await refreshMessages();
  stateSoon();
}

async function actAs(user, push = true) {
  page.stop();
  page.epoch += 1;
  page.user = user;
  page.messages = [];
  closeThread(false);
  list.clear();
  try {
    await refreshState(true);
    remember(push);
    await Promise.all([refreshMessages(), views.refresh()]);
    stateSoon();
  } catch (error) {
    toast(error.message);
  }
  page.stop = api.listen(page.user, { changed: hear, connected });
}

/** What lies under the drawer, or under a thread on a narrow screen, cannot be reached by keyboard. */
function cover() {
  const drawer = document.body.classList.contains("drawer-open");
  at("main").inert = drawer || (narrow.matches && Boolean(page.thread));
  at("thread").inert = drawer;
}

function openThread(ts) {
  page.thread = ts;
  at("thread").hidden = false;
  cover();
  threadList.clear();
  threadComposer.show(`${page.user} ${page.channel} ${ts}`, "Reply in the thread");
  drawMessages();
  threadComposer.focus();
}

function closeThread(back = true) {
  const { thread } = page;
  if (!thread) return;
  page.thread = null;
  at("thread").hidden = true;
  cover();
  if (back) at("messages").querySelector(`[data-ts="${CSS.escape(thread)}"]`)?.focus();
}

function openDrawer() {
  document.body.classList.add("drawer-open");
  cover();
  at("drawer-toggle").setAttribute("aria-expanded", "true");
  (at("sidebar").querySelector("[aria-current]") ?? at("sidebar").querySelector("a"))?.focus();
}

function closeDrawer(back = false) {
  if (!document.body.classList.contains("drawer-open")) return false;
  document.body.classList.remove("drawer-open");
  cover();
  at("drawer-toggle").setAttribute("aria-expanded", "false");
  if (back) at("drawer-toggle").focus();
  return true;
}

function listeners() {
  narrow.addEventListener("change", () => closeDrawer() || cover());
  at("act-as").addEventListener("change", (event) => actAs(event.target.value));
  at("sidebar").addEventListener("click", (event) => {
    const entry = event.target.closest("a[data-channel]");
    if (!entry || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openChannel(entry.dataset.channel).then(() => composer.focus(), (error) => toast(error.message));
  });
  at("to-end").addEventListener("click", () => {
    list.toEnd();
    composer.focus();
  });
  at("thread-close").addEventListener("click", () => closeThread());
  at("drawer-toggle").addEventListener("click", () => closeDrawer() || openDrawer());
  at("shade").addEventListener("click", () => closeDrawer());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (!closePopup() && !closeDrawer(true) && at("thread").contains(document.activeElement)) closeThread();
  });
  addEventListener("popstate", () => {
    const { user, channel } = Object.fromEntries(new URLSearchParams(location.search));
    page.channel = channel ?? page.channel;
    if (user && user !== page.user) actAs(user, false);
    else openChannel(page.channel, false).catch((error) => toast(error.message));
  });
}

async function start() {
  try {
    learnEmoji(await api.fetchEmoji());
  } catch (error) {
    toast(error.message);
  }
  await actAs(page.user, false);
}

const { user: wantedUser, channel: wantedChannel } = Object.fromEntries(new URLSearchParams(location.search));
page.user = wantedUser || null;
page.channel = wantedChannel || null;
listeners();
start();

// A list of messages that is brought up to date in place: only what changed is drawn again.

import { announce, el } from "./dom.js";
import { isoDay, longDay } from "./dates.js";
import { author, messageNode } from "./message.js";
import { words } from "./mrkdwn.js";

const NEAR = 40;

const keyOf = (message) => `${message.ts}${message.ephemeral ? " ephemeral" : ""}`;

/** Puts `fresh` where `old` was; the focus stays on the same button, or on the message. */
function swap(old, fresh) {
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  if (!active) return;
  const key = active.dataset.focus;
  const same = key ? fresh.querySelector(`[data-focus="${CSS.escape(key)}"]`) : null;
  (same ?? fresh).focus({ preventScroll: true });
}

function summary(message) {
  if (message.text) return message.text;
  return (message.blocks ?? []).map((block) => words(block.text)).filter(Boolean).join(". ");
}

const spokenText = (text) => text.replace(/<[^<>|]*\|([^<>]*)>/g, "$1").replace(/[*_`~<>]/g, "").slice(0, 300);

/** `scroll` is what scrolls, `place` holds the messages, `ended(atEnd, unseen)` hears of the position. */
export class MessageList {
  constructor(scroll, place, { inThread = false, ended = () => {} } = {}) {
    Object.assign(this, { scroll, place, inThread, ended });
    this.drawn = new Map();
    this.current = null;
    scroll.addEventListener("scroll", () => this.ended(this.atEnd(), false), { passive: true });
    new ResizeObserver(() => {
      if (this.stuck) this.toEnd();
    }).observe(scroll);
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("focusin", (event) => this.mark(event.target.closest(".message")));
  }

  /** Forgets everything, for another channel or another person. */
  clear() {
    this.place.replaceChildren();
    this.drawn.clear();
    this.current = null;
    this.stuck = true;
    this.fresh = true;
  }

  atEnd() {
    this.stuck = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
    return this.stuck;
  }

  /** To the end; where `news`, the last message, is higher than the window, to its beginning. */
  toEnd(news = null) {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.stuck = true;
    const node = news && this.drawn.get(keyOf(news))?.node;
    if (node && node.offsetHeight > this.scroll.clientHeight) {
      this.scroll.scrollTop -= node.offsetHeight - this.scroll.clientHeight + NEAR;
      this.stuck = false;
    }
    this.ended(this.stuck, false);
  }

  /** Shows `messages`; says aloud those that are new; stays at the end if it was there. */
  update(messages, context, empty) {
    const wasAtEnd = this.fresh || this.atEnd();
    const drawn = new Map();
    const wanted = [];
    const news = [];
    let day = null;
    for (const message of messages) {
      const today = isoDay(new Date(message.shown_at), context.zone);
      if (today !== day) wanted.push(this.divider(today, message, context));
      day = today;
      const { node, isNew } = this.messageNode(message, context, drawn);
      wanted.push(node);
      if (isNew) news.push(message);
    }
    if (!messages.length && empty) wanted.push(el("p", { class: "empty" }, empty));
    this.drawn = drawn;
    this.arrange(wanted);
    this.mark(this.current?.isConnected ? this.current : this.place.querySelector(".message:last-of-type"));
    if (!this.fresh) this.tell(news, context);
    if (wasAtEnd) this.toEnd(this.fresh ? null : news.at(-1));
    else this.ended(false, !this.fresh && news.length > 0);
    this.fresh = false;
  }

  divider(day, message, context) {
    const old = this.place.querySelector(`:scope > .day[data-day="${day}"]`);
    return old ?? el("div", { class: "day", role: "listitem", "data-day": day, "data-testid": "day" },
      el("span", {}, longDay(new Date(message.shown_at), context.zone)));
  }

  messageNode(message, context, drawn) {
    const key = keyOf(message);
    const signature = JSON.stringify({ ...message, replies: message.replies?.at(-1)?.ts });
    const old = this.drawn.get(key);
    const kept = old && old.signature === signature;
    const node = kept ? old.node : messageNode(message, context, this.inThread);
    if (old && !kept) {
      if (this.current === old.node) this.current = node;
      swap(old.node, node);
    }
    drawn.set(key, { node, signature });
    return { node, isNew: !old };
  }

  /** Moves only what is out of place, so that focus and scroll position live on. */
  arrange(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.place.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, index) => {
      const here = this.place.children[index];
      if (here !== node) this.place.insertBefore(node, here ?? null);
    });
  }

  tell(news, context) {
    for (const message of news) {
      if (message.user === context.me) continue;
      announce(`${message.ephemeral ? "Only visible to you. " : ""}${author(message, context)}: ${spokenText(summary(message))}`);
    }
  }

  /** One message at a time is a stop of the Tab key; the arrows go from one to the next. */
  mark(message) {
    if (!message || message.parentElement !== this.place) return;
    for (const { node } of this.drawn.values()) {
      const here = node === message;
      node.tabIndex = here ? 0 : -1;
      for (const tool of node.querySelectorAll(".toolbar button")) tool.tabIndex = here ? 0 : -1;
    }
    this.current = message;
  }

  key(event) {
    const message = event.target;
    if (!message.classList.contains("message")) return;
    const all = [...this.place.querySelectorAll(":scope > .message")];
    const at = all.indexOf(message);
    const goal = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    const press = { r: "react-add", t: "thread-open", m: "message-menu" }[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      all[goal]?.focus();
    } else if (press && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      message.querySelector(`[data-testid="${press}"]`)?.click();
    }
  }
}

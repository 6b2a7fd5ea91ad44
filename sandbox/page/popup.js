// What opens above the page: the question before a press, menus and the palette of emoji.

import { el } from "./dom.js";
import { emojiList, emojiNode, spoken } from "./emoji.js";

/** Asks a Block Kit confirm object; true when the person agrees. */
export function askFirst(confirm) {
  const said = (object) => object?.text ?? "";
  return new Promise((resolve) => {
    const yes = el("button", { type: "submit", value: "yes", class: `act ${confirm.style === "danger" ? "danger" : "primary"}`, "data-testid": "confirm-yes" }, said(confirm.confirm) || "Yes");
    const no = el("button", { type: "submit", value: "no", class: "act", "data-testid": "confirm-no" }, said(confirm.deny) || "Cancel");
    const dialog = el("dialog", { class: "confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", "data-testid": "confirm" },
      el("h2", { id: "confirm-title" }, said(confirm.title)),
      el("p", { id: "confirm-text", class: "lines" }, said(confirm.text)),
      el("div", { class: "block actions" }, no, yes));
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    (confirm.style === "danger" ? no : yes).focus();
  });
}

let open = null;

/** Closes what is open; `back` returns the focus to what opened it. */
export function closePopup(back = true) {
  if (!open) return false;
  const { box, anchor, again } = open;
  open = null;
  box.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (back) (anchor.isConnected ? anchor : document.querySelector(again))?.focus();
  return true;
}

/** How to find the opener again if its message was drawn anew meanwhile. */
export function whereAgain(anchor) {
  if (anchor.id) return `#${CSS.escape(anchor.id)}`;
  const message = anchor.closest("[data-key]")?.dataset.key;
  const inside = message === undefined ? "" : `[data-key="${CSS.escape(message)}"] `;
  return `${inside}[data-focus="${CSS.escape(anchor.dataset.focus ?? "")}"]`;
}

function placeBeside(box, anchor) {
  if (!anchor.isConnected) return;
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  const below = at.bottom + height + 8 < innerHeight;
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
}

function step(items, event, columns) {
  const here = items.indexOf(document.activeElement);
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -here, End: items.length - 1 - here };
  if (!(event.key in moves)) return;
  event.preventDefault();
  const next = here + moves[event.key];
  if (columns === 1) items[(next + items.length) % items.length].focus();
  else items[Math.max(0, Math.min(items.length - 1, next))].focus();
}

function show(anchor, box, columns) {
  const same = open?.anchor === anchor;
  closePopup(same);
  if (same) return;
  open = { box, anchor, again: whereAgain(anchor) };
  // Above a form only what is in it can be seen.
  (anchor.closest("dialog") ?? document.body).append(box);
  anchor.setAttribute("aria-expanded", "true");
  placeBeside(box, anchor);
  const items = [...box.querySelectorAll("button")];
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      closePopup();
    } else if (event.key === "Tab") {
      event.preventDefault();
      closePopup();
    } else step(items, event, columns);
  });
  items[0]?.focus();
}

/** A menu under `anchor`; `choose` gets the value picked. */
export function openMenu(anchor, items, choose) {
  show(anchor, el("div", { class: "popup menu", role: "menu", "data-testid": "menu" }, items.map(({ value, label }) =>
    el("button", {
      type: "button", role: "menuitem", tabindex: "-1", "data-value": value,
      onclick: () => {
        closePopup();
        choose(value);
      },
    }, label))), 1);
}

/** The palette of emoji beside `anchor`; `choose` gets the name picked. */
export function openPalette(anchor, choose) {
  show(anchor, el("div", { class: "popup palette", role: "menu", "aria-label": "Add a reaction", "data-testid": "palette" },
    emojiList().map(({ name, emoji }) => el("button", {
      type: "button", role: "menuitem", tabindex: "-1", "data-testid": "palette-item", "data-name": name,
      "aria-label": spoken(name), title: `:${name}:`,
      onclick: () => {
        closePopup();
        choose(name);
      },
    }, emojiNode(name, emoji)))), 6);
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) closePopup(false);
});
addEventListener("resize", () => closePopup(false));
document.addEventListener("scroll", (event) => {
  if (open && !open.box.contains(event.target)) placeBeside(open.box, open.anchor);
}, true);

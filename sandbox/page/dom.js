// Elements made without mark-up: everything a message says becomes a text node.

/** An element with its attributes; `on…` properties are listeners, null and false leave one out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

/** Words only a screen reader says. */
export const hidden = (text) => el("span", { class: "sr" }, text);

/** Says a sentence to a screen reader, after what it is saying now. */
export function announce(text) {
  const live = document.getElementById("live");
  live.append(el("p", {}, text));
  while (live.childElementCount > 5) live.firstElementChild.remove();
}

/** Shows an error; it goes by itself unless somebody is reading it. */
export function toast(text) {
  const places = document.querySelector("dialog.form[open] > .toasts") ?? document.getElementById("toasts");
  for (const old of places.children) if (old.dataset.text === text) old.remove();
  const note = el("div", { class: "toast", "data-testid": "toast", "data-text": text },
    el("span", {}, text),
    el("button", { type: "button", class: "icon", onclick: () => note.remove() },
      el("span", { "aria-hidden": "true" }, "✕"), hidden("Dismiss")));
  const leave = () => {
    if (note.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else note.remove();
  };
  places.append(note);
  setTimeout(leave, 8000);
}

/** A link to an address a page may open, or nothing: only http, https and mailto. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link to `address`, or its label alone where the address may not be opened. */
export function link(address, ...label) {
  const href = safeAddress(address);
  if (!href) return el("span", {}, ...label);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

/** Runs `work` soon, once for many calls, never twice at a time, and again if called meanwhile. */
export function coalesce(work, milliseconds) {
  let timer = null;
  let running = false;
  let again = false;
  const run = async () => {
    timer = null;
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        call();
      }
    }
  };
  const call = () => {
    if (running) again = true;
    else if (timer === null) timer = setTimeout(run, milliseconds);
  };
  return call;
}

/** Makes an element like another one, in place: a click ends on the element it began on. */
export function become(old, made) {
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const wanted = [...made.childNodes];
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
  wanted.forEach((child, n) => {
    const there = old.childNodes[n];
    if (there?.nodeType === Node.ELEMENT_NODE && there.nodeName === child.nodeName) become(there, child);
    else if (!there) old.append(child);
    else if (!there.isEqualNode(child)) there.replaceWith(child);
  });
}

// Emoji by Slack's names; where the machine has no picture for one, its name is shown instead.

import { pictureOf } from "./pictures.js";

const known = new Map();
let characters = null;
const drawable = new Map();
let pen = null;

/** Fills the list from the server's `[{name, emoji}]`. */
export function learnEmoji(list) {
  for (const { name, emoji } of list) known.set(name, emoji);
  const bare = [...known.values()].map((emoji) => emoji.replace("\u{FE0F}", ""));
  characters = bare.length ? new RegExp(`((?:${bare.join("|")})\u{FE0F}?)`, "u") : null;
}

/** All that may be picked, in the server's order. */
export const emojiList = () => [...known].map(([name, emoji]) => ({ name, emoji }));

function picture(character) {
  pen ??= Object.assign(document.createElement("canvas"), { width: 24, height: 24 })
    .getContext("2d", { willReadFrequently: true });
  pen.clearRect(0, 0, 24, 24);
  pen.font = "16px sans-serif";
  pen.textBaseline = "top";
  pen.fillStyle = "#f00";
  pen.fillText(`${character}\u{FE0F}`, 2, 2);
  return pen.getImageData(0, 0, 24, 24).data;
}

/** Emoji have colours of their own; a letter takes the pen's red. */
const hasColours = (pixels) => pixels.some((value, index) => index % 4 === 1 && value > 40);

/** How this machine's fonts draw the emoji: `colour`, `letter` (thin and small), or `none`. */
function drawn(emoji) {
  const first = String.fromCodePoint(emoji.codePointAt(0));
  if (!drawable.has(first)) {
    const pixels = picture(first);
    const missing = pixels.join() === picture("\u{10FFFE}").join();
    drawable.set(first, missing ? "none" : hasColours(pixels) ? "colour" : "letter");
  }
  return drawable.get(first);
}

/** White check mark */
export const spoken = (name) => name.replace(/::skin-tone-\d/, "").replaceAll("_", " ").replaceAll("-", " ").trim() || name;

/** The emoji as an element a screen reader can name, or `:name:` where it is not known. */
export function emojiNode(name, given = null) {
  const character = given ?? known.get(name) ?? known.get(name.replace(/::skin-tone-\d$/, ""));
  const drawing = character && drawn(character) !== "colour" ? pictureOf(name.replace(/::skin-tone-\d$/, "")) : null;
  const node = document.createElement("span");
  node.className = "emoji";
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", spoken(name));
  node.title = `:${name}:`;
  node.append(drawing ?? (character && drawn(character) !== "none" ? character : `:${name}:`));
  if (!character) {
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  }
  return node;
}

/** Left to itself, a browser takes a few of them, such as the white circle, from the letters' font. */
function coloured(piece) {
  const node = document.createElement("span");
  node.className = "emoji";
  node.append(piece);
  return node;
}

/** A text in which emoji that the fonts lack stand as pictures of ours. */
export function pictured(text) {
  if (!characters) return [text];
  return text.split(characters).map((piece, index) => {
    if (index % 2 === 0) return piece;
    if (drawn(piece) === "colour") return coloured(piece);
    const found = [...known].find(([, emoji]) => emoji.replace("\u{FE0F}", "") === piece.replace("\u{FE0F}", ""));
    return emojiNode(found[0], piece);
  }).filter((piece) => piece !== "");
}

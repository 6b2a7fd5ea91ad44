// Files: bringing them, showing them in messages, taking them away.

import { deleteFile, uploadFile } from "./api.js";
import { el, hidden, toast } from "./dom.js";

/** Brings a file of the person's to the server; answers `{id, name, size}`. */
export const upload = async (user, file) => (await uploadFile(user, file)).file;

/** "12 KB" */
export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function row(file, context) {
  if (!file || file.deleted) return el("li", { class: "file gone", "data-testid": "file" }, "This file was deleted.");
  const address = `/sandbox/file/${file.id}?${new URLSearchParams({ user: context.me })}`;
  return el("li", { class: "file", "data-testid": "file" },
    el("a", { href: address, download: file.name, "data-focus": `file ${file.id}` }, file.name),
    el("span", { class: "small" }, ` ${fileSize(file.size)}`),
    file.mine ? el("button", {
      type: "button", class: "icon", "data-focus": `delete ${file.id}`,
      onclick: () => deleteFile({ user: context.me, file: file.id }).catch((error) => toast(error.message)),
    }, el("span", { "aria-hidden": "true" }, "✕"), hidden(`Delete ${file.name}`)) : null);
}

/** The files of a message. */
export const fileList = (message, context) => (message.files?.length
  ? el("ul", { class: "files", "aria-label": "Files" }, message.files.map((file) => row(file, context))) : null);

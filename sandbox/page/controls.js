// One control for each Block Kit element in which something is chosen or written.

import { el, hidden, toast } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";
import { fileSize, upload } from "./files.js";

const WRITTEN = {
  plain_text_input: "text", url_text_input: "url", email_text_input: "email", number_input: "decimal",
};
const PICKERS = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const LISTS = ["static_select", "users_select", "conversations_select", "channels_select"];

/** The kinds of element that keep a state. */
export const keepsState = (element) => element.type in WRITTEN || element.type in PICKERS ||
  LISTS.includes(element.type) || element.type in GROUPS || element.type === "file_input";

const GROUPS = {
  radio_buttons: "radio", checkboxes: "checkbox", multi_static_select: "checkbox", multi_users_select: "checkbox",
};

/** What a list offers: `{value, label, description, group}`. */
function offered(element, context) {
  const one = (group) => (option) => ({ value: option.value, text: option.text, description: option.description, group });
  const named = (map) => [...map].map(([value, name]) => ({ value, text: { type: "plain_text", text: name } }));
  if (/users_select/.test(element.type)) return named(context.people);
  if (/conversations_select|channels_select/.test(element.type)) return named(context.channels);
  return [
    ...(element.options ?? []).map(one(null)),
    ...(element.option_groups ?? []).flatMap((group) => group.options.map(one(words(group.label)))),
  ];
}

function written(element, { id, value, attributes }) {
  const lines = element.multiline === true;
  const node = el(lines ? "textarea" : "input", {
    id, class: "written", rows: lines ? "4" : null, type: lines ? null : "text",
    inputmode: WRITTEN[element.type], autocomplete: "off", placeholder: words(element.placeholder) || null,
    value: value ?? "", autofocus: element.focus_on_load === true, ...attributes,
  });
  return { node, focus: node, read: () => node.value || null };
}

function picker(element, { id, value, attributes }) {
  const node = el("input", { id, type: PICKERS[element.type], class: "act", value: value ?? "", ...attributes });
  return { node, focus: node, read: () => node.value || null };
}

function list(element, { id, value, attributes, context }) {
  const groups = new Map();
  for (const choice of offered(element, context)) groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice]);
  const option = (choice) => el("option", { value: choice.value }, words(choice.text));
  const node = el("select", { id, class: "act", ...attributes },
    el("option", { value: "" }, words(element.placeholder) || "Choose…"),
    [...groups].map(([label, choices]) => (label ? el("optgroup", { label }, choices.map(option)) : choices.map(option))));
  node.value = value ?? "";
  return { node, focus: node, read: () => node.value || null };
}

/** Radio buttons, or boxes where several can be chosen; a long list of them scrolls by itself. */
function group(element, { id, value, attributes, context }) {
  const kind = GROUPS[element.type];
  const chosen = [value].flat().filter((one) => one !== null && one !== undefined);
  const boxes = offered(element, context).map((choice, index) => {
    const box = el("input", { type: kind, name: id, id: `${id}-${index}`, value: choice.value });
    box.checked = chosen.includes(choice.value);
    return { box, row: el("div", { class: "choice" }, box, el("label", { for: box.id }, textObject(choice.text, context),
      choice.description ? el("span", { class: "small block-line" }, textObject(choice.description, context)) : null)) };
  });
  const node = el("div", { id, class: boxes.length > 8 ? "choices long" : "choices", role: kind === "radio" ? "radiogroup" : "group", ...attributes },
    boxes.map(({ row }) => row));
  const all = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { node, focus: boxes[0]?.box ?? node, group: true, read: () => (kind === "radio" ? all()[0] ?? null : all()) };
}

function files(element, { id, value, attributes, context }) {
  let given = value ?? [];
  const names = el("ul", { class: "given" });
  const draw = () => names.replaceChildren(...given.map((file) => el("li", {}, `${file.name} (${fileSize(file.size)}) `,
    el("button", { type: "button", class: "icon", onclick: () => {
      given = given.filter((one) => one !== file);
      draw();
      input.focus();
    } }, el("span", { "aria-hidden": "true" }, "✕"), hidden(`Remove ${file.name}`)))));
  const input = el("input", {
    type: "file", id, multiple: (element.max_files ?? 10) > 1,
    accept: (element.filetypes ?? []).map((type) => `.${type.replace(/^\./, "")}`).join(",") || null,
    ...attributes,
    onchange: async () => {
      const chosen = [...input.files];
      input.value = "";
      busy = Promise.all(chosen.map(async (file) => {
        try {
          given = [...given, await upload(context.me, file)];
          draw();
        } catch (error) {
          toast(error.message);
        }
      }));
      await busy;
    },
  });
  let busy = Promise.resolve();
  draw();
  return { node: el("div", { class: "files" }, input, names), focus: input, read: () => given.map((file) => file.id), keep: () => given, ready: () => busy };
}

/**
 * The control of an element: its `node`, what takes the `focus`, `read()` for what is chosen as the
 * server takes it, `group` where a label cannot point at it. `value` is what is chosen now.
 */
export function control(element, options) {
  const make = element.type in WRITTEN ? written : element.type in PICKERS ? picker
    : element.type in GROUPS ? group : element.type === "file_input" ? files : list;
  return make(element, options);
}

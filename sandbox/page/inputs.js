// Inputs of a form: label, control, hint, and what is wrong with it, each tied to the control.

import { control } from "./controls.js";
import { dispatching } from "./elements.js";
import { el } from "./dom.js";
import { textObject } from "./mrkdwn.js";

/** An input block; `holder.controls` learns how to read it and `holder.error` what is said of it. */
export function input(block, holder, context) {
  const { element } = block;
  const id = `input-${holder.id}-${block.block_id}`;
  const hint = block.hint ? el("p", { class: "small", id: `${id}-hint` }, textObject(block.hint, context)) : null;
  const wrong = el("p", { class: "wrong", id: `${id}-wrong`, "data-testid": "field-error", hidden: true });
  const about = [wrong.id, hint?.id].filter(Boolean).join(" ");
  const made = control(element, {
    id,
    value: holder.values?.[block.block_id]?.[element.action_id] ?? null,
    context,
    attributes: {
      "aria-describedby": about, "data-action": element.action_id, "data-focus": id,
      "aria-required": block.optional || element.type === "file_input" ? null : "true",
    },
  });
  const label = [textObject(block.label, context), block.optional ? el("span", { class: "small" }, " (optional)") : null];
  const say = (sentence) => {
    wrong.textContent = sentence ?? "";
    wrong.hidden = !sentence;
    if (sentence) made.focus.setAttribute("aria-invalid", "true");
    else made.focus.removeAttribute("aria-invalid");
  };
  holder.controls.push({ block: block.block_id, action: element.action_id, type: element.type, say, ...made });
  if (block.dispatch_action) dispatching(made, element, holder, block.block_id, context);
  if (!made.group) return [el("label", { for: id }, label), made.node, hint, wrong];
  made.node.setAttribute("aria-labelledby", `${id}-label`);
  return [el("p", { class: "legend", id: `${id}-label` }, label), made.node, hint, wrong];
}

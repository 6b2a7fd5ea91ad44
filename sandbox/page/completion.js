// What the message box offers while one writes: the command's words and people's names.

const MOST_PEOPLE = 8;

const starts = (text, prefix) => text.toLowerCase().startsWith(prefix.toLowerCase());

function commandOffers(before, source) {
  const call = source.commands && before.startsWith("/")
    ? source.command : starts(before, `@${source.handle} `) ? `@${source.handle}` : null;
  if (call === null) return null;
  const item = ({ name, usage, summary }) => ({ insert: `${call} ${name} `, name, usage, summary });
  if (!before.includes(" ") && before.length < call.length) {
    if (!starts(call, before)) return null;
    const itself = { insert: `${call} `, name: call, usage: call, summary: "what can be asked" };
    return { start: 0, items: [itself, ...source.completions.map(item)], choose: true };
  }
  const written = /^(\S+)(?:\s+(\S*))?$/.exec(before);
  if (written && starts(call, written[1]) && written[1].length === call.length) {
    const prefix = written[2] ?? "";
    const items = source.completions.filter(({ name }) => starts(name, prefix)).map(item);
    const whole = prefix === "" || items.some(({ name }) => name.toLowerCase() === prefix.toLowerCase());
    return items.length ? { start: 0, items, choose: !whole } : null;
  }
  const name = before.split(/\s+/)[1];
  const known = source.completions.find((one) => one.name.toLowerCase() === name?.toLowerCase());
  return starts(before, `${call} `) && known ? { start: 0, items: [], hint: known } : null;
}

function personOffers(before, source) {
  const found = /(?:^|[\s(])@([\p{L}\p{N}._'-]*)$/u.exec(before);
  if (!found) return null;
  const prefix = found[1];
  const bot = { insert: `@${source.handle} `, name: source.handle, usage: `@${source.handle}`, summary: "ask the bot" };
  const fits = ({ name, handle, group }) =>
    [...name.split(/\s+/), handle ?? "", group ?? ""].some((word) => starts(word, prefix));
  const people = source.personas.filter(fits).slice(0, MOST_PEOPLE).map(({ name, handle, title }) => ({
    insert: `@${handle ?? name} `, name, usage: name, summary: [`@${handle ?? name}`, title].filter(Boolean).join(", "),
  }));
  const items = starts(source.handle, prefix) ? [bot, ...people] : people;
  return items.length ? { start: before.length - prefix.length - 1, items, choose: true } : null;
}

/**
 * What to offer for the text before the caret, or null: `start` is where the offer replaces from,
 * `choose` whether Enter takes the first one at once (no: what is written can be sent as it is).
 */
export function offers(before, source) {
  return commandOffers(before, source) ?? personOffers(before, source);
}

/** What was typed as Slack's clients send it: `&`, `<` and `>` escaped; mentions are the server's. */
export const asSent = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

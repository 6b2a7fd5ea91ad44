// Instants in words, in the plan's zone and in the reader's.

// Zones are named after their largest city; where a group meets in another one, it reads that name.
const MEETING_PLACE = { "Europe/Zurich": "Geneva" };
const formats = new Map();

function parts(instant, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  }
  const found = {};
  for (const { type, value } of formats.get(key).formatToParts(instant)) found[type] = value;
  return found;
}

/** The city a zone is known by. */
export const city = (zone) => MEETING_PLACE[zone] ?? zone.split("/").pop().replaceAll("_", " ");

/** 08:00 */
export function clockTime(instant, zone) {
  const { hour, minute } = parts(instant, zone, { hour: "2-digit", minute: "2-digit" });
  return `${hour}:${minute}`;
}

/** Mon 4 January 2010, 08:00 */
export function fullMoment(instant, zone) {
  const day = parts(instant, zone, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
  return `${day.weekday} ${day.day} ${day.month} ${day.year}, ${clockTime(instant, zone)}`;
}

/** Monday 4 January 2010 */
export function longDay(instant, zone) {
  const day = parts(instant, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return `${day.weekday} ${day.day} ${day.month} ${day.year}`;
}

/** 2010-01-04 */
export function isoDay(instant, zone) {
  const { year, month, day } = parts(instant, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

function shortDay(instant, zone) {
  const day = parts(instant, zone, { day: "numeric", month: "short", year: "numeric" });
  return `${day.month} ${day.day}, ${day.year}`;
}

function middleDay(instant, zone) {
  const day = parts(instant, zone, { day: "numeric", month: "long", year: "numeric" });
  return `${day.month} ${day.day}, ${day.year}`;
}

function ago(instant, now) {
  const minutes = Math.round((instant - now) / 60000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 36 * 60) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

function nearDay(instant, now, zone) {
  const days = Math.round((Date.parse(isoDay(instant, zone)) - Date.parse(isoDay(now, zone))) / 86400000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

/** The text of a `<!date^…>` for a reader in `zone`; null where the format asks for what we lack. */
export function slackDate(seconds, format, zone, now) {
  const instant = new Date(Number(seconds) * 1000);
  if (Number.isNaN(instant.getTime())) return null;
  const pretty = (words) => nearDay(instant, now, zone) ?? words;
  const weekday = () => parts(instant, zone, { weekday: "long" }).weekday;
  const known = {
    date_num: () => isoDay(instant, zone),
    date_slash: () => isoDay(instant, zone).replaceAll("-", "/"),
    date: () => middleDay(instant, zone),
    date_short: () => shortDay(instant, zone),
    date_long: () => `${weekday()}, ${middleDay(instant, zone)}`,
    date_pretty: () => pretty(middleDay(instant, zone)),
    date_short_pretty: () => pretty(shortDay(instant, zone)),
    date_long_pretty: () => pretty(`${weekday()}, ${middleDay(instant, zone)}`),
    time: () => clockTime(instant, zone),
    time_secs: () => {
      const { second } = parts(instant, zone, { minute: "2-digit", second: "2-digit" });
      return `${clockTime(instant, zone)}:${second}`;
    },
    ago: () => ago(instant, now),
  };
  let unknown = false;
  const words = format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (known[name]) return known[name]();
    unknown = true;
    return whole;
  });
  return unknown ? null : words;
}

// Our own small pictures of the emoji the bot works with, for machines whose fonts have none.

const SVG = "http://www.w3.org/2000/svg";
const disc = (fill, stroke = "none") => ["circle", { cx: 12, cy: 12, r: 10, fill, stroke, "stroke-width": 1.5 }];
const path = (d, fill = "none", stroke = "none", width = 0) =>
  ["path", { d, fill, stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const tile = (fill) => ["rect", { x: 2, y: 2, width: 20, height: 20, rx: 4, fill }];
const TICK = "M6.5 12.5l4 4 7-9";
const SKIN = "#f6c244";
const EDGE = "#8a5f00";
const eye = (x) => [
  ["ellipse", { cx: x, cy: 12, rx: 4.6, ry: 7, fill: "#fff", stroke: "#444", "stroke-width": 1 }],
  ["circle", { cx: x - 1.2, cy: 13, r: 2.3, fill: "#222" }],
];

const DRAWN = {
  white_check_mark: [tile("#2e8b3d"), path(TICK, "none", "#fff", 2.8)],
  heavy_check_mark: [path("M3.5 13l6 6L21 5", "none", "#2e8b3d", 3.6)],
  speech_balloon: [path("M3 4h18v12H11l-5 5v-5H3z", "#fff", "#55626a", 1.5), path("M7 8.5h10M7 12h7", "none", "#55626a", 1.5)],
  no_entry: [disc("#c9302c"), ["rect", { x: 5.5, y: 10, width: 13, height: 4, rx: 1, fill: "#fff" }]],
  white_circle: [disc("#f4f4f4", "#8a949a")],
  hourglass_flowing_sand: [path("M6 3h12v3l-4.5 6 4.5 6v3H6v-3l4.5-6L6 6z", "#f4e3b5", "#7d5a2a", 1.4), path("M8.5 19.5L12 15l3.5 4.5zM9 7h6l-3 4z", "#d29a2e")],
  hand: [path("M6 13V6.5a1.3 1.3 0 012.6 0V4a1.3 1.3 0 012.6 0v-.5a1.3 1.3 0 012.6 0V5a1.3 1.3 0 012.6 0v8l1.9-2a1.5 1.5 0 012.2 2L15.5 20.5q-1 1-3 1h-2Q6 21.5 6 16z", SKIN, EDGE, 1.1)],
  eyes: [...eye(7), ...eye(17)],
  "+1": [path("M3 11h4v10H3z", "#3f7fb5"), path("M8 11l4-8q3 0 2.2 4l-.6 2.5H20q2 .5 1.5 2.5l-2 7q-.6 2-2.5 2H8z", SKIN, EDGE, 1.1)],
  "-1": [path("M3 13h4V3H3z", "#3f7fb5"), path("M8 13l4 8q3 0 2.2-4l-.6-2.5H20q2-.5 1.5-2.5l-2-7Q18.9 3 17 3H8z", SKIN, EDGE, 1.1)],
  x: [path("M5 5l14 14M19 5L5 19", "none", "#c9302c", 3.6)],
  warning: [path("M12 3l10 18H2z", "#f2b705", "#7a5a00", 1.2), path("M12 9v6M12 18v.3", "none", "#222", 2.2)],
  calendar: [tile("#fff"), path("M2 6q0-4 4-4h12q4 0 4 4v3H2z", "#c9302c"), path("M6 13h3M11 13h3M16 13h2M6 17h3M11 17h3", "none", "#55626a", 2)],
  bell: [path("M12 3q6 0 6 8v4l2 3H4l2-3v-4q0-8 6-8z", SKIN, EDGE, 1.1), ["circle", { cx: 12, cy: 20, r: 2, fill: EDGE }]],
  tada: [path("M3 21L8 8l8 8z", SKIN, EDGE, 1.1), path("M11 6q1-2 0-4M15 9q3-1 3-5M18 13q2-1 4 0", "none", "#9b2f4d", 1.6)],
  pray: [path("M11.5 3v13L7 21l-3-2 3-5zM12.5 3v13L17 21l3-2-3-5z", SKIN, EDGE, 1.1)],
  pushpin: [["circle", { cx: 12, cy: 7.5, r: 5, fill: "#c9302c" }], path("M12 12.5V22", "none", "#55626a", 2)],
  question: [path("M7.5 8q0-4.5 4.5-4.5T16.5 8q0 3-4.5 5v2M12 20v.3", "none", "#c9302c", 3)],
  heart: [path("M12 21Q2 14 2 8.5 2 4 6.5 4 10 4 12 7.5 14 4 17.5 4 22 4 22 8.5 22 14 12 21z", "#c9302c")],
};
const SAME = {
  raised_hand: "hand", wave: "hand", thumbsup: "+1", thumbsdown: "-1", heavy_multiplication_x: "x",
  date: "calendar", spiral_calendar_pad: "calendar", hourglass: "hourglass_flowing_sand",
};

/** The picture of an emoji by its name, or null. */
export function pictureOf(name) {
  const shapes = DRAWN[SAME[name] ?? name];
  if (!shapes) return null;
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    drawing.append(shape);
  }
  return drawing;
}

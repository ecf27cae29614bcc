// Draws the calibrated ranges of a price: nested bars over one axis, the estimate as a line through all of them.

import { currentLanguage, money, number, percent, t } from "/i18n.js";

const SVG = "http://www.w3.org/2000/svg";
// Within these widths the drawing takes what there is, so that its words keep their size.
const NARROWEST = 260;
const WIDEST = 560;
const LEFT = 46;
const RIGHT = 12;
const ROW = 44;
const TOP = 30;

/** Fills `figure` with the drawing of `reply.intervals` around `reply.price_vnd`. */
export function drawRange(figure, reply) {
  const width = Math.min(Math.max(figure.clientWidth, NARROWEST), WIDEST);
  const ranges = [...reply.intervals].sort((a, b) => a.level - b.level);
  const low = Math.min(...ranges.map((range) => range.low_vnd));
  const high = Math.max(...ranges.map((range) => range.high_vnd));
  const room = Math.max((high - low) * 0.06, 1e6);
  const from = Math.max(low - room, 0);
  const to = high + room;
  const x = (vnd) => LEFT + ((vnd - from) / (to - from)) * (width - LEFT - RIGHT);
  const bottom = TOP + ranges.length * ROW;
  const height = bottom + 26;

  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": inWords(reply, ranges) });
  for (const tick of ticks(from, to)) {
    svg.append(element("line", { class: "grid", x1: x(tick), x2: x(tick), y1: TOP - 4, y2: bottom + 4 }));
    svg.append(text(short(tick), { class: "tick", x: x(tick), y: bottom + 18, "text-anchor": "middle" }));
  }
  ranges.forEach((range, row) => {
    const y = TOP + row * ROW + 18;
    const [start, end] = [x(range.low_vnd), x(range.high_vnd)];
    const bar = { class: `bar level-${row}`, x: start, y, width: Math.max(end - start, 2), height: 16, rx: 8 };
    svg.append(element("rect", bar));
    svg.append(text(percent(range.level), { class: "level", x: 4, y: y + 12.5 }));
    const ends = [
      [short(range.low_vnd), start, start < LEFT + 20 ? "start" : "middle"],
      [short(range.high_vnd), end, end > width - RIGHT - 20 ? "end" : "middle"],
    ];
    // The two ends of a narrow bar would run into each other: they part to the outside.
    if (end - start < 70) {
      ends[0] = [ends[0][0], start + 8, "end"];
      ends[1] = [ends[1][0], end - 8, "start"];
    }
    for (const [label, at, anchor] of ends) {
      svg.append(text(label, { class: "end", x: at, y: y - 5, "text-anchor": anchor }));
    }
  });
  const centre = x(reply.price_vnd);
  svg.append(element("line", { class: "estimate", x1: centre, x2: centre, y1: TOP - 8, y2: bottom + 2 }));
  const anchor = centre > width - 70 ? "end" : centre < LEFT + 50 ? "start" : "middle";
  svg.append(text(money(reply.price_vnd), { class: "estimate-label", x: centre, y: TOP - 14, "text-anchor": anchor }));

  const caption = document.createElement("figcaption");
  caption.textContent = t("range_caption", {
    n: number(Math.max(...ranges.map((range) => range.n))),
    coverage: ranges.map((range) => percent(range.measured_coverage, 1)).join(" / "),
  });
  figure.replaceChildren(svg, caption);
}

/** What the drawing shows, for those who do not see it. */
function inWords(reply, ranges) {
  const parts = ranges.map((range) =>
    t("range_part", { level: percent(range.level), low: money(range.low_vnd), high: money(range.high_vnd) }));
  return t("range_text", { parts: parts.join("; "), price: money(reply.price_vnd) });
}

/** Three to five round amounts within the axis. */
function ticks(from, to) {
  const rough = (to - from) / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough);
  const found = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) found.push(tick);
  return found;
}

/** Millions as a bare number, billions with their unit: labels are narrow. */
function short(vnd) {
  const millions = Math.round(vnd / 1e6);
  const unit = currentLanguage() === "vi" ? ["tr", " tỷ"] : ["m", "bn"];
  return millions >= 1000 ? `${number(millions / 1000, 2)}${unit[1]}` : `${number(millions)}${unit[0]}`;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function text(content, attributes) {
  const made = element("text", attributes);
  made.textContent = content;
  return made;
}

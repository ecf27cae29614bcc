// Draws one answer of the assistant: its words with their sources, a price with its range, offers, what to do next.
// Everything that the service says is shown as text, never as markup.

import { confidenceKey, money, number, t } from "/i18n.js";
import { drawRange } from "/range.js";

/**
 * An element. `words` names its text, which follows the page's language; `on` is what a click does; other attributes
 * are set as they are.
 */
export function make(name, { words, on, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words) {
    made.dataset.t = words;
    made.textContent = t(words);
  }
  if (on) made.addEventListener("click", on);
  made.append(...children);
  return made;
}

const button = (attributes, ...children) => make("button", { type: "button", ...attributes }, ...children);
const speaker = () => make("span", { class: "unseen", words: "chat_assistant" });

/** What there is of an answer that is still coming. */
export function drawProgress({ place, text, isReading }) {
  // Read out once, when it is whole, and not word by word.
  place.setAttribute("aria-busy", "true");
  const waiting = make("p", { class: "waiting" }, make("span", { words: isReading ? "chat_reading" : "chat_thinking" }));
  place.replaceChildren(text ? make("p", { class: "words running" }, text) : waiting);
}

/** The end of `turn`: its reply, or what went wrong. `deeds` is what its buttons do: `ask`, `retry`, `rate`, `prefill`. */
export function drawAnswer(turn, deeds) {
  const { place, reply } = turn;
  place.classList.toggle("refusal", Boolean(reply?.data.refused));
  place.replaceChildren(speaker());
  if (reply) drawReply(turn, deeds);
  else drawFailure(turn, deeds);
  place.removeAttribute("aria-busy");
}

function drawFailure(turn, deeds) {
  const { place, text, failure } = turn;
  if (text) place.append(make("p", { class: "words cut" }, text));
  const retry = button({ class: "chip", words: "chat_retry", on: () => deeds.retry(turn) });
  const stopped = failure.key === "chat_stopped";
  place.append(make("div", { class: stopped ? "failure stopped" : "failure" },
    make("p", {}, t(failure.key, failure.values)), retry));
}

function drawReply(turn, deeds) {
  const { place, reply } = turn;
  const { data } = reply;
  const sources = (data.citations ?? []).map(source);
  const offers = data.listings ?? [];
  const { text, named } = offers.length ? withoutOffers(reply.message) : { text: reply.message };
  place.append(words(text, data.citations ?? [], sources));
  if (data.language) place.lastChild.lang = data.language;
  if (offers.length) place.append(offerList(offers.slice(0, named || offers.length)));
  if (data.intervals?.length) drawPrice(place, data);
  if (sources.length) place.append(sourceList(sources, data.origin));
  place.append(...next(reply, deeds), rating(turn, deeds));
}

// ---- Words and their sources ----

/** The message, its `[1]` as links to the sources. */
function words(message, citations, sources) {
  const text = make("p", { class: "words" });
  for (const piece of message.split(/(\[\d{1,2}\])/)) {
    const n = Number(/^\[(\d+)\]$/.exec(piece)?.[1]);
    const cited = citations[n - 1];
    if (!cited) {
      text.append(piece);
      continue;
    }
    const open = (event) => {
      event.preventDefault();
      const place = sources[n - 1];
      place.open = true;
      place.querySelector("summary").focus();
    };
    const label = t("chat_source", { n, question: cited.question });
    text.append(make("a", { class: "cite", href: "#chat", "aria-label": label, title: label, on: open }, piece));
  }
  return text;
}

/** An entry that opens: its question, its category, its own words. */
function source({ question, category, answer }, place) {
  return make("details", { class: "source" },
    make("summary", {}, make("span", { class: "number" }, `[${place + 1}]`), ` ${question}`),
    make("p", { class: "category" }, category),
    make("p", { class: "entry" }, answer));
}

function sourceList(sources, origin) {
  const list = make("div", { class: "sources" }, make("h3", { words: "chat_sources" }), ...sources);
  const known = { faq: "chat_origin_faq", llm: "chat_origin_llm" }[origin];
  if (known) list.firstChild.after(make("p", { class: "origin", words: known }));
  return list;
}

// ---- A price, and offers ----

/** The price with its range, as beside the form. */
function drawPrice(place, data) {
  const figure = make("figure");
  const key = confidenceKey(data.confidence_level);
  const level = make("strong", { "data-level": key ?? "" }, key ? t(key) : data.confidence_level);
  place.append(make("div", { class: "valued" },
    make("p", { class: "price" }, money(data.price_vnd)),
    figure,
    make("p", { class: "confidence" }, make("span", { words: "confidence" }), " ", level)));
  // It is as wide as its place, so that it needs one first.
  drawRange(figure, data);
}

/** A message that names offers, without them, and how many it named: they are drawn. */
function withoutOffers(message) {
  const lines = message.split("\n");
  const rest = lines.filter((line) => !line.startsWith("• "));
  return { text: rest.join("\n"), named: lines.length - rest.length };
}

function offerList(offers) {
  return make("ul", { class: "offers" }, ...offers.map((offer) => {
    const name = [offer.make, offer.model, offer.year].filter(Boolean).join(" ") || offer.title;
    const url = link(offer.url);
    const facts = [offer.mileage_km == null ? null : `${number(offer.mileage_km)} km`, offer.province, offer.source];
    return make("li", {},
      url ? make("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, name) : make("span", {}, name),
      make("strong", {}, offer.price_vnd == null ? "" : money(offer.price_vnd)),
      make("small", {}, facts.filter(Boolean).join(" · ")));
  }));
}

/** An address that leads to a page and to nothing else. */
function link(address) {
  try {
    const url = new URL(address);
    return ["https:", "http:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// ---- What to do next ----

function next({ intent, data, suggestions = [], actions = [] }, deeds) {
  const parts = [];
  const asked = actions.find(({ action }) => action === "open_valuation")?.data;
  const slots = asked ?? (intent === "car_valuation" && data.slots?.make ? data.slots : null);
  if (slots) {
    const fill = button({ class: "chip", words: "chat_to_form", on: () => deeds.prefill(slots) });
    parts.push(make("p", { class: "chips" }, fill));
  }
  if (suggestions.length) {
    const chips = suggestions.map(({ label, query }) => button({ class: "chip", on: () => deeds.ask(query) }, label));
    parts.push(make("h3", { words: data.refused ? "chat_nearest" : "chat_next" }), make("p", { class: "chips" }, ...chips));
  }
  // Other pages are the marketplace's: here they can only be named.
  const elsewhere = actions.filter(({ action }) => action !== "open_valuation").map(({ label }) => label);
  if (elsewhere.length) {
    parts.push(make("p", { class: "elsewhere" }, t("chat_elsewhere", { labels: elsewhere.join(" · ") })));
  }
  return parts;
}

function rating(turn, deeds) {
  const question = make("span", { words: turn.rated == null ? "chat_helpful_ask" : "chat_thanks" });
  const choices = [[true, "chat_helpful"], [false, "chat_not_helpful"]].map(([isHelpful, key]) => {
    const choice = button({ class: "quiet", words: key, "aria-pressed": String(turn.rated === isHelpful) });
    choice.addEventListener("click", async () => {
      const arrived = await deeds.rate(turn, isHelpful);
      if (arrived) {
        turn.rated = isHelpful;
        for (const other of choices) other.setAttribute("aria-pressed", String(other === choice));
      }
      question.dataset.t = arrived ? "chat_thanks" : "chat_feedback_failed";
      question.textContent = t(question.dataset.t);
    });
    return choice;
  });
  return make("div", { class: "rating" }, question, ...choices);
}

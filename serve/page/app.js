// The page's behaviour: fills the lists, sends the form, shows the price or what is wrong. The chat beside it is in
// `chat.js`.

import { startChat } from "/chat.js";
import {
  PROVINCES, confidenceKey, currentLanguage, day, family, hasWords, money, number, setLanguage, t,
} from "/i18n.js";
import { drawRange } from "/range.js";

const byId = (id) => document.getElementById(id);
const form = byId("form");
const FIELDS = ["brand", "model", "year", "mileage_km", "version", "transmission", "fuel", "location"];
const WHOLE = ["year", "mileage_km"];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const REQUIRED = ["brand", "model", "year", "mileage_km"];

/** What is on show, kept so that another language can show it again. */
let shown = { reply: null, asked: null, errors: new Map(), failure: null };
let health = null;

// ---- Lists ----

function options(list, values) {
  list.replaceChildren(...values.map((value) => {
    const option = document.createElement("option");
    option.value = value;
    return option;
  }));
}

async function fetchJson(path) {
  const reply = await fetch(path, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

async function fillMakes() {
  const { makes } = await fetchJson("/v1/catalogue/makes");
  options(byId("brands"), makes.map((make) => make.name));
}

let modelsOf = null;
async function fillModels() {
  const make = form.brand.value.trim();
  if (!make || make === modelsOf) return;
  modelsOf = make;
  try {
    const { models } = await fetchJson(`/v1/catalogue/makes/${encodeURIComponent(make)}/models`);
    if (modelsOf === make) options(byId("models"), models);
  } catch {
    // An unknown make has no list; the reply to the form will say more.
    options(byId("models"), []);
  }
}

/** Offers makes and models for what is typed, typing errors forgiven; the browser filters lists by prefix only. */
async function complete() {
  const typed = form.brand.value.trim();
  if (typed.length < 2) return;
  const known = [...byId("brands").options].map((option) => option.value);
  if (known.some((make) => make.toLowerCase().includes(typed.toLowerCase()))) return;
  try {
    const { suggestions } = await fetchJson(`/v1/catalogue/suggest?limit=5&q=${encodeURIComponent(typed)}`);
    const nearest = suggestions.filter((near) => !near.model).map((near) => near.make);
    if (typed === form.brand.value.trim()) offer("brand", [...new Set(nearest)].slice(0, 3));
  } catch {
    // Completion is a courtesy: without it the form works all the same.
  }
}

// ---- Errors at fields ----

function fieldOf(name) {
  return form.querySelector(`[data-field="${name}"]`);
}

function clearField(name) {
  const field = fieldOf(name);
  field.classList.remove("wrong");
  field.querySelector(".error")?.remove();
  const input = field.querySelector("input, select");
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
}

function markField(name, message) {
  clearField(name);
  const field = fieldOf(name);
  const input = field.querySelector("input, select");
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${name}-error`;
  error.textContent = message;
  field.append(error);
  field.classList.add("wrong");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", error.id);
}

/** Chips under a field, each of which fills it. */
function offer(name, values) {
  const field = fieldOf(name);
  field.querySelector(".chips")?.remove();
  if (values.length) field.append(chips(name, values));
}

function chips(name, values) {
  const list = document.createElement("p");
  list.className = "chips";
  list.append(`${t("did_you_mean")} `);
  for (const value of values) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = value;
    chip.addEventListener("click", () => {
      form[name].value = value;
      fieldOf(name).querySelector(".chips")?.remove();
      clearField(name);
      if (name === "brand") fillModels();
      if (shown.asked) form.requestSubmit();
      else form[name].focus();
    });
    list.append(chip);
  }
  return list;
}

function showErrors() {
  for (const name of FIELDS) clearField(name);
  const lost = [];
  for (const [name, message] of shown.errors) {
    const words = typeof message === "function" ? message() : message;
    if (FIELDS.includes(name)) markField(name, words);
    else lost.push(words);
  }
  const failure = shown.failure ? [shown.failure()] : [];
  if (shown.errors.size && !failure.length) failure.push(t("check_fields"));
  const banner = byId("form-error");
  banner.textContent = [...failure, ...lost].join(" ");
  banner.hidden = !banner.textContent;
}

// ---- The form ----

/** `45.000 km` and `45,000` are what people write for 45000. */
function whole(text) {
  const digits = text.replace(/[\s.,]|km$/gi, "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

function read() {
  const body = {};
  const errors = new Map();
  for (const name of FIELDS) {
    const text = form[name].value.trim();
    if (!text) {
      if (REQUIRED.includes(name)) errors.set(name, () => t("required"));
      continue;
    }
    if (!WHOLE.includes(name)) {
      body[name] = text;
      continue;
    }
    const value = whole(text);
    if (value === null) errors.set(name, () => t("number_wanted"));
    else if (name === "year" && (value < 1990 || value > 2030)) errors.set(name, () => t("year_range"));
    else body[name] = value;
  }
  return { body, errors };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { body, errors } = read();
  shown.errors = errors;
  shown.failure = null;
  showErrors();
  if (errors.size) {
    form[errors.keys().next().value].focus();
    return;
  }
  busy(true);
  try {
    const reply = await fetch("/v1/predict", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await reply.json();
    if (reply.ok) {
      shown.reply = answer;
      shown.asked = body;
      showReply();
      byId("result").focus({ preventScroll: true });
      byId("result").scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    } else {
      refuse(reply.status, answer);
    }
  } catch {
    shown.failure = () => t("offline");
    showErrors();
  } finally {
    busy(false);
  }
});

/** Shows problem details at the fields that they point to. */
function refuse(status, problem) {
  for (const { pointer, message } of problem.errors ?? []) {
    shown.errors.set(pointer.replace(/^\//, ""), message);
  }
  if (status === 503) shown.failure = () => t("no_model");
  else if (!shown.errors.size) shown.failure = () => t("failed", { id: problem.request_id ?? "–" });
  showErrors();
}

function busy(on) {
  const button = byId("submit");
  button.disabled = on;
  button.textContent = t(on ? "busy" : "submit");
  byId("result").setAttribute("aria-busy", String(on));
}

// ---- The reply ----

function showReply() {
  const { reply, asked } = shown;
  byId("empty").hidden = Boolean(reply);
  if (!reply) return;
  const valued = reply.status === "valued";
  byId("valued").hidden = !valued;
  byId("not-valued").hidden = valued;
  if (valued) {
    const band = reply.intervals.find((range) => range.level === 0.8) ?? reply.intervals[0];
    byId("car").textContent = [asked.brand, asked.model, asked.version, asked.year].filter(Boolean).join(" ");
    byId("price").textContent = money(reply.price_vnd);
    byId("sub").textContent = t("sub", { low: money(band.low_vnd), high: money(band.high_vnd) });
    drawRange(byId("range"), reply);
    const key = confidenceKey(reply.confidence_level);
    byId("confidence").textContent = key ? t(key) : reply.confidence_level;
    byId("confidence").dataset.level = key ?? "";
    const mae = reply.mae_estimate;
    byId("mae").textContent = mae == null ? "" : ` · ${t("mae", { amount: money(mae * 1e6) })}`;
  }
  byId("notes").replaceChildren(...[...(reply.reasons ?? []), ...reply.warnings].map(note));
  byId("model-line").textContent = t("model_line", {
    version: reply.model.version,
    family: family(reply.model.family),
    until: day(reply.model.data_until),
  });
}

function note({ code, field, value, did_you_mean: near }) {
  const item = document.createElement("li");
  const km = code === "mileage_out_of_range";
  const values = { field: t(field), value: km ? number(Number(value)) : value };
  item.append(t(hasWords(code) ? code : "other_warning", values));
  if (near?.length && FIELDS.includes(field)) item.append(chips(field, near));
  return item;
}

// ---- Language ----

function showWords() {
  document.documentElement.lang = currentLanguage();
  document.title = t("page_title");
  for (const place of document.querySelectorAll("[data-t]")) place.textContent = t(place.dataset.t);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === currentLanguage()));
  }
  showSources();
  showReply();
  showErrors();
  chat.showWords();
}

/** Says it wherever generated cars were among the training rows. */
function showSources() {
  const rows = health?.model?.training_rows ?? {};
  const sources = Object.keys(rows);
  byId("synthetic").hidden = !sources.includes("synthetic");
  const only = sources.length === 1;
  byId("synthetic").querySelector("span").textContent = t(only ? "synthetic_long" : "synthetic_partly");
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    setLanguage(button.dataset.language);
    showWords();
  });
}

// ---- The chat ----

/** Phones show one of the two at a time. */
function view(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === name));
  }
}

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => view(button.dataset.show));
}
for (const link of document.querySelectorAll("[data-skip]")) {
  link.addEventListener("click", () => view(link.dataset.skip));
}

/** Fills the form with a car that the assistant recognised. */
function prefill(slots) {
  const own = { brand: "make", version: "trim", location: "province" };
  for (const name of FIELDS) {
    const value = slots[own[name] ?? name] ?? "";
    form[name].value = name === "mileage_km" && value !== "" ? number(value) : value;
    clearField(name);
  }
  view("valuation");
  const empty = REQUIRED.find((name) => !form[name].value);
  (empty ? form[empty] : byId("submit")).focus();
}

const chat = startChat({ prefill });

// ---- Start ----

let pause;
form.brand.addEventListener("input", () => {
  clearTimeout(pause);
  fieldOf("brand").querySelector(".chips")?.remove();
  pause = setTimeout(() => { fillModels(); complete(); }, 200);
});
form.model.addEventListener("focus", fillModels);
for (const name of FIELDS) form[name].addEventListener("input", () => clearField(name));
form.mileage_km.addEventListener("blur", () => {
  const value = whole(form.mileage_km.value.trim());
  if (value !== null) form.mileage_km.value = number(value);
});

options(byId("provinces"), PROVINCES);
showWords();
fillMakes().catch(() => {
  // Without the list the make is typed by hand.
});
fetchJson("/health").then((body) => {
  health = body;
  showSources();
}).catch(() => {
  // The form will say that the service cannot be reached.
});

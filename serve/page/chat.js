// The chat: what is asked, what was answered, and the way between. How an answer looks is in `chat-answer.js`, how it
// arrives in `chat-stream.js`.

import { drawAnswer, drawProgress, make } from "/chat-answer.js";
import { Failure, ask } from "/chat-stream.js";
import { t } from "/i18n.js";

const REMEMBERED = "giaxe.conversation";
// What the service takes as the question that feedback is about.
const LONGEST_RATED = 2000;

const byId = (id) => document.getElementById(id);
const log = byId("chat-log");
const input = byId("chat-input");
const send = byId("chat-send");
const stop = byId("chat-stop");
// Where typing takes a keyboard on the screen, only a tap into the field should bring it up.
const hasKeyboard = matchMedia("(pointer: fine)");

let conversation = remembered() ?? begin();
/** Every question with what came of it: `query`, `text` so far, then a `reply` or a `failure`; `rated` by the user. */
let turns = [];
let running = null;
/** Whether the newest turn is kept in view: until the user scrolls. */
let following = false;

/** Starts the chat. `prefill(slots)` fills the valuation form. Returns what the page calls when its language changes. */
export function startChat({ prefill }) {
  const deeds = { ask: submit, retry: answer, rate, prefill };

  function submit(query) {
    if (running || !query.trim()) return;
    const turn = { query: query.trim(), text: "", place: make("div", { class: "answer" }) };
    const asked = make("p", { class: "asked" }, make("span", { class: "unseen", words: "chat_you" }), ` ${turn.query}`);
    turn.node = make("article", { class: "turn" }, asked, turn.place);
    turns.push(turn);
    log.append(turn.node);
    byId("chat-welcome").hidden = true;
    byId("chat-new").hidden = false;
    answer(turn);
  }

  async function answer(turn) {
    if (running) return;
    Object.assign(turn, { text: "", isReading: false, reply: null, failure: null });
    running = new AbortController();
    following = true;
    busy(true);
    drawProgress(turn);
    follow(turn);
    try {
      turn.reply = await ask(turn.query, conversation, {
        signal: running.signal,
        onSources: () => { turn.isReading = true; drawProgress(turn); },
        onText: (text) => { turn.text += text; drawProgress(turn); follow(turn); },
      });
    } catch (error) {
      // Anything else is a fault of ours, which the user can only try again.
      turn.failure = error instanceof Failure ? error : new Failure("chat_cut");
    }
    running = null;
    busy(false);
    // A conversation that was begun anew meanwhile has no place for it.
    if (!turns.includes(turn)) return;
    drawAnswer(turn, deeds);
    follow(turn);
  }

  function startAnew() {
    running?.abort();
    conversation = begin();
    for (const { node } of turns) node.remove();
    turns = [];
    byId("chat-welcome").hidden = false;
    byId("chat-new").hidden = true;
    input.focus();
  }

  byId("chat-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (running || !input.value.trim()) return;
    const query = input.value;
    input.value = "";
    grow();
    submit(query);
  });
  input.addEventListener("keydown", (event) => {
    // While an input method composes (Telex, VNI), Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("chat-form").requestSubmit();
  });
  input.addEventListener("input", grow);
  byId("chat").addEventListener("keydown", (event) => {
    if (event.key === "Escape") running?.abort();
  });
  stop.addEventListener("click", () => running?.abort());
  byId("chat-new").addEventListener("click", startAnew);
  for (const opener of document.querySelectorAll("[data-opener]")) {
    opener.addEventListener("click", () => submit(opener.textContent));
  }
  for (const gesture of ["wheel", "touchmove", "keydown"]) {
    log.addEventListener(gesture, () => { following = false; }, { passive: true });
  }

  return {
    showWords() {
      input.placeholder = t("chat_placeholder");
      log.setAttribute("aria-label", t("chat_log"));
      // Words in another language are no news to be read out.
      log.setAttribute("aria-live", "off");
      for (const turn of turns) {
        if (turn.reply || turn.failure) drawAnswer(turn, deeds);
        else drawProgress(turn);
      }
      setTimeout(() => log.setAttribute("aria-live", "polite"));
    },
  };
}

/** Says whether an answer helped; returns whether that arrived. */
async function rate(turn, isHelpful) {
  const body = {
    conversationId: conversation,
    query: [...turn.query].slice(0, LONGEST_RATED).join(""),
    helpful: isHelpful,
    citations: (turn.reply.data.citations ?? []).map((citation) => citation.id),
  };
  try {
    const reply = await fetch("/v1/assistant/feedback", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return reply.ok;
  } catch {
    return false;
  }
}

function busy(on) {
  const focused = document.activeElement;
  send.hidden = on;
  stop.hidden = !on;
  // A button that disappears (an opener, a retry, the stop) must not take the focus with it.
  const isLost = on ? focused !== input : focused === stop;
  if (isLost) (hasKeyboard.matches ? input : log).focus({ preventScroll: true });
}

/** Brings the question to the top, or as far up as what follows it reaches. */
function follow(turn) {
  if (following) log.scrollTop = turn.node.offsetTop - 8;
}

/** Makes the field as high as its text, up to the limit of the style sheet. */
function grow() {
  input.style.height = "auto";
  const border = input.offsetHeight - input.clientHeight;
  if (input.value) input.style.height = `${input.scrollHeight + border}px`;
  else input.style.removeProperty("height");
}

// ---- The conversation's id ----

function remembered() {
  try {
    return sessionStorage.getItem(REMEMBERED);
  } catch {
    // Storage may be forbidden: the conversation then ends with the page.
    return null;
  }
}

/** A new id. Not `randomUUID`, which plain HTTP beyond this machine does not have. */
function begin() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  try {
    sessionStorage.setItem(REMEMBERED, id);
  } catch {
    // Not remembered, as above.
  }
  return id;
}

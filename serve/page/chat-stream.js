// Asks the assistant and reads its answer as it comes: server-sent events over a POST, which `EventSource` cannot do.

// The service sends a comment every 15 s; a connection that is silent for longer than three of them is dead.
const SILENCE_MS = 45_000;

/** Why there is no whole answer. `key` names the words that say so, `values` fill them. */
export class Failure extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

/**
 * Asks `query`. Calls `onSources()` and `onText(text)` as they come; returns the whole reply.
 * Throws a `Failure`, `chat_stopped` where `signal` was aborted.
 */
export async function ask(query, conversationId, { signal, onSources, onText }) {
  const hangUp = new AbortController();
  signal.addEventListener("abort", () => hangUp.abort());
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => hangUp.abort(), SILENCE_MS);
  };
  let begun = false;
  try {
    heard();
    const reply = await fetch("/assistant/query", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify({ query, conversationId }),
      signal: hangUp.signal,
    });
    if (!reply.ok) throw await refused(reply);
    for await (const { name, data } of events(reply.body, heard)) {
      begun = true;
      if (name === "sources") onSources();
      else if (name === "delta") onText(data.text);
      else if (name === "done") return data.reply;
      else if (name === "error") throw new Failure("chat_cut");
    }
    // An answer ends with `done`; what ends without is not one.
    throw new Failure("chat_cut");
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (signal.aborted) throw new Failure("chat_stopped");
    throw new Failure(begun ? "chat_cut" : "chat_offline");
  } finally {
    clearTimeout(timer);
  }
}

/** What problem details say, in our words. */
async function refused(reply) {
  const known = { 413: "chat_invalid", 422: "chat_invalid", 429: "chat_busy" }[reply.status];
  if (known) return new Failure(known);
  if (reply.status > 501) return new Failure("chat_unavailable");
  // A gateway's error page is no JSON.
  const problem = await reply.json().catch(() => ({}));
  return new Failure("chat_failed", { id: problem.request_id ?? reply.headers.get("X-Request-Id") ?? "–" });
}

/** The events of a stream, their data parsed. Comments and unknown fields are passed over. */
async function* events(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { name: "message", data: [] };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      const lines = (rest + value).split(/\r?\n/);
      rest = lines.pop();
      for (const line of lines) {
        if (!line) {
          if (event.data.length) yield { name: event.name, data: JSON.parse(event.data.join("\n")) };
          event = { name: "message", data: [] };
          continue;
        }
        const [, field, content] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "event") event.name = content;
        else if (field === "data") event.data.push(content);
      }
    }
  } finally {
    // Closes the connection where the reader had enough; where it failed, that was said already.
    reader.cancel().catch(() => {});
  }
}

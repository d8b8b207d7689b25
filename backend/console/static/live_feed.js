// Tails the ledger: streams /events/stream with the session's token, replays gaps, and says in which state it is.
import { NoNetwork, Problem } from "./session.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const SHORT_LIFE_MS = 5_000; // a stream that ends sooner counts as a failure
const SILENCE_MS = 40_000; // the server says «still here» every 15 s: two missed and something is cut

/** States: connecting, live, waiting (until the next try; with the server's reason if it gave one), forbidden, ended. */
export class LiveFeed extends EventTarget {
  #session;
  lastId = null; // the newest entry that the viewer has; a reconnect replays from here
  #running = null; // AbortController of the whole feed
  #wake = null; // ends a pause early
  #openedAt = null;
  failures = 0;

  constructor(session) {
    super();
    this.#session = session;
  }

  /** Begin, or try at once when it is waiting. */
  start() {
    if (this.#running) return this.#wake?.();
    this.#running = new AbortController();
    this.failures = 0;
    this.#run(this.#running.signal);
  }

  /** End; nothing more is dispatched. */
  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#wake?.();
  }

  async #run(stopped) {
    while (!stopped.aborted) {
      if (this.failures === 0) this.#say("connecting");
      this.#openedAt = null;
      let retryAfterS = 0;
      let clean = true;
      let reason = null;
      try {
        await this.#follow(stopped); // a clean end: the token ran out, or the server restarts in order
      } catch (error) {
        if (stopped.aborted) return;
        if (error instanceof Problem && error.status === 401) return this.#say("ended");
        if (error instanceof Problem && error.status === 403) return this.#say("forbidden");
        retryAfterS = error.retryAfterS ?? 0;
        if (error instanceof Problem) reason = error.message;
        clean = false;
      }
      const lasted = this.#openedAt !== null && Date.now() - this.#openedAt > SHORT_LIFE_MS;
      if (lasted) this.failures = 0;
      if (lasted && clean) continue;
      this.failures += 1; // a server that ends each stream at once must not be asked in a tight loop
      await this.#pause(Math.max(pause(this.failures), retryAfterS * 1000), reason, stopped);
    }
  }

  async #follow(stopped) {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    stopped.addEventListener("abort", giveUp, { once: true });
    let silence = setTimeout(giveUp, SILENCE_MS);
    try {
      const headers = this.lastId === null ? {} : { "Last-Event-ID": String(this.lastId) };
      const response = await this.#session.request("/events/stream", { headers, signal: attempt.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let unread = "";
      let opened = false;
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(giveUp, SILENCE_MS);
        if (!opened) {
          opened = true;
          this.#openedAt = Date.now();
          this.#say("live"); // the first bytes come after the server has fixed where the stream starts
        }
        const blocks = (unread + value).split("\n\n");
        unread = blocks.pop();
        blocks.forEach((block) => this.#take(block));
      }
    } catch (error) {
      if (error instanceof Problem || error instanceof NoNetwork) throw error;
      throw new NoNetwork(String(error)); // cut in the middle, or silent for too long
    } finally {
      clearTimeout(silence);
      stopped.removeEventListener("abort", giveUp);
      attempt.abort();
    }
  }

  #take(block) {
    const fields = new Map(block.split("\n").filter((line) => line && !line.startsWith(":")).map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
    }));
    if (!fields.has("data")) return;
    this.lastId = Number(fields.get("id"));
    this.dispatchEvent(new CustomEvent("entry", { detail: fields.get("data") }));
  }

  #pause(waitMs, reason, stopped) {
    this.#say("waiting", Date.now() + waitMs, reason);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      stopped.addEventListener("abort", this.#wake, { once: true });
    });
  }

  #say(state, until = null, reason = null) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, until, reason } }));
  }
}

/** Exponential back-off with full jitter above a floor, so that a restarted server is not stormed. */
function pause(failures) {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  return FIRST_WAIT_MS + Math.random() * ceiling;
}

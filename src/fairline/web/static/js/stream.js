// One stream of server-sent events over fetch: unlike EventSource it can name the last event after
// any break, hear events of every name, see why it was refused, and rest while nobody looks.

const SILENT_MS = 50_000; // the server says something at least every 20 s
const RESTS_AFTER_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 30_000;

export class Stream {
  #controller = null;
  #tries = 0;
  #timer = 0;
  #watch = 0;
  #rest = 0;
  lastId = "";

  /** onEvent({kind, id, data}), onState("online" | "offline" | "signed-out" | "gone") */
  constructor(url, { onEvent, onState, headers = {}, credentials = "same-origin" }) {
    Object.assign(this, { url, onEvent, onState, headers, credentials });
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", (event) => event.persisted && this.start());
    addEventListener("online", () => this.start());
    addEventListener("offline", () => this.onState("offline"));
  }

  start() {
    clearTimeout(this.#timer);
    if (!this.#controller) this.#run();
  }

  stop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#controller?.abort();
    this.#controller = null;
  }

  #look() {
    clearTimeout(this.#rest);
    if (document.hidden) this.#rest = setTimeout(() => this.stop(), RESTS_AFTER_MS);
    else this.start();
  }

  async #run() {
    const controller = (this.#controller = new AbortController());
    try {
      const headers = { Accept: "text/event-stream", ...this.headers };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      const answer = await fetch(this.url, {
        headers,
        credentials: this.credentials,
        cache: "no-store",
        signal: controller.signal,
      });
      const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
      if ([404, 410].includes(answer.status)) return this.#end("gone");
      if (answer.status === 401 || answer.status === 403 || (answer.ok && !isStream)) return this.#end("signed-out");
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.#tries = 0;
      this.onState("online");
      await this.#read(answer.body, controller);
    } catch {
      // Cut off or refused for now: try again below.
    }
    if (this.#controller !== controller) return; // stopped on purpose
    this.stop();
    this.#tries += 1;
    if (this.#tries > 1) this.onState("offline");
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#tries);
    this.#timer = setTimeout(() => this.start(), wait * (0.5 + Math.random() / 2));
  }

  #end(state) {
    this.stop();
    this.onState(state);
  }

  async #read(body, controller) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      clearTimeout(this.#watch);
      this.#watch = setTimeout(() => controller.abort(), SILENT_MS);
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block) {
    const event = { kind: "message", id: "", text: [] };
    for (const line of block.split("\n")) {
      const [, name, value] = line.match(/^(\w+): ?(.*)$/) ?? [];
      if (name === "event") event.kind = value;
      else if (name === "id") event.id = this.lastId = value;
      else if (name === "data") event.text.push(value);
    }
    if (!event.text.length || event.kind === "hello") return;
    let data = {};
    try {
      data = JSON.parse(event.text.join("\n"));
    } catch {
      // An event without JSON still says that something happened.
    }
    this.onEvent({ kind: event.kind, id: event.id, data });
  }
}

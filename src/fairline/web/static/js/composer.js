// The composer: draft kept on the server, length counted, typing told, @ and / completed.
// Who reads it is a radio button; its colours need no script.

import { getJson, post, withQuery } from "./net.js";
import { Suggestions } from "./suggest.js";
import { tellTyping } from "./writing.js";

const SAVES_AFTER_MS = 800;
const graphemes = globalThis.Intl?.Segmenter ? new Intl.Segmenter() : null;

class Composer {
  #timer = 0;
  #saved = "";

  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.state = form.querySelector("[data-composer-state]");
    this.count = form.querySelector("[data-composer-count]");
    this.#saved = this.snapshot();
    if (form.dataset.typingUrl) tellTyping(this.field, form.dataset.typingUrl, () => ({ mode: this.mode }));
    this.field.addEventListener("input", () => this.changed());
    form.addEventListener("change", (event) => event.target.name === "mode" && this.changed());
    form.addEventListener("submit", () => clearTimeout(this.#timer));
    form.addEventListener("fairline:sent", () => (this.#saved = this.snapshot()));
    addEventListener("pagehide", () => this.save({ keepalive: true }));
    this.complete();
    this.tell();
  }

  get mode() {
    return this.form.elements.namedItem("mode")?.value ?? "";
  }

  snapshot() {
    return `${this.mode}\n${this.field.value}`;
  }

  changed() {
    this.tell();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SAVES_AFTER_MS);
  }

  async save({ keepalive = false } = {}) {
    const { draftUrl } = this.form.dataset;
    const now = this.snapshot();
    if (!draftUrl || now === this.#saved || this.form.dataset.sending !== undefined) return;
    try {
      const answer = await post(
        draftUrl,
        { text: this.field.value, mode: this.mode },
        { form: this.form, keepalive },
      );
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      this.#saved = now;
      this.say("Draft saved");
    } catch {
      this.say("Draft not saved yet; it stays here");
      this.#timer = setTimeout(() => this.save(), 5000);
    }
  }

  say(text) {
    if (this.state) this.state.textContent = text;
  }

  /** Characters left on a channel with a limit (`data-limit` on the mode's radio button). */
  tell() {
    if (!this.count) return;
    const chosen = this.form.querySelector('[name="mode"]:checked');
    const limit = Number(chosen?.dataset.limit) || 0;
    const text = this.field.value;
    const used = graphemes ? [...graphemes.segment(text)].length : [...text].length;
    this.count.textContent = limit ? `${limit - used} left` : "";
    this.count.classList.toggle("is-late", limit > 0 && used > limit);
  }

  complete() {
    const { people, repliesUrl } = this.form.dataset;
    const names = people ? JSON.parse(people) : [];
    const list = new Suggestions(this.field, (item) => this.insert(item));
    this.field.addEventListener("input", () => {
      const before = this.field.value.slice(0, this.field.selectionStart);
      const mention = before.match(/(?:^|\s)@([\p{L}\p{N}'-]{0,30})$/u);
      const slash = repliesUrl && before.match(/(?:^|\n)\/([^\n]{0,40})$/);
      if (mention) list.show(peopleLike(names, mention[1]));
      else if (slash) this.replies(list, slash[1], slash[1].length + 1);
      else list.close();
    });
    this.form.querySelector("[data-replies]")?.addEventListener("click", () => {
      this.field.focus();
      this.replies(list, "", 0);
    });
  }

  async replies(list, wanted, length) {
    try {
      const { replies } = await getJson(withQuery(this.form.dataset.repliesUrl, { q: wanted }));
      list.show(replies.slice(0, 8).map((r) => ({ text: r.title, note: r.text, insert: r.text, length })));
      if (!replies.length && !wanted) this.say("No saved replies yet");
    } catch {
      this.say("Saved replies could not be fetched");
    }
  }

  insert({ insert, length }) {
    const end = this.field.selectionStart;
    this.field.setRangeText(insert, end - length, this.field.selectionEnd, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
  }
}

function peopleLike(names, typed) {
  const wanted = typed.toLowerCase();
  return names
    .filter(({ name }) => name.toLowerCase().split(/\s+/).some((part) => part.startsWith(wanted)))
    .slice(0, 8)
    .map(({ name, note }) => ({ text: name, note, insert: `@[${name}] `, length: typed.length + 1 }));
}

const known = new WeakSet();

export function startComposer() {
  const start = () => {
    for (const form of document.querySelectorAll("form.composer[data-composer]")) {
      if (known.has(form)) continue;
      known.add(form);
      new Composer(form);
    }
  };
  start();
  document.addEventListener("fairline:swapped", start);
}

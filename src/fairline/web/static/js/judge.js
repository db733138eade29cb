// Tells while a public answer is written what would stop it. The server stops it in any case.

import { post } from "./net.js";

const AFTER_MS = 600;

class Judge {
  #timer = 0;
  #last = "";

  constructor(form, place) {
    this.form = form;
    this.place = place;
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
  }

  get text() {
    const { mode, text } = this.form.elements;
    return mode?.value === "public" ? (text?.value ?? "") : "";
  }

  soon() {
    clearTimeout(this.#timer);
    if (!this.text.trim() || this.form.querySelector("#composer-stop")) this.tell("");
    else this.#timer = setTimeout(() => this.ask(), AFTER_MS);
  }

  async ask() {
    const text = this.text;
    if (text === this.#last) return;
    try {
      const answer = await post(this.place.dataset.judgeUrl, { text }, { form: this.form });
      if (!answer.ok || text !== this.text) return;
      this.#last = text;
      this.tell((await answer.json()).words);
    } catch {
      // A hint that cannot be had is no hint; sending tells.
    }
  }

  /** What stopped the answer says it already. */
  tell(words) {
    if (this.form.querySelector("#composer-stop")) words = "";
    if (!words) this.#last = "";
    this.place.hidden = !words;
    this.place.textContent = words ? `Everybody could read ${words}. It will not be sent like this.` : "";
  }
}

const known = new WeakMap();

export function startJudge() {
  const start = () => {
    for (const place of document.querySelectorAll("[data-judge-url]")) {
      const form = place.closest("form");
      if (!form) continue;
      if (known.has(form)) known.get(form).soon();
      else known.set(form, new Judge(form, place));
    }
  };
  start();
  document.addEventListener("fairline:swapped", start);
}

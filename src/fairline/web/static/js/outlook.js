// Shows under the composer how the answer will look, drawn anew by the server while one writes.

import { morphChildren } from "./morph.js";
import { csrf, parse } from "./net.js";

const AFTER_MS = 400;

class Outlook {
  #timer = 0;
  #turn = 0;

  constructor(form, box) {
    this.form = form;
    this.box = box;
    this.place = box.querySelector("[data-outlook]");
    box.addEventListener("toggle", () => this.soon(0));
    form.addEventListener("input", () => this.soon(AFTER_MS));
    form.addEventListener("change", () => this.soon(0));
  }

  soon(after) {
    clearTimeout(this.#timer);
    if (this.box.open) this.#timer = setTimeout(() => this.draw(), after);
  }

  async draw() {
    const turn = ++this.#turn;
    const fields = new URLSearchParams({ csrf: csrf(this.form) });
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && name !== "csrf") fields.append(name, value);
    }
    try {
      const answer = await fetch(this.box.dataset.outlookUrl, {
        method: "POST",
        body: fields,
        headers: { "X-Fragment": "outlook" },
      });
      if (!answer.ok || turn !== this.#turn) return;
      morphChildren(this.place, parse(await answer.text()).body);
    } catch {
      // Without an answer the last picture stays; sending measures again.
    }
  }
}

const known = new WeakSet();

export function startOutlook() {
  const start = () => {
    for (const box of document.querySelectorAll("[data-outlook-url]")) {
      const form = box.closest("form");
      if (!form || known.has(box)) continue;
      known.add(box);
      new Outlook(form, box);
    }
  };
  start();
  document.addEventListener("fairline:swapped", start);
}

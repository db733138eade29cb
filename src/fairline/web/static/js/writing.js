// Tells the other side that somebody writes (at most every 4 s), and shows that they do.

import { post } from "./net.js";

const EVERY_MS = 4000;
const LASTS_MS = 8000;

/** Pings `url` while text is typed. `fields` gives what to send besides. */
export function tellTyping(field, url, fields = () => ({})) {
  let last = 0;
  field.addEventListener("input", () => {
    if (Date.now() - last < EVERY_MS || !field.value.trim()) return;
    last = Date.now();
    post(url, { state: "typing", ...fields() }, { form: field.form }).catch(() => {});
  });
}

/** `[data-live-typing]` says who writes: events `typing` or `data.event: typing` with data.name. */
export function showTyping() {
  let timer = 0;
  document.addEventListener("fairline:event", ({ detail: { kind, data } }) => {
    if (kind !== "typing" && data.event !== "typing") return;
    const place = document.querySelector("[data-live-typing], .thread > .writing");
    if (!place) return;
    place.textContent = data.name ? `${data.name} is writing an answer.` : "";
    clearTimeout(timer);
    timer = setTimeout(() => (place.textContent = ""), LASTS_MS);
  });
}

export function startWriting() {
  showTyping();
  for (const form of document.querySelectorAll("form[data-typing-url]:not(.composer)"))
    for (const field of form.querySelectorAll("textarea")) tellTyping(field, form.dataset.typingUrl);
}

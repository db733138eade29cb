// The timer of a call, and word to the server that its screen is open: the call stays one's own.

import { post } from "./net.js";

const KEEP_EVERY_MS = 60_000;
const box = document.querySelector("[data-keep-url]");

if (box) {
  const shown = box.querySelector("[data-timer]");
  const stop = box.querySelector("[data-timer-stop]");
  const field = document.querySelector("[data-seconds]");
  const started = Date.parse(box.dataset.started);
  let ended = 0;

  const tick = () => {
    const seconds = Math.max(0, Math.round(((ended || Date.now()) - started) / 1000));
    const words = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (shown.textContent !== words) shown.textContent = words;
    if (ended) field.value = String(seconds);
  };

  stop.addEventListener("click", () => {
    ended = ended ? 0 : Date.now();
    field.value = "";
    stop.textContent = ended ? "Not yet" : "Hung up";
    tick();
  });

  tick();
  setInterval(tick, 1000);
  setInterval(() => post(box.dataset.keepUrl, {}).catch(() => {}), KEEP_EVERY_MS);
}

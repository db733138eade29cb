// The wallboard: live numbers, looked at again as time passes, and the whole screen.

import { refreshSoon, startLive } from "./live.js";
import { startKeys } from "./keys.js";
import { startSmall } from "./small.js";
import { startTimes } from "./times.js";

const LOOKS_EVERY_MS = 15_000;

startSmall();
startTimes();
startKeys();
startLive();

// A promise becomes late by the clock alone: nothing happens that the stream could tell of.
setInterval(() => {
  const part = document.getElementById("wall-part");
  if (part && !document.hidden) refreshSoon(part);
}, LOOKS_EVERY_MS);

const button = document.querySelector("[data-full-screen]");
if (!document.fullscreenEnabled) button?.remove();
button?.addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => button.remove());
});

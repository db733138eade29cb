// The demo's page for playing customers: what comes in is shown without a reload, and what is being
// typed stays as it is.

import { morph } from "./morph.js";
import { parse } from "./net.js";
import { startTimes } from "./times.js";

const LOOKS_EVERY_MS = 2_000;
const LIVE = ["lines", "told"];
const CHOICE = "under";

let chosen = false;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = parse(await answer.text());
  // What was chosen by hand stays chosen.
  for (const id of chosen ? LIVE : [...LIVE, CHOICE]) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) morph(old, now);
  }
}

document.getElementById(CHOICE)?.addEventListener("change", () => (chosen = true));
startTimes();
setInterval(look, LOOKS_EVERY_MS);

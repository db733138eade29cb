// The demo's page for playing customers: what comes in is shown without a reload, and what is being
// typed stays as it is.

import { morph } from "./morph.js";
import { parse } from "./net.js";
import { startTimes } from "./times.js";

const LOOKS_EVERY_MS = 2_000;
const LIVE = ["lines", "told"];

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = parse(await answer.text());
  for (const id of LIVE) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) morph(old, now);
  }
}

startTimes();
setInterval(look, LOOKS_EVERY_MS);

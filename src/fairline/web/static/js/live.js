// Live pages: listens to the page's stream and fetches again the regions an event makes stale.
// A region is an element with an id, `data-live-src` and `data-live-on` (docs/guides/draw-a-page.md).

import { morph, morphChildren } from "./morph.js";
import { isSignedOut, parse } from "./net.js";
import { say } from "./say.js";
import { Stream } from "./stream.js";

const SETTLES_MS = 120;
const WORDS = {
  offline: "You are offline, or the server is away. This page may be out of date; what you type is kept.",
  "signed-out": "You have been signed out. Sign in in another tab, then reload this page.",
  gone: "This page is no longer available here. Reload to see why.",
};
const waiting = new Map(); // region id -> timer
const busy = new Set();

export function startLive() {
  const url = document.body.dataset.liveUrl;
  if (!url) return null;
  let wasCut = false;
  const stream = new Stream(url, {
    onEvent: hear,
    onState(state) {
      show(state);
      document.dispatchEvent(new CustomEvent("fairline:live", { detail: { state } }));
      if (state === "online" && wasCut) for (const region of regions()) refreshSoon(region);
      wasCut = state !== "online";
    },
  });
  stream.start();
  return stream;
}

function regions() {
  return document.querySelectorAll("[data-live-src][id]");
}

function hear(event) {
  document.dispatchEvent(new CustomEvent("fairline:event", { detail: event }));
  for (const region of regions()) {
    if (!concerns(region.dataset.liveOn ?? "", event)) continue;
    // So that a thousand who wait do not all ask at the same moment.
    const after = Number(event.data.after_s);
    refreshSoon(region, after ? after * 1000 : undefined);
    const again = Number(event.data.again_s);
    if (again) refreshSoon(region, again * 1000, `${region.id} again`);
  }
}

/** Whether `data-live-on` (words, and perhaps case:ID) speaks of this event. */
export function concerns(words, { kind, data }) {
  const all = words.split(/[\s,]+/).filter(Boolean);
  const cases = all.filter((word) => word.startsWith("case:"));
  if (cases.length && !cases.includes(`case:${data.case_id}`)) return false;
  const kinds = all.filter((word) => !word.startsWith("case:"));
  if (!kinds.length) return cases.length > 0;
  return kinds.some((word) => word === kind || word === data.event || kind.startsWith(`${word}_`));
}

export function refreshSoon(region, after = SETTLES_MS * (0.5 + Math.random()), key = region.id) {
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(() => refresh(region.id), after));
}

async function refresh(id) {
  const region = document.getElementById(id);
  if (!region?.dataset.liveSrc) return;
  if (busy.has(id)) return refreshSoon(region);
  busy.add(id);
  try {
    const answer = await fetch(region.dataset.liveSrc, { headers: { Accept: "text/html", "X-Fragment": id } });
    if (isSignedOut(answer)) return show("signed-out");
    if (answer.status === 200) put(region, await answer.text());
  } catch {
    // The stream notices that we are offline, says so, and refreshes when it is back.
  } finally {
    busy.delete(id);
  }
}

function put(region, html) {
  const page = parse(html);
  const same = page.getElementById(region.id);
  const before = region.textContent;
  const scroller = region.closest("[data-stick]") ?? document.scrollingElement;
  const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  if (same) morph(region, same);
  else morphChildren(region, page.body);
  if (region.closest("[data-stick]") && wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  if (region.dataset.liveSay && region.textContent !== before) say(region.dataset.liveSay);
  region.dispatchEvent(new CustomEvent("fairline:swapped", { bubbles: true }));
}

function show(state) {
  let banner = document.getElementById("live-banner");
  if (state === "online") return banner?.remove();
  if (!banner) {
    banner = document.createElement("p");
    banner.id = "live-banner";
    banner.className = "banner live-banner is-risk";
    banner.setAttribute("role", "status");
    document.body.append(banner);
  }
  banner.textContent = WORDS[state];
}

document.addEventListener("fairline:added", ({ target }) => {
  if (target.matches(".message")) target.classList.add("is-new");
});

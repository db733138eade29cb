// What only the desk's own pages need: promises that run down, lists that grow, a letter as high as
// it is long, the way from a key into the composer, and word of what was meant for me.

import { getJson, parse } from "./net.js";
import { toast } from "./toast.js";

const RISK_MS = 15 * 60_000;

/** The same words as desk/wording.py: `4 min`, `2 min late`. */
function due(at, now = Date.now()) {
  const minutes = Math.abs(at - now) / 60_000;
  const span =
    minutes < 60
      ? `${Math.max(1, Math.round(minutes))} min`
      : minutes < 60 * 36
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / 60 / 24)} d`;
  if (at <= now) return [`${span} late`, "is-late"];
  return [span, at - now <= RISK_MS ? "is-risk" : ""];
}

function runDown() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-due]")) {
    const [words, tone] = due(Date.parse(time.dateTime));
    if (time.textContent !== words) time.textContent = words;
    const box = time.closest(".due");
    box?.classList.remove("is-late", "is-risk");
    if (tone) box?.classList.add(tone);
  }
}

/** "More" appends the next page, and the live list then asks for as many rows as are shown. */
async function more(link) {
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.dataset.more, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return location.assign(link.href);
  const page = parse(await answer.text());
  const list = document.getElementById("rows");
  const fresh = [...page.querySelectorAll("#rows > [data-item]")].filter((row) => !document.getElementById(row.id));
  list.append(...fresh.map((row) => document.importNode(row, true)));
  const next = page.querySelector("#more");
  const present = link.closest("#more");
  if (next) present.replaceWith(document.importNode(next, true));
  else present.remove();
  const region = document.getElementById("list-part");
  const source = new URL(region.dataset.liveSrc, location.href);
  source.searchParams.set("shown", String(list.children.length));
  region.dataset.liveSrc = source.pathname + source.search;
  list.children[list.children.length - fresh.length]?.querySelector("a")?.focus();
}

/** A frame as high as its letter; nothing in it can run, so it cannot say so itself. */
function fit(frame) {
  const height = frame.contentDocument?.documentElement?.scrollHeight;
  if (height) frame.height = Math.min(Math.max(height, 60), 4000);
}

let lastKey = null;
document.addEventListener("keydown", ({ target }) => (lastKey = target), true);
document.addEventListener("pointerdown", () => (lastKey = null), true);

document.addEventListener("change", ({ target }) => {
  // Arrow keys walk through the modes; a single key, or the mouse, goes on to the text.
  const walks = lastKey?.matches?.('input[type="radio"]');
  if (target.matches('#composer input[name="mode"]') && !walks) document.getElementById("say")?.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-more]");
  if (link) {
    event.preventDefault();
    more(link);
  }
  const key = event.target.closest?.('#composer input[name="mode"]');
  if (key && !event.detail && !lastKey?.matches?.('input[type="radio"]')) document.getElementById("say")?.focus();
  const copies = event.target.closest?.("[data-copy-url]");
  if (copies) copies.dataset.copy = new URL(copies.dataset.copyUrl, location.href).href;
}, true);

document.addEventListener("load", ({ target }) => target.matches?.("iframe.letter") && fit(target), true);
document.addEventListener("toggle", ({ target }) => {
  for (const frame of target.querySelectorAll?.("iframe.letter") ?? []) fit(frame);
  // A menu opened by its key is walked with the arrows; its first field takes the words.
  if (target.open && target.matches("details.menu"))
    target.querySelector(".menu-body input:not([type=hidden]), .menu-body button, .menu-body a")?.focus();
}, true);

/** Tags are completed from all there are, fetched when first wanted. */
document.addEventListener("focusin", async ({ target }) => {
  const list = target.dataset?.tags && document.getElementById(target.getAttribute("list"));
  if (!list || list.children.length) return;
  const { tags } = await getJson(target.dataset.tags).catch(() => ({ tags: [] }));
  list.replaceChildren(...tags.map((tag) => Object.assign(document.createElement("option"), { value: tag })));
});

document.addEventListener("fairline:event", ({ detail: { kind, data } }) => {
  if (data.mine) toast(kind === "note_added" ? "A colleague mentioned you." : "A colleague gave you a case.");
  const here = document.querySelector("#case-head")?.dataset.liveOn?.includes(`case:${data.case_id}`);
  const news = document.getElementById("composer-news");
  const says = ["message_received", "message_sent"].includes(kind) && data.by !== "me";
  if (here && says && news && document.getElementById("say")?.value.trim()) {
    news.textContent = `${data.by === "contact" ? "The customer" : "A colleague"} has written while you were writing. Read it before you send.`;
    news.hidden = false;
  }
});
document.addEventListener("fairline:swapped", runDown);

runDown();
setInterval(runDown, 15_000);
document.querySelector('#list .item[aria-current="true"]')?.scrollIntoView({ block: "center" });
// Read from its end, once pictures and style sheets have taken their room; a link into it wins.
addEventListener("load", () => {
  const log = document.querySelector("[data-stick]");
  if (log && !location.hash) log.scrollTop = log.scrollHeight;
});

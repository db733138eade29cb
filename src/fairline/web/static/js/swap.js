// Sends a form or follows a link by fetch and morphs the part of the answer that `data-swap` names.
// Whatever does not fit (another page, no such part) becomes a plain visit.

import { morph } from "./morph.js";
import { isSignedOut, parse } from "./net.js";
import { toast } from "./toast.js";

export async function send(form, button) {
  const data = new FormData(form, button);
  const action = new URL(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  const isPost = (button?.getAttribute("formmethod") ?? form.method).toLowerCase() === "post";
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  if (!isPost) action.search = body;
  const swapped = await load(action, form.dataset.swap, isPost ? { method: "POST", body } : {}, form);
  if (swapped) form.dispatchEvent(new CustomEvent("fairline:sent", { bubbles: true, detail: swapped }));
}

export async function follow(link) {
  await load(new URL(link.href), link.dataset.swap, {}, null);
}

async function load(url, selector, options, form) {
  let answer;
  try {
    answer = await fetch(url, { ...options, headers: { Accept: "text/html" } });
  } catch {
    toast("The server could not be reached. Nothing was lost; try again.", { tone: "late" });
    return null;
  }
  if (isSignedOut(answer)) {
    toast("You have been signed out. Sign in in another tab, then send it again.", { tone: "late" });
    return null;
  }
  const page = parse(await answer.text());
  const fresh = page.querySelector(selector);
  const target = document.querySelector(selector);
  if (!fresh || !target) {
    if (answer.ok) location.assign(answer.url);
    else toast(page.querySelector("main p")?.textContent ?? "That did not work. Try again.", { tone: "late" });
    return null;
  }
  morph(target, fresh, answer.ok ? form : null);
  target.dispatchEvent(new CustomEvent("fairline:swapped", { bubbles: true }));
  const there = new URL(answer.url);
  if ((!options.method || answer.redirected) && there.href !== location.href) {
    history.pushState({ fairline: true }, "", there);
    shown = pageOf(there);
    document.title = page.title || document.title;
  }
  target.querySelector('[aria-invalid="true"], [autofocus]')?.focus();
  return { ok: answer.ok, status: answer.status };
}

// Going back shows the page that was swapped away. A link into this page is no way back.
const pageOf = ({ pathname, search }) => pathname + search;
let shown = pageOf(location);
addEventListener("popstate", () => {
  if (pageOf(location) !== shown) location.reload();
});

// Single-key shortcuts from `data-key` attributes ("n", "g l"), j and k through lists, help on "?".
// Never inside a field; can be switched off in the help (WCAG 2.1.4), kept in this browser.

const SEQUENCE_MS = 1200;
let typed = "";
let timer = 0;

/** This browser's choice, or else the agent's own preference (`data-shortcuts` on <html>). */
function isOff() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("fairline-keys");
  } catch {
    // Storage may be forbidden.
  }
  return (chosen ?? document.documentElement.dataset.shortcuts) === "off";
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false])");
}

function onKey(event) {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (event.key.length !== 1 && event.key !== "Enter") return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help(event);
  if (isOff()) return;
  if (event.key === "j" || event.key === "k") return move(event, event.key === "j" ? 1 : -1);
  clearTimeout(timer);
  typed = `${typed} ${event.key}`.trim();
  const all = [...document.querySelectorAll("[data-key]")].filter(isUsable);
  const found = all.find((element) => element.dataset.key === typed) ?? all.find((e) => e.dataset.key === event.key);
  if (found) {
    event.preventDefault();
    typed = "";
    press(found);
  } else if (all.some((element) => element.dataset.key.startsWith(`${typed} `)))
    timer = setTimeout(() => (typed = ""), SEQUENCE_MS);
  else typed = "";
}

function isUsable(element) {
  if (element.disabled || element.closest("[hidden], [inert]")) return false;
  // A link in a closed drawer or menu can still be followed by its key.
  return element.matches("a, button, summary, label") || element.checkVisibility?.() !== false;
}

function press(element) {
  if (element.matches("input:not([type=submit], [type=button], [type=radio], [type=checkbox]), textarea, select")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
    if (element.matches("summary")) element.focus();
  }
}

function move(event, step) {
  const items = [...document.querySelectorAll("[data-item]")];
  if (!items.length) return;
  event.preventDefault();
  const focused = items.findIndex((item) => item.contains(document.activeElement));
  const current = items.findIndex((item) => item.getAttribute("aria-current") === "true");
  const from = focused >= 0 ? focused : current;
  const next = items[Math.min(items.length - 1, Math.max(0, from + step))];
  (next.querySelector("a[href]") ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
}

function help(event) {
  event?.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "dialog stack";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "Keys";
  const list = document.createElement("dl");
  list.className = "keys-list";
  const known = new Map([["j", "Next in the list"], ["k", "Previous in the list"], ["⌘ K", "Find or do anything"]]);
  for (const element of document.querySelectorAll("[data-key]"))
    known.set(element.dataset.key, element.dataset.keyLabel || labelOf(element));
  for (const [keys, label] of [...known].sort(([, one], [, other]) => one.localeCompare(other))) {
    const what = document.createElement("dt");
    what.textContent = label;
    const how = document.createElement("dd");
    const kbd = document.createElement("kbd");
    kbd.textContent = keys;
    how.append(kbd);
    list.append(what, how);
  }
  dialog.append(title, list, offSwitch(), closer());
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

function labelOf(element) {
  const words = element.getAttribute("aria-label") || element.labels?.[0]?.textContent || textWithout(element);
  return words.trim().replace(/\s+/g, " ");
}

function textWithout(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, .count, [aria-hidden]")) extra.remove();
  return copy.textContent || element.getAttribute("placeholder") || "";
}

function offSwitch() {
  const label = document.createElement("label");
  label.className = "switch small";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.setAttribute("role", "switch");
  box.checked = !isOff();
  box.addEventListener("change", () => localStorage.setItem("fairline-keys", box.checked ? "on" : "off"));
  label.append(box, "Single keys work in this browser");
  return label;
}

function closer() {
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog-foot";
  const button = document.createElement("button");
  button.className = "btn";
  button.textContent = "Close";
  form.append(button);
  return form;
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => event.target.closest?.("[data-keys-help]") && help());
}

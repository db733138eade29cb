// The command palette, Ctrl/Cmd+K: everything marked `data-command` on the page, and cases from
// `data-palette-url`. Letters may be skipped: "asb" finds "Assign to Bea".

import { getJson, withQuery } from "./net.js";

const WAITS_MS = 180;
let dialog;
let input;
let list;
let items = [];
let at = 0;
let timer = 0;
let asking;

/** How well `text` fits what was typed; 0 does not. Whole words beat scattered letters. */
export function fit(text, typed) {
  const [hay, needle] = [text.toLowerCase(), typed.trim().toLowerCase()];
  if (!needle) return 1;
  const found = hay.indexOf(needle);
  if (found >= 0) return 100 - Math.min(found, 50) + (found === 0 || /\W/.test(hay[found - 1]) ? 50 : 0);
  let place = -1;
  let score = 40;
  for (const letter of needle.replaceAll(" ", "")) {
    const next = hay.indexOf(letter, place + 1);
    if (next < 0) return 0;
    if (next !== place + 1) score -= next === 0 || /\W/.test(hay[next - 1]) ? 1 : 4;
    place = next;
  }
  return Math.max(score, 1);
}

function commands(typed) {
  const known = new Map();
  for (const element of document.querySelectorAll("[data-command]")) {
    const text = element.dataset.command || element.textContent.trim();
    if (!element.disabled && !element.closest("[hidden]")) known.set(text, { text, key: element.dataset.key, element });
  }
  return [...known.values()]
    .map((item) => ({ ...item, score: fit(item.text, typed) }))
    .filter((item) => item.score > 0)
    .sort((one, other) => other.score - one.score);
}

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "dialog palette";
  dialog.setAttribute("aria-label", "Find or do anything");
  input = document.createElement("input");
  input.type = "text";
  input.className = "palette-input";
  input.placeholder = "Find a case or do something";
  input.autocomplete = "off";
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
    "aria-label": "Find a case or do something", "aria-autocomplete": "list",
  })) input.setAttribute(name, value);
  list = document.createElement("div");
  list.id = "palette-list";
  list.className = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  dialog.append(input, list);
  document.body.append(dialog);
  input.addEventListener("input", () => look());
  input.addEventListener("keydown", onKey);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

export function openPalette() {
  if (!dialog) build();
  if (dialog.open) return dialog.close();
  input.value = "";
  dialog.showModal();
  look();
}

function look() {
  const typed = input.value;
  show(commands(typed));
  clearTimeout(timer);
  asking?.abort();
  const url = document.body.dataset.paletteUrl;
  if (!url || typed.trim().length < 2) return;
  timer = setTimeout(async () => {
    asking = new AbortController();
    try {
      const found = await getJson(withQuery(url, { q: typed }), asking.signal);
      if (input.value === typed)
        show([...commands(typed), ...found.items.map((i) => ({ text: i.title, note: i.note, href: i.href }))]);
    } catch {
      // Typed on, or the server is away: commands still work.
    }
  }, WAITS_MS);
}

function show(found) {
  items = found.slice(0, 40);
  list.replaceChildren(...items.map(option));
  if (!items.length) list.append("Nothing found.");
  mark(0);
}

function option(item, here) {
  const row = document.createElement("div");
  row.className = "menu-item";
  row.id = `palette-${here}`;
  row.setAttribute("role", "option");
  const text = document.createElement("span");
  text.className = "clip";
  text.textContent = item.text;
  row.append(text);
  if (item.note) {
    const note = document.createElement("span");
    note.className = "faint nowrap push";
    note.textContent = item.note;
    row.append(note);
  }
  if (item.key) {
    const kbd = document.createElement("kbd");
    kbd.textContent = item.key;
    row.append(kbd);
  }
  row.addEventListener("click", () => take(here));
  return row;
}

function mark(wanted) {
  at = items.length ? (wanted + items.length) % items.length : 0;
  items.forEach((_, here) => list.children[here].setAttribute("aria-selected", String(here === at)));
  if (!items.length) return input.removeAttribute("aria-activedescendant");
  list.children[at].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", `palette-${at}`);
}

function take(here) {
  const item = items[here];
  dialog.close();
  if (item?.href) location.assign(item.href);
  else item?.element.click();
}

function onKey(event) {
  if (event.key === "ArrowDown") mark(at + 1);
  else if (event.key === "ArrowUp") mark(at - 1);
  else if (event.key === "Enter") take(at);
  else return;
  event.preventDefault();
}

export function startPalette() {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openPalette();
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-palette]") && openPalette());
}

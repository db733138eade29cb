// Small behaviours by attribute: copy, theme, menus that close politely.

import { toast } from "./toast.js";

async function copy(button) {
  const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = button.dataset.copy || (from && (from.value ?? from.textContent)) || "";
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    if (from?.select) from.select();
    toast("Your browser does not let us copy. Select it and copy it yourself.", { tone: "risk" });
  }
}

function switchTheme() {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const present = root.dataset.theme ?? (dark ? "dark" : "light");
  const next = present === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    if (next === (dark ? "dark" : "light")) localStorage.removeItem("fairline-theme");
    else localStorage.setItem("fairline-theme", next);
  } catch {
    // It holds for this page then.
  }
}

function closeMenus(but = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(but)) menu.open = false;
}

function menuKeys(event) {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll("a[href], button:not(:disabled), input, select")];
    const at = items.indexOf(document.activeElement);
    items.at((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)) % items.length)?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Of tabs that scroll sideways the present one is in sight. */
function showPresentTab() {
  for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
    const tabs = tab.parentElement;
    if (tabs.scrollWidth > tabs.clientWidth)
      tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
}

export function startSmall() {
  showPresentTab();
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (button) copy(button);
    if (event.target.closest?.("[data-theme-switch]")) switchTheme();
    if (event.target.closest?.(".menu-item") && !event.defaultPrevented) closeMenus();
  });
  document.addEventListener("keydown", menuKeys);
}

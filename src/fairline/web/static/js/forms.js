// Forms behave: sent once, asked first where it matters, errors beside their fields, and with
// `data-swap` the answer is put into the page without leaving it.

import { confirmed } from "./ask.js";
import { follow, send } from "./swap.js";

const FREE_AFTER_MS = 10_000; // an answer that is a download never leaves the page

async function onSubmit(event) {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || form.method === "dialog") return;
  const asks = button?.dataset.confirm ?? form.dataset.confirm;
  if (asks && form.dataset.confirmed === undefined) {
    event.preventDefault();
    if (await confirmed(asks, button?.dataset.confirmYes ?? form.dataset.confirmYes)) {
      form.dataset.confirmed = "";
      form.requestSubmit(button);
      delete form.dataset.confirmed;
    }
    return;
  }
  if (form.dataset.sending !== undefined) return event.preventDefault();
  occupy(form, button);
  if (!form.dataset.swap) return;
  event.preventDefault();
  try {
    await send(form, button);
  } finally {
    free(form);
  }
}

function occupy(form, button) {
  form.dataset.sending = "";
  button?.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), FREE_AFTER_MS);
}

function free(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  for (const button of document.querySelectorAll(`[form="${CSS.escape(form.id)}"][aria-busy]`))
    button.removeAttribute("aria-busy");
}

/** The browser's own verdict, in our place and style. */
function onInvalid(event) {
  const input = event.target;
  const field = input.closest(".field");
  if (!field) return;
  event.preventDefault();
  const id = `${input.id || input.name}-error`;
  let error = document.getElementById(id);
  if (!error) {
    error = document.createElement("p");
    error.id = id;
    error.className = "field-error";
    field.append(error);
  }
  error.textContent = input.validationMessage;
  input.setAttribute("aria-invalid", "true");
  const said = (input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  if (!said.includes(id)) input.setAttribute("aria-describedby", [...said, id].join(" "));
  if (input.form.querySelector(":invalid") === input) input.focus();
}

function onInput({ target }) {
  if (target.getAttribute?.("aria-invalid") !== "true" || !target.validity?.valid) return;
  target.removeAttribute("aria-invalid");
  document.getElementById(`${target.id || target.name}-error`)?.remove();
}

async function onClick(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.dataset.confirm) {
    event.preventDefault();
    if (await confirmed(link.dataset.confirm, link.dataset.confirmYes)) location.assign(link.href);
  } else if (link.dataset.swap) {
    event.preventDefault();
    follow(link);
  }
}

/** Ctrl or Cmd with Enter sends from any text box, by the first button one can see. */
function onKey(event) {
  const { form } = event.target;
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || !form || event.defaultPrevented) return;
  const buttons = [...form.querySelectorAll("button:not([type=button], [type=reset], [formaction])")];
  event.preventDefault();
  form.requestSubmit(buttons.find((button) => button.checkVisibility?.() ?? button.offsetParent));
}

export function startForms() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("invalid", onInvalid, true);
  document.addEventListener("input", onInput);
  document.addEventListener("click", onClick);
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-autosubmit]")) target.form.requestSubmit();
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) free(form);
  });
}

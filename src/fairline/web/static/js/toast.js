// A short word in the corner: what was done, what went wrong. Read out politely by screen readers.

const LASTS_MS = 6000;

export function toast(text, { tone = "", action, onAction } = {}) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const box = document.createElement("div");
  box.className = tone ? `toast is-${tone}` : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  const leave = () => box.remove();
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = action;
    button.addEventListener("click", () => {
      leave();
      onAction?.();
    });
    box.append(button);
  }
  place.append(box);
  let timer = setTimeout(leave, LASTS_MS);
  // Nobody is hurried: it stays while one points at it or is in it.
  for (const stay of ["pointerenter", "focusin"]) box.addEventListener(stay, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"])
    box.addEventListener(go, () => (timer = setTimeout(leave, LASTS_MS)));
}

document.addEventListener("fairline:toast", (event) => toast(event.detail.text, event.detail));

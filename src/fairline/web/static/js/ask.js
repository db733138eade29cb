// Asks "are you sure" in a dialog of our own. Resolves to true or false.

export function confirmed(text, yes = "Yes, do it") {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", text);
  const words = document.createElement("p");
  words.textContent = text;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog-foot";
  for (const [value, label, kind] of [
    ["no", "Cancel", "btn"],
    ["yes", yes, "btn btn-primary"],
  ]) {
    const button = document.createElement("button");
    button.className = kind;
    button.value = value;
    button.textContent = label;
    form.append(button);
  }
  dialog.append(words, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

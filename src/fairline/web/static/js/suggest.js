// A list of suggestions under a text box: colleagues after @, saved replies after / or a button.
// The box keeps the focus; arrows choose, Enter or Tab takes, Escape closes (ARIA combobox pattern).

let made = 0;

export class Suggestions {
  #items = [];
  #at = 0;

  /** onTake(item). Items are {text, note, …}. */
  constructor(field, onTake) {
    this.field = field;
    this.onTake = onTake;
    this.list = document.createElement("div");
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.list.id = `suggestions-${(made += 1)}`;
    this.list.dataset.own = "";
    this.list.hidden = true;
    field.after(this.list);
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  show(items) {
    this.#items = items;
    if (!items.length) return this.close();
    this.list.hidden = false;
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.list.replaceChildren(...items.map((item, at) => this.#option(item, at)));
    this.#mark(0);
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  #option(item, at) {
    const option = document.createElement("div");
    option.className = "menu-item";
    option.setAttribute("role", "option");
    option.id = `${this.list.id}-${at}`;
    const text = document.createElement("span");
    text.textContent = item.text;
    const note = document.createElement("span");
    note.className = "faint clip push";
    note.textContent = item.note ?? "";
    option.append(text, note);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(at);
    });
    return option;
  }

  #mark(at) {
    this.#at = (at + this.#items.length) % this.#items.length;
    [...this.list.children].forEach((option, here) => option.setAttribute("aria-selected", String(here === this.#at)));
    const chosen = this.list.children[this.#at];
    chosen.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", chosen.id);
  }

  #take(at) {
    this.close();
    this.onTake(this.#items[at]);
  }

  #key(event) {
    if (!this.isOpen) return;
    if (event.key === "ArrowDown") this.#mark(this.#at + 1);
    else if (event.key === "ArrowUp") this.#mark(this.#at - 1);
    else if ((event.key === "Enter" && !event.metaKey && !event.ctrlKey) || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

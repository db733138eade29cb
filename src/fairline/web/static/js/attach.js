// Files to send: listed with their sizes, added by choosing, dropping or pasting, taken back one by
// one. The file input stays the truth, so a plain submit sends them.

import { toast } from "./toast.js";

const size = (bytes) =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

class Attach {
  constructor(box) {
    this.input = box.querySelector('input[type="file"]');
    this.limit = Number(box.dataset.limit) || Infinity;
    this.form = this.input.form;
    this.chosen = [];
    this.list = document.createElement("ul");
    this.list.className = "files";
    this.list.dataset.own = "";
    this.list.setAttribute("aria-label", "Files to send");
    (box.closest(".row, .ask-row") ?? box).after(this.list);
    this.input.addEventListener("change", () => this.add(this.input.files));
    this.form.addEventListener("dragover", (event) => this.over(event));
    this.form.addEventListener("dragleave", () => this.form.classList.remove("is-dropping"));
    this.form.addEventListener("drop", (event) => this.drop(event));
    this.form.addEventListener("paste", (event) => this.paste(event));
    this.form.addEventListener("reset", () => this.set([]));
    this.form.addEventListener("fairline:sent", (event) => event.detail.ok && this.set([]));
  }

  over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    this.form.classList.add("is-dropping");
  }

  drop(event) {
    this.form.classList.remove("is-dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add(event.dataTransfer.files);
  }

  paste(event) {
    const files = event.clipboardData?.files;
    if (!files?.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.add(files);
  }

  add(files) {
    const fits = [...files].filter((file) => file.size <= this.limit);
    for (const file of files)
      if (file.size > this.limit)
        toast(`${file.name} is ${size(file.size)}; at most ${size(this.limit)} can be sent.`, { tone: "late" });
    const chosen = new Set(this.chosen.map((file) => `${file.name} ${file.size} ${file.lastModified}`));
    this.set([...this.chosen, ...fits.filter((f) => !chosen.has(`${f.name} ${f.size} ${f.lastModified}`))]);
  }

  set(files) {
    this.chosen = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
    this.list.replaceChildren(...files.map((file) => this.row(file)));
  }

  row(file) {
    const row = document.createElement("li");
    row.className = "file";
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.type) && file.size < 8e6) row.append(preview(file));
    const name = document.createElement("span");
    name.className = "clip";
    name.textContent = file.name;
    const weight = document.createElement("span");
    weight.className = "faint num";
    weight.textContent = size(file.size);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn-quiet btn-icon btn-small";
    remove.setAttribute("aria-label", `Take back ${file.name}`);
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      this.set(this.chosen.filter((other) => other !== file));
      this.input.focus();
    });
    row.append(name, weight, remove);
    return row;
  }
}

function preview(file) {
  const image = document.createElement("img");
  image.alt = "";
  const reader = new FileReader(); // a data: address, which the content policy allows
  reader.addEventListener("load", () => (image.src = reader.result));
  reader.readAsDataURL(file);
  return image;
}

const known = new WeakSet();

export function startAttach() {
  for (const box of document.querySelectorAll("[data-attach]")) {
    if (known.has(box)) continue;
    known.add(box);
    new Attach(box);
  }
}

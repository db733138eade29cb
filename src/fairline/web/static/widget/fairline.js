/* Fairline's widget: ask and follow from any site, with one line:
     <script src="https://help.example.com/widget/fairline.js" data-inbox="INBOX_ID" async></script>
   Optional: data-side="left", data-theme="light|dark", data-label="Ask us", data-server="https://…".
   The site's Content-Security-Policy needs script-src and connect-src for the help host; nothing else:
   no inline style, no images, no frames, no cookies. The secret link stays in this site's storage. */
(() => {
  "use strict";
  if (customElements.get("fairline-widget")) return;

  const script = document.currentScript;
  const POLL_OPEN_MS = 15_000;
  const POLL_CLOSED_MS = 60_000;
  const SILENT_MS = 50_000;
  const MAX_FILE = 26_214_400;

  const CSS = `
:host { all: initial; --paper: #fbfaf7; --sheet: #fff; --ink: #1d1b18; --ink-2: #57534c; --rule: #e4e0d7;
  --edge: #8b857a; --soft: #f3f1eb; --late: #b3261e; --private: #0d6457; --public: #1a5fb4; color-scheme: light;
  font: 400 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { --paper: #151412; --sheet: #1c1b18; --ink: #edeae3;
  --ink-2: #b7b1a5; --rule: #322f2a; --edge: #78726a; --soft: #26241f; --late: #f2938c; --private: #5cc2ae;
  --public: #8ab8f5; color-scheme: dark; } }
:host([theme=dark]) { --paper: #151412; --sheet: #1c1b18; --ink: #edeae3; --ink-2: #b7b1a5; --rule: #322f2a;
  --edge: #78726a; --soft: #26241f; --late: #f2938c; --private: #5cc2ae; --public: #8ab8f5; color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ul, h2 { margin: 0; padding: 0; }
.bubble { position: fixed; z-index: 2147483000; right: 20px; bottom: 20px; display: flex; gap: 8px; align-items: center;
  min-height: 48px; padding: 0 18px; border: 2px solid var(--sheet); border-radius: 99px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 4px 18px rgb(0 0 0 / .22); }
.count { min-width: 20px; padding: 0 6px; border-radius: 99px; background: var(--sheet); color: var(--ink);
  font-size: 12px; line-height: 20px; text-align: center; }
.panel { position: fixed; z-index: 2147483001; right: 20px; bottom: 20px; display: flex; flex-direction: column;
  width: min(390px, calc(100vw - 24px)); height: min(620px, calc(100vh - 40px)); border: 1px solid var(--rule);
  border-radius: 14px; background: var(--paper); overflow: hidden; box-shadow: 0 18px 60px rgb(0 0 0 / .3); }
:host([side=left]) .bubble, :host([side=left]) .panel { right: auto; left: 20px; }
header { display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 16px; border-bottom: 1px solid var(--rule);
  background: var(--sheet); }
h2 { flex: 1; min-width: 0; font-size: 15px; font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.quiet { min-width: 40px; min-height: 40px; border: 0; border-radius: 8px; background: none; color: var(--ink-2); font: inherit;
  font-size: 14px; cursor: pointer; } .attach .quiet { display: inline-grid; align-items: center; padding: 0 6px; margin-left: -6px; }
.quiet:hover { background: var(--soft); color: var(--ink); }
.main { flex: 1; overflow: auto; padding: 16px; overscroll-behavior: contain; }
.stack { display: grid; gap: 12px; grid-template-columns: minmax(0, 1fr); align-content: start; }
.stack > p:empty { display: none; } .ask { gap: 12px; font-size: 18px; line-height: 1.3; }
::placeholder { color: var(--ink-2); opacity: 1; }
form.foot { padding: 12px 16px; border-top: 1px solid var(--rule); background: var(--sheet); }
label { display: grid; gap: 4px; font-size: 13px; font-weight: 600; }
textarea, input[type=text], input[type=email] { width: 100%; padding: 9px 11px; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--sheet); color: var(--ink); font: inherit; font-size: 15px; font-weight: 400; resize: vertical; }
textarea { min-height: 96px; } .foot textarea { min-height: 64px; max-height: 200px; }
summary { color: var(--ink-2); font-size: 13px; cursor: pointer; } details[open] > summary { margin-bottom: 8px; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
.send { margin-left: auto; min-height: 40px; padding: 0 18px; border: 0; border-radius: 8px; background: var(--accent);
  color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; } .send[aria-disabled=true] { opacity: .65; cursor: progress; }
.attach { position: relative; } .attach input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; font-size: 0; }
.attach:focus-within .quiet { outline: 2px solid var(--ink); }
.small { color: var(--ink-2); font-size: 13px; } .problem { color: var(--late); font-size: 13px; font-weight: 600; }
.place { padding: 12px 14px; border: 1px solid var(--rule); border-radius: 12px; background: var(--sheet); display: flex; gap: 14px;
  align-items: center; } .place b { font-size: 26px; line-height: 1; font-variant-numeric: tabular-nums; white-space: nowrap; }
.message { padding-left: 12px; border-left: 3px solid var(--private); } .message.public { border-left: 6px double var(--public); }
.message .who { font-weight: 600; } .said { white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: inherit; overflow-wrap: anywhere; } ul { list-style: none; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
@media (max-width: 480px) { .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
  :host([side=left]) .panel { left: 0; } }
@media (prefers-reduced-motion: no-preference) { .panel { animation: rise 140ms ease-out; } }
@keyframes rise { from { opacity: 0; translate: 0 8px; } }
@media print { .bubble, .panel { display: none; } }
@media (forced-colors: active) { .bubble, .send, .panel { border: 2px solid CanvasText; } }`;

  /** An element: properties by name, `on…` as listeners, attributes otherwise. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child != null && child !== false));
    return element;
  }

  /** Text with its web addresses as links. Never HTML: nothing a message holds can run here. */
  function linked(text) {
    return text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]])/).map((part, at) =>
      at % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part,
    );
  }

  function ago(at) {
    const minutes = Math.round((Date.now() - new Date(at)) / 60_000);
    if (minutes < 1) return "now";
    if (minutes < 60) return `${minutes} min`;
    return minutes < 36 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
  }

  function size(bytes) {
    return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }

  /** Black or white, whichever reads better on the brand's colour. */
  function onColour(hex) {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
  }

  class Problem extends Error {
    constructor(text, status) {
      super(text);
      this.status = status;
    }
  }

  class Widget extends HTMLElement {
    #root = this.attachShadow({ mode: "closed" });
    #sheet = new CSSStyleSheet();
    #kept = {};
    #thread = null;
    #config = null;
    #stream = null;
    #last = "";
    #timer = 0;
    #soon = 0;
    #typed = 0;
    #files = [];

    connectedCallback() {
      if (this.panel) return; // moved within the page
      this.inbox = this.getAttribute("inbox");
      this.server = this.getAttribute("server");
      this.#root.adoptedStyleSheets = [this.#sheet];
      this.#kept = this.#read();
      addEventListener("online", () => this.#follow());
      document.addEventListener("visibilitychange", () => this.#follow());
      this.#begin();
    }

    /** For the site's own buttons: document.querySelector("fairline-widget").open() */
    open() {
      if (!this.#config || !this.panel.hidden) return;
      this.panel.hidden = false;
      this.bubble.hidden = true;
      this.#draw();
      this.#root.querySelector("textarea")?.focus();
      this.#follow();
    }

    close() {
      this.panel.hidden = true;
      this.bubble.hidden = false;
      this.bubble.focus();
      this.#follow();
    }

    async #begin() {
      try {
        this.#config = await this.#ask("config");
      } catch (error) {
        console.warn(`Fairline: ${error.message}`);
        return;
      }
      const accent = /^#[0-9a-f]{6}$/i.test(this.#config.accent) ? this.#config.accent : "#0d6457";
      this.#sheet.replaceSync(`${CSS}\n:host { --accent: ${accent}; --on-accent: ${onColour(accent)}; }`);
      this.#frame();
      if (this.#kept.token) await this.#refresh();
      this.#follow();
    }

    // What this site's storage keeps: token, address, last message seen, half-typed words and their key.
    #read() {
      try {
        return JSON.parse(localStorage.getItem(`fairline:${this.inbox}`)) ?? {};
      } catch {
        return {};
      }
    }

    #keep(changes) {
      Object.assign(this.#kept, changes);
      try {
        localStorage.setItem(`fairline:${this.inbox}`, JSON.stringify(this.#kept));
      } catch {
        // Storage is forbidden here: it holds as long as the page is open.
      }
    }

    async #ask(path, { body, form } = {}) {
      const headers = { Accept: "application/json" };
      // A further question is known to be by the same person, so that asking twice has one place.
      const held = this.#kept.token ?? this.#kept.held;
      if (held) headers.Authorization = `Bearer ${held}`;
      if (body) headers["Content-Type"] = "application/json";
      let answer;
      try {
        answer = await fetch(`${this.server}/widget/${this.inbox}/${path}`, {
          method: body || form ? "POST" : "GET",
          body: form ?? (body && JSON.stringify(body)),
          headers,
          credentials: "omit",
          cache: "no-store",
          referrerPolicy: "origin",
        });
      } catch {
        throw new Problem("You seem to be offline. What you typed is kept here.", 0);
      }
      const said = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Problem(said.error?.text ?? "That did not work. Try again.", answer.status);
      return said;
    }

    #frame() {
      const { brand } = this.#config;
      const label = this.getAttribute("label") ?? `Ask ${brand}`;
      this.count = h("span", { class: "count", hidden: true });
      this.bubble = h("button", { class: "bubble", type: "button", "aria-haspopup": "dialog", onclick: () => this.open() }, label, this.count);
      this.main = h("div", { class: "main stack" });
      this.foot = h("div");
      this.panel = h(
        "section",
        { class: "panel", role: "dialog", "aria-label": brand, hidden: true, onkeydown: (event) => this.#key(event) },
        h(
          "header",
          {},
          h("h2", {}, brand),
          (this.another = h("button", { class: "quiet", type: "button", hidden: true, onclick: () => this.#forget() }, "New question")),
          h("button", { class: "quiet", type: "button", "aria-label": "Close", onclick: () => this.close() }, "✕"),
        ),
        this.main,
        this.foot,
      );
      this.#root.append(this.bubble, this.panel);
    }

    #key(event) {
      event.stopPropagation(); // the site's own single-key shortcuts are not meant
      if (event.key === "Escape") this.close();
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.target.form?.requestSubmit();
    }

    #draw() {
      this.another.hidden = !this.#thread;
      if (this.#thread) this.#drawThread();
      else this.#drawAsk();
    }

    #drawAsk(note = "") {
      const { brand, greeting, expected, can_mail } = this.#config;
      const text = h("textarea", { name: "text", required: true, rows: 5, placeholder: "Write it the way you would say it.", oninput: () => this.#keep({ text: text.value, key: null }) });
      text.value = this.#kept.text ?? "";
      const problem = h("p", { class: "problem", role: "alert" }, note);
      this.main.replaceChildren(
        h(
          "form",
          { class: "stack", onsubmit: (event) => this.#submit(event, problem, () => this.#askFirst(event.target)) },
          h("label", { class: "ask" }, greeting || "What can we help with?", text),
          h(
            "details",
            {},
            h("summary", {}, can_mail ? "Leave a name or mail address (optional)" : "Leave a name (optional)"),
            h(
              "div",
              { class: "stack" },
              h("label", {}, "Name", h("input", { type: "text", name: "name", autocomplete: "name", maxlength: 80 })),
              can_mail && h("label", {}, "Mail address", h("input", { type: "email", name: "mail", autocomplete: "email", maxlength: 254 })),
            ),
          ),
          problem,
          h("div", { class: "row" }, h("p", { class: "small" }, `Only you and ${brand} read this.`), h("button", { class: "send" }, "Send")),
          expected && h("p", { class: "small" }, expected),
        ),
      );
      this.foot.replaceChildren();
    }

    #drawThread() {
      this.place = h("div");
      this.log = h("div", { class: "stack", role: "log", "aria-live": "polite", "aria-label": "Messages" });
      this.writes = h("p", { class: "small", role: "status" });
      this.main.replaceChildren(this.place, this.log, this.writes);
      const problem = h("p", { class: "problem", role: "alert" });
      const chosen = h("p", { class: "small" });
      const text = h("textarea", { name: "text", rows: 2, "aria-label": "Your reply", placeholder: "Reply", oninput: () => this.#typing(text) });
      text.value = this.#kept.text ?? "";
      const picker = h("input", { type: "file", multiple: true, "aria-label": "Add a file", onchange: () => this.#choose(picker, chosen, problem) });
      this.foot.replaceChildren(
        h(
          "form",
          { class: "foot stack", onsubmit: (event) => this.#submit(event, problem, () => this.#say(text, chosen)) },
          problem,
          text,
          chosen,
          h(
            "div",
            { class: "row" },
            h("span", { class: "attach" }, h("span", { class: "quiet", "aria-hidden": "true" }, "Add a file"), picker),
            h("a", { class: "small", href: this.#thread.url ?? this.#kept.url, target: "_blank", rel: "noopener" }, "Open on a page"),
            h("button", { class: "send" }, "Send"),
          ),
        ),
      );
      this.#tell(true);
    }

    /** Put what is new into the open thread, leaving the reply box alone. */
    #tell(isFirst = false) {
      const { place, messages, state, owner } = this.#thread;
      const unseen = messages.filter((m) => m.from === "us" && !m.is_notice && (!this.#kept.seen || m.id > this.#kept.seen));
      this.#count(this.panel.hidden ? unseen.length : 0);
      if (this.panel.hidden) return;
      const words = {
        solved: "Solved. Write again and it opens anew.",
        closed: "Closed. Write again and it opens anew.",
        heard: "Heard, thank you. Somebody reads this; it does not stand in the line.",
        yours: "We wait for your answer.",
        ours: owner ? `${owner} is on it.` : "We are on it.",
      };
      const card = place
        ? h("div", { class: "place" }, h("b", {}, String(place.position)), h("p", { class: "small" }, place.text))
        : h("p", { class: "small" }, words[state] ?? "");
      if (card.textContent !== this.place.textContent) this.place.replaceChildren(card);
      const isAtEnd = this.main.scrollHeight - this.main.scrollTop - this.main.clientHeight < 80;
      const drawn = new Map([...this.log.children].map((child) => [child.dataset.id, child]));
      for (const message of messages.filter((m) => !m.is_notice)) {
        const old = drawn.get(message.id);
        const fresh = this.#message(message);
        if (!old) this.log.append(fresh);
        else if (old.textContent !== fresh.textContent) old.replaceWith(fresh);
      }
      if (isFirst || isAtEnd) this.main.scrollTop = this.main.scrollHeight;
      if (messages.length) this.#keep({ seen: messages.at(-1).id });
    }

    #count(unseen) {
      this.count.hidden = !unseen;
      this.count.textContent = unseen ? `${unseen} new` : "";
    }

    #message(m) {
      return h(
        "div",
        { class: m.is_public ? "message public" : "message", "data-id": m.id },
        h("p", {}, h("span", { class: "who" }, m.author), " ", h("span", { class: "small" }, ago(m.at), m.is_public ? ", public" : "")),
        h("p", { class: "said" }, linked(m.text)),
        m.files.length > 0 &&
          h("ul", {}, m.files.map((f) => h("li", {}, h("a", { href: f.url, target: "_blank", rel: "noopener" }, f.name), h("span", { class: "small" }, ` ${size(f.size)}`)))),
      );
    }

    async #submit(event, problem, work) {
      event.preventDefault();
      const button = event.target.querySelector(".send");
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      problem.textContent = "";
      // One key per wording: sent twice after a cut, it is taken once.
      if (!this.#kept.key) this.#keep({ key: crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now() });
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        problem.textContent = error.message;
      } finally {
        button.setAttribute("aria-disabled", "false");
      }
    }

    async #askFirst(form) {
      const [text, name, mail] = ["text", "name", "mail"].map((field) => form.elements[field]?.value.trim() ?? "");
      if (!text) throw new Problem("Write something first.", 422);
      const page_url = location.origin + location.pathname;
      const made = await this.#ask("cases", { body: { text, name, mail, page_url, key: this.#kept.key } });
      this.#keep({ token: made.token, url: made.url, reference: made.reference, text: "", key: null });
      await this.#refresh();
      this.#root.querySelector("textarea")?.focus();
      this.#follow();
    }

    async #say(text, chosen) {
      const words = text.value.trim();
      if (!words && !this.#files.length) throw new Problem("Write something first.", 422);
      if (this.#files.length) {
        const form = new FormData();
        form.append("text", words);
        form.append("key", this.#kept.key);
        for (const file of this.#files) form.append("files", file);
        this.#thread = await this.#ask("case/files", { form });
      } else this.#thread = await this.#ask("case/messages", { body: { text: words, key: this.#kept.key } });
      this.#keep({ text: "", key: null });
      this.#files = [];
      text.value = chosen.textContent = "";
      this.#tell(true);
    }

    #choose(picker, chosen, problem) {
      const tooLarge = [...picker.files].find((file) => file.size > MAX_FILE);
      problem.textContent = tooLarge ? `${tooLarge.name} is too large: at most ${size(MAX_FILE)}.` : "";
      this.#files = [...picker.files].filter((file) => file.size <= MAX_FILE);
      chosen.textContent = this.#files.map((file) => `${file.name} (${size(file.size)})`).join(", ");
    }

    #typing(text) {
      this.#keep({ text: text.value, key: null });
      if (Date.now() - this.#typed < 4000) return;
      this.#typed = Date.now();
      this.#ask("case/typing", { body: {} }).catch(() => {});
    }

    async #refresh() {
      try {
        this.#thread = await this.#ask("case");
      } catch (error) {
        if (error.status === 404 || error.status === 410) return this.#forget("That thread is no longer open here. Ask again.");
        return;
      }
      if (this.panel.hidden || this.log?.isConnected) this.#tell();
      else this.#draw();
    }

    /** Back to the ask form; the thread itself stays, under its link. */
    #forget(note = "") {
      this.#keep({ held: this.#kept.token, token: null, url: null, reference: null, seen: null, text: "", key: null });
      this.#thread = null;
      this.#last = "";
      this.log = null;
      this.#follow();
      this.another.hidden = true;
      this.#drawAsk(note);
      if (!this.panel.hidden) this.#root.querySelector("textarea").focus();
    }

    /** Open: a live stream, or looking every 15 s where streams do not get through. Closed: once a minute. */
    #follow() {
      clearTimeout(this.#timer);
      const isOpen = this.panel && !this.panel.hidden && !document.hidden;
      if (!isOpen || !this.#kept.token) {
        this.#stream?.abort();
        this.#stream = null;
      }
      if (!this.#kept.token || document.hidden) return;
      if (isOpen && !this.#stream) this.#listen();
      this.#timer = setTimeout(
        async () => {
          if (!this.#stream?.works) await this.#refresh();
          this.#follow();
        },
        isOpen ? POLL_OPEN_MS : POLL_CLOSED_MS,
      );
    }

    async #listen() {
      const stream = (this.#stream = new AbortController());
      let watch = 0;
      const look = () => {
        clearTimeout(watch);
        watch = setTimeout(() => stream.abort(), SILENT_MS);
      };
      try {
        const headers = { Accept: "text/event-stream", Authorization: `Bearer ${this.#kept.token}` };
        if (this.#last) headers["Last-Event-ID"] = this.#last;
        look();
        const since = encodeURIComponent(this.#thread?.cursor ?? "");
        const answer = await fetch(`${this.server}/widget/${this.inbox}/case/stream?since=${since}`, { headers, credentials: "omit", cache: "no-store", signal: stream.signal });
        if (!answer.ok) throw new Problem("", answer.status);
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = ""; ; look()) {
          const { done, value } = await reader.read();
          if (done) break;
          stream.works = true;
          const blocks = (rest + value.replaceAll("\r", "")).split("\n\n");
          rest = blocks.pop();
          blocks.forEach((block) => this.#hear(block));
        }
      } catch {
        // The poll carries on, and tries the stream again.
      }
      clearTimeout(watch);
      if (this.#stream === stream) this.#stream = null;
    }

    #hear(block) {
      const id = block.match(/^id: ?(.*)$/m)?.[1];
      if (id) this.#last = id;
      let data = {};
      try {
        data = JSON.parse(block.match(/^data: ?(.*)$/m)?.[1] ?? "{}");
      } catch {
        // Nothing in it that we need.
      }
      if (data.event === "typing") {
        if (this.writes) this.writes.textContent = data.name ? `${data.name} is writing an answer.` : "";
      } else if (data.event) {
        if (data.event === "message" && this.writes) this.writes.textContent = "";
        clearTimeout(this.#soon);
        this.#soon = setTimeout(() => this.#refresh(), 150);
        if (data.again_s) setTimeout(() => this.#refresh(), data.again_s * 1000);
      }
    }
  }

  customElements.define("fairline-widget", Widget);
  const { inbox, server, side, theme, label } = script?.dataset ?? {};
  if (!inbox) return;
  const place = () => {
    const widget = h("fairline-widget", { inbox, server: server ?? new URL(script.src).origin, side, theme, label });
    document.body.append(widget);
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();

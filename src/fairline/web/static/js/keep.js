// Half-typed text of `data-keep` fields outlives a reload, a cut-off and a mistaken click, in this
// tab only. It is forgotten when the page after sending arrives, not when sending begins: pages are
// never stored by the browser, so going back from a failed send would find an empty box.

const key = (field) => `fairline-text:${field.dataset.keep}`;
const known = new WeakSet();
const SENT = "fairline-sent";

function storage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null; // forbidden or full: the text is still on the page
  }
}

function forgetSent() {
  const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  storage((store) => {
    const sent = JSON.parse(store.getItem(SENT) ?? "[]");
    if (arrived) for (const name of sent) store.removeItem(name);
    store.removeItem(SENT);
  });
}

function keep(field) {
  known.add(field);
  const kept = storage((store) => store.getItem(key(field)));
  if (kept && !field.value) field.value = kept;
  field.addEventListener("input", () =>
    storage((store) => (field.value ? store.setItem(key(field), field.value) : store.removeItem(key(field)))),
  );
  field.form?.addEventListener("submit", () =>
    storage((store) => {
      const sent = JSON.parse(store.getItem(SENT) ?? "[]");
      store.setItem(SENT, JSON.stringify([...new Set([...sent, key(field)])]));
    }),
  );
  field.form?.addEventListener("fairline:sent", ({ detail }) => {
    if (detail.ok) storage((store) => store.removeItem(key(field)));
  });
}

export function startKeep() {
  forgetSent();
  const keepAll = () => {
    for (const field of document.querySelectorAll("[data-keep]")) if (!known.has(field)) keep(field);
  };
  keepAll();
  document.addEventListener("fairline:swapped", keepAll);
}

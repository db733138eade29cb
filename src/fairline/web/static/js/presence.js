// Says that this agent looks at the case, and shows who else does or is writing.

import { post } from "./net.js";

const EVERY_MS = 15_000;
const LASTS_MS = 35_000;
const WRITES = { private: "is writing an answer", public: "is writing a public answer", note: "is writing a note" };
const seen = new Map(); // case id -> Map(who -> {words, until})

function ping(state, keepalive = false) {
  const url = document.body.dataset.presenceUrl;
  if (url && !(state === "viewing" && document.hidden)) post(url, { state }, { keepalive }).catch(() => {});
}

function hear({ detail: { kind, data } }) {
  if (kind !== "presence" || !data.case_id) return;
  const people = seen.get(data.case_id) ?? new Map();
  seen.set(data.case_id, people);
  const doing = data.state === "typing" ? (WRITES[data.mode] ?? "is writing") : "is reading";
  if (data.state === "gone") people.delete(data.who);
  else people.set(data.who, { words: `${data.name || "The customer"} ${doing}`, until: Date.now() + LASTS_MS });
  tell();
}

function tell() {
  for (const place of document.querySelectorAll("[data-presence]")) {
    const people = seen.get(place.dataset.presence);
    if (!people) continue; // what the server wrote still holds
    for (const [who, { until }] of people) if (until < Date.now()) people.delete(who);
    const others = [...people].filter(([who]) => who !== place.dataset.me).map(([, { words }]) => words);
    place.dataset.own = "";
    place.hidden = !others.length;
    const text = others.join(" · ");
    if (place.textContent !== text) place.textContent = text;
  }
}

export function startPresence() {
  document.addEventListener("fairline:event", hear);
  setInterval(tell, 5000);
  if (!document.body.dataset.presenceUrl) return;
  ping("viewing");
  setInterval(() => ping("viewing"), EVERY_MS);
  document.addEventListener("visibilitychange", () => ping(document.hidden ? "gone" : "viewing", true));
  addEventListener("pagehide", () => ping("gone", true));
}

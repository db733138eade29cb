// Keeps <time data-time> true while the page stands open, and shows the reader's own clock.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const near = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The same words as the server's: now, 4 min, 3 h, 2 d, in 5 min. */
export function ago(at, now = Date.now()) {
  const apart = Math.abs(now - at);
  if (apart < 45_000) return "now";
  const span =
    apart < HOUR
      ? `${Math.max(1, Math.round(apart / MINUTE))} min`
      : apart < 36 * HOUR
        ? `${Math.round(apart / HOUR)} h`
        : apart < 60 * DAY
          ? `${Math.round(apart / DAY)} d`
          : `${Math.round(apart / (30 * DAY))} months`;
  return at < now ? span : `in ${span}`;
}

function words(at, style) {
  if (style === "day") return day.format(at);
  if (style !== "clock") return ago(at.getTime());
  const apart = Math.abs(Date.now() - at);
  if (at.toDateString() === new Date().toDateString()) return clock.format(at);
  return apart < 6 * DAY ? near.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

export function tellTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-time]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const text = words(at, element.dataset.time);
    if (element.textContent !== text) element.textContent = text;
    element.title = full.format(at);
  }
}

export function startTimes() {
  tellTimes();
  setInterval(() => document.hidden || tellTimes(), MINUTE / 2);
  document.addEventListener("visibilitychange", () => document.hidden || tellTimes());
  for (const name of ["fairline:swapped", "fairline:added"])
    document.addEventListener(name, ({ target }) => tellTimes(target.parentElement ?? document));
}

// Talking to our own server: the CSRF token, posts, and turning an answer into a document.

export function csrf(form) {
  return (
    form?.elements.namedItem("csrf")?.value ??
    document.querySelector('meta[name="csrf"]')?.content ??
    ""
  );
}

/** POST fields as a form. `keepalive` lets it finish while the page goes away. */
export function post(url, fields, { form, keepalive = false } = {}) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams({ csrf: csrf(form), ...fields }),
    keepalive,
    headers: { Accept: "application/json" },
  });
}

export async function getJson(url, signal) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** An inert document: nothing in it runs or loads. */
export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Whether an answer is the sign-in page in place of what was asked for. */
export function isSignedOut(answer) {
  return answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/desk/sign-in");
}

export function withQuery(url, fields) {
  const made = new URL(url, location.href);
  for (const [name, value] of Object.entries(fields)) made.searchParams.set(name, value);
  return made;
}

// Makes one element's content like another's, changing as little as it can: focus, typed text, open
// details, scroll and elements with the same id stay. Elements marked `data-own` belong to a script:
// they keep their content, and stay where they are when the other side does not know them.

/** `taken`: a form whose values have been sent, so that its fields take the new ones. */
export function morph(old, fresh, taken = null) {
  syncAttributes(old, fresh);
  syncChildren(old, fresh, taken);
}

export function morphChildren(old, fresh, taken = null) {
  syncChildren(old, fresh, taken);
}

function syncNode(old, fresh, taken) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  const isSent = taken && (taken.contains(old) || old.contains(taken));
  if (isOwn(old) || (old.isEqualNode(fresh) && !isSent)) return;
  const field = old.matches("input, textarea, select");
  if (field && isTyped(old) && !taken?.contains(old)) return;
  syncAttributes(old, fresh);
  if (field && syncField(old, fresh)) return;
  syncChildren(old, fresh, taken);
}

function isTyped(field) {
  if (field === document.activeElement) return true;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
}

function syncField(old, fresh) {
  if (old.matches("textarea")) {
    old.defaultValue = fresh.defaultValue;
    old.value = fresh.defaultValue;
    return true;
  }
  if (old.matches("select")) return false;
  if (old.type === "file") old.value = "";
  else if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.defaultChecked;
  else old.value = fresh.defaultValue;
  return true;
}

function syncAttributes(old, fresh) {
  // What the reader opened stays open.
  const keeps = old.matches("details, dialog") ? "open" : "";
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== keeps) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes])
    if (old.getAttribute(name) !== value && name !== keeps) old.setAttribute(name, value);
}

function syncChildren(old, fresh, taken) {
  const wanted = new Set([...fresh.children].map((child) => child.id).filter(Boolean));
  let here = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const match = findMatch(here, child, wanted);
    if (!match) {
      const added = document.importNode(child, true);
      old.insertBefore(added, here);
      if (added.nodeType === Node.ELEMENT_NODE)
        added.dispatchEvent(new CustomEvent("fairline:added", { bubbles: true }));
      continue;
    }
    if (match !== here) here = bringTo(old, match, here);
    syncNode(match, child, taken);
    here = match.nextSibling;
  }
  while (here) {
    const next = here.nextSibling;
    if (!isOwn(here)) here.remove();
    here = next;
  }
}

function findMatch(here, child, wanted) {
  for (let node = here; node; node = node.nextSibling) {
    if (child.id ? node.id === child.id : isAlike(node, child)) return node.nodeName === child.nodeName ? node : null;
    // Without an id only the next in order will do, past nodes that are leaving or a script's own.
    const isPassed = (node.id && !wanted.has(node.id)) || isOwn(node);
    if (!child.id && !isPassed && node.nodeType === Node.ELEMENT_NODE) return null;
  }
  return null;
}

function isAlike(node, child) {
  return !node.id && isOwn(node) === isOwn(child) && node.nodeType === child.nodeType && node.nodeName === child.nodeName;
}

function isOwn(node) {
  return node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-own");
}

/** Puts `match` where `here` is. One that holds the focus is not moved: the others make room. */
function bringTo(parent, match, here) {
  if (match.contains(document.activeElement)) {
    for (let node = here; node !== match; ) {
      const next = node.nextSibling;
      parent.append(node);
      node = next;
    }
  } else parent.insertBefore(match, here);
  return match;
}

// Runs before the first paint: says that scripts work and which theme was chosen.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("fairline-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's theme is right then.
}

// Offers the times of the reader's own clock, where it is not the one the page shows.

const place = document.querySelector("[data-own-zone]");
const choice = document.querySelector("#zone");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (place && choice && own && own !== choice.value && [...choice.options].some((one) => one.value === own)) {
  const link = place.querySelector("a");
  link.href += `?zone=${encodeURIComponent(own)}`;
  link.textContent = `Show the times of your device (${own.split("/").pop().replaceAll("_", " ")})`;
  place.hidden = false;
}

// Renews the tables of free places. A table that did not change is left alone, so that neither
// the focus nor what is being read aloud is disturbed.

const PAUSE = 8000;
const JITTER = 4000;

function soon(region) {
  setTimeout(() => renew(region), PAUSE + Math.random() * JITTER);
}

async function renew(region) {
  if (!document.hidden) {
    try {
      const answer = await fetch(region.dataset.availability, { credentials: "omit" });
      if (answer.ok) show(region, answer.headers.get("ETag"), await answer.text());
    } catch {
      // Offline for a moment: the next round asks again.
    }
  }
  soon(region);
}

function show(region, tag, html) {
  if (tag === region.dataset.tag) return;
  region.dataset.tag = tag;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  if (focused) (document.getElementById(focused) ?? region).focus({ preventScroll: true });
}

// On a narrow screen the week begins at today, not at days that are over.
function startAtToday(region) {
  const today = region.querySelector("[data-today]");
  const times = region.querySelector("thead th");
  if (today) region.scrollLeft = today.offsetLeft - times.offsetWidth;
}

document.querySelectorAll("[data-availability]").forEach((region) => {
  startAtToday(region);
  soon(region);
});

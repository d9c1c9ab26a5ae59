// How long seats are still held, second by second. The time of day stands beside it for everybody.
// Counted from when the page came: the clock of a phone may be wrong.

document.querySelectorAll("[data-seconds-left]").forEach((place) => {
  const end = Date.now() + place.dataset.secondsLeft * 1000;

  function show() {
    const left = Math.max(0, Math.floor((end - Date.now()) / 1000));
    place.textContent = left
      ? place.dataset.minutes.replace("%m", Math.floor(left / 60)).replace("%s", left % 60)
      : place.dataset.over;
    if (left) setTimeout(show, 1000);
  }

  show();
});

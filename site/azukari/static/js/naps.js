// A look falls due while the page stands open: then its row is marked and the number in the tab's title
// rises. Nothing is loaded anew, so that a page left alone still gives way to the door.
(() => {
  const page = document.querySelector("[data-naps]");
  if (!page) return;
  // By the server's clock, however the tablet's is set.
  const ahead = Date.now() - Date.parse(page.dataset.naps);
  const said = page.querySelector("[data-due-count]");
  const title = document.title;
  const look = () => {
    const now = Date.now() - ahead;
    const rows = [...page.querySelectorAll("[data-due]")];
    const due = rows.filter((row) => Date.parse(row.dataset.due) <= now);
    rows.forEach((row) => {
      const isDue = due.includes(row);
      row.classList.toggle("nap-due", isDue);
      row.querySelector("[data-due-words]").hidden = !isDue;
    });
    if (said.textContent !== String(due.length)) said.textContent = due.length;
    said.parentElement.classList.toggle("nap-due-now", due.length > 0);
    document.title = due.length ? `(${due.length}) ${title}` : title;
  };
  look();
  window.setInterval(look, 5000);
})();

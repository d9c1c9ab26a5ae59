// What makes a page kinder where scripts run; every page works without.

// A second tap on a button sends nothing twice. Coming back by the browser's button frees it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// After a refused form the list of errors is read first.
document.getElementById("error-summary")?.focus();

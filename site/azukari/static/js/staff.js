// `/` puts the cursor into the search field; on a narrow screen the menu starts folded; fields that
// search while one types get their label's name.
(() => {
  const search = document.querySelector("#searchbar, [data-search]");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !search) {
      return;
    }
    event.preventDefault();
    search.focus();
    search.select();
  });
  const narrow = window.matchMedia("(max-width: 1023px)");
  const folds = document.querySelectorAll(".nav-fold, #changelist-filter .filter-fold");
  const fold = () => folds.forEach((each) => { each.open = !narrow.matches; });
  fold();
  narrow.addEventListener("change", fold);
  // After the admin's own script has built those fields, which waits for jQuery.
  window.django?.jQuery?.(() => {
    document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const name = select.labels.length ? select.labels[0].textContent.trim() : "";
      const parts = select.parentElement.querySelectorAll(".select2-selection, .select2-selection__rendered");
      parts.forEach((part) => { part.setAttribute("aria-label", name); });
      parts[0]?.removeAttribute("aria-labelledby");
    });
  });
})();

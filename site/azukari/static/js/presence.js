// A terminal stands where others pass by: when nobody has acted for a while the page gives way to the
// door, and what was typed goes with it, kept for the same person. The server locks by itself; this
// takes the page off the screen. While somebody types, the server is told that they are still there.
(() => {
  // The page editor has no say over its body: there the script itself carries the values.
  const { idleSeconds, lock, present } = { ...document.body.dataset, ...document.currentScript.dataset };
  const idle = Number(idleSeconds) * 1000;
  // Out of the browser's memory of pages, a page may be another person's.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  if (!idle) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value
    ?? JSON.parse(document.querySelector("#wagtail-config")?.textContent ?? "{}").CSRF_TOKEN ?? "";
  const often = Math.min(60000, idle / 4);
  let acted = Date.now();
  let told = acted;
  let typed = null;

  const leave = () => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = lock;
    const fields = typed?.isConnected ? [...new FormData(typed)] : [];
    const own = [["csrfmiddlewaretoken", token], ["idle", window.location.pathname]];
    [...own, ...fields.filter(([name]) => name !== "csrfmiddlewaretoken")].forEach(([name, value]) => {
      if (typeof value !== "string") return;
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    });
    document.body.append(form);
    form.submit();
  };

  const tell = async () => {
    told = Date.now();
    try {
      const answer = await fetch(present, {
        method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual",
      });
      if (answer.type === "opaqueredirect") leave();
    } catch { /* No line just now: the next key tries again. */ }
  };

  const act = () => {
    acted = Date.now();
    if (acted - told > often) tell();
  };
  ["keydown", "pointerdown"].forEach((kind) => document.addEventListener(kind, act, { passive: true }));
  document.addEventListener("input", (event) => {
    const form = event.target.closest("main form[method=post]");
    if (form) typed = form;
  });
  const watch = window.setInterval(() => {
    if (Date.now() - acted <= idle) return;
    window.clearInterval(watch);
    leave();
  }, 2000);
})();

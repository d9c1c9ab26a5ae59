// Passkeys: asks the browser for a key, puts its answer into the form and sends it.

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    const credential = form.elements.credential;
    if (credential.value) {
      return;
    }
    // Before the page's own listener, which lets a form be sent once only.
    event.preventDefault();
    event.stopPropagation();
    try {
      credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      form.querySelector("[data-passkey-failed]").hidden = false;
    }
  });
});

async function ask(form) {
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return window.webauthnJSON.get((await answer.json()).request_options);
  }
  const data = JSON.parse(document.getElementById("passkey-data").textContent);
  return form.dataset.passkey === "create"
    ? window.webauthnJSON.create(data.creation_options)
    : window.webauthnJSON.get(data.request_options);
}

// Passkeys: the form asks the browser's authenticator and sends its answer. The
// page offers the other ways to sign in where this file does not run. The way
// "get" asks at once; "ask", as where a code is the other way, waits for a press.
const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list) => (list || []).map((c) => ({...c, id: bytes(c.id)}));

// ask gives the authenticator's answer as the JSON of WebAuthn Level 3, 5.1.8.
const ask = async (create, o) => {
  o.challenge = bytes(o.challenge);
  if (create) {
    o.user.id = bytes(o.user.id);
    o.excludeCredentials = ids(o.excludeCredentials);
  } else {
    o.allowCredentials = ids(o.allowCredentials);
  }
  const c = await navigator.credentials[create ? "create" : "get"]({publicKey: o});
  const response = {clientDataJSON: text(c.response.clientDataJSON)};
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (c.response[name]) response[name] = text(c.response[name]);
  }
  if (c.response.getTransports) response.transports = c.response.getTransports();
  return JSON.stringify({id: c.id, rawId: text(c.rawId), type: c.type, response,
    authenticatorAttachment: c.authenticatorAttachment || undefined, clientExtensionResults: c.getClientExtensionResults()});
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = document.getElementById(form.dataset.failed);
  if (!window.PublicKeyCredential) {
    failed.hidden = false;
    continue;
  }
  form.addEventListener("submit", async (e) => {
    if (form.elements.answer.value) return;
    e.preventDefault();
    failed.hidden = true;
    try {
      form.elements.answer.value = await ask(form.dataset.passkey === "create", JSON.parse(form.dataset.options).publicKey);
      form.requestSubmit();
    } catch {
      failed.hidden = false;
      failed.focus();
    }
  });
  if (form.dataset.passkey === "get") form.requestSubmit();
}

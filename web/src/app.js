// What scripts add. Every page works without this file.

// A menu closes by Escape and by a press outside it.
const openMenus = () => document.querySelectorAll("details.w-menu[open], details.w-nav-small[open]");
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (e) => {
  for (const menu of openMenus()) if (!menu.contains(e.target)) menu.open = false;
});

// Copy buttons appear where there is a clipboard.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.querySelector("[role=status]").textContent = button.dataset.done;
  });
}

// A form is sent once, even under a nervous finger; after three seconds it may
// be sent again, in case nothing came back.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) e.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// The help pages open without a network after one visit.
if (location.pathname === "/help" || location.pathname.startsWith("/help/")) {
  navigator.serviceWorker?.register("/worker.js", { scope: "/help" }).catch(() => {});
}

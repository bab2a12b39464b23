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

// A form is sent once, even under a nervous finger. The mark goes when the
// browser shows the page again from its memory.
document.addEventListener("submit", (e) => {
  if (e.defaultPrevented || e.target.method === "get") return;
  if (e.target.dataset.sent) e.preventDefault();
  e.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The help pages without a network. They are fetched without the reader's
// session and kept as a visitor sees them; the network comes first as long as it
// answers within four seconds.
const name = "ward-help-" + kept.version;
const patience = 4000;

const fetchOpen = (url) => fetch(url, { credentials: "omit", cache: "no-cache" });

async function keep(url) {
  const answer = await fetchOpen(url);
  if (answer.ok && !answer.redirected) await (await caches.open(name)).put(url, answer);
}

self.addEventListener("install", (e) => {
  e.waitUntil(Promise.all([...kept.pages, ...kept.files].map(keep)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    for (const old of await caches.keys()) if (old.startsWith("ward-help-") && old !== name) await caches.delete(old);
    await self.clients.claim();
  })());
});

const late = () => new Promise((_, fail) => setTimeout(() => fail(new Error("late")), patience));

// page gives the network's answer, else the one that is kept: with the numbers of
// the same country if that was visited, else without.
async function page(request, url) {
  try {
    return await Promise.race([fetch(request), late()]);
  } catch {
    const cache = await caches.open(name);
    return (await cache.match(url.pathname + url.search)) || (await cache.match(url.pathname)) || Response.error();
  }
}

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (e.request.mode === "navigate" && kept.pages.includes(url.pathname)) {
    e.respondWith(page(e.request, url));
    if (url.search) e.waitUntil(keep(url.pathname + url.search).catch(() => {}));
  } else if (kept.files.includes(url.pathname)) {
    e.respondWith(caches.match(e.request).then((found) => found || fetch(e.request)));
  }
});

// Keeps the page that stands there when femr cannot be reached, with its icons and typeface, and nothing else: no
// photo, no reading and no playlist ever passes into its cache. `{{version}}` is filled in by the server, so a new
// version of what is kept is a new worker, which takes the place of the old one at once.
(() => {
  "use strict";
  const worker = /** @type {any} */ (self);
  const CACHE = "femr-{{version}}";
  const PAGE = "./offline";
  const KEPT = [PAGE, "./fonts/Lexend.woff2", "./icons/icon-32.png", "./icons/icon-192.png"];
  const root = new URL("./", location.href);
  // The server says that answers vary by `Origin`, as others' may; these are the same for everybody.
  const found = (/** @type {Request | string} */ what) => caches.match(what, { ignoreVary: true });
  const kept = new Set(KEPT.map((path) => new URL(path, root).href));

  async function keep() {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEPT.map((path) => new Request(path, { cache: "reload" })));
    await worker.skipWaiting();
  }

  async function takeOver() {
    for (const name of await caches.keys()) {
      if (name.startsWith("femr-") && name !== CACHE) await caches.delete(name);
    }
    await worker.clients.claim();
  }

  /**
   * The page from the server, or the one for when it cannot be reached.
   * @param {Request} request
   */
  async function visit(request) {
    try {
      return await fetch(request);
    } catch {
      return (await found(PAGE)) ?? Response.error();
    }
  }

  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keep()));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeOver()));
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (request.method !== "GET" || address.origin !== root.origin) return;
    if (request.mode === "navigate" && address.pathname === root.pathname) event.respondWith(visit(request));
    else if (kept.has(address.href) && request.mode !== "navigate") {
      event.respondWith(found(request).then((file) => file ?? fetch(request)));
    }
  });
})();

// Hearts: songs that a visitor likes, kept in this browser alone.
(() => {
  "use strict";
  const KEY = "femr-hearts";
  const MOST = 500;

  /** @returns {string[]} */
  function liked() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
    } catch {
      return [];
    }
  }

  /** @param {string} song */
  function turn(song) {
    const before = liked();
    const now = before.includes(song) ? before.filter((each) => each !== song) : [...before, song].slice(-MOST);
    try {
      localStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // A browser that keeps nothing shows the heart until it is loaded again.
    }
    show(now);
  }

  /** @param {string[]} songs */
  function show(songs) {
    /** @type {NodeListOf<HTMLElement>} */
    const hearts = document.querySelectorAll("[data-heart]");
    for (const heart of hearts) {
      const pressed = String(songs.includes(heart.dataset.heart ?? ""));
      if (heart.getAttribute("aria-pressed") !== pressed) heart.setAttribute("aria-pressed", pressed);
    }
  }

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const heart = /** @type {Element} */ (event.target).closest("[data-heart]");
    if (heart) turn(heart.dataset.heart ?? "");
  });
  new MutationObserver(() => show(liked())).observe(document.documentElement, { childList: true, subtree: true });
})();

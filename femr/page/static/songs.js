// The list of songs by keyboard: one stop for Tab; up and down walk through the songs, left and right through what can be
// done with one.
(() => {
  "use strict";
  const STOPS = ".femr-play, .femr-heart, .femr-dots";

  /** @type {(within: ParentNode, selector: string) => HTMLElement[]} */
  const all = (within, selector) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);

  /** @type {(from: HTMLElement, key: string) => HTMLElement | undefined} */
  function neighbour(from, key) {
    const card = /** @type {HTMLElement} */ (from.closest(".femr-card"));
    const own = all(card, STOPS);
    if (key === "ArrowRight" || key === "ArrowLeft") return own[own.indexOf(from) + (key === "ArrowRight" ? 1 : -1)];
    const cards = all(document, ".femr-card:not([hidden])");
    const now = cards.indexOf(card);
    const steps = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: cards.length - 1 };
    if (!(key in steps)) return undefined;
    const next = cards[(steps[/** @type {keyof typeof steps} */ (key)] + cards.length) % cards.length];
    const stops = all(next, STOPS);
    return stops.find((each) => each.classList[0] === from.classList[0]) ?? stops[0];
  }

  document.addEventListener("keydown", (event) => {
    const from = event.target instanceof HTMLElement && event.target.matches(STOPS) ? event.target : null;
    const next = from && neighbour(from, event.key);
    if (!next) return;
    next.focus();
    event.preventDefault();
  });

  /** @param {HTMLElement} here */
  function stopAt(here) {
    for (const each of all(document, STOPS)) each.tabIndex = each === here ? 0 : -1;
  }

  // Where the focus is, Tab comes back to.
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement && event.target.matches(STOPS)) stopAt(event.target);
  });

  // With a song, the stop may be hidden: the next song has it then.
  femr.songList = {
    keepStop() {
      const lost = all(document, STOPS).find((each) => each.tabIndex === 0 && each.closest(".femr-card[hidden]"));
      const cards = all(document, ".femr-card:not([hidden])");
      if (!lost || !cards.length) return;
      const follows = (/** @type {HTMLElement} */ card) =>
        lost.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING;
      stopAt(all(cards.find(follows) ?? cards[cards.length - 1], STOPS)[0]);
    },
    focus() {
      const stop = all(document, STOPS).find((each) => each.tabIndex === 0 && each.checkVisibility());
      stop?.focus({ preventScroll: true });
    },
  };
})();

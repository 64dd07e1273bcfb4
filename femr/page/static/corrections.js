// Not right? What a face was meant to show, in the visitor's own words: kept in this browser alone, so that a profile can
// learn from it. Of the face there are the six shares that were read, and which network read them; no picture.
(() => {
  "use strict";
  const KEY = "femr-corrections";
  const MOST = 200; // the oldest gives way

  /** @type {(each: any) => boolean} */
  const sound = (each) =>
    Number.isFinite(each?.at) &&
    typeof each.emotion === "string" &&
    typeof each.network === "string" &&
    Array.isArray(each.shares) &&
    each.shares.length === 6 &&
    each.shares.every(Number.isFinite);

  /** @returns {FemrCorrection[]} */
  function all() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept.filter(sound) : [];
    } catch {
      return []; // a browser that keeps nothing for us, or something else than ours
    }
  }

  /** @param {FemrCorrection[]} corrections */
  function keep(corrections) {
    try {
      if (corrections.length) localStorage.setItem(KEY, JSON.stringify(corrections.slice(-MOST)));
      else localStorage.removeItem(KEY);
    } catch {
      // The songs follow all the same.
    }
  }

  /** The reading of the face that the music is for; none of one of the page's own pictures. */
  function reading() {
    /** @type {HTMLElement | null} */
    const told = document.querySelector("#femr-result [data-shares]");
    if (!told) return null;
    return { shares: JSON.parse(told.dataset.shares ?? "[]"), network: told.dataset.network ?? "" };
  }

  /** @type {(correction: { shares: number[], network: string }) => string} */
  const face = ({ shares, network }) => JSON.stringify([shares, network]);

  /** Whether the visitor calls the face their own, so that their profile learns from it. */
  const isMine = () => /** @type {HTMLInputElement | null} */ (document.querySelector("#femr-mine input"))?.checked;

  /** @param {string} emotion that the face was meant to show; empty to take that back */
  function correct(emotion) {
    const read = reading();
    if (read) {
      const others = all().filter((each) => face(each) !== face(read));
      keep(emotion ? [...others, { at: Date.now(), emotion, ...read }] : others);
      if (emotion && isMine()) femr.profile.correct([{ emotion, ...read }]);
    }
    femr.look();
    femr.call("meant", { emotion: emotion || null });
  }

  femr.corrections = { all, forget: (at) => keep(all().filter((each) => each.at !== at)) };

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const said = /** @type {Element} */ (event.target).closest("button[data-meant]");
    if (said) correct(said.dataset.meant ?? "");
  });
})();

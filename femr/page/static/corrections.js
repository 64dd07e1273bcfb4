// Not right? What a face was meant to show, in the visitor's own words: kept in this browser alone. Of the face there are
// the six shares that were read, and which network read them; no picture. Where the visitor calls it their own, their
// profile learns from it, for as long as it is kept here.
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

  const own = () => all().filter(({ mine }) => mine);

  /** Whether the visitor calls the face their own, so that their profile learns from it. */
  const isMine = () =>
    Boolean(femr.profile.text()) &&
    /** @type {HTMLInputElement | null} */ (document.querySelector("#femr-mine input"))?.checked === true;

  // Keeps these, and has the profile follow where it concerns the visitor's own face.
  /** @param {FemrCorrection[]} corrections */
  function change(corrections) {
    const [before, after] = [own(), corrections.filter(({ mine }) => mine)];
    keep(corrections);
    const told = new Set(before.map(({ at }) => at));
    const added = after.some(({ at }) => !told.has(at));
    if (added || after.length < before.length) femr.profile.relearn(added);
  }

  /** @param {string} emotion that the face was meant to show; empty to take that back */
  function correct(emotion) {
    const [read, mine] = [reading(), isMine()];
    femr.look();
    femr.call("meant", { emotion: emotion || null }); // the songs come first
    if (!read) return;
    const others = all().filter((each) => face(each) !== face(read));
    change(emotion ? [...others, { at: Date.now(), emotion, ...read, ...(mine && { mine }) }] : others);
  }

  // The face that was corrected is the visitor's own after all, or is not.
  /** @param {boolean} mine */
  function claim(mine) {
    const read = reading();
    const said = read && all().find((each) => face(each) === face(read));
    if (said) change(all().map((each) => (each.at === said.at ? { ...each, mine } : each)));
  }

  femr.corrections = {
    all,
    own,
    forget: (at) => change(all().filter((each) => each.at !== at)),
    disown: () => keep(all().map((each) => ({ ...each, mine: false }))),
  };
  femr.profile?.catchUp();

  document.addEventListener("change", ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (input.matches("#femr-mine input")) claim(input.checked);
  });
  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const said = /** @type {Element} */ (event.target).closest("button[data-meant]");
    if (said) correct(said.dataset.meant ?? "");
  });
})();

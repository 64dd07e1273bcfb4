// What femr knows of the visitor's face. It lives in this browser alone, goes along with events while it is switched on,
// and is learnt anew by the server from the lessons that are kept beside it: shares, and what they were meant to show.
// What was corrected on the visitor's own face teaches as well, for as long as corrections.js keeps it.
(() => {
  "use strict";
  const KEY = "femr-profile";
  const MOST = 60; // lessons that are kept, as in teaching.py
  const MOST_CORRECTIONS = 20; // that teach beside them, as there
  const LONGEST = 20_000; // characters of a file, as in profile.py
  const root = document.documentElement;
  /** @type {KeptProfile} */
  const NOTHING = { on: true, profile: null, lessons: [] };
  /** @type {Map<string, { done: (answer: TaughtAnswer) => void, on?: boolean }>} */
  const waiting = new Map(); // with whether what comes is switched on
  let asked = 0;
  let kept = read();

  /** @returns {KeptProfile} */
  function read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "null");
      return found?.profile && Array.isArray(found.lessons) ? found : NOTHING;
    } catch {
      return NOTHING; // a browser that keeps nothing for us, or somebody else's words
    }
  }

  /** @param {KeptProfile} now */
  function keep(now) {
    kept = now;
    try {
      if (now.profile) localStorage.setItem(KEY, JSON.stringify(now));
      else localStorage.removeItem(KEY);
    } catch {
      // It holds until the page is loaded again.
    }
    show();
  }

  const text = () => (kept.on && kept.profile ? JSON.stringify(kept.profile) : "");

  function show() {
    root.dataset.profile = kept.profile ? (kept.on ? "on" : "off") : "none";
    for (const each of document.querySelectorAll("[data-profile-switch]"))
      /** @type {HTMLInputElement} */ (each).checked = kept.on;
    femr.tellAlong();
  }

  /** @type {Femr["profile"]["teach"]} */
  function teach({ lessons = [], photos = [], anew = false }) {
    const token = `${Date.now()}-${(asked += 1)}`;
    const all = [...(anew ? [] : kept.lessons), ...lessons].slice(-MOST);
    const corrections = femr.corrections.own().slice(-MOST_CORRECTIONS);
    const more = anew || lessons.length > 0 || photos.length > 0;
    return new Promise((done) => {
      waiting.set(token, { done, on: more ? true : undefined });
      const network = anew ? null : (kept.profile?.network ?? null); // which has read what is kept
      femr.call("teach", { token, lessons: all, photos, corrections, network });
    });
  }

  // What was corrected has changed. Until the profile has been learnt anew, that is due: a correction that was taken back
  // must not stay in it. A profile from a file has no lessons that could be learnt anew, and no correction in it.
  /** @type {Femr["profile"]["relearn"]} */
  async function relearn(added) {
    if (!kept.profile || !kept.lessons.length) return;
    keep({ ...kept, due: true });
    const { profile, lost, left_out } = await teach({});
    if (lost) return;
    if (!profile && !added) return forget(); // what cannot be learnt anew is not kept either
    if (!profile) return keep({ ...kept, due: false });
    const { learnt, kept: unused, unlearnt } = words() ?? {};
    femr.tell((added ? (left_out ? unused : learnt) : unlearnt) ?? "");
  }

  function catchUp() {
    if (kept.due && femr.corrections) relearn(false);
  }

  /** @param {string} answer */
  function answered(answer) {
    /** @type {TaughtAnswer} */
    const { token, profile, lessons, left_out } = JSON.parse(answer || "{}");
    const { done, on = kept.on } = waiting.get(token) ?? {};
    if (!done) return; // of another page, or too late
    waiting.delete(token);
    if (profile) keep({ on, profile, lessons: lessons ?? [] });
    done({ token, profile, lessons, left_out });
  }

  function lost() {
    for (const [token, { done }] of waiting) done({ token, lost: true });
    waiting.clear();
  }

  function save() {
    const file = new Blob([JSON.stringify(kept.profile, null, 1)], { type: "application/json" });
    femr.download("femr-profile.json", file);
  }

  const words = () => /** @type {HTMLElement | null} */ (document.querySelector(".femr-profile-tools"))?.dataset;

  // What is being learnt is not to come back, nor what was corrected.
  function forget() {
    for (const [token, { done }] of waiting) done({ token });
    waiting.clear();
    femr.corrections.disown();
    keep(NOTHING);
    femr.tell(words()?.forgotten ?? "");
  }

  /** @param {File} file */
  async function bring(file) {
    if (file.size > LONGEST) return femr.tell(words()?.large ?? "");
    const token = `${Date.now()}-${(asked += 1)}`;
    const profile = await file.text();
    waiting.set(token, { done: () => {}, on: true });
    femr.call("femr-profile-opened", { token, profile });
  }

  femr.profile = { text, teach, relearn, catchUp, answered, lost };

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-profile-do]");
    if (button?.dataset.profileDo === "export") save();
    if (button?.dataset.profileDo === "forget") forget();
  });
  document.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.matches("[data-profile-switch]")) keep({ ...kept, on: input.checked });
    if (!input.matches("[data-profile-file]") || !input.files?.length) return;
    bring(input.files[0]);
    input.value = "";
  });
  // Another tab of the page has learnt something, or forgotten it.
  window.addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== null) return;
    kept = read();
    show();
  });
  // Switches come once Gradio is there, and again in another language.
  document.addEventListener("toggle", show, true);
  show();
  catchUp();
})();

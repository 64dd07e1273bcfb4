// What femr knows of the visitor's face. It lives in this browser alone, goes along with events while it is switched on,
// and is learnt anew by the server from the lessons that are kept beside it: shares, and what they were meant to show.
(() => {
  "use strict";
  const KEY = "femr-profile";
  const MOST = 60; // lessons that are kept, as in teaching.py
  const LONGEST = 20_000; // characters of a file, as in profile.py
  const root = document.documentElement;
  /** @type {KeptProfile} */
  const NOTHING = { on: true, profile: null, lessons: [] };
  /** @type {Map<string, (answer: TaughtAnswer) => void>} */
  const waiting = new Map();
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
    return new Promise((done) => {
      waiting.set(token, done);
      const network = anew ? null : (kept.profile?.network ?? null); // which has read what is kept
      femr.call("teach", { token, lessons: all, photos, network });
    });
  }

  // Corrections are lessons too: the plain shares of the visitor's own face that was read wrongly, and what it shows.
  // A profile from a file has no lessons to add them to.
  /** @type {Femr["profile"]["correct"]} */
  async function correct(corrections) {
    const network = kept.profile?.network;
    const usable = corrections.filter((each) => !each.network || !network || each.network === network);
    if (!usable.length || (kept.profile && !kept.lessons.length)) return { token: "" };
    return teach({ lessons: usable.map(({ emotion, shares }) => ({ emotion, shares, sitting: "" })) });
  }

  /** @param {string} answer */
  function answered(answer) {
    /** @type {TaughtAnswer} */
    const { token, profile, lessons } = JSON.parse(answer || "{}");
    const done = waiting.get(token);
    if (!done) return; // of another page, or too late
    waiting.delete(token);
    if (profile) keep({ on: true, profile, lessons: lessons ?? [] });
    done({ token, profile, lessons });
  }

  function lost() {
    for (const [token, done] of waiting) done({ token, lost: true });
    waiting.clear();
  }

  function save() {
    const file = new Blob([JSON.stringify(kept.profile, null, 1)], { type: "application/json" });
    femr.download("femr-profile.json", file);
  }

  const words = () => /** @type {HTMLElement | null} */ (document.querySelector(".femr-profile-tools"))?.dataset;

  function forget() {
    keep(NOTHING);
    femr.tell(words()?.forgotten ?? "");
  }

  /** @param {File} file */
  async function bring(file) {
    if (file.size > LONGEST) return femr.tell(words()?.large ?? "");
    const token = `${Date.now()}-${(asked += 1)}`;
    const profile = await file.text();
    waiting.set(token, () => {});
    femr.call("femr-profile-opened", { token, profile });
  }

  femr.profile = { text, teach, correct, answered, lost };

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
})();

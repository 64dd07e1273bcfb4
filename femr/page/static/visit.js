// What a visitor chose lives in this tab of the browser: a reload, Back, or another server finds it again. Each address
// of the page has its own, since a shared link is another playlist. Gradio's events call these functions.
(() => {
  "use strict";
  const key = () => `femr${location.search}`;
  const LANGUAGE_KEY = "femr-language";

  /** @typedef {"sessionStorage" | "localStorage"} Where */

  /**
   * What is kept under a key; a browser that keeps nothing for us, as some do in private windows, has nothing.
   * @param {string} key
   * @param {Where} where
   */
  function find(key, where = "sessionStorage") {
    try {
      return window[where].getItem(key);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   * @param {Where} where
   */
  function store(key, value, where = "sessionStorage") {
    try {
      window[where].setItem(key, value);
    } catch {
      // The page works all the same, until it is loaded again.
    }
  }

  const PATIENCE_MS = 3000; // what takes longer is not waited for
  let answering = true; // the page's arrival is the first event
  /** @type {number | undefined} */
  let patience;
  /** @type {(() => void)[]} */
  const turns = [];

  const answered = () => {
    clearTimeout(patience);
    answering = false;
    const act = turns.shift();
    if (act) inTurn(act);
  };

  // Each event goes with what the page shows, so the answer to the one before has to be there.
  /** @type {Femr["inTurn"]} */
  const inTurn = (act, most = PATIENCE_MS) => {
    if (answering) return void (turns.includes(act) || turns.push(act));
    answering = true;
    patience = setTimeout(answered, most);
    act();
  };

  // The language that the visitor chose, in this tab or last in any, or else the browser's.
  let spoken =
    find(LANGUAGE_KEY) ??
    find(LANGUAGE_KEY, "localStorage") ??
    (navigator.language.toLowerCase().startsWith("id") ? "id" : "en");

  const language = () => spoken;

  /** @type {Femr["choose"]} */
  function choose(lang) {
    spoken = lang;
    store(LANGUAGE_KEY, lang);
    store(LANGUAGE_KEY, lang, "localStorage"); // for tabs to come
    femr.shell.show(lang);
  }

  // As in profile.js.
  function profile() {
    try {
      const kept = JSON.parse(localStorage.getItem("femr-profile") ?? "{}");
      return kept.on ? JSON.stringify(kept.profile) : "";
    } catch {
      return "";
    }
  }

  /**
   * What the page needs when a visitor arrives: all controls as they are, but for the profile, the language and the
   * visit.
   * @param {unknown[]} controls
   * @returns {unknown[]}
   */
  function arrive(controls) {
    return [...controls.slice(0, -3), profile(), language(), find(key()) ?? ""];
  }

  /**
   * What gives the playlist of a visit again, if it has one.
   * @param {string | null} visit
   * @returns {string | undefined}
   */
  const playlist = (visit) => JSON.parse(visit || "{}").playlist;

  /** @param {string} visit */
  function keep(visit) {
    const before = playlist(find(key()));
    store(key(), visit);
    if (playlist(visit) !== before) document.dispatchEvent(new Event("femr:playing"));
  }

  /** Whether there is a playlist to come back to, by what was kept or by a link. */
  function returning() {
    return location.search.includes("mood=") || /"subject":\{/.test(find(key()) ?? "");
  }

  /**
   * What is kept as JSON; `usual` where there is nothing of that kind.
   * @template T
   * @param {Storage} storage
   * @param {string} key
   * @param {T} usual
   * @returns {T}
   */
  function stored(storage, key, usual) {
    try {
      const kept = JSON.parse(storage.getItem(key) ?? "null");
      const same = typeof kept === typeof usual && Array.isArray(kept) === Array.isArray(usual);
      return kept !== null && same ? kept : usual;
    } catch {
      return usual;
    }
  }

  /** @type {Femr["store"]} */
  function keepJson(storage, key, value) {
    try {
      storage.setItem(key, JSON.stringify(value));
    } catch {
      // As above.
    }
  }

  // A name without accents, signs and what stands in brackets.
  /** @type {Femr["plain"]} */
  const plain = (text) =>
    String(text ?? "")
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}|['’]|\(.*?\)|\[.*?\]/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();

  const offered = {
    arrive,
    answered,
    inTurn,
    keep,
    choose,
    language,
    returning,
    stored,
    store: keepJson,
    plain,
    sources: {},
  };
  window.femr = /** @type {Femr} */ (/** @type {unknown} */ ({ ...offered, unread: () => {} }));
})();

// What a visitor chose lives in this tab of the browser: a reload, Back, or another server finds it again. Each address
// of the page has its own, since a shared link is another playlist. Gradio's events call these functions.
(() => {
  "use strict";
  const key = () => `femr${location.search}`;
  const LANGUAGE_KEY = "femr-language";

  /**
   * What is kept under a key; a browser that keeps nothing for us, as some do in private windows, has nothing.
   * @param {string} key
   * @param {StorageName} where
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
   * @param {string | null} value
   * @param {StorageName} where
   * @returns whether it is kept; where not, the page works all the same, until it is loaded again
   */
  function store(key, value, where = "sessionStorage") {
    try {
      if (value === null) window[where].removeItem(key);
      else window[where].setItem(key, value);
      return true;
    } catch {
      return false;
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

  /**
   * What the page needs when a visitor arrives: all controls as they are, but for the profile, the language and the
   * visit.
   * @param {unknown[]} controls
   * @returns {unknown[]}
   */
  function arrive(controls) {
    return [...controls.slice(0, -3), femr.profile.text(), language(), find(key()) ?? ""];
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
   * @param {StorageName} where
   * @param {string} key
   * @param {T} usual
   * @returns {T}
   */
  function stored(where, key, usual) {
    try {
      const kept = JSON.parse(find(key, where) ?? "null");
      const same = typeof kept === typeof usual && Array.isArray(kept) === Array.isArray(usual);
      return kept !== null && same ? kept : usual;
    } catch {
      return usual;
    }
  }

  /** @type {Femr["store"]} */
  const keepJson = (where, key, value) => store(key, value === null ? null : JSON.stringify(value), where);

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
  window.femr = /** @type {Femr} */ (/** @type {unknown} */ ({ ...offered, read: () => {}, unread: () => {} }));
})();

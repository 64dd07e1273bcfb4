// What a visitor chose lives in this tab of the browser: a reload, Back, or another server finds it again. Each address
// of the page has its own, since a shared link is another playlist. Gradio's events call these functions.
(() => {
  "use strict";
  const key = () => `femr${location.search}`;
  const LANGUAGE_KEY = "femr-language";

  /**
   * What is kept under a key; a browser that keeps nothing for us, as some do in private windows, has nothing.
   * @param {string} key
   */
  function find(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  function store(key, value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // The page works all the same, until it is loaded again.
    }
  }

  /**
   * What the page needs when a visitor arrives: all controls as they are, but for the last two, the language and the
   * visit.
   * @param {unknown[]} controls
   * @returns {unknown[]}
   */
  function arrive(controls) {
    const usual = navigator.language.toLowerCase().startsWith("id") ? "id" : "en";
    return [...controls.slice(0, -2), find(LANGUAGE_KEY) ?? usual, find(key()) ?? ""];
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

  /**
   * Tells the browser, and with it screen readers, which language the page speaks.
   * @param {string} lang
   * @param {string} title of the page in that language
   */
  function speak(lang, title) {
    document.documentElement.lang = lang;
    document.title = title;
    store(LANGUAGE_KEY, lang);
  }

  window.femr = { arrive, keep, speak, unread: () => {} }; // the last is given by photos.js
})();

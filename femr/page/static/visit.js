// What a visitor chose lives in this tab of the browser: a reload, Back, or another server finds it again. Each address
// of the page has its own, since a shared link is another playlist. Gradio's events call these functions.
(() => {
  "use strict";
  const key = () => `femr${location.search}`;

  /**
   * What the page needs when a visitor arrives: all controls as they are, but for the last two, the language and the
   * visit. A browser that keeps nothing for us, as in private windows, is a new visitor each time.
   * @param {unknown[]} controls
   * @returns {unknown[]}
   */
  function arrive(controls) {
    const lang = navigator.language.toLowerCase().startsWith("id") ? "id" : "en";
    let kept = "";
    try {
      kept = sessionStorage.getItem(key()) ?? "";
    } catch {
      // Nothing is kept.
    }
    return [...controls.slice(0, -2), lang, kept];
  }

  /** @param {string} visit */
  function keep(visit) {
    try {
      sessionStorage.setItem(key(), visit);
    } catch {
      // The page works all the same, until it is loaded again.
    }
  }

  /**
   * Tells the browser, and with it screen readers, which language the page speaks.
   * @param {string} lang
   * @param {string} title of the page in that language
   */
  function speak(lang, title) {
    document.documentElement.lang = lang;
    document.title = title;
  }

  window.femr = { arrive, keep, speak };
})();

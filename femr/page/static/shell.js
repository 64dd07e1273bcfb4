// Shows the page's frame, its first and last lines and its greeting, in the language that is spoken: before Gradio is
// there, and again when the language changes. The player's bar stays as it is, since a song may be playing in it.
(() => {
  "use strict";
  const root = document.documentElement;
  /** @type {DocumentFragment | null} */
  let below = null; // what comes after Gradio's part, until that is there
  /** @type {string | null} */
  let spoken = null;

  /** @type {(lang: string) => HTMLTemplateElement} */
  const template = (lang) =>
    document.querySelector(`template[data-shell="${lang}"]`) ??
    /** @type {HTMLTemplateElement} */ (document.querySelector("template[data-shell]"));

  /** @param {string} lang */
  function show(lang) {
    const source = template(lang);
    root.lang = source.dataset.shell ?? lang;
    document.title = source.dataset.title ?? document.title; // Gradio gives it another one as it comes
    if (lang === spoken) return;
    spoken = lang;
    const fresh = /** @type {DocumentFragment} */ (source.content.cloneNode(true));
    for (const picture of fresh.querySelectorAll("img")) picture.src = femrPictures[picture.dataset.thumb ?? ""] ?? "";
    const above = /** @type {HTMLElement} */ (document.getElementById("femr-above"));
    const languageHadFocus = document.activeElement?.closest(".femr-language");
    const first = [fresh.querySelector("#femr-top"), fresh.querySelector("#femr-arriving")];
    above.replaceChildren(.../** @type {Element[]} */ (first.filter(Boolean)));
    if (languageHadFocus) /** @type {HTMLElement | null} */ (above.querySelector("input:checked"))?.focus();
    below = fresh;
    finish();
  }

  function finish() {
    const place = document.getElementById("femr-below");
    if (!place || !below) return;
    const [playing, told] = [document.getElementById("femr-player"), below.querySelector("#femr-player")];
    if (playing && told) {
      tell(playing, told);
      // It is not moved: a frame that is begins anew, with its song.
      for (const each of [...place.childNodes]) if (each !== playing) each.remove();
      const fresh = [...below.childNodes];
      playing.before(...fresh.slice(0, fresh.indexOf(told)));
      playing.after(...fresh.slice(fresh.indexOf(told) + 1));
    } else place.replaceChildren(below);
    below = null;
  }

  // The same bar in another language.
  /** @type {(old: Element, fresh: Element) => void} */
  function tell(old, fresh) {
    const own = (/** @type {Element} */ bar) => [bar, ...bar.querySelectorAll("button")];
    own(fresh).forEach((each, n) => {
      for (const { name, value } of each.attributes)
        if (name === "aria-label" || name.startsWith("data-")) own(old)[n].setAttribute(name, value);
    });
  }

  femr.shell = { show, finish };

  // Gradio writes the browser's language there as it comes.
  new MutationObserver(() => {
    if (spoken && root.lang !== spoken) root.lang = spoken;
  }).observe(root, { attributeFilter: ["lang"] });

  document.addEventListener("change", (event) => {
    const chosen = /** @type {HTMLInputElement} */ (event.target);
    if (chosen.name !== "femr-language") return;
    const lang = chosen.value;
    femr.choose(lang);
    femr.call("lang", { lang });
  });

  show(femr.language());
})();

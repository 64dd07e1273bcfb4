// The page that stands there when femr cannot be reached: the last songs for each mood that this browser has kept, in
// the language that the visitor chose, and back to the page once it can be reached again.
(() => {
  "use strict";
  const KEY = "femr-songs";
  const PATIENCE = 10000; // milliseconds between two tries

  /**
   * What is kept; browsers that keep nothing for us forbid even to look.
   * @param {"localStorage" | "sessionStorage"} where
   * @param {string} key
   */
  function find(where, key) {
    try {
      return window[where].getItem(key);
    } catch {
      return null;
    }
  }

  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  /** @type {Record<string, { colour: string, names: Record<string, string> }>} */
  const emotions = JSON.parse(main.dataset.emotions ?? "{}");
  const usual = navigator.language.toLowerCase().startsWith("id") ? "id" : "en";
  const lang = find("sessionStorage", "femr-language") ?? find("localStorage", "femr-language") ?? usual;
  const part =
    main.querySelector(`:scope > [lang="${CSS.escape(lang)}"]`) ??
    /** @type {Element} */ (main.querySelector("[lang]"));
  const section = /** @type {HTMLElement} */ (part.querySelector("section"));
  const moods = /** @type {HTMLElement} */ (part.querySelector(".moods"));
  const list = /** @type {HTMLElement} */ (part.querySelector("ol"));

  /** @returns {Record<string, KeptSongs>} */
  function kept() {
    const found = {};
    for (const where of /** @type {const} */ (["localStorage", "sessionStorage"])) {
      try {
        Object.assign(found, JSON.parse(find(where, KEY) ?? "{}"));
      } catch {
        // Nothing that makes sense is nothing.
      }
    }
    return found;
  }

  /**
   * @param {string} when
   * @param {boolean} is
   */
  function show(when, is) {
    for (const each of part.querySelectorAll(`[data-when=${when}]`)) /** @type {HTMLElement} */ (each).hidden = !is;
  }

  /**
   * @param {string} emotion
   * @param {KeptSongs} songs
   */
  function open(emotion, songs) {
    document.body.style.setProperty("--mood", emotions[emotion].colour);
    for (const each of moods.children)
      each.setAttribute("aria-pressed", String(each.getAttribute("value") === emotion));
    list.setAttribute("aria-label", emotions[emotion].names[lang] ?? emotion);
    list.replaceChildren(
      ...songs.songs.map((song) => {
        const row = document.createElement("li");
        const title = document.createElement("strong");
        const about = document.createElement("span");
        title.textContent = song.title;
        about.textContent = [song.artist, song.year].filter(Boolean).join(" · ");
        row.append(title, about);
        return row;
      }),
    );
  }

  function draw() {
    const found = Object.entries(kept())
      .filter(([emotion, songs]) => emotion in emotions && Array.isArray(songs?.songs))
      .sort(([, one], [, other]) => other.when - one.when);
    show("kept", found.length > 0);
    show("none", found.length === 0);
    moods.replaceChildren(
      ...found.map(([emotion, songs]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.value = emotion;
        button.textContent = emotions[emotion].names[lang] ?? emotion;
        button.addEventListener("click", () => open(emotion, songs));
        return button;
      }),
    );
    list.replaceChildren();
    if (found.length) open(...found[0]);
  }

  function tellWhy() {
    show("offline", !navigator.onLine);
    show("unreachable", navigator.onLine);
  }

  async function again() {
    const there = await fetch("./manifest.json", { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!there) return;
    if (location.pathname.endsWith("/offline")) location.replace("./");
    else location.reload();
  }

  document.documentElement.lang = lang;
  document.title = section.dataset.title ?? "femr";
  part.removeAttribute("hidden");
  tellWhy();
  draw();
  part.addEventListener("click", (event) => {
    const what = /** @type {HTMLElement} */ (event.target).closest("[data-do]")?.getAttribute("data-do");
    if (what === "again") again();
    if (what === "forget") {
      localStorage.removeItem(KEY);
      sessionStorage.removeItem(KEY);
      draw();
    }
  });
  window.addEventListener("offline", tellWhy);
  window.addEventListener("online", () => {
    tellWhy();
    again();
  });
  // Where the visitor was on the page is nowhere on this one.
  history.scrollRestoration = "manual";
  window.addEventListener("load", () => requestAnimationFrame(() => scrollTo(0, 0)));
  setInterval(again, PATIENCE);
})();

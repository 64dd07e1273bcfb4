// What a visitor likes, hides and has heard: kept in this browser alone, as femr/music/taste.py reads it, and sent along
// with what chooses songs.
(() => {
  "use strict";
  const KEY = "femr-taste";
  /** @type {(selector: string) => HTMLElement[]} */
  const all = (selector) => [...document.querySelectorAll(selector)].map((each) => /** @type {HTMLElement} */ (each));
  const sheet = () => /** @type {HTMLElement | null} */ (document.querySelector("[data-taste-limits]"));

  /** @returns {Record<string, string[]>} */
  const read = () => femr.stored("localStorage", KEY, {});

  /** @param {Record<string, string[]>} taste */
  function write(taste) {
    femr.store("localStorage", KEY, taste);
    femr.tellAlong();
    show();
  }

  /** @type {(field: string, text: string) => Record<string, string[]>} */
  function without(field, text) {
    const { [field]: before = [], ...others } = read();
    const kept = before.filter((each) => each !== text);
    return kept.length ? { ...others, [field]: kept } : others;
  }

  /** @type {(field: string, text: string) => void} */
  function add(field, text) {
    const limit = JSON.parse(sheet()?.dataset.tasteLimits ?? "{}")[field] ?? 1;
    const taste = without(field, text);
    write({ ...taste, [field]: [...(taste[field] ?? []), text].slice(-limit) });
  }

  femr.taste = () => JSON.stringify(read());
  femr.heard = (key) => add("heard", key);

  // --- what is seen ---

  function show() {
    const taste = read();
    for (const heart of all("[data-heart]")) {
      const pressed = String((taste.hearts ?? []).includes(heart.dataset.heart ?? ""));
      if (heart.getAttribute("aria-pressed") !== pressed) heart.setAttribute("aria-pressed", pressed);
    }
    const { hidden_songs: songs = [], hidden_artists: artists = [] } = taste;
    for (const card of all(".femr-card[data-key]")) {
      const hides = songs.includes(card.dataset.key ?? "") || (artists.length > 0 && isBy(card, artists));
      if (card.hidden !== hides) card.hidden = hides;
    }
    femr.songList.keepStop();
    for (const list of all("[data-taste]")) fill(list, taste[list.dataset.taste ?? ""] ?? []);
    const none = sheet()?.querySelector("[data-taste-none]");
    if (none instanceof HTMLElement) none.hidden = Object.keys(taste).length > 0;
  }

  /** @type {(card: HTMLElement, artists: string[]) => boolean} */
  const isBy = (card, artists) =>
    JSON.parse(card.dataset.artists ?? "[]").some((/** @type {string} */ each) => artists.includes(each));

  // One field's texts, each with a button that forgets it.
  /** @type {(list: HTMLElement, texts: string[]) => void} */
  function fill(list, texts) {
    const said = JSON.stringify(texts);
    if (list.dataset.told === said) return;
    list.dataset.told = said;
    const items = [...texts].reverse().map((text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.dataset.forget = text;
      button.setAttribute("aria-label", (list.dataset.forgets ?? "").replace("{name}", text));
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
    list.replaceChildren(...items);
    const group = /** @type {HTMLElement} */ (list.closest("[data-taste-group]"));
    group.hidden = texts.length === 0;
    const count = group.querySelector("[data-count]");
    if (count) count.textContent = String(texts.length);
  }

  // --- what is done ---

  // A favourite is an artist or a genre that is among the songs.
  /** @param {HTMLInputElement} input */
  function favour(input) {
    const wanted = femr.plain(input.value);
    if (!wanted) return;
    const options = all("#femr-favourites option");
    const found = options.find((each) => femr.plain(each.getAttribute("value") ?? "") === wanted);
    const told = /** @type {HTMLElement} */ (sheet()?.querySelector("[data-unknown]"));
    told.textContent = found ? "" : (told.dataset.unknown ?? "").replace("{name}", input.value);
    if (!found) return;
    add(found.dataset.genre ? "genres" : "artists", found.dataset.genre ?? found.getAttribute("value") ?? "");
    input.value = "";
  }

  /** @type {(field: string, text: string, opposite?: string) => void} */
  function hide(field, text, opposite) {
    if (opposite) write(without(opposite, text));
    femr.sheets.closeAll();
    add(field, text);
    femr.songList.focus();
    femr.tell((sheet()?.dataset.hidden ?? "").replace("{name}", text));
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {(selector: string) => HTMLElement | null} */
    const within = (selector) => target.closest(selector);
    const heart = within("[data-heart]")?.dataset.heart;
    if (heart) {
      if ((read().hearts ?? []).includes(heart)) return write(without("hearts", heart));
      return add("hearts", heart);
    }
    const song = within("[data-hide-song]")?.dataset.hideSong;
    if (song) return hide("hidden_songs", song, "hearts");
    const artist = within("[data-hide-artist]")?.dataset.hideArtist;
    if (artist) return hide("hidden_artists", artist, "artists");
    const forgotten = within("[data-forget]");
    if (forgotten) {
      const list = /** @type {HTMLElement} */ (forgotten.closest("[data-taste]"));
      write(without(list.dataset.taste ?? "", forgotten.dataset.forget ?? ""));
      return (list.querySelector("button") ?? sheet()?.querySelector("input"))?.focus();
    }
    if (within("[data-forget-all]")) write({});
  });
  document.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.matches("[data-favourite]")) favour(input);
  });

  new MutationObserver(show).observe(document.documentElement, { childList: true, subtree: true });
  show();
})();

// The player: one bar at the bottom edge for every source. It plays the song whose card or dot is clicked, and the next
// one when it ends. Sources are asked in the visitor's order; one that has not answered after five seconds, or that does
// not have the song, is passed over, and a song that none has is skipped. Nobody is asked before the first click.
(() => {
  "use strict";
  const PATIENCE_MS = 5000;
  const SILENCE_MS = 4000; // until the frame opens, for the visitor to press its own button
  const KEY = "femr-sources";
  const USUAL = ["spotify", "apple", "youtube"];
  const root = document.documentElement;

  /** @type {FemrSong | null} */
  let song = null; // in the player
  /** @type {FemrSource | null} */
  let source = null; // that is asked or plays
  let turn = 0; // counts what was asked to play: an answer to an earlier wish means nothing
  let heading = 1; // which way the visitor goes through the list
  let misses = 0; // songs in a row that nobody could play
  /** @type {Set<FemrSource>} */
  const silent = new Set(); // who has not answered since a song was heard or chosen
  let sounding = false; // whether the song is heard now
  let begun = false; // whether it has been heard
  let folded = 0; // the turn in which the visitor folded the frame, which stays so until the next song
  let told = ""; // what the line at the frame says: a word of the bar's
  let patience = 0; // timers
  let unheard = 0;

  /**
   * The part of the page or the player that is always there.
   * @param {ParentNode} within
   * @param {string} selector
   */
  const part = (within, selector) => /** @type {HTMLElement} */ (within.querySelector(selector));

  /**
   * @param {ParentNode} within
   * @param {string} selector
   */
  const all = (within, selector) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);

  const bar = () => part(document, "#femr-player");
  const slot = () => part(bar(), ".femr-player-frame");
  const cards = () => all(document, ".femr-card:not([hidden]) .femr-play");
  femr.word = (key) => bar()?.dataset[key] ?? "";

  /**
   * The song of a card or a dot.
   * @param {HTMLElement} shown
   * @returns {FemrSong}
   */
  function songOf(shown) {
    const id = shown.dataset.spotify;
    const card = shown.matches(".femr-play")
      ? shown
      : id && part(document, `.femr-play[data-spotify="${CSS.escape(id)}"]`);
    const { song = id, spotify = id, youtube, file } = (card || shown).dataset;
    const [title, artist] = card
      ? [part(card, ".femr-title").textContent, part(card, ".femr-artist").textContent]
      : (shown.querySelector("title")?.textContent ?? "").split(" — ");
    const text = (/** @type {string | null | undefined} */ each) => each ?? "";
    return {
      key: text(song),
      title: text(title),
      artist: text(artist),
      spotify: text(spotify),
      youtube: text(youtube),
      file: text(file),
    };
  }

  femr.songs = () => cards().map(songOf);

  /** @param {HTMLElement} shown */
  const current = ({ dataset }) =>
    Boolean(song && (dataset.song ? dataset.song === song.key : dataset.spotify === song.spotify));

  // --- the order of the sources ---

  function order() {
    const kept = femr.stored("localStorage", KEY, /** @type {string[]} */ ([])).filter((each) => USUAL.includes(each));
    return [...new Set([...kept, ...USUAL])];
  }

  // The list where the visitor chooses it.
  function list() {
    for (const place of all(document, "[data-sources]")) {
      const items = all(place, "[data-source]");
      const sorted = order().map((name) => items.find((each) => each.dataset.source === name));
      if (sorted.some((each, n) => each !== items[n]))
        place.append(...sorted.map((each) => /** @type {HTMLElement} */ (each?.parentElement)));
    }
  }

  // --- what is seen ---

  // Marks the song that plays, and says everything in the page's language.
  function show() {
    for (const each of all(document, "[data-song], [data-spotify]")) {
      if (current(each)) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    const shown = bar();
    if (!shown || shown.hidden) return;
    for (const each of shown.querySelectorAll("iframe")) each.title = shown.getAttribute("aria-label") ?? "";
    root.toggleAttribute("data-sounding", sounding);
    const toggle = part(shown, ".femr-toggle");
    toggle.setAttribute("aria-label", toggle.dataset[sounding ? "pause" : "play"] ?? "");
    for (const each of all(shown, "[data-step]"))
      /** @type {HTMLButtonElement} */ (each).disabled = cards().length === 0;
    say(part(shown, "[role=status]"), filled(told));
    name(shown);
  }

  // Which song it is, its place in the list, and who plays it.
  /** @param {HTMLElement} shown */
  function name(shown) {
    if (!song) return;
    const songs = cards();
    const number = songs.findIndex(current);
    const place = femr
      .word("place")
      .replace("##", String(songs.length))
      .replace("#", String(number + 1));
    const by = source && (source.name || femr.word("own"));
    const about =
      told === "asking" ? filled(told) : [by, song.artist, number < 0 ? "" : place].filter(Boolean).join(" · ");
    say(part(shown, ".femr-player-title"), song.title);
    say(part(shown, ".femr-player-about"), about);
    const cover = songs[number]?.querySelector(".femr-cover");
    const slot = part(shown, ".femr-player-cover");
    if (!cover) return number < 0 && slot.dataset.of === song.key ? undefined : slot.replaceChildren();
    if (slot.dataset.of === song.key) return;
    slot.dataset.of = song.key;
    slot.replaceChildren(cover.cloneNode(true));
  }

  /** @type {(place: HTMLElement, text: string) => void} */
  function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  /** @type {(key: string, named?: string) => string} */
  const filled = (key, named = source?.name ?? "") => femr.word(key).replace("#", () => named);

  // The frame opens out of the bar, and folds into it again.
  /** @param {boolean} wide */
  function unfold(wide) {
    bar().toggleAttribute("data-open", wide);
    part(bar(), ".femr-unfold").setAttribute("aria-expanded", String(wide));
  }

  // --- what is done ---

  /** @param {FemrSong} next */
  function play(next) {
    turn += 1;
    song = next;
    begun = sounding = false;
    if (bar().hidden) {
      bar().hidden = false;
      root.setAttribute("data-player", "");
    }
    attempt(sourcesOf(next), turn);
  }

  /** @param {FemrSong} wanted */
  const sourcesOf = (wanted) =>
    ["own", ...order()].map((name) => femr.sources[name]).filter((each) => each.has(wanted));

  function afresh() {
    misses = 0;
    silent.clear();
  }

  /**
   * Asks the first of the sources, and the others where it does not play the song.
   * @param {FemrSource[]} sources
   * @param {number} mine the turn that this belongs to
   */
  function attempt([asked, ...others], mine) {
    clearTimeout(patience);
    clearTimeout(unheard);
    if (source && source !== asked) quit(source);
    if (!asked) return skip();
    source = asked;
    told = asked.name ? "asking" : "";
    let passed = false;
    /** @param {unknown} why a word of the bar's */
    function pass(why) {
      if (passed || mine !== turn) return;
      passed = true;
      clearTimeout(patience);
      const reason = why === "missing" || why === "busy" ? why : "silent";
      if (reason === "silent") silent.add(asked);
      femr.tell(filled(reason, asked.name || femr.word("own")));
      attempt(others, mine);
    }
    const mineStill = () => !passed && mine === turn;
    const listener = {
      at: (/** @type {FemrPlayback} */ playback) => mineStill() && follow(playback),
      ended: () => mineStill() && finish(),
      failed: () => pass("missing"),
    };
    patience = setTimeout(() => pass("silent"), PATIENCE_MS);
    asked.play(song ?? songOf(cards()[0]), slot(), listener).then(() => {
      if (!mineStill()) return;
      clearTimeout(patience);
      told = { Spotify: "hint", "Apple Music": "preview" }[asked.name] ?? "";
      if (folded !== mine) unfold(Boolean(asked.opens));
      if (!begun) unheard = setTimeout(() => begun || folded === mine || unfold(true), SILENCE_MS);
      show();
    }, pass);
    show();
  }

  /** @param {FemrSource} old */
  function quit(old) {
    old.stop();
    slot().replaceChildren();
    source = null;
  }

  function fold() {
    folded = turn;
    unfold(false);
  }

  // Nobody plays the song: the next one, or its links where there is none, or where those who might play it are silent.
  function skip() {
    misses += 1;
    const songs = cards();
    const next = songs[songs.findIndex(current) + heading];
    const worth = next && (silent.size === 0 || sourcesOf(songOf(next)).some((each) => !silent.has(each)));
    if (worth && misses < songs.length && songs.some(current)) {
      femr.tell(filled("skipped", song?.title));
      return play(songOf(next));
    }
    told = "none";
    const links = songs.find(current)?.closest(".femr-card")?.querySelectorAll(".femr-links a") ?? [];
    const shown = document.createElement("div");
    shown.className = "femr-last-links";
    shown.append(...[...links].map((each) => each.cloneNode(true)));
    slot().replaceChildren(shown);
    sounding = false;
    unfold(true);
    show();
  }

  /** @param {FemrPlayback} playback */
  function follow({ paused, share }) {
    sounding = !paused;
    if (share !== undefined) part(bar(), ".femr-player-progress span").style.width = `${100 * share}%`;
    if (sounding && !begun && song) {
      begun = true;
      afresh();
      femr.heard(song.key);
      document.dispatchEvent(new CustomEvent("femr:heard", { detail: song.key }));
    }
    show();
  }

  // A playlist ends with its last song.
  function finish() {
    sounding = false;
    if (cards().length && !cards().slice(-1).some(current)) step(1);
    else show();
  }

  /** @param {number} by how many songs forward */
  function step(by) {
    const songs = cards();
    if (songs.length === 0) return;
    const now = songs.findIndex(current);
    heading = by;
    play(songOf(songs[now < 0 ? 0 : (now + by + songs.length) % songs.length]));
  }

  function close() {
    turn += 1;
    clearTimeout(patience);
    clearTimeout(unheard);
    if (source) quit(source);
    song = null;
    sounding = false;
    unfold(false);
    slot().replaceChildren();
    bar().hidden = true;
    root.removeAttribute("data-player");
    root.removeAttribute("data-sounding");
    show();
  }

  // --- what is heard of the visitor ---

  /** @param {HTMLElement} shown */
  function choose(shown) {
    heading = 1;
    afresh();
    if (current(shown) && source) source.toggle();
    else play(songOf(shown));
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {(selector: string) => HTMLElement | null} */
    const within = (selector) => target.closest(selector);
    const chosen = within(".femr-play, [data-spotify]");
    if (chosen) return choose(chosen);
    if (within("[data-play-all]") && cards()[0])
      return current(cards()[0]) && sounding ? undefined : choose(cards()[0]);
    const first = within("[data-source]");
    if (first) {
      femr.store("localStorage", KEY, [...new Set([first.dataset.source, ...order()])]);
      list();
      first.focus();
    }
    if (!within("#femr-player")) return;
    const by = within("[data-step]");
    if (by) {
      afresh();
      step(Number(by.dataset.step));
    } else if (within(".femr-toggle")) source?.toggle();
    else if (within(".femr-unfold") && bar().hasAttribute("data-open")) fold();
    else if (within(".femr-unfold")) unfold(true);
    else if (within(".femr-close")) close();
  });

  // Keys reach the player from wherever they mean nothing else.
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!song || event.altKey || event.ctrlKey || event.metaKey || femr.sheets.isOpen()) return;
    const elsewhere = target.closest("input, textarea, select, [role=slider], .femr-card, .femr-language, summary");
    if (event.key === "Escape" && bar().hasAttribute("data-open")) fold();
    else if (elsewhere) return;
    else if (event.key === " " && !target.closest("button, a")) source?.toggle();
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });

  // New cards of a song that plays on are marked too, and new texts are said.
  new MutationObserver(() => {
    if (song) show();
    list();
  }).observe(document, { childList: true, subtree: true });
})();

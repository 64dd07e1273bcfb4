// The player: a bar at the bottom edge. It plays the song whose card or dot is clicked, in one Spotify frame that opens
// out of the bar and that later clicks reuse, and the next song when one ends. Nothing is asked of Spotify before the
// first click.
(() => {
  "use strict";
  const SCRIPT = "https://open.spotify.com/embed/iframe-api/v1";
  const EMBED = "https://open.spotify.com/embed/track/";
  const URI = "spotify:track:";
  const PATIENCE_MS = 5000;
  const SILENCE_MS = 4000; // until the frame opens, for the visitor to press its own button
  const root = document.documentElement;

  /** @typedef {{ play(): void, toggle?(): void, close(): void }} Frame */

  /** @type {string | null} */
  let playing = null; // the id of the song in the player
  /** @type {Frame | null} */
  let frame = null; // what plays it: with Spotify's controller, or plain
  /** @type {Promise<SpotifyIframeApi> | null} */
  let api = null; // Spotify's iFrame API, once it comes
  let waiting = 0; // the timer until the player counts as silent
  let loaded = false; // whether the frame has shown itself
  let reached = false; // whether the song's address has answered
  let begun = false; // whether the song has been heard
  let sounding = false; // whether it is heard now
  let told = "hint"; // what the line at the frame says
  let unheard = 0; // the timer until the frame opens by itself

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

  /** @param {HTMLElement} song its card or dot */
  const spotifyId = (song) => song.dataset.spotify ?? "";
  const playable = () => all(document, ".femr-play[data-spotify]");

  // --- what is seen ---

  const bar = () => part(document, "#femr-player");

  function open() {
    const shown = bar();
    if (!shown.hidden) return;
    shown.hidden = false;
    root.setAttribute("data-player", "");
    fill(part(shown, ".femr-player-frame"));
  }

  // Marks the song that plays, and says everything in the page's language.
  function show() {
    for (const each of all(document, "[data-spotify]")) {
      if (each.dataset.spotify === playing) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    const shown = bar();
    if (!shown || shown.hidden) return;
    for (const each of shown.querySelectorAll("iframe")) each.title = shown.getAttribute("aria-label") ?? "";
    root.toggleAttribute("data-sounding", sounding);
    const toggle = part(shown, ".femr-toggle");
    toggle.setAttribute("aria-label", toggle.dataset[sounding ? "pause" : "play"] ?? "");
    for (const each of all(shown, "[data-step]"))
      /** @type {HTMLButtonElement} */ (each).disabled = playable().length === 0;
    say(part(shown, "[role=status]"), shown.dataset[told] ?? "");
    name(shown);
  }

  // Which song it is, and its place in the list.
  /** @param {HTMLElement} shown */
  function name(shown) {
    const songs = playable();
    const number = songs.findIndex((each) => each.dataset.spotify === playing);
    const song = songs[number] ?? part(document, `[data-spotify="${CSS.escape(playing ?? "")}"]`);
    const [title, artist] = song?.matches(".femr-play")
      ? [part(song, ".femr-title").textContent, part(song, ".femr-artist").textContent]
      : (song?.querySelector("title")?.textContent ?? "").split(" — ");
    if (!song || !title) return; // other songs are shown by now: what is said of this one still holds
    const place = shown.dataset.place?.replace("##", String(songs.length)).replace("#", String(number + 1));
    say(part(shown, ".femr-player-title"), title);
    say(part(shown, ".femr-player-about"), [artist, number < 0 ? "" : place, "Spotify"].filter(Boolean).join(" · "));
    const cover = song.querySelector(".femr-cover");
    const slot = part(shown, ".femr-player-cover");
    if (cover && slot.dataset.of !== playing) {
      slot.dataset.of = playing ?? "";
      slot.replaceChildren(cover.cloneNode(true));
    } else if (!cover) slot.replaceChildren();
  }

  /** @type {(place: HTMLElement, text: string) => void} */
  function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  // The frame opens out of the bar, and folds into it again.
  /** @param {boolean} wide */
  function unfold(wide) {
    bar().toggleAttribute("data-open", wide);
    part(bar(), ".femr-unfold").setAttribute("aria-expanded", String(wide));
  }

  // --- what is done ---

  /** @param {string} id of a song at Spotify */
  function play(id) {
    playing = id;
    begun = false;
    sounding = false;
    listen(id);
    open();
    if (frame) frame.play();
    clearTimeout(unheard);
    unheard = setTimeout(() => begun || unfold(true), SILENCE_MS);
    show();
  }

  /** @param {number} by how many songs forward */
  function step(by) {
    const songs = playable();
    if (songs.length === 0) return;
    const now = songs.findIndex((button) => button.dataset.spotify === playing);
    const next = now < 0 ? 0 : (now + by + songs.length) % songs.length;
    play(spotifyId(songs[next]));
  }

  function close() {
    clearTimeout(waiting);
    clearTimeout(unheard);
    if (frame) frame.close();
    frame = null;
    playing = null;
    loaded = sounding = false;
    unfold(false);
    part(bar(), ".femr-player-frame").replaceChildren();
    bar().hidden = true;
    root.removeAttribute("data-player");
    root.removeAttribute("data-sounding");
    show();
  }

  /**
   * A frame tells that it has loaded even when it shows the browser's error page, so the address is asked for as well.
   * @param {string} id
   */
  function listen(id) {
    clearTimeout(waiting);
    reached = false;
    told = "hint";
    waiting = setTimeout(() => {
      told = "silent";
      show();
    }, PATIENCE_MS);
    fetch(EMBED + encodeURIComponent(id), { mode: "no-cors", credentials: "omit" }).then(
      () => {
        reached ||= id === playing;
        answered();
      },
      () => {},
    );
  }

  function answered() {
    if (!(loaded && reached)) return;
    clearTimeout(waiting);
    told = "hint";
    show();
  }

  /**
   * What the frame tells of the song. An end that comes before the beginning is that of the song before.
   * @param {SpotifyPlayback} playback
   */
  function follow({ isPaused, position, duration }) {
    if (!(duration > 0)) return;
    sounding = !isPaused;
    part(bar(), ".femr-player-progress span").style.width = `${(100 * position) / duration}%`;
    show();
    if (position < duration) {
      if (!begun && !isPaused) document.dispatchEvent(new CustomEvent("femr:heard", { detail: playing }));
      begun ||= !isPaused;
    } else if (isPaused && begun) {
      begun = false;
      const songs = playable();
      const last = songs.at(-1);
      if (last && last.dataset.spotify !== playing) step(1); // a playlist ends with its last song
    }
  }

  // --- the frame ---

  /** @param {HTMLElement} slot */
  async function fill(slot) {
    const found = await Promise.race([ask(), later()]).catch(() => null);
    if (!slot.isConnected) return; // closed meanwhile
    frame = found ? controlled(found, slot) : plain(slot);
    show();
  }

  /** @returns {Promise<never>} */
  const later = () => new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));

  function ask() {
    api ||= new Promise((/** @type {(api: SpotifyIframeApi) => void} */ resolve, reject) => {
      window.onSpotifyIframeApiReady = resolve;
      const script = document.createElement("script");
      script.src = SCRIPT;
      script.onerror = () => {
        api = null; // the next player asks again
        script.remove();
        reject();
      };
      document.head.append(script);
    });
    return api;
  }

  /**
   * A frame that plays at once, and tells when a song ends.
   * @param {SpotifyIframeApi} iframeApi
   * @param {HTMLElement} slot
   * @returns {Frame}
   */
  function controlled(iframeApi, slot) {
    const place = document.createElement("div");
    slot.append(place);
    let inside = playing;
    /** @type {SpotifyController | null} */
    let controller = null;
    const begin = () => {
      if (!controller) return;
      if (inside !== playing) controller.loadUri(URI + (inside = playing));
      controller.play();
    };
    const options = { uri: URI + inside, width: "100%", height: 80 };
    iframeApi.createController(place, options, (made) => {
      made.addListener("ready", () => {
        if (!slot.isConnected || controller) return; // it may say so for every song
        controller = made;
        loaded = true;
        begin();
        answered();
        show();
      });
      made.addListener("playback_update", (event) => slot.isConnected && follow(event.data));
    });
    return { play: begin, toggle: () => controller?.togglePlay(), close: () => controller?.destroy() };
  }

  /**
   * A frame that waits for a click inside it: for when Spotify's script does not come.
   * @param {HTMLElement} slot
   * @returns {Frame}
   */
  function plain(slot) {
    const iframe = document.createElement("iframe");
    iframe.allow = "autoplay; encrypted-media";
    iframe.onload = () => {
      loaded = true;
      answered();
    };
    const begin = () => {
      loaded = false;
      iframe.src = EMBED + encodeURIComponent(playing ?? "");
    };
    begin();
    slot.append(iframe);
    unfold(true); // it waits for a click inside it
    return { play: begin, close: () => iframe.remove() };
  }

  // --- what is heard of the visitor ---

  function toggle() {
    if (frame?.toggle) frame.toggle();
    else unfold(true);
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {HTMLElement | null} */
    const song = target.closest("[data-spotify]");
    if (song) return spotifyId(song) === playing ? toggle() : play(spotifyId(song));
    if (!target.closest("#femr-player")) return;
    /** @type {HTMLElement | null} */
    const by = target.closest("[data-step]");
    if (by) step(Number(by.dataset.step));
    else if (target.closest(".femr-toggle")) toggle();
    else if (target.closest(".femr-unfold")) unfold(!bar().hasAttribute("data-open"));
    else if (target.closest(".femr-close")) close();
  });

  // Keys reach the player from wherever they mean nothing else.
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!playing || event.altKey || event.ctrlKey || event.metaKey || document.querySelector(":popover-open")) return;
    if (event.key === "Escape" && bar().hasAttribute("data-open")) return unfold(false);
    if (target.closest("input, textarea, select, [role=slider], .femr-card, .femr-language, summary")) return;
    if (event.key === " " && !target.closest("button, a")) toggle();
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });

  // New cards of a song that plays on are marked too, and new texts are said.
  new MutationObserver(() => playing && show()).observe(document, { childList: true, subtree: true });
})();

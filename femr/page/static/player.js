// The player: plays the song whose card or dot is clicked, in one Spotify frame that later clicks reuse, and the next
// song when it ends. Nothing is asked of Spotify before the first click.
(() => {
  "use strict";
  const SCRIPT = "https://open.spotify.com/embed/iframe-api/v1";
  const EMBED = "https://open.spotify.com/embed/track/";
  const URI = "spotify:track:";
  const PATIENCE_MS = 5000;
  /** @type {Record<string, number>} */
  const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

  /** @typedef {{ play(): void, close(): void }} Frame */

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
  let told = "playerHint"; // what the line below the frame says

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
  const texts = () => part(document, "#femr-player-texts").dataset;

  // --- what is seen ---

  function player() {
    const found = document.getElementById("femr-player");
    if (found) return found;
    const made = document.createElement("aside");
    made.id = "femr-player";
    made.innerHTML =
      '<div class="femr-player-frame"></div><div class="femr-player-buttons">' +
      '<button type="button" data-step="-1">«</button><button type="button" data-step="1">»</button>' +
      '<button type="button" class="femr-close">×</button></div><p role="status"></p>';
    part(made, ".femr-close").addEventListener("click", close);
    for (const button of all(made, "[data-step]"))
      button.addEventListener("click", () => step(Number(button.dataset.step)));
    document.body.append(made);
    document.body.classList.add("femr-playing");
    fill(part(made, ".femr-player-frame"));
    return made;
  }

  // Marks the song that plays, and says everything in the page's language.
  function show() {
    for (const each of all(document, "[data-spotify]")) {
      if (each.dataset.spotify === playing) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    const aside = document.getElementById("femr-player");
    if (!aside) return;
    const said = texts();
    const title = said.playerTitle ?? "";
    aside.setAttribute("aria-label", title);
    for (const each of aside.querySelectorAll("iframe")) each.title = title;
    part(aside, ".femr-close").setAttribute("aria-label", said.playerClose ?? "");
    for (const [by, name] of [
      ["-1", "playerPrevious"],
      ["1", "playerNext"],
    ]) {
      const button = /** @type {HTMLButtonElement} */ (part(aside, `[data-step="${by}"]`));
      button.setAttribute("aria-label", said[name] ?? "");
      button.disabled = playable().length === 0;
    }
    const status = part(aside, "p");
    const sentence = said[told] ?? "";
    if (status.textContent !== sentence) status.textContent = sentence;
  }

  // --- what is done ---

  /** @param {string} id of a song at Spotify */
  function play(id) {
    playing = id;
    begun = false;
    listen(id);
    player();
    if (frame) frame.play();
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
    if (frame) frame.close();
    frame = null;
    playing = null;
    loaded = false;
    player().remove();
    document.body.classList.remove("femr-playing");
    show();
  }

  /**
   * A frame tells that it has loaded even when it shows the browser's error page, so the address is asked for as well.
   * @param {string} id
   */
  function listen(id) {
    clearTimeout(waiting);
    reached = false;
    told = "playerHint";
    waiting = setTimeout(() => {
      told = "playerSilent";
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
    told = "playerHint";
    show();
  }

  /**
   * What the frame tells of the song. An end that comes before the beginning is that of the song before.
   * @param {SpotifyPlayback} playback
   */
  function follow({ isPaused, position, duration }) {
    if (!(duration > 0)) return;
    if (position < duration) begun ||= !isPaused;
    else if (isPaused && begun) {
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
    return { play: begin, close: () => controller?.destroy() };
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
    return { play: begin, close: () => iframe.remove() };
  }

  // --- what is heard of the visitor ---

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const song = /** @type {Element} */ (event.target).closest("[data-spotify]");
    if (song) play(spotifyId(song));
  });

  // Arrows walk through the cards.
  document.addEventListener("keydown", (event) => {
    const by = ARROWS[event.key];
    /** @type {HTMLElement | null} */
    const card = event.target instanceof Element ? event.target.closest(".femr-play[data-spotify]") : null;
    if (!by || !card) return;
    const songs = playable();
    songs[(songs.indexOf(card) + by + songs.length) % songs.length].focus();
    event.preventDefault();
  });

  // New cards of a song that plays on are marked too, and new texts are said.
  new MutationObserver(() => playing && show()).observe(document, { childList: true, subtree: true });
})();

// The player: plays the song whose card or dot is clicked, in one Spotify frame that later clicks reuse. Nothing is
// asked of Spotify before the first click.
(() => {
  "use strict";
  const EMBED = "https://open.spotify.com/embed/track/";
  const PATIENCE_MS = 5000;
  let playing = null; // the id of the song in the player
  let waiting = 0; // the timer until the player counts as silent

  const playable = () => [...document.querySelectorAll(".femr-play[data-spotify]")];
  const texts = () => document.querySelector(".femr-playlist").dataset;

  function player() {
    const found = document.getElementById("femr-player");
    if (found) return found;
    const made = document.createElement("aside");
    made.id = "femr-player";
    made.innerHTML =
      '<iframe allow="autoplay; encrypted-media"></iframe><div class="femr-player-buttons">' +
      '<button type="button" data-step="-1">«</button><button type="button" data-step="1">»</button>' +
      '<button type="button" class="femr-close">×</button></div><p role="status"></p>';
    made.querySelector(".femr-close").addEventListener("click", close);
    for (const button of made.querySelectorAll("[data-step]"))
      button.addEventListener("click", () => step(Number(button.dataset.step)));
    document.body.append(made);
    document.body.classList.add("femr-playing");
    return made;
  }

  function close() {
    clearTimeout(waiting);
    playing = null;
    player().remove();
    document.body.classList.remove("femr-playing");
    mark();
  }

  function play(id) {
    const said = texts();
    const aside = player();
    const frame = aside.querySelector("iframe");
    aside.setAttribute("aria-label", said.playerTitle);
    frame.title = said.playerTitle;
    aside.querySelector(".femr-close").setAttribute("aria-label", said.playerClose);
    aside.querySelector('[data-step="-1"]').setAttribute("aria-label", said.playerPrevious);
    aside.querySelector('[data-step="1"]').setAttribute("aria-label", said.playerNext);
    aside.querySelector("p").textContent = said.playerHint;
    playing = id;
    load(frame, EMBED + encodeURIComponent(id), aside.querySelector("p"), said);
    mark();
  }

  // A frame tells that it has loaded even when it shows the browser's error page, so the address is asked for as well.
  function load(frame, address, status, said) {
    clearTimeout(waiting);
    let loaded = false;
    let reached = false;
    const asked = playing;
    frame.onload = () => (loaded = true);
    frame.src = address;
    fetch(address, { mode: "no-cors", credentials: "omit" }).then(
      () => (reached = true),
      () => {},
    );
    waiting = setTimeout(() => {
      if (asked === playing && !(loaded && reached)) status.textContent = said.playerSilent;
    }, PATIENCE_MS);
  }

  function step(by) {
    const songs = playable();
    if (songs.length === 0) return;
    const now = songs.findIndex((button) => button.dataset.spotify === playing);
    const next = now < 0 ? 0 : (now + by + songs.length) % songs.length;
    play(songs[next].dataset.spotify);
  }

  function mark() {
    for (const each of document.querySelectorAll("[data-spotify]")) {
      if (each.dataset.spotify === playing) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  }

  document.addEventListener("click", (event) => {
    const song = event.target.closest("[data-spotify]");
    if (song && document.querySelector(".femr-playlist")) play(song.dataset.spotify);
  });

  // Arrows walk through the cards.
  document.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const card = event.target.closest && event.target.closest(".femr-play[data-spotify]");
    if (!by || !card) return;
    const songs = playable();
    songs[(songs.indexOf(card) + by + songs.length) % songs.length].focus();
    event.preventDefault();
  });

  // New cards of a song that plays on are marked too.
  new MutationObserver(() => playing && mark()).observe(document, { childList: true, subtree: true });
})();

// Taking a playlist along: copies a link or a text.
document.addEventListener("click", async (event) => {
  "use strict";
  const button = event.target.closest(".femr-copy");
  if (!button) return;
  const fold = button.closest(".femr-take");
  const copied = button.dataset.copy;
  const text = copied.startsWith("?") ? location.origin + location.pathname + copied : copied;
  const told = await navigator.clipboard.writeText(text).then(
    () => fold.dataset.done,
    () => fold.dataset.failed,
  );
  fold.querySelector("[role=status]").textContent = told;
});

// Photos that are too large: said in place, before anything is uploaded.
(() => {
  "use strict";

  function check(event) {
    const transfer = event.dataTransfer || event.clipboardData;
    const files = [...((transfer ? transfer.files : event.target.files) || [])];
    const warning = document.querySelector("#femr-too-large p");
    if (!warning || files.length === 0) return;
    warning.hidden = files.every((file) => file.size <= Number(warning.dataset.limit));
    if (warning.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "change") event.target.value = "";
  }

  for (const kind of ["change", "drop", "paste"]) document.addEventListener(kind, check, true);
})();

// A camera that gives no picture for a photo: Gradio says nothing then, and leaves the refusal unhandled.
(() => {
  "use strict";
  const PROBLEMS = { NotAllowedError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };

  function tell(problem) {
    for (const each of document.querySelectorAll("#femr-camera [data-say]")) {
      each.hidden = each.dataset.say !== problem;
    }
  }

  window.addEventListener("unhandledrejection", (event) => {
    const { reason } = event;
    if (!navigator.mediaDevices && reason instanceof TypeError) return tell("insecure");
    const ofCameras = ["NotAllowedError", "NotFoundError", "OverconstrainedError", "NotReadableError", "AbortError"];
    if (!(reason instanceof DOMException) || !ofCameras.includes(reason.name)) return;
    tell(PROBLEMS[reason.name] || "taken");
    event.preventDefault();
  });
  document.addEventListener("click", (event) => event.target.closest("#femr-photo") && tell(null), true);
})();

// The player: plays the song whose card is clicked, in one Spotify frame that later clicks reuse. Nothing is asked of
// Spotify before the first click.
(() => {
  "use strict";
  const EMBED = "https://open.spotify.com/embed/track/";
  let playing = null; // the id of the song in the player

  function player() {
    const found = document.getElementById("femr-player");
    if (found) return found;
    const made = document.createElement("aside");
    made.id = "femr-player";
    made.innerHTML =
      '<button type="button" class="femr-close">×</button><iframe loading="lazy" allow="autoplay; encrypted-media">' +
      "</iframe><p></p>";
    made.querySelector(".femr-close").addEventListener("click", () => {
      playing = null;
      made.remove();
      document.body.classList.remove("femr-playing");
      mark();
    });
    document.body.append(made);
    document.body.classList.add("femr-playing");
    return made;
  }

  function play(button) {
    const texts = button.closest(".femr-playlist").dataset;
    const aside = player();
    aside.setAttribute("aria-label", texts.playerTitle);
    aside.querySelector("iframe").title = texts.playerTitle;
    aside.querySelector(".femr-close").setAttribute("aria-label", texts.playerClose);
    aside.querySelector("p").textContent = texts.playerHint;
    playing = button.dataset.spotify;
    aside.querySelector("iframe").src = EMBED + encodeURIComponent(playing);
    mark();
  }

  function mark() {
    for (const button of document.querySelectorAll(".femr-play[data-spotify]")) {
      if (button.dataset.spotify === playing) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".femr-play[data-spotify]");
    if (button) play(button);
  });
})();

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

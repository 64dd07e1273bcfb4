// Which of its scenes the page shows: arriving, looking, playing, or what to do about a problem. Styles do the rest.
(() => {
  "use strict";
  const root = document.documentElement;
  let greeting = false; // the visitor went back to the beginning while there are songs

  /** @type {(selector: string) => HTMLElement | null} */
  const find = (selector) => document.querySelector(selector);
  const songs = () => find("#femr-playlist .femr-card");
  const trouble = () => find("#femr-notice .femr-trouble");

  /** @param {string} stage */
  function to(stage) {
    const before = root.dataset.stage;
    root.dataset.stage = stage;
    root.toggleAttribute("data-songs", Boolean(songs()));
    if (before === stage) return;
    document.dispatchEvent(new CustomEvent("femr:stage", { detail: { stage, before } }));
    if (stage !== "playing" || before === "looking" || before === "arriving") window.scrollTo({ top: 0 });
  }

  /** @param {string} [picture] what is being looked at */
  femr.look = (picture = "") => {
    greeting = false;
    femr.sheets.closeAll();
    const seen = /** @type {HTMLImageElement | null} */ (find(".femr-skeleton-seen"));
    if (seen) {
      seen.hidden = !picture;
      if (picture) seen.src = picture;
    }
    const told = find("[data-looking]");
    if (told) told.textContent = told.dataset.looking ?? "";
    to("looking");
  };

  femr.busy = () => root.setAttribute("data-busy", "");

  // After every answer, once Gradio has put it on the page.
  femr.settle = () => {
    setTimeout(() => requestAnimationFrame(decide), 0);
  };

  function decide() {
    root.removeAttribute("data-busy");
    wash();
    const told = find("[data-looking]");
    if (told) told.textContent = "";
    if (trouble()) return to("problem");
    if (!songs() || greeting) return to("arriving");
    const fresh = root.dataset.stage !== "playing";
    to("playing");
    if (fresh) announce();
  }

  // The mood's colour, over the top of the page.
  function wash() {
    const colour = find("#femr-result .femr-hero")?.dataset.colour;
    if (colour && !greeting) root.style.setProperty("--mood", colour);
    else root.style.removeProperty("--mood");
  }

  function announce() {
    const heading = find(".femr-hero h2");
    const count = document.querySelectorAll("#femr-playlist .femr-card").length;
    femr.tell(
      `${heading?.textContent?.trim()} ${find("#femr-said")?.dataset.songs?.replace("#", String(count))}`,
      false,
    );
    heading?.focus({ preventScroll: true });
  }

  /** @type {number | undefined} */
  let timer;
  femr.tell = (text, seen = true) => {
    const place = find("#femr-said");
    if (!place) return;
    clearTimeout(timer);
    place.textContent = text;
    place.toggleAttribute("data-seen", seen);
    timer = setTimeout(() => place.removeAttribute("data-seen"), 5000);
  };

  // The server did not answer, or had no room.
  femr.lost = () => {
    femr.tell(find("#femr-said")?.dataset.lost ?? "");
    femr.settle();
  };

  femr.greet = () => {
    greeting = true;
    to("arriving");
    wash();
    find("#femr-arriving [data-intake]")?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {HTMLElement | null} */
    const example = target.closest("[data-example]");
    if (example) {
      femr.look(example.querySelector("img")?.src);
      femr.call("example", { index: Number(example.dataset.example) });
    }
    if (target.closest("[data-stage-back]")) {
      greeting = false;
      find("#femr-notice")?.replaceChildren();
      decide();
    }
  });

  root.dataset.stage = femr.returning() ? "looking" : "arriving";
})();

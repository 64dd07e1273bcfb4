// Which of its scenes the page shows: arriving, looking, playing, or what to do about a problem. It follows from how far
// a photo is, whether the camera is on, and whether there are songs; styles do the rest.
(() => {
  "use strict";
  const root = document.documentElement;
  let arrived = !femr.returning(); // whether what a visitor comes back to is there
  let greeting = false; // the visitor went back to the beginning
  let asked = false; // whether anything was asked for since
  let waiting = false; // for songs of a mood that was picked
  let watched = false; // whether the camera was on
  let followed = false; // whether songs have followed what it sees
  /** @type {string | null | undefined} */
  let dismissed = null; // a problem that the visitor has turned away from

  /** @type {(selector: string) => HTMLElement | null} */
  const find = (selector) => document.querySelector(selector);
  const songs = () => find("#femr-playlist .femr-card");
  const live = () => document.body.classList.contains("femr-live-on");

  /** What is wrong, if anything is. */
  function problem() {
    const photo = document.body.dataset.photo;
    if (photo === "failed" || photo === "faceless") return photo;
    const told = find("#femr-notice .femr-problem, #femr-live-words .femr-problem:not([hidden])");
    return told && told.textContent !== dismissed ? told.textContent : null;
  }

  function scene() {
    const photo = document.body.dataset.photo ?? "";
    if (["sending", "looking"].includes(photo) || waiting || !arrived) return "looking";
    if (live()) return followed || femr.keepsSongs() ? "playing" : "watching";
    if (problem()) return "problem";
    return songs() && !greeting ? "playing" : "arriving";
  }

  /** Where it says why the camera went off, if it just did. */
  function watch() {
    if (watched === live()) return null;
    watched = live();
    followed = false;
    return watched ? null : find("#femr-live-words .femr-hint[data-say]:not([hidden])");
  }

  function decide() {
    const why = watch();
    const [before, now] = [root.dataset.stage, scene()];
    root.dataset.stage = now;
    if (why) femr.tell(why.textContent ?? "", !why.offsetParent); // seen once, heard in any case
    if (now === "looking" && before !== now) greeting = false; // going back while it looks is still going back
    root.toggleAttribute("data-songs", Boolean(songs()));
    wash();
    if (before === now) return;
    const told = find("[data-looking]");
    if (told) told.textContent = now === "looking" ? (told.dataset.looking ?? "") : "";
    if (before !== "watching") window.scrollTo({ top: 0 });
    if (now === "looking") femr.sheets?.closeAll();
    if (now === "playing" && before !== "arriving") announce();
  }

  // What the visitor asks for ends what was wrong before; an answer does not, which may have been asked for earlier.
  const ask = () => document.dispatchEvent(new Event("femr:asked"));

  const GONE_MS = 8000; // without an answer until the page asks whether the server is there
  /** @type {number | undefined} */
  let doubt;

  femr.reaches = () =>
    fetch("healthz", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    );

  // Gradio says nothing where a server goes away that it has asked.
  function expectAnswer() {
    clearTimeout(doubt);
    doubt = setTimeout(async () => ((await femr.reaches()) ? expectAnswer() : femr.lost()), GONE_MS);
  }

  femr.look = () => {
    ask();
    expectAnswer();
    waiting = true;
    femr.sheets.closeAll();
    decide();
  };

  femr.busy = () => {
    ask();
    expectAnswer();
    asked = true;
    root.setAttribute("data-busy", "");
  };

  // After every answer, once Gradio has put it on the page.
  femr.settle = () => {
    clearTimeout(doubt);
    arrived = true;
    setTimeout(() => {
      waiting = false;
      root.removeAttribute("data-busy");
      decide();
      femr.tellAlong();
      femr.answered();
    }, 0);
  };

  // The mood's colour, over the top of the page.
  function wash() {
    const colour = find("#femr-result .femr-hero")?.dataset.colour;
    if (colour && scene() === "playing") root.style.setProperty("--mood", colour);
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
    asked = waiting = false;
    document.dispatchEvent(new Event("femr:photo")); // turns the camera off
    dismissed = find("#femr-notice .femr-problem")?.textContent;
    decide();
    find("#femr-arriving [data-intake]")?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-intake=another]")) femr.greet();
    if (!target.closest("[data-stage-back]")) return;
    document.dispatchEvent(new Event("femr:photo")); // what the camera said is over
    dismissed = problem();
    ask(); // and so is what was wrong with a photo
    const greeted = root.dataset.stage === "arriving";
    greeting = false;
    decide();
    if (greeted && root.dataset.stage === "playing") announce(); // the focus was on what has gone
  });
  document.addEventListener("femr:playing", () => {
    if (asked || live()) greeting = false; // songs that were asked for before the visitor turned away are not waited for
    // What the camera said last is over once something else plays.
    if (live()) followed = true;
    else document.dispatchEvent(new Event("femr:photo"));
  });

  // What is pressed before Gradio is there is pressed again once it is.
  /** @type {string | null} */
  let pressed = null;
  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const early = /** @type {Element} */ (event.target).closest("[data-example], [data-intake=camera]");
    if (!early || femr.intake.isOpen()) return;
    pressed = early.dataset.example ? `[data-example="${early.dataset.example}"]` : "[data-intake=camera]";
    root.setAttribute("data-busy", "");
  });

  document.addEventListener("femr:ready", () => {
    if (!pressed) return;
    root.removeAttribute("data-busy");
    find(pressed)?.click();
    pressed = null;
  });

  new MutationObserver(decide).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-photo", "class", "hidden"],
  });

  root.dataset.stage = femr.returning() ? "looking" : "arriving";
})();

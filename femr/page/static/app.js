// The page as an app: its service worker, the sentence that there is no net, and the last songs for each mood, kept for
// such moments. Songs for somebody's own face stay in this tab of the browser; those for a picked mood, a link or a
// drawn face stay on the device, until the visitor forgets them on the page without a net.
(() => {
  "use strict";
  const KEY = "femr-songs";
  const LONGEST = 30; // songs of a mood that are kept

  const PATIENCE = 20000; // milliseconds for the answer to a drawn face

  /** Until when the next face that is read is a drawn one, as far as is known: in doubt it is somebody's own. */
  let drawn = 0;
  let last = "";

  /**
   * @param {"localStorage" | "sessionStorage"} where
   * @param {Story} story
   */
  function keep(where, story) {
    const songs = story.songs.slice(0, LONGEST).map(({ title, artist, year }) => ({ title, artist, year }));
    try {
      const all = JSON.parse(window[where].getItem(KEY) ?? "{}");
      window[where].setItem(KEY, JSON.stringify({ ...all, [story.emotion]: { when: Date.now(), songs } }));
    } catch {
      // A browser that keeps nothing for us, or something else than ours: the page works all the same.
    }
  }

  function look() {
    const told = document.getElementById("femr-story")?.dataset.story ?? "";
    if (told === last) return;
    last = told;
    if (!told) return;
    /** @type {Story} */
    const story = JSON.parse(told);
    const nobodys = story.kind === "picked" || story.kind === "link" || (story.kind === "face" && Date.now() < drawn);
    drawn = 0;
    keep(nobodys ? "localStorage" : "sessionStorage", story);
  }

  function tellNet() {
    /** @type {HTMLElement | null} */
    const told = document.querySelector("#femr-share [data-offline]");
    if (told) told.textContent = navigator.onLine ? "" : (told.dataset.text ?? "");
  }

  document.addEventListener(
    "click",
    (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target.closest("[data-example]")) drawn = Date.now() + PATIENCE;
      else if (target.closest("button, [role=button], input")) drawn = 0;
    },
    true,
  );
  for (const kind of ["change", "drop", "paste"]) document.addEventListener(kind, () => (drawn = 0), true);
  new MutationObserver(look).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-story"],
  });
  window.addEventListener("offline", tellNet);
  window.addEventListener("online", tellNet);
  if (navigator.serviceWorker) navigator.serviceWorker.register("./service-worker.js").catch(() => {});
})();

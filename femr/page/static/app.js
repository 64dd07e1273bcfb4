// The page as an app: its service worker, the sentence that there is no net, and the last songs for each mood, kept for
// such moments. Songs for somebody's own face stay in this tab of the browser; those for a picked mood, a link or a
// drawn face stay on the device, until the visitor forgets them on the page without a net.
(() => {
  "use strict";
  const KEY = "femr-songs";
  const LONGEST = 30; // songs of a mood that are kept

  let last = "";

  /**
   * @param {StorageName} where
   * @param {Story} story
   */
  function keep(where, story) {
    const songs = story.songs.slice(0, LONGEST).map(({ title, artist, year }) => ({ title, artist, year }));
    femr.store(where, KEY, { ...femr.stored(where, KEY, {}), [story.emotion]: { when: Date.now(), songs } });
  }

  function look() {
    const told = document.getElementById("femr-story")?.dataset.story ?? "";
    if (told === last) return;
    last = told;
    if (!told) return;
    /** @type {Story} */
    const story = JSON.parse(told);
    const nobodys = story.kind === "picked" || story.kind === "link" || (story.kind === "face" && story.example);
    keep(nobodys ? "localStorage" : "sessionStorage", story);
  }

  function tellNet() {
    /** @type {HTMLElement | null} */
    const told = document.querySelector("#femr-share [data-offline]");
    if (told) told.textContent = navigator.onLine ? "" : (told.dataset.text ?? "");
  }

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

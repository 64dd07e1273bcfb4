// One <audio> for all sources that have a sound's address: Apple's previews and a visitor's own files.
(() => {
  "use strict";
  /** @type {HTMLAudioElement | null} */
  let audio = null;
  /** @type {FemrListener | null} */
  let told = null;

  function make() {
    const made = new Audio();
    const at = () => told?.at({ paused: made.paused, share: made.duration > 0 ? made.currentTime / made.duration : 0 });
    for (const name of ["playing", "pause", "timeupdate"]) made.addEventListener(name, at);
    made.addEventListener("ended", () => told?.ended());
    made.addEventListener("error", () => made.hasAttribute("src") && told?.failed());
    return made;
  }

  femr.sound = {
    async play(address, listener) {
      audio ??= make();
      told = listener;
      audio.src = address;
      await audio.play().catch((/** @type {DOMException} */ problem) => {
        // A browser that wants a click of its own: the button in the bar is one.
        if (problem.name !== "NotAllowedError") throw "missing";
      });
    },
    toggle() {
      if (!audio) return;
      if (audio.paused) audio.play().catch(() => {});
      else audio.pause();
    },
    stop() {
      told = null;
      audio?.pause();
      audio?.removeAttribute("src");
    },
  };
})();

// YouTube's privacy-enhanced player, where a video's id is known. States and errors are those of its IFrame API,
// https://developers.google.com/youtube/iframe_api_reference; they come as the messages that this API's script listens
// to, so that no script of YouTube's has to run in the page.
(() => {
  "use strict";
  const HOST = "https://www.youtube-nocookie.com";
  const [ENDED, PLAYING, PAUSED] = [0, 1, 2];

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  /** @type {FemrListener | null} */
  let told = null;
  let answered = () => {};
  let refused = () => {};
  let state = PAUSED;

  /** @type {(message: object) => void} */
  const send = (message) =>
    frame?.contentWindow?.postMessage(JSON.stringify({ id: 1, channel: "widget", ...message }), HOST);

  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== HOST || typeof data !== "string") return;
    const { event, info } = JSON.parse(data);
    if (event === "onError") {
      refused();
      told?.failed();
    } else if (event === "onReady") answered();
    else if (event === "onStateChange") {
      answered();
      if (info === ENDED && state !== ENDED) told?.ended();
      state = info;
    } else if (event === "infoDelivery" && info?.currentTime >= 0) {
      told?.at({ paused: state !== PLAYING, share: info.currentTime / (info.duration || Infinity) });
    }
    if (event === "onStateChange" && [PLAYING, PAUSED].includes(info)) told?.at({ paused: info === PAUSED });
  });

  femr.sources.youtube = {
    name: "YouTube",
    opens: true,
    has: (song) => Boolean(song.youtube),
    play(song, slot, listener) {
      told = listener;
      state = PAUSED;
      frame = document.createElement("iframe");
      frame.className = "femr-video";
      frame.allow = "autoplay; encrypted-media";
      frame.referrerPolicy = "strict-origin-when-cross-origin"; // without a referrer it plays nothing
      frame.onload = () => send({ event: "listening" });
      const settings = new URLSearchParams({
        autoplay: "1",
        enablejsapi: "1",
        playsinline: "1",
        origin: location.origin,
      });
      frame.src = `${HOST}/embed/${encodeURIComponent(song.youtube)}?${settings}`;
      slot.replaceChildren(frame);
      return new Promise((resolve, reject) => {
        answered = () => resolve(undefined);
        refused = () => reject("missing");
      });
    },
    toggle: () => send({ event: "command", func: state === PLAYING ? "pauseVideo" : "playVideo", args: [] }),
    stop() {
      told = null;
      frame?.remove();
      frame = null;
    },
  };
})();

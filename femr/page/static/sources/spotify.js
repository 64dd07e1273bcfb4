// Spotify's player by its iFrame API, in one frame that later songs reuse. The script comes with the first song.
// https://developer.spotify.com/documentation/embeds/references/iframe-api
(() => {
  "use strict";
  const SCRIPT = "https://open.spotify.com/embed/iframe-api/v1";
  const URI = "spotify:track:";

  /** @type {Promise<SpotifyIframeApi> | null} */
  let api = null;
  /** @type {Promise<SpotifyController> | null} */
  let frame = null;
  let inside = ""; // the address of the song in the frame
  let sounding = ""; // what Spotify says that it plays: the same song, maybe by another address
  let before = ""; // what it said of the song before, of which it may still tell
  /** @type {FemrListener | null} */
  let told = null;
  let begun = false; // whether the song has been heard
  let answered = () => {};

  function ask() {
    api ||= new Promise((/** @type {(api: SpotifyIframeApi) => void} */ resolve, reject) => {
      window.onSpotifyIframeApiReady = resolve;
      const script = document.createElement("script");
      script.src = SCRIPT;
      script.onerror = () => {
        api = null; // the next song asks again
        script.remove();
        reject("silent");
      };
      document.head.append(script);
    });
    return api;
  }

  /** @type {(slot: HTMLElement, uri: string) => Promise<SpotifyController>} */
  async function make(slot, uri) {
    const iframeApi = await ask();
    const place = document.createElement("div");
    slot.append(place);
    inside = uri;
    return new Promise((resolve) => {
      iframeApi.createController(place, { uri, width: "100%", height: 80 }, (made) => {
        made.addListener("ready", () => {
          resolve(made);
          answered();
        });
        made.addListener("playback_update", (event) => follow(event.data));
      });
    });
  }

  // An end that comes before the beginning is that of the song before.
  /** @param {SpotifyPlayback} playback */
  function follow({ playingURI = "", isPaused, position, duration }) {
    if (!(duration > 0) || (playingURI && playingURI === before)) return;
    sounding = playingURI;
    answered();
    told?.at({ paused: isPaused, share: position / duration });
    if (position < duration) begun ||= !isPaused;
    else if (isPaused && begun) {
      begun = false;
      told?.ended();
    }
  }

  femr.sources.spotify = {
    name: "Spotify",
    has: (song) => Boolean(song.spotify),
    async play(song, slot, listener) {
      told = listener;
      begun = false;
      const uri = URI + song.spotify;
      frame ??= make(slot, uri);
      const made = await frame;
      if (told !== listener) return; // another song is wanted by now
      const heard = new Promise((resolve) => (answered = () => resolve(undefined)));
      if (inside === uri) answered();
      else {
        before = sounding === uri ? "" : sounding;
        made.loadUri((inside = uri));
      }
      made.play();
      await heard;
    },
    toggle: () => void frame?.then((made) => made.togglePlay()),
    stop() {
      told = null;
      frame?.then(
        (made) => made.destroy(),
        () => {},
      );
      frame = null;
      sounding = before = "";
    },
  };
})();

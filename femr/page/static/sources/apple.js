// A preview of 30 seconds from Apple's iTunes Search API, by title and artist. Its terms: the cover and a link to the
// store beside the preview, and no more than about 20 lookups a minute. A song is looked up once in a visit.
// https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/iTuneSearchAPI/
(() => {
  "use strict";
  const SEARCH = "https://itunes.apple.com/search";
  const A_MINUTE = 20;
  const KEY = "femr-apple";

  /** @typedef {{ sound: string, cover: string, store: string }} Preview */
  /** @type {{ asked: number[], found: Record<string, Preview | null> }} */
  const visit = femr.stored("sessionStorage", KEY, { asked: [], found: {} });
  /** @type {FemrListener | null} */
  let told = null;

  /** @param {FemrSong} song */
  async function find(song) {
    if (song.key in visit.found) return visit.found[song.key];
    const now = Date.now();
    visit.asked = visit.asked.filter((each) => now - each < 60_000);
    if (visit.asked.length >= A_MINUTE) throw "busy";
    visit.asked.push(now);
    const query = new URLSearchParams({
      term: `${song.artist} ${song.title}`,
      media: "music",
      entity: "song",
      limit: "10",
    });
    const region = navigator.language.split("-").at(-1) ?? "";
    if (/^[A-Z]{2}$/.test(region)) query.set("country", region); // without one it is the United States
    const answer = await fetch(`${SEARCH}?${query}`, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw "silent";
    visit.found[song.key] = choose((await answer.json()).results ?? [], song);
    femr.store("sessionStorage", KEY, visit);
    return visit.found[song.key];
  }

  /** @type {(results: AppleResult[], song: FemrSong) => Preview | null} */
  function choose(results, song) {
    const [title, artist] = [femr.plain(song.title), femr.plain(song.artist.split(",")[0])];
    const found = results.find(
      (each) =>
        title &&
        artist &&
        each.previewUrl &&
        femr.plain(each.trackName).startsWith(title) &&
        ` ${femr.plain(each.artistName)} `.includes(` ${artist} `),
    );
    if (!found) return null;
    const secure = (/** @type {string} */ address) => String(address ?? "").replace(/^(http:)?(?!https:)/, "https:");
    return { sound: secure(found.previewUrl), cover: secure(found.artworkUrl100), store: secure(found.trackViewUrl) };
  }

  /** @type {(slot: HTMLElement, preview: Preview) => void} */
  function show(slot, { cover, store }) {
    const picture = new Image(64, 64);
    picture.src = cover;
    picture.alt = "";
    picture.onerror = () => picture.remove();
    const link = document.createElement("a");
    Object.assign(link, { href: store, target: "_blank", rel: "noopener noreferrer", className: "femr-quiet" });
    link.textContent = femr.word("store");
    const shown = document.createElement("div");
    shown.className = "femr-preview";
    shown.append(picture, link);
    slot.replaceChildren(shown);
  }

  femr.sources.apple = {
    name: "Apple Music",
    opens: true,
    has: (song) => Boolean(song.title && song.artist),
    async play(song, slot, listener) {
      told = listener;
      const preview = await find(song);
      if (told !== listener) return; // another song is wanted by now
      if (!preview) throw "missing";
      show(slot, preview);
      await femr.sound.play(preview.sound, listener);
    },
    toggle: () => femr.sound.toggle(),
    stop() {
      told = null;
      femr.sound.stop();
    },
  };
})();

// Files that a visitor picks in the browser: they are played from where they are, and never leave the device. A song is
// known by the name of its file in the library's table, or by artist and title in a file's name.
(() => {
  "use strict";
  /** @type {Map<string, File>} */
  const files = new Map(); // by plain name
  /** @type {Map<string, File | undefined>} */
  const matched = new Map(); // by a song's key
  let address = "";

  /** @type {(name: string) => string} */
  const plainName = (name) => femr.plain(name.replace(/\.[^.]*$/, ""));

  /** @type {(song: FemrSong) => File | undefined} */
  function search(song) {
    const exact = song.file && files.get(plainName(song.file));
    if (exact) return exact;
    const [title, artist] = [femr.plain(song.title), femr.plain(song.artist)];
    if (!title) return undefined;
    for (const [name, file] of files) {
      const bare = name.replace(/^\d{1,3} /, ""); // a track's number
      if (bare === title || (bare.endsWith(` ${title}`) && artist && bare.includes(artist))) return file;
    }
    return undefined;
  }

  /** @type {(song: FemrSong) => File | undefined} */
  function find(song) {
    if (!matched.has(song.key)) matched.set(song.key, files.size ? search(song) : undefined);
    return matched.get(song.key);
  }

  document.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (!input.matches("[data-own-files]")) return;
    for (const file of input.files ?? [])
      if (file.type.startsWith("audio/") || /\.(mp3|m4a|aac|flac|ogg|opus|wav|aiff?)$/i.test(file.name))
        files.set(plainName(file.name), file);
    matched.clear();
    const songs = femr.songs();
    const here = songs.filter((song) => find(song)).length;
    const place = /** @type {HTMLElement} */ (document.querySelector("[data-own-told]"));
    place.textContent = (place.dataset.ownTold ?? "")
      .replace("{files}", String(files.size))
      .replace("{here}", String(here))
      .replace("{songs}", String(songs.length));
  });

  femr.sources.own = {
    name: "",
    has: (song) => Boolean(find(song)),
    async play(song, slot, listener) {
      const file = find(song);
      if (!file) throw "missing";
      slot.replaceChildren();
      URL.revokeObjectURL(address);
      address = URL.createObjectURL(file);
      await femr.sound.play(address, listener);
    },
    toggle: () => femr.sound.toggle(),
    stop() {
      femr.sound.stop();
      URL.revokeObjectURL(address);
    },
  };
})();

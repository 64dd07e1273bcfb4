// The diary's notes, in this browser alone: which moods there were, which songs were heard, which were liked. Nothing is
// noted until the visitor switches it on, and nothing of it is ever sent. `diary_view.js` shows it.
(() => {
  "use strict";
  const KEY = "femr-diary";
  const MOST = 2000; // notes, some 200 KB; the oldest gives way
  const KINDS = ["mood", "song", "heart"];

  // --- pure: notes in, notes or texts out ---

  /** @type {(number: number) => string} */
  const two = (number) => String(number).padStart(2, "0");

  /**
   * The day of a moment where the visitor is, as 2026-11-28.
   * @param {Date} date
   */
  const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

  /**
   * The seven days, Monday first, of the week that holds a moment, or of one some weeks before it.
   * @param {number} at milliseconds since 1970
   * @param {number} back weeks
   */
  function weekOf(at, back = 0) {
    const date = new Date(at);
    const monday = date.getDate() - ((date.getDay() + 6) % 7) - 7 * back;
    // Through the calendar, not by hours: days on which the clock is changed have 23 or 25.
    return [0, 1, 2, 3, 4, 5, 6].map((n) => dayOf(new Date(date.getFullYear(), date.getMonth(), monday + n)));
  }

  /**
   * What came most often; of several the latest.
   * @param {string[]} emotions in the order in which they came
   */
  function commonest(emotions) {
    const counts = new Map();
    for (const each of emotions) counts.set(each, (counts.get(each) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    return emotions.filter((each) => counts.get(each) === most).at(-1) ?? null;
  }

  /**
   * Notes by week and day, the latest first.
   * @param {DiaryNote[]} notes
   * @returns {DiaryWeek[]}
   */
  function weeks(notes) {
    /** @type {Map<string, Map<string, DiaryNote[]>>} */
    const found = new Map();
    for (const note of [...notes].reverse().sort((one, other) => other.at - one.at)) {
      const [monday, day] = [weekOf(note.at)[0], dayOf(new Date(note.at))];
      const days = found.get(monday) ?? new Map();
      found.set(monday, days.set(day, [...(days.get(day) ?? []), note]));
    }
    return [...found].map(([monday, days]) => ({
      monday,
      days: [...days].map(([day, notes]) => ({ day, notes, mood: commonest(moods(notes).reverse()) })),
    }));
  }

  /** @type {(notes: DiaryNote[]) => string[]} */
  const moods = (notes) => notes.flatMap((each) => (each.kind === "mood" && each.emotion ? [each.emotion] : []));

  /**
   * As a table: a line for each note, for spreadsheets, which would take a text that begins with = + - @ for a formula.
   * @param {DiaryNote[]} notes
   */
  function csv(notes) {
    const columns = /** @type {const} */ (["kind", "emotion", "how", "title", "artist", "song"]);
    const cell = (/** @type {string} */ text) => `"${text.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
    const lines = notes.map((note) => {
      const date = new Date(note.at);
      const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
      return [dayOf(date), time, weekOf(note.at)[0], ...columns.map((name) => note[name] ?? "")].map(cell).join(",");
    });
    return [["day", "time", "week", ...columns].join(","), ...lines, ""].join("\r\n");
  }

  /**
   * The notes with one more; beyond the bound the oldest gives way.
   * @param {DiaryNote[]} notes
   * @param {DiaryNote} note
   */
  const added = (notes, note) => [...notes, note].slice(-MOST);

  // --- what the browser keeps ---

  let room = true; // whether the browser kept what was noted last

  /** @type {(each: any) => boolean} */
  const sound = (each) =>
    Number.isFinite(each?.at) &&
    KINDS.includes(each.kind) &&
    ["emotion", "how", "title", "artist", "song"].every((name) => ["undefined", "string"].includes(typeof each[name]));

  /** @returns {Diary} */
  function read() {
    const { on, notes } = femr.stored("localStorage", KEY, /** @type {Record<string, any>} */ ({}));
    return { on: on === true, notes: Array.isArray(notes) ? notes.filter(sound).slice(-MOST) : [] };
  }

  /** @param {Diary} diary */
  function keep(diary) {
    room = femr.store("localStorage", KEY, diary.on || diary.notes.length ? diary : null);
    document.dispatchEvent(new Event("femr:diary"));
  }

  /** @param {DiaryNote} note */
  function add(note) {
    const diary = read();
    if (diary.on) keep({ ...diary, notes: added(diary.notes, note) });
  }

  /** @param {(note: DiaryNote) => boolean} which */
  function drop(which) {
    const diary = read();
    const notes = diary.notes.filter((note) => !which(note));
    if (diary.on && notes.length < diary.notes.length) keep({ ...diary, notes });
  }

  /** @param {boolean} on */
  const turn = (on) => keep({ ...read(), on });

  /**
   * The keys of all that is ours: the diary, corrections, hearts, kept songs, the visit, and what comes to be kept.
   * @param {StorageName} where
   */
  function keys(where) {
    try {
      return Object.keys(window[where]).filter((key) => /^femr/.test(key));
    } catch {
      return []; // it keeps nothing for us
    }
  }

  function others() {
    /** @type {Record<string, unknown>} */
    const found = {};
    for (const key of keys("localStorage").filter((key) => key !== KEY)) {
      const text = localStorage.getItem(key) ?? "";
      try {
        found[key] = JSON.parse(text);
      } catch {
        found[key] = text;
      }
    }
    return found;
  }

  function forget() {
    for (const where of /** @type {const} */ (["localStorage", "sessionStorage"]))
      for (const key of keys(where)) window[where].removeItem(key);
  }

  // --- what is noted ---

  let restored = femr.returning(); // what comes first is what a visitor comes back to
  /** @type {{ mood: string, face: string, songs: string, day: string, at?: number } | null} */
  let last = null; // what the music was for
  let seen = "";

  // A mood is noted when it comes, and once more on another day. What a face was meant to show, or was read as after all,
  // takes the place of what was noted for that face.
  function look() {
    const told = document.getElementById("femr-story")?.dataset.story;
    if (!told || told === seen) return;
    seen = told;
    /** @type {Story} */
    const story = JSON.parse(told);
    const face = story.box ? JSON.stringify(story.box) : "";
    const mood = JSON.stringify([story.kind, story.emotion, face]);
    const songs = JSON.stringify(story.songs.map(({ title, artist }) => [title, artist]));
    const now = new Date();
    const before = last;
    const goesOn = before?.mood === mood && (before.songs === songs || before.day === dayOf(now));
    if (goesOn) return void (before.songs = songs);
    last = { mood, face, songs, day: dayOf(now) };
    if (restored) {
      restored = false;
      const newest = read()
        .notes.filter((each) => each.kind === "mood")
        .at(-1);
      if (newest?.emotion === story.emotion) last.at = newest.at;
      return;
    }
    if (face && before?.face === face && before.mood !== mood)
      drop((note) => note.kind === "mood" && note.at === before.at);
    if (!story.clear || story.kind === "link") return;
    last.at = now.getTime();
    const how = face && story.example ? "example" : story.kind;
    add({ at: last.at, kind: "mood", emotion: story.emotion, how });
  }

  /** @type {(button: Element) => { title: string, artist: string }} */
  function songOf(button) {
    const card = button.closest(".femr-card");
    const text = (/** @type {string} */ name) => card?.querySelector(name)?.textContent?.trim() ?? "";
    return { title: text(".femr-title"), artist: text(".femr-artist") };
  }

  femr.diary = {
    read,
    turn,
    others,
    forget,
    weeks,
    weekOf,
    moods,
    csv,
    added,
    full: (notes) => notes.length >= MOST,
    room: () => room,
  };

  document.addEventListener("femr:heard", (event) => {
    const song = String(/** @type {CustomEvent} */ (event).detail);
    const card = document.querySelector(`.femr-card [data-song="${CSS.escape(song)}"]`);
    if (card) add({ at: Date.now(), kind: "song", song, ...songOf(card) });
  });

  // After taste.js, which turns the heart.
  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const heart = /** @type {Element} */ (event.target).closest("[data-heart]");
    if (!heart) return;
    const song = heart.dataset.heart ?? "";
    if (heart.getAttribute("aria-pressed") === "true") add({ at: Date.now(), kind: "heart", song, ...songOf(heart) });
    else drop((note) => note.kind === "heart" && note.song === song);
  });

  new MutationObserver(look).observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-story"],
  });
})();

// The diary's sheet: its switch, a picture of the last weeks, the notes by week and day, what was corrected, files to
// take along, and forgetting.
(() => {
  "use strict";
  const WEEKS = 8; // in the picture
  const SIDE = 36; // of a day in it, with the gap
  const LEFT = 64; // for the weeks' names
  const TOP = 24; // for the days' names
  const SVG = "http://www.w3.org/2000/svg";

  const root = () => /** @type {HTMLElement | null} */ (document.querySelector("#femr-diary-sheet .femr-diary"));

  /** @type {(name: string) => HTMLElement} */
  const part = (name) => /** @type {HTMLElement} */ (root()?.querySelector(`[data-diary="${name}"]`));

  /** @type {(key: string, ...values: (string | number)[]) => string} */
  function say(key, ...values) {
    const text = root()?.dataset[key] ?? "";
    return text.replace(/#(\d?)/g, (_, number) => String(values[Number(number || 1) - 1]));
  }

  /** @type {(emotion: string) => DOMStringMap} */
  const traits = (emotion) =>
    /** @type {SVGElement | null} */ (document.getElementById(`femr-face-${emotion}`))?.dataset ?? {};
  const looks = (/** @type {string} */ emotion) => traits(emotion).looks ?? "";

  // The day at noon, so that no change of the clock makes another of it.
  /** @type {(day: string, settings: Intl.DateTimeFormatOptions) => string} */
  const date = (day, settings) =>
    new Date(`${day}T12:00`).toLocaleDateString(femr.language() === "id" ? "id" : "en-GB", settings);
  const SHORT = /** @type {const} */ ({ day: "numeric", month: "short" });
  const LONG = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });
  /** @type {(at: number) => string} */
  const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

  /**
   * @param {string} tag
   * @param {Record<string, string>} attributes
   * @param {(Node | string)[]} children
   */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /**
   * @param {string} tag
   * @param {Record<string, string | number>} attributes
   * @param {(Node | string)[]} children
   */
  function draw(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.append(...children);
    return element;
  }

  // --- the picture of the weeks: a row for each, a day in the colour and with the face of its commonest mood ---

  /** @param {DiaryWeek[]} noted */
  function picture(noted) {
    const known = new Map(noted.flatMap((week) => week.days.map((day) => [day.day, day])));
    const [width, height] = [LEFT + 7 * SIDE, TOP + WEEKS * SIDE];
    const label = part("picture").dataset.label ?? "";
    const svg = draw("svg", {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": label,
      class: "femr-weeks",
    });
    femr.diary.weekOf(Date.now()).forEach((day, n) => {
      const place = { x: LEFT + (n + 0.5) * SIDE - 2, y: TOP - 10, "text-anchor": "middle", class: "femr-date" };
      svg.append(draw("text", place, date(day, { weekday: "narrow" })));
    });
    for (let row = 0; row < WEEKS; row++) {
      const week = femr.diary.weekOf(Date.now(), WEEKS - 1 - row);
      const y = TOP + row * SIDE;
      svg.append(draw("text", { x: 0, y: y + SIDE / 2 + 3, class: "femr-date" }, date(week[0], SHORT)));
      week.forEach((day, n) => svg.append(cell(day, LEFT + n * SIDE, y, known.get(day))));
    }
    return svg;
  }

  /**
   * @param {string} day
   * @param {number} x
   * @param {number} y
   * @param {DiaryDay | undefined} noted
   */
  function cell(day, x, y, noted) {
    const [side, inner] = [SIDE - 4, SIDE - 12];
    const mood = noted?.mood;
    const square = draw("rect", { x, y, width: side, height: side, rx: 8, "data-day": day });
    if (!mood) return square;
    square.setAttribute("style", `fill: ${traits(mood).colour}`);
    square.setAttribute("data-mood", mood);
    const inside = { href: `#femr-face-${mood}`, x: x + 4, y: y + 4, width: inner, height: inner };
    const said = say("day", date(day, LONG), [...new Set(femr.diary.moods(noted.notes))].map(looks).join(", "));
    return draw("g", {}, draw("title", {}, said), square, draw("use", inside));
  }

  // --- the notes ---

  /** @type {(week: DiaryWeek, open: boolean) => HTMLElement} */
  function weekPart(week, open) {
    const notes = week.days.flatMap((day) => day.notes);
    const name = say("week", date(week.monday, { day: "numeric", month: "long" }));
    const head = make("summary", {}, make("b", { class: "femr-date" }, name), counts(notes));
    const fold = make("details", {}, head, ...week.days.map(dayPart));
    /** @type {HTMLDetailsElement} */ (fold).open = open;
    return fold;
  }

  /** @type {(notes: DiaryNote[]) => HTMLElement} */
  function counts(notes) {
    const kinds = /** @type {const} */ ({ moods: "mood", songs: "song", hearts: "heart" });
    const told = Object.entries(kinds).map(([key, kind]) => {
      const count = notes.filter((each) => each.kind === kind).length;
      return make("span", {}, say(key, count));
    });
    return make("span", { class: "femr-hint" }, ...told);
  }

  /** @type {(day: DiaryDay) => HTMLElement} */
  const dayPart = ({ day, notes }) =>
    make(
      "section",
      {},
      make("h4", {}, make("time", { datetime: day }, date(day, LONG))),
      make("ul", {}, ...notes.map((note) => make("li", {}, make("time", {}, clock(note.at)), noteLine(note)))),
    );

  /** @type {(note: DiaryNote) => HTMLElement} */
  function noteLine(note) {
    if (note.kind === "mood") {
      const [mood, how] = [looks(note.emotion ?? ""), root()?.getAttribute(`data-how-${note.how}`) ?? ""];
      return make("span", {}, make("b", {}, mood), how && ` · ${how}`);
    }
    const song = [note.title, note.artist].filter(Boolean).join(" · ") || (note.song ?? "");
    const liked = note.kind === "heart" ? ` · ${say("liked")}` : "";
    return make("span", {}, make("span", { class: "femr-title" }, song), liked);
  }

  /** @type {(correction: FemrCorrection) => HTMLElement} */
  function correctionLine({ at, emotion, shares }) {
    const emotions = [...(root()?.querySelectorAll("symbol") ?? [])].map((each) => each.dataset.emotion ?? "");
    const read = emotions[shares.indexOf(Math.max(...shares))];
    const when = `${date(femr.diary.weekOf(at)[(new Date(at).getDay() + 6) % 7], SHORT)}, ${clock(at)}`;
    const button = make("button", { type: "button", class: "femr-round", "data-correction": String(at) });
    const said = say("meant", looks(read), looks(emotion));
    button.setAttribute("aria-label", say("forgets", said));
    button.append(cross());
    return make("li", {}, make("time", {}, when), make("span", {}, said), button);
  }

  const cross = () =>
    draw(
      "svg",
      { class: "femr-icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
      draw("path", { d: "M6 6l12 12M18 6L6 18" }),
    );

  // --- all of it ---

  function show() {
    const sheet = root();
    if (!sheet) return;
    const { on, notes } = femr.diary.read();
    const corrections = femr.corrections.all().reverse();
    const noted = femr.diary.weeks(notes);
    sheet.dataset.shown = "";
    /** @type {HTMLInputElement} */ (sheet.querySelector("[data-diary-switch]")).checked = on;
    /** @type {Record<string, boolean>} */
    const so = {
      off: !on && notes.length === 0,
      stopped: !on && notes.length > 0,
      empty: on && notes.length === 0,
      full: femr.diary.full(notes),
      no_room: !femr.diary.room(),
      uncorrected: corrections.length === 0,
    };
    for (const each of sheet.querySelectorAll("[data-say]")) {
      const sentence = /** @type {HTMLElement} */ (each);
      sentence.hidden = !so[sentence.dataset.say ?? ""];
    }
    /** @type {HTMLElement} */ (sheet.querySelector(".femr-diary-weeks")).hidden = notes.length === 0;
    part("picture").replaceChildren(picture(noted));
    part("weeks").replaceChildren(...noted.map((week, n) => weekPart(week, n === 0)));
    part("corrections").replaceChildren(...corrections.map(correctionLine));
  }

  /** @type {(name: string, kind: string, text: string) => void} */
  const save = (name, kind, text) => femr.download(name, new Blob([text], { type: kind }));

  /** @param {string} kind */
  function takeAlong(kind) {
    const { notes } = femr.diary.read();
    if (kind === "csv") return save("femr-diary.csv", "text/csv", `\ufeff${femr.diary.csv(notes)}`);
    const dated = notes.map((note) => ({ ...note, at: new Date(note.at).toISOString() }));
    const all = { notes: dated, ...femr.diary.others() };
    save("femr-diary.json", "application/json", JSON.stringify(all, null, 2));
  }

  /** @param {boolean} asked */
  function ask(asked) {
    const button = /** @type {HTMLElement} */ (root()?.querySelector("[data-diary-forget=ask]"));
    button.setAttribute("aria-expanded", String(asked));
    part("sure").hidden = !asked;
    if (asked) /** @type {HTMLElement | null} */ (part("sure").querySelector("[data-diary-forget=no]"))?.focus();
    else button.focus();
  }

  // The page begins anew, since what is on it would be kept again.
  function forget() {
    femr.diary.forget();
    location.replace(location.pathname);
  }

  femr.remote("femr-diary-sheet-opened", () => {
    show();
    ask(false);
    /** @type {HTMLElement | null} */ (document.querySelector("#femr-diary-sheet [data-close]"))?.focus();
  });
  document.addEventListener("femr:diary", () => root()?.checkVisibility() && show());
  window.addEventListener("storage", () => root()?.checkVisibility() && show());

  // In another language all of it is new.
  new MutationObserver(() => {
    const sheet = root();
    if (sheet && !("shown" in sheet.dataset) && sheet.checkVisibility()) show();
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.matches("[data-diary-switch]")) femr.diary.turn(box.checked);
  });

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("#femr-diary-sheet button");
    if (!button) return;
    const { diarySave, diaryForget, correction } = button.dataset;
    if (diarySave) takeAlong(diarySave);
    else if (diaryForget === "yes") forget();
    else if (diaryForget) ask(diaryForget === "ask" && button.getAttribute("aria-expanded") !== "true");
    else if (correction) {
      femr.corrections.forget(Number(correction));
      show();
      /** @type {HTMLElement | null} */ (document.querySelector("#femr-diary-sheet [data-close]"))?.focus();
    }
  });
})();

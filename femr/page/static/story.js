// Sending a mood to others: a link, or a card of a story's size, drawn here from what the page shows. The face is on it
// only where the visitor ticks so, and then comes from the photo that the page already shows: nothing is fetched.
(() => {
  "use strict";
  const WIDTH = 1080;
  const HEIGHT = 1920;
  const MARGIN = 88;
  const BOTTOM = 1776; // where the sheet of songs ends at the latest; the address stands below it
  const INK = "#14181f";
  const PAPER = "#fbfaf8";
  const QUIET = "#565e6b";
  const BAR = 54; // from one bar to the next
  const ROW = 112; // from one song to the next
  const SPREAD = 1.9; // how much more than the face's box is seen of a photo
  const SECONDS_TOLD = 4;

  /** @param {number} pixels @param {number} weight */
  const font = (pixels, weight) => `${weight} ${pixels}px "femr Lexend", system-ui, sans-serif`;

  /** @returns {Story | null} */
  function shown() {
    const told = document.getElementById("femr-story")?.dataset.story;
    return told ? JSON.parse(told) : null;
  }

  /** @param {Story} story */
  function photoOf(story) {
    /** @type {HTMLImageElement | null} */
    const photo = document.querySelector("#femr-faces img");
    const ofAFace = story.kind === "face" || story.kind === "everyone";
    return ofAFace && photo?.complete && photo.naturalWidth ? photo : null;
  }

  // --- drawing ---

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {string} colour
   */
  function wash(pen, colour) {
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    for (const [x, y, radius, strength] of [
      [WIDTH, 0, 1500, "a6"],
      [0, HEIGHT, 1300, "59"],
    ]) {
      const cloud = pen.createRadialGradient(Number(x), Number(y), 0, Number(x), Number(y), Number(radius));
      cloud.addColorStop(0, `${colour}${strength}`);
      cloud.addColorStop(1, `${colour}00`);
      pen.fillStyle = cloud;
      pen.fillRect(0, 0, WIDTH, HEIGHT);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {string} text
   * @param {number} wide
   */
  function lines(pen, text, wide) {
    /** @type {string[]} */
    const all = [];
    for (const word of text.split(" ")) {
      const longer = all.length ? `${all[all.length - 1]} ${word}` : word;
      if (all.length && pen.measureText(longer).width <= wide) all[all.length - 1] = longer;
      else all.push(word);
    }
    return all;
  }

  /**
   * A heading as large as fits; gives where it ends.
   * @param {CanvasRenderingContext2D} pen
   * @param {string} text
   * @param {number} y
   */
  function headline(pen, text, y) {
    const wide = WIDTH - 2 * MARGIN;
    let size = 200;
    /** @type {string[]} */
    let broken = [];
    for (; size > 60; size -= 4) {
      pen.font = font(size, 700);
      broken = lines(pen, text, wide);
      const fits = broken.every((line) => pen.measureText(line).width <= wide);
      if (fits && broken.length * size <= 330) break;
    }
    pen.fillStyle = INK;
    broken.forEach((line, number) => pen.fillText(line, MARGIN - 4, y + size * (0.82 + number * 1.05)));
    return y + size * (1.05 * broken.length + 0.1);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} x
   * @param {number} y
   * @param {number} wide
   * @param {number} high
   * @param {number} radius
   * @param {string | CanvasGradient} fill
   */
  function box(pen, x, y, wide, high, radius, fill) {
    pen.beginPath();
    pen.roundRect(x, y, wide, high, radius);
    pen.fillStyle = fill;
    pen.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} wide
   */
  function cut(pen, text, x, y, wide) {
    let told = text;
    while (told.length > 1 && pen.measureText(told).width > wide) told = `${told.slice(0, -2).trimEnd()}…`;
    pen.fillText(told, x, y);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Story["bars"]} bars
   * @param {number} y
   */
  function drawBars(pen, bars, y) {
    const from = MARGIN + 230;
    const to = WIDTH - MARGIN - 130;
    bars.forEach((bar, number) => {
      const middle = y + number * BAR + BAR / 2;
      pen.fillStyle = number ? QUIET : INK;
      pen.font = font(34, number ? 400 : 700);
      pen.textAlign = "left";
      pen.fillText(bar.name, MARGIN, middle + 12);
      pen.textAlign = "right";
      pen.fillText(bar.percent, WIDTH - MARGIN, middle + 12);
      pen.textAlign = "left";
      box(pen, from, middle - 11, to - from, 22, 11, "rgb(20 24 31 / 9%)");
      const length = (to - from) * bar.share;
      if (length > 2) box(pen, from, middle - 11, Math.max(22, length), 22, 11, bar.colour);
    });
    return y + bars.length * BAR;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Story["songs"]} songs
   * @param {number} y
   */
  function drawSongs(pen, songs, y) {
    const rows = songs.slice(0, Math.floor((BOTTOM - y - 64) / ROW));
    pen.save();
    pen.shadowColor = "rgb(20 24 31 / 16%)";
    pen.shadowBlur = 48;
    pen.shadowOffsetY = 16;
    box(pen, MARGIN - 24, y, WIDTH - 2 * MARGIN + 48, rows.length * ROW + 40, 44, "#ffffff");
    pen.restore();
    rows.forEach((song, number) => {
      const top = y + 20 + number * ROW + 10;
      const side = ROW - 20;
      const gradient = pen.createLinearGradient(MARGIN + 8, top, MARGIN + 8 + side, top + side);
      gradient.addColorStop(0, song.colours[0]);
      gradient.addColorStop(1, song.colours[1]);
      box(pen, MARGIN + 8, top, side, side, 22, gradient);
      pen.fillStyle = "#ffffff";
      pen.font = font(34, 700);
      pen.textAlign = "center";
      pen.fillText(song.initials, MARGIN + 8 + side / 2, top + side / 2 + 12);
      pen.textAlign = "left";
      const x = MARGIN + 8 + side + 28;
      const wide = WIDTH - MARGIN - 8 - x;
      pen.fillStyle = INK;
      pen.font = font(36, 600);
      cut(pen, song.title, x, top + 40, wide);
      pen.fillStyle = QUIET;
      pen.font = font(29, 400);
      cut(pen, [song.artist, song.year].filter(Boolean).join(" · "), x, top + 80, wide);
    });
  }

  /**
   * The face from the photo, in a square with round corners.
   * @param {CanvasRenderingContext2D} pen
   * @param {HTMLImageElement} photo
   * @param {Story["box"]} face
   */
  function drawFace(pen, photo, face) {
    const side = 320;
    const [wide, high] = [photo.naturalWidth, photo.naturalHeight];
    const [left, top, width, height] = face ?? [0, 0, 1, 1];
    const spread = face ? SPREAD : 1;
    const seen = Math.min(wide, high, spread * Math.max(width * wide, height * high));
    const x = Math.min(Math.max((left + width / 2) * wide - seen / 2, 0), wide - seen);
    const y = Math.min(Math.max((top + height / 2) * high - seen / 2, 0), high - seen);
    pen.save();
    pen.beginPath();
    pen.roundRect(WIDTH - MARGIN - side, 120, side, side, 52);
    pen.clip();
    pen.drawImage(photo, x, y, seen, seen, WIDTH - MARGIN - side, 120, side, side);
    pen.restore();
  }

  /** @returns {Promise<HTMLImageElement | null>} */
  async function logo() {
    const image = new Image();
    image.src = "./icons/icon-192.png";
    return image.decode().then(
      () => image,
      () => null,
    );
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Story} story
   * @param {HTMLImageElement | null} icon
   * @param {HTMLImageElement | null} photo whose face is shown, if any
   */
  function draw(canvas, story, icon, photo) {
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    wash(pen, story.colour);
    if (icon) pen.drawImage(icon, MARGIN, 150, 84, 84);
    pen.fillStyle = INK;
    pen.font = font(52, 600);
    pen.fillText("femr", MARGIN + 108, 210);
    if (photo) drawFace(pen, photo, story.box);
    pen.fillStyle = QUIET;
    pen.font = font(42, 500);
    pen.fillText(story.heading, MARGIN, photo ? 500 : 370);
    let y = headline(pen, `${story.mood}.`, photo ? 526 : 396) + 48;
    if (story.bars.length) y = drawBars(pen, story.bars, y) + 52;
    drawSongs(pen, story.songs, y);
    pen.fillStyle = INK;
    pen.font = font(38, 600);
    pen.textAlign = "center";
    pen.fillText(`${location.host}${location.pathname}`.replace(/\/$/, ""), WIDTH / 2, 1852);
    pen.textAlign = "left";
  }

  // --- the dialog ---

  /** @param {Element} tools */
  function parts(tools) {
    return {
      dialog: /** @type {HTMLDialogElement} */ (tools.querySelector("dialog")),
      canvas: /** @type {HTMLCanvasElement} */ (tools.querySelector("canvas")),
      face: /** @type {HTMLLabelElement} */ (tools.querySelector("[data-face]")),
      ticked: /** @type {HTMLInputElement} */ (tools.querySelector("[data-face] input")),
      send: /** @type {HTMLButtonElement} */ (tools.querySelector("[data-send]")),
      data: /** @type {HTMLElement} */ (tools.querySelector("[data-spoken]")).dataset,
    };
  }

  const tools = () => /** @type {Element} */ (document.getElementById("femr-share"));

  /** The card that is drawn, or will be. */
  let drawing = Promise.resolve();

  function redraw() {
    drawing = drawAnew();
  }

  // What is on the card is decided last, once all that it takes is there: by then the visitor may wish otherwise.
  async function drawAnew() {
    const icon = await logo();
    for (const weight of [400, 600, 700]) await document.fonts.load(font(32, weight)).catch(() => []);
    const { canvas, ticked } = parts(tools());
    const story = shown();
    if (story) draw(canvas, story, icon, ticked.checked ? photoOf(story) : null);
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
  }

  function open() {
    const story = shown();
    if (!story) return;
    const { dialog, canvas, face, ticked, send, data } = parts(tools());
    ticked.checked = false;
    canvas.getContext("2d")?.clearRect(0, 0, WIDTH, HEIGHT); // the card of another mood
    face.hidden = !photoOf(story);
    canvas.setAttribute("aria-label", (data.preview ?? "").replace("{mood}", story.mood));
    const trial = new File([], "femr.png", { type: "image/png" });
    send.hidden = !navigator.canShare?.({ files: [trial] });
    dialog.showModal();
    redraw();
  }

  /** @returns {Promise<File>} */
  async function file() {
    await drawing;
    const name = `femr-${shown()?.emotion.toLowerCase() ?? "mood"}.png`;
    return new Promise((resolve, reject) =>
      parts(tools()).canvas.toBlob(
        (blob) => (blob ? resolve(new File([blob], name, { type: "image/png" })) : reject(new Error("no picture"))),
        "image/png",
      ),
    );
  }

  async function save() {
    const picture = await file();
    femr.download(picture.name, picture);
  }

  // --- sending ---

  let silence = 0;

  /** @param {string | undefined} text */
  function tell(text) {
    const told = tools().querySelector("[data-told]");
    if (!told) return;
    told.textContent = text ?? "";
    clearTimeout(silence);
    silence = setTimeout(() => (told.textContent = ""), SECONDS_TOLD * 1000);
  }

  /**
   * Hands something to the device's share sheet; a visitor who closes it wants nothing more.
   * @param {ShareData} what
   * @returns {Promise<boolean>} whether there was one
   */
  async function hand(what) {
    if (!navigator.canShare?.(what)) return false;
    return navigator.share(what).then(
      () => true,
      (error) => error.name === "AbortError",
    );
  }

  async function send() {
    if (!(await hand({ files: [await file()] }))) await save();
  }

  async function sendLink() {
    const story = shown();
    if (!story?.link) return;
    const url = location.origin + location.pathname + story.link;
    const byTouch = matchMedia("(pointer: coarse)").matches;
    if (byTouch && (await hand({ url, title: document.title }))) return;
    const { data } = parts(tools());
    const differs = /** @type {HTMLElement | null} */ (document.querySelector("[data-differs]"))?.dataset.differs;
    await femr.copy(url).then(
      () => tell(`${data.copied} ${differs ?? ""}`.trim()),
      () => tell(data.failed),
    );
  }

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const wanted = target.closest("[data-share]")?.getAttribute("data-share");
    if (wanted === "card") open();
    if (wanted === "link") sendLink();
    const dialog = /** @type {HTMLDialogElement | null} */ (target.closest(".femr-story"));
    if (!dialog) return;
    if (target.closest("[data-save]")) save();
    if (target.closest("[data-send]")) send();
    if (target.closest("[data-close]") || target === dialog) dialog.close();
  });
  document.addEventListener("change", (event) => {
    if (/** @type {Element} */ (event.target).closest(".femr-story [data-face]")) redraw();
  });
})();

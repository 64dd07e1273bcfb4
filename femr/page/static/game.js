// The game "Make this face!". Each drawn face is counted down; of the last second the frame that shows it best becomes a
// lesson, and all lessons a profile of the visitor's face. Pictures never leave the browser but as live frames do.
(() => {
  "use strict";
  const COUNT = 3;
  const BEAT_MS = 1000; // between two numbers
  const WINDOW_MS = 1300; // before the end of the count, from which a moment is kept
  const LINGER_MS = 300; // after it
  const PATIENCE_MS = 6000; // for a face, after the count
  const SMILE_MS = 900; // to see the points
  const PACE_MS = 1000 / 15; // between two frames at least
  const SLOW_MS = 2000; // without an answer until that is said
  const APART = 2; // as in lesson.py
  const PRAISE = [40, 70]; // points from which on it is good, and best
  const MOST_PHOTOS = 12; // as in teaching.py
  const MARGIN = 0.35; // around a face, of its size, in its picture

  /** @type {GameRun | null} */
  let run = null;
  /** @type {GamePhoto[]} */
  let photos = [];
  /** @type {string | null} */
  let said = null;

  /** @type {(selector: string) => HTMLElement} */
  const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(`#femr-game ${selector}`));

  /** @type {(selector: string) => HTMLElement[]} */
  const all = (selector) =>
    [...document.querySelectorAll(`#femr-game ${selector}`)].map((each) => /** @type {HTMLElement} */ (each));

  const words = () => part(".femr-game").dataset;
  const tiles = () => all(".femr-game-strip li");
  const sheet = () => document.getElementById("femr-game");

  /** @type {(ms: number) => Promise<void>} */
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  /** @param {"start" | "play" | "photos" | "end"} name */
  function scene(name) {
    const root = sheet();
    if (root) root.dataset.scene = name;
    root?.removeAttribute("data-told");
    arrange();
    part("[data-game=take]").hidden = true;
    praise("");
  }

  // Parts come again, all of them shown, in another language.
  function arrange() {
    const name = sheet()?.dataset.scene ?? "";
    for (const each of all("[data-at]")) {
      const hidden = !each.dataset.at?.split(" ").includes(name);
      if (each.hidden !== hidden) each.hidden = hidden;
    }
    for (const each of all(".femr-game-words [data-say]")) {
      const hidden = each.dataset.say !== said;
      if (each.hidden !== hidden) each.hidden = hidden;
    }
  }

  /** @param {string} text */
  const praise = (text) => (part(".femr-game-said").textContent = text);

  /** @param {string | null} key */
  function say(key) {
    said = key;
    arrange();
  }

  // --- the game ---

  async function begin() {
    document.dispatchEvent(new Event("femr:photo")); // turns the live camera off
    await play({ sitting: crypto.randomUUID?.() ?? String(Date.now()), shots: [], anew: true }, order());
  }

  const order = () => tiles().map((tile) => String(tile.dataset.emotion));

  /**
   * Opens the camera, and plays for the emotions that are wanted.
   * @type {(before: Pick<GameRun, "sitting" | "shots" | "anew">, wanted: string[]) => Promise<void>}
   */
  async function play(before, wanted) {
    leave();
    /** @type {GameRun} */
    const mine = (run = { ...before, id: crypto.randomUUID?.(), samples: [], wanted, heard: performance.now() });
    scene("play");
    drawTiles();
    say("starting");
    ask("");
    part("[data-game=skip]").focus();
    const { camera, problem } = await femr.camera.open();
    if (run !== mine) return camera?.getTracks().forEach((track) => track.stop());
    if (!camera) return end(mine, problem);
    mine.camera = camera;
    camera.getVideoTracks()[0].addEventListener("ended", () => run === mine && end(mine, "taken"));
    const video = /** @type {HTMLVideoElement} */ (part("video"));
    video.srcObject = camera;
    await video.play().catch(() => {});
    watch(mine, video);
    while (run === mine && mine.wanted.length) await step(mine);
    if (run === mine) finish(mine);
  }

  // Sends a frame once the one before has been answered.
  /** @type {(mine: GameRun, video: HTMLVideoElement) => Promise<void>} */
  async function watch(mine, video) {
    while (run === mine) {
      const at = performance.now();
      const canvas = document.createElement("canvas");
      const jpeg = video.videoWidth ? await femr.camera.frame(video, canvas) : null;
      const { status, answer } = jpeg ? await femr.camera.ask(mine.id, jpeg) : { status: 204, answer: null };
      if (run !== mine) return;
      if (status === 410) return end(mine, "ended");
      if (status === 503) return end(mine, "full");
      if (answer) {
        mine.heard = performance.now();
        mine.samples = [...mine.samples.slice(-40), { at, faces: answer.faces, picture: canvas }];
      } else if (performance.now() - mine.heard > PATIENCE_MS * 2) return end(mine, "lost");
      await pause(Math.max(0, PACE_MS - (performance.now() - at)));
    }
  }

  // One face: the count, the moment, the points. Skip and redo change what is wanted, and end it.
  /** @param {GameRun} mine */
  async function step(mine) {
    const [emotion, ...others] = mine.wanted;
    const turn = (mine.turn = {});
    const over = () => run !== mine || mine.turn !== turn;
    praise(""); // that of the face before, where it was skipped or made again
    ask(emotion);
    part("[data-game=redo]").hidden = mine.shots.length === 0;
    for (let number = COUNT; number > 0; number -= 1) {
      part(".femr-game-count").textContent = String(number);
      await pause(BEAT_MS);
      if (over()) return;
    }
    const zero = performance.now();
    part(".femr-game-count").textContent = "";
    await pause(LINGER_MS);
    while (!over()) {
      const seen = mine.samples.filter(({ at }) => at > zero - WINDOW_MS);
      const alone = seen.filter(({ faces }) => only(faces));
      if (alone.length) return keep(mine, emotion, best(alone, emotion), others, over);
      if (performance.now() - mine.heard > SLOW_MS) say("slow");
      else if (seen.length > 2 || performance.now() - zero > PATIENCE_MS) {
        say(seen.some(({ faces }) => faces.length > 1) ? "several" : "nobody");
        return pause(SMILE_MS);
      }
      await pause(100);
    }
  }

  /** @param {LiveFace[]} faces largest first */
  const only = (faces) => faces.length > 0 && (faces.length === 1 || faces[0].box[2] >= APART * faces[1].box[2]);

  /** @type {(samples: GameSample[], emotion: string) => GameSample} */
  function best(samples, emotion) {
    const n = emotions().indexOf(emotion);
    return samples.reduce((one, other) => (other.faces[0].plain[n] > one.faces[0].plain[n] ? other : one));
  }

  // In the order of the shares.
  const emotions = () =>
    [...document.querySelectorAll("#femr-live-bars [data-emotion]")].map((each) =>
      String(/** @type {HTMLElement} */ (each).dataset.emotion),
    );

  /** @type {(mine: GameRun, emotion: string, sample: GameSample, others: string[], over: () => boolean) => Promise<void>} */
  async function keep(mine, emotion, { faces, picture }, others, over) {
    const shares = faces[0].plain;
    const points = Math.round(100 * shares[emotions().indexOf(emotion)]);
    const face = femr.cut(picture, faces[0].box, { side: 320, around: MARGIN, mirrored: true }); // as in the mirror
    mine.shots = [...mine.shots, { emotion, shares, points, picture: face }];
    mine.wanted = others;
    say(null);
    const how = words().praise?.split("|")[PRAISE.filter((least) => points >= least).length];
    praise(`${how} ${words().points?.replace("#", String(points))}`);
    drawTiles();
    await pause(SMILE_MS);
    if (!over()) praise("");
  }

  function skip() {
    if (!run) return;
    run.wanted = run.wanted.slice(1);
    run.turn = undefined;
  }

  function redo() {
    const last = run?.shots.at(-1);
    if (!run || !last) return;
    run.shots = run.shots.slice(0, -1);
    run.wanted = [last.emotion, ...run.wanted];
    run.turn = undefined;
    drawTiles();
  }

  /** @param {GameRun} mine */
  const teaches = (mine) => new Set(mine.shots.map(({ emotion }) => emotion)).size > 1;

  /** @param {GameRun} mine */
  function finish(mine) {
    if (teaches(mine)) learn(mine);
    else end(mine, "few");
  }

  // The game was left, or could not go on. The faces that were made stay, and are learnt from if the visitor says so.
  /** @type {(mine: GameRun, key?: string | null) => void} */
  function end(mine, key) {
    leave();
    if (teaches(mine) && mine.shots.length > shots().length) last = mine;
    if (last) return result(key ?? (last.shots === taught ? null : "unlearnt"));
    scene("start");
    say(key ?? null);
    part("[data-game=begin]").focus();
  }

  // What was made, and what femr knows by it, if it has learnt from it.
  /** @param {string | null} key of the sentence that says how far it is */
  function result(key) {
    ask("");
    scene("end");
    say(key);
    drawTiles();
    drawScore();
    told();
  }

  /** @param {GameRun} mine */
  function stopCamera(mine) {
    mine.camera?.getTracks().forEach((track) => track.stop());
    mine.camera = undefined;
    mine.id = undefined;
    mine.samples = []; // with their pictures
    /** @type {HTMLVideoElement} */ (part("video")).srcObject = null;
  }

  function leave() {
    if (!run) return;
    stopCamera(run);
    run = null;
  }

  /** @param {GameRun} mine */
  async function learn(mine) {
    leave();
    last = mine;
    taught = mine.shots;
    result("looking");
    sheet()?.removeAttribute("data-told");
    const lessons = mine.shots.map(({ emotion, shares }) => ({ emotion, shares, sitting: mine.sitting }));
    const { lost } = await femr.profile.teach({ lessons, anew: mine.anew });
    if (lost && taught === mine.shots) taught = null;
    if (last !== mine || run) return; // the visitor has left, or plays once more
    say(lost ? "lost" : null);
    told();
  }

  /** @type {GameRun | null} */
  let last = null; // the game that is over, or goes on once more
  /** @type {GameShot[] | null} */
  let taught = null; // the faces that femr has learnt from last

  function told() {
    const known = last?.shots === taught;
    sheet()?.toggleAttribute("data-told", known);
    part("[data-game=take]").hidden = known;
    part(".femr-game-score").focus({ preventScroll: true });
  }

  // --- what is seen ---

  /** @param {string} emotion */
  function ask(emotion) {
    const tile = tiles().find((each) => each.dataset.emotion === emotion);
    part(".femr-game").dataset.asked = emotion;
    part(".femr-game-ask").textContent = tile ? String(words().ask?.replace("#", tile.dataset.looks ?? "")) : "";
    const drawn = /** @type {HTMLImageElement} */ (part(".femr-game-drawn"));
    drawn.hidden = !tile;
    if (tile) {
      drawn.src = String(tile.dataset.drawn);
      say(said === "starting" ? null : said);
    }
    part(".femr-game-count").textContent = "";
    for (const each of tiles()) each.toggleAttribute("data-now", each === tile);
  }

  const shots = () => (run ?? last)?.shots ?? [];

  /** @param {string} emotion */
  const lastShot = (emotion) => [...shots()].reverse().find((shot) => shot.emotion === emotion);

  function drawTiles() {
    for (const tile of tiles()) {
      const shot = lastShot(String(tile.dataset.emotion));
      tile.toggleAttribute("data-made", Boolean(shot));
      part(`[data-emotion=${tile.dataset.emotion}] output`).textContent = shot ? String(shot.points) : "";
      /** @type {HTMLButtonElement} */ (tile.querySelector("button")).disabled = Boolean(run) || !shot;
    }
  }

  function drawScore() {
    const made = shots();
    const points = made.reduce((sum, shot) => sum + shot.points, 0);
    const most = String(100 * made.length);
    part(".femr-game-score").textContent = made.length
      ? String(words().score?.replace("##", most).replace("#", String(points)))
      : "";
    part(".femr-game-card").hidden = !made.length;
    /** @type {HTMLInputElement} */ (part("[data-game-pictures]")).checked = false;
    if (made.length) drawCard();
  }

  // --- the card, which the browser draws ---

  function drawCard() {
    const canvas = /** @type {HTMLCanvasElement} */ (part("canvas"));
    const pen = canvas.getContext("2d");
    if (!pen) return;
    const pictures = /** @type {HTMLInputElement} */ (part("[data-game-pictures]")).checked;
    const font = getComputedStyle(document.body).fontFamily;
    canvas.setAttribute("aria-label", String(words().card));
    pen.fillStyle = "#fbfaf8";
    pen.fillRect(0, 0, 1080, 1080);
    pen.fillStyle = "#14171f";
    pen.textAlign = "center";
    pen.font = `600 64px ${font}`;
    pen.fillText(String(words().title), 540, 130);
    tiles().forEach((tile, n) => {
      const [x, y] = [90 + (n % 3) * 310, 200 + Math.floor(n / 3) * 380];
      const shot = lastShot(String(tile.dataset.emotion));
      pen.save();
      pen.beginPath();
      pen.roundRect(x, y, 280, 280, 40);
      pen.clip();
      pen.fillStyle = String(tile.dataset.colour);
      pen.globalAlpha = shot ? 1 : 0.3;
      pen.fillRect(x, y, 280, 280);
      if (pictures && shot) pen.drawImage(shot.picture, x, y, 280, 280);
      else drawFace(pen, tile, x + 40, y + 40);
      pen.restore();
      pen.fillStyle = "#14171f";
      pen.font = `600 34px ${font}`;
      pen.fillText(`${tile.dataset.name}${shot ? ` ${shot.points}` : ""}`, x + 140, y + 330);
    });
    pen.font = `400 34px ${font}`;
    pen.fillText(`${part(".femr-game-score").textContent} · femr`, 540, 1020);
    canvas.toBlob(offer, "image/png");
  }

  /** @type {(pen: CanvasRenderingContext2D, tile: HTMLElement, x: number, y: number) => void} */
  function drawFace(pen, tile, x, y) {
    pen.translate(x, y);
    pen.scale(200 / 24, 200 / 24);
    Object.assign(pen, { strokeStyle: "#14171f", lineWidth: 1.2, lineCap: "round", lineJoin: "round" });
    pen.stroke(new Path2D(tile.querySelector("path")?.getAttribute("d") ?? ""));
  }

  /** @type {File | null} */
  let card = null;

  /** @param {Blob | null} png */
  function offer(png) {
    dropCard();
    if (!png || !last) return; // the game was left meanwhile
    card = new File([png], "femr-faces.png", { type: "image/png" });
    /** @type {HTMLAnchorElement} */ (part("[data-card-file]")).href = URL.createObjectURL(card);
    part("[data-game=share]").hidden = !navigator.canShare?.({ files: [card] });
  }

  function dropCard() {
    const link = /** @type {HTMLAnchorElement} */ (part("[data-card-file]"));
    URL.revokeObjectURL(link.href);
    link.href = "#";
    card = null;
  }

  // No picture of a face outlives the game.
  function clear() {
    leave();
    [last, taught, photos] = [null, null, []];
    part(".femr-game-photos").replaceChildren();
    dropCard();
    const canvas = /** @type {HTMLCanvasElement} */ (part("canvas"));
    canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
  }

  function share() {
    if (card) navigator.share({ files: [card], title: words().title }).catch(() => {}); // turned away from
  }

  // --- photos in place of a camera ---

  /** @param {ArrayLike<File> & Iterable<File>} files */
  function add(files) {
    const room = MOST_PHOTOS - photos.length;
    say(files.length > room ? "many" : null);
    photos = [...photos, ...[...files].slice(0, room).map((file) => ({ file, emotion: "", row: rowOf(file) }))];
    part(".femr-game-photos").replaceChildren(...photos.map(({ row }) => row));
  }

  /** @param {File} file */
  function rowOf(file) {
    const [row, picture, name, select, remove] = ["li", "img", "span", "select", "button"].map((tag) =>
      document.createElement(tag),
    );
    const address = URL.createObjectURL(file);
    Object.assign(picture, {
      src: address,
      alt: "",
      onload: () => URL.revokeObjectURL(address),
      onerror: () => (picture.hidden = true),
    });
    name.textContent = file.name;
    const choices = [
      ["", String(words().choose)],
      ...tiles().map((tile) => [String(tile.dataset.emotion), String(tile.dataset.name)]),
    ];
    select.append(...choices.map(([value, text]) => new Option(text, value)));
    select.setAttribute("aria-label", String(words().shows?.replace("#", file.name)));
    select.addEventListener("change", () => {
      const mine = photos.find((each) => each.row === row);
      if (mine) mine.emotion = /** @type {HTMLSelectElement} */ (select).value;
    });
    Object.assign(remove, { type: "button", className: "femr-round", textContent: "×" });
    remove.setAttribute("aria-label", String(words().remove?.replace("#", file.name)));
    remove.addEventListener("click", () => {
      photos = photos.filter((each) => each.row !== row);
      row.remove();
      part("[data-game-files]").focus();
    });
    row.append(picture, name, select, remove);
    return row;
  }

  // Once at a time.
  async function learnFromPhotos() {
    const button = part("[data-game=learn]");
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    await readPhotos();
    button.ariaDisabled = null;
    progress(0, 0);
  }

  async function readPhotos() {
    const named = photos.filter(({ emotion }) => emotion);
    if (named.length < photos.length || new Set(named.map(({ emotion }) => emotion)).size < 2) return say("choose");
    const mine = named;
    say("looking");
    const sent = [];
    for (const { file, emotion } of mine) {
      const path = await femr.send(file).catch(() => null);
      if (sheet()?.dataset.scene !== "photos") return; // the visitor has left
      if (!path) return say("unsent");
      sent.push({ file: { path }, emotion });
      progress(sent.length, mine.length);
    }
    progress(0, 0);
    const answer = await femr.profile.teach({ photos: sent, anew: true });
    if (sheet()?.dataset.scene !== "photos") return;
    last = null;
    if (answer.profile) {
      photos = [];
      part(".femr-game-photos").replaceChildren();
      scene("end");
      drawTiles();
      drawScore();
    }
    say(answer.lost ? "lost" : null);
    sheet()?.toggleAttribute("data-told", !answer.lost);
    part(".femr-game-score").focus({ preventScroll: true });
  }

  /** @type {(number: number, count: number) => void} */
  function progress(number, count) {
    const text = words().sending?.replace("##", String(count)).replace("#", String(number));
    part(".femr-game-sending").textContent = count ? String(text) : "";
  }

  // --- what people do ---

  /** @type {Record<string, (pressed: HTMLElement) => void>} */
  const DEEDS = {
    begin,
    skip,
    redo,
    share,
    stop: () => run && end(run),
    start: () => (scene("start"), say(null)),
    photos: () => (scene("photos"), say(null)),
    learn: learnFromPhotos,
    take: () => last && learn(last),
    once_more: () => (last ? play({ ...last, anew: true }, order()) : begin()),
    again: (pressed) => {
      const emotion = String(pressed.closest("li")?.dataset.emotion);
      const before = lastShot(emotion);
      if (last) play({ ...last, shots: last.shots.filter((shot) => shot !== before), anew: true }, [emotion]);
    },
    use: () => {
      const way = last ? "camera" : "upload"; // as they have taught it
      sheet()?.hidePopover();
      /** @type {HTMLInputElement} */ (document.querySelector("[data-live-mine]")).checked = way === "camera";
      /** @type {HTMLElement} */ (document.querySelector(`#femr-arriving [data-intake=${way}]`)).click();
    },
  };

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const pressed = /** @type {Element} */ (event.target).closest("[data-game]");
    if (pressed) DEEDS[pressed.dataset.game ?? ""]?.(pressed);
  });
  document.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.matches("[data-game-pictures]")) drawCard();
    if (!input.matches("[data-game-files]") || !input.files?.length) return;
    add(input.files);
    input.value = "";
  });
  // Pasted, or dropped anywhere.
  document.addEventListener("femr:files", (event) => {
    const shown = sheet();
    if (!shown?.matches(":popover-open") || shown.dataset.scene !== "photos") return;
    event.preventDefault();
    add(/** @type {CustomEvent<File[]>} */ (event).detail);
  });
  // Esc, or a click beside the sheet, leaves the game; so does another tab of the browser.
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target !== sheet()) return;
      clear();
      if (/** @type {ToggleEvent} */ (event).newState === "open") scene("start");
      say(null);
    },
    true,
  );
  document.addEventListener("visibilitychange", () => document.hidden && run && end(run, "away"));
  const shown = sheet();
  if (shown)
    new MutationObserver(arrange).observe(shown, { childList: true, subtree: true, attributeFilter: ["hidden"] });
})();

// The live camera. Frames go to the server one by one, each once an earlier one has been answered, so none is queued;
// the picture itself stays here, and what was seen is drawn over it. Gradio gives `element`, `trigger` and `watch`.
const KEPT_QUALITY = 0.92; // of the JPEG of a face that is kept
const PACE_MS = 1000 / 15; // between two frames at least
const UNANSWERED = 2; // frames on their way at once: the second bridges a slow connection
const SLOW_MS = 2000; // without an answer until that is said
const SILENT_MS = 10000; // without an answer until the connection counts as lost: a busy server may stall for seconds
const MINUTE_MS = 60000;
const STEP_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 200; // between points of the chart
const FORGOTTEN_MS = 3000; // after several faces were in sight, until the choice of everyone goes
const EVERYONE = "everyone";

/** @type {(selector: string) => HTMLElement | null} */
const find = (selector) => document.querySelector(selector);

/** @type {(within: ParentNode, selector: string) => HTMLElement} */
const part = (within, selector) => /** @type {HTMLElement} */ (within.querySelector(selector));

/** @type {(within: ParentNode, selector: string) => HTMLElement[]} */
const all = (within, selector) => /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);

const video = /** @type {HTMLVideoElement} */ (part(element, "video"));
const boxes = part(element, ".femr-live-boxes");
const canvas = document.createElement("canvas");
/** @type {LiveRun | null} */
let run = null;
/** @type {string | null} */
let said = null; // the sentence that is shown
/** @type {string | null} */
let wanted = null; // the number of the face that the visitor chose, or EVERYONE
/** @type {number | null} */
let played = null; // which settled mood the songs are for
/** @type {string | null} */
let own = null; // the number of the face that the visitor calls theirs

// Of the sentences of a kind, only those.
/** @type {(kind: string, shown: unknown[]) => void} */
function only(kind, shown) {
  for (const each of all(document, `#femr-live-words [data-${kind}]`)) {
    const holds = shown.includes(each.dataset[kind]);
    if (each.hidden === holds) each.hidden = !holds;
  }
}

// Changes a text, attribute or class only where it is another. A text changes in place: whoever watches the page for new
// parts need not look, many times a second.
/** @type {(place: Element, text: string) => void} */
function tell(place, text) {
  if (!(place.firstChild instanceof Text)) place.textContent = text;
  else if (place.firstChild.data !== text) place.firstChild.data = text;
}

/** @type {(place: Element | null, name: string, value: string) => void} */
function mark(place, name, value) {
  if (place?.getAttribute(name) !== value) place?.setAttribute(name, value);
}

/** @param {string | null} key */
function say(key) {
  said = key;
  only("say", [key]);
}

function show() {
  document.body.classList.toggle("femr-live-on", run !== null);
  if (!run) document.body.classList.remove("femr-live-several");
}

// A button that is shown, once the page has changed its scene.
/** @param {string} intake */
function focus(intake) {
  queueMicrotask(() =>
    all(document, `[data-intake=${intake}]`)
      .find((each) => each.checkVisibility())
      ?.focus(),
  );
}

async function start() {
  if (run) return;
  run = { id: crypto.randomUUID?.(), sent: 0, flying: 0, answered: 0, last: 0, points: [], spoke: performance.now() };
  const mine = run;
  show();
  say("starting");
  focus("keep"); // the button that was pressed is gone
  const { camera, problem } = await femr.camera.open();
  if (run !== mine) return camera?.getTracks().forEach((track) => track.stop());
  if (!camera) return stop(problem ?? "taken");
  run.camera = camera;
  camera.getVideoTracks()[0].addEventListener("ended", () => run === mine && stop("taken"));
  video.srcObject = camera;
  await video.play().catch(() => {});
  mine.spoke = performance.now();
  if (run === mine) tick(mine);
}

/** @param {string | null} key of the sentence that says why */
function stop(key) {
  if (!run) return;
  const focused = document.activeElement?.closest("#femr-live-buttons");
  run.camera?.getTracks().forEach((track) => track.stop());
  clearTimeout(run.timer);
  run = null;
  wanted = played = own = null;
  const asked = asksOwn();
  if (asked) asked.checked = false; // the next face may be somebody else's
  video.srcObject = null;
  boxes.replaceChildren();
  only("hint", []);
  only("closeness", []);
  show();
  say(key);
  if (focused) focus("camera");
}

// The face as it is in the mirror becomes a photo, which photos.js takes on.
function keep() {
  if (!run || !video.videoWidth) return;
  const kept = document.createElement("canvas");
  [kept.width, kept.height] = [video.videoWidth, video.videoHeight];
  const pen = kept.getContext("2d");
  pen?.scale(-1, 1);
  pen?.drawImage(video, -kept.width, 0);
  const bring = (/** @type {Blob | null} */ jpeg) =>
    jpeg && document.dispatchEvent(new CustomEvent("femr:face", { detail: jpeg }));
  kept.toBlob(bring, "image/jpeg", KEPT_QUALITY);
  stop(null);
}

/** @param {LiveRun} mine */
function tick(mine) {
  if (run !== mine) return;
  const now = performance.now();
  if (!element.offsetParent) return stop("stopped"); // another tab of the page
  if (now - mine.spoke > SILENT_MS) return stop("lost");
  if (now - mine.spoke > SLOW_MS && said !== "slow") say("slow");
  if (mine.flying < UNANSWERED && now - mine.sent >= PACE_MS - 4 && video.videoWidth) send(mine, now);
  mine.timer = setTimeout(tick, 8, mine);
}

/** @type {(mine: LiveRun, now: number) => void} */
function send(mine, now) {
  mine.sent = now;
  mine.flying += 1;
  femr.camera.frame(video, canvas).then((jpeg) => post(mine, now, jpeg));
}

/** @type {(mine: LiveRun, taken: number, body: Blob | null) => Promise<void>} */
async function post(mine, taken, body) {
  const { status, answer } = await femr.camera.ask(mine.id, body, { face: wanted, mine: own });
  mine.flying -= 1;
  if (run !== mine) return;
  if (status === 410) return stop("ended");
  if (status === 503) return stop("full");
  if (!answer || taken < mine.last) return;
  mine.last = taken;
  mine.spoke = performance.now();
  mine.answered += 1;
  element.dataset.answered = String(mine.answered);
  element.dataset.delay = String(Math.round(mine.spoke - taken));
  draw(mine, answer);
}

/** @type {(mine: LiveRun, answer: LiveAnswer) => void} */
function draw(mine, answer) {
  document.body.classList.toggle("femr-live-seen", true); // `add` would tell all who watch the class
  const counted = answer.everyone || answer.faces.find((face) => face.number === answer.chosen);
  if (counted) mine.saw = mine.spoke;
  offerEveryone(mine, answer);
  offerOwn(answer);
  drawBoxes(answer);
  if (counted) drawBars(counted);
  only("hint", counted ? counted.hints : []);
  compare(mine, answer.everyone?.closeness);
  drawChart(mine, counted ? counted.shares : null);
  follow(mine, answer, counted);
}

// Everyone can be chosen where there are several, and until somebody else is.
/** @type {(mine: LiveRun, answer: LiveAnswer) => void} */
function offerEveryone(mine, answer) {
  if (answer.faces.length > 1) mine.several = mine.spoke;
  const several = mine.spoke - (mine.several ?? -Infinity) < FORGOTTEN_MS;
  document.body.classList.toggle("femr-live-several", several || wanted === EVERYONE);
  mark(find("[data-intake=everyone]"), "aria-pressed", String(wanted === EVERYONE));
}

/** @returns {HTMLInputElement | null} */
const asksOwn = () => document.querySelector("[data-live-mine]");

// The visitor's profile reads the face that is chosen, while that one is, and they say that it is theirs.
/** @param {LiveAnswer} answer */
function offerOwn(answer) {
  const asked = asksOwn();
  if (!asked) return;
  const chosen = answer.chosen === null ? null : String(answer.chosen);
  if (own && (answer.everyone || (chosen && chosen !== own))) asked.checked = false;
  own = asked.checked ? (own ?? chosen) : null;
}

// How far apart people are; said anew once a second at most.
/** @type {(mine: LiveRun, closeness?: string | null) => void} */
function compare(mine, closeness) {
  if (mine.spoke - (mine.compared ?? -Infinity) >= 1000) Object.assign(mine, { closeness, compared: mine.spoke });
  only("closeness", [mine.closeness]);
}

// --- boxes over the mirrored picture ---

/** @param {LiveAnswer} answer */
function drawBoxes(answer) {
  const words = find("#femr-live-words [data-box]");
  if (words) mark(boxes, "aria-label", words.dataset.faces ?? "");
  const names = emotionNames();
  const old = new Map(all(boxes, ".femr-box").map((box) => [box.dataset.number, box]));
  for (const face of answer.faces) {
    const number = String(face.number);
    const box = old.get(number) || newBox(number);
    old.delete(number);
    const [x, y, width, height] = face.box.map((share) => 100 * share);
    const [left, top] = [100 - x - width / 2, y + height / 2]; // of its middle, mirrored
    Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    const { name, colour } = names.get(face.emotion) || {};
    box.style.setProperty("--colour", colour ?? "");
    mark(box, "aria-pressed", String(Boolean(answer.everyone) || face.number === answer.chosen));
    if (words) mark(box, "aria-label", `${words.dataset.box?.replace("#", number)}: ${name}`);
    tell(part(box, "span"), answer.faces.length > 1 ? number : `${number} ${name}`);
  }
  for (const gone of old.values()) gone.remove();
}

/** @param {string} number */
function newBox(number) {
  const box = document.createElement("button");
  box.type = "button";
  box.className = "femr-box";
  box.dataset.number = number;
  box.append(document.createElement("span"));
  box.addEventListener("click", () => (wanted = number));
  boxes.append(box);
  return box;
}

function emotionNames() {
  const rows = all(document, "#femr-live-bars [data-emotion]");
  return new Map(rows.map((row) => [row.dataset.emotion, row.dataset]));
}

// --- bars, and the last minute ---

/** @param {LiveReading} face */
function drawBars(face) {
  all(document, "#femr-live-bars [data-emotion]").forEach((row, n) => {
    const percent = Math.round(100 * face.shares[n]);
    mark(part(row, "[role=meter]"), "aria-valuenow", String(percent));
    part(row, "[role=meter] > div").style.width = `${100 * face.shares[n]}%`;
    tell(part(row, ".femr-bar-share"), `${percent} %`);
    row.classList.toggle("femr-leads", row.dataset.emotion === face.emotion);
  });
}

/** @type {(mine: LiveRun, shares: number[] | null) => void} */
function drawChart(mine, shares) {
  const now = performance.now();
  const last = mine.points.at(-1);
  if (last && now - last.at < STEP_MS) return;
  mine.points.push({ at: now, shares });
  while (now - mine.points[0].at > MINUTE_MS) mine.points.shift();
  const chart = find("#femr-live-chart svg");
  if (!chart) return;
  const [left, top, right, bottom] = (chart.dataset.plane ?? "").split(" ").map(Number);
  /** @type {(at: number) => string} */
  const x = (at) => (right - ((right - left) * (now - at)) / MINUTE_MS).toFixed(1);
  /** @type {(share: number) => number} */
  const y = (share) => bottom - (bottom - top) * share;
  const lines = all(chart, "[data-line]");
  lines.forEach((line, n) => part(line, "path").setAttribute("d", way(mine.points, n, x, y)));
  nameLines(lines, shares, right, top, bottom, y);
}

// A line's points, broken where there was no face.
/** @type {(points: LiveRun["points"], n: number, x: (at: number) => string, y: (share: number) => number) => string} */
function way(points, n, x, y) {
  let pen = "M";
  return points
    .map((point) => {
      if (!point.shares) return ((pen = "M"), "");
      const step = `${pen}${x(point.at)} ${y(point.shares[n]).toFixed(1)}`;
      pen = "L";
      return step;
    })
    .join("");
}

/**
 * The names stand at the ends of their lines, moved apart where they would cover each other.
 * @param {HTMLElement[]} lines
 * @param {number[] | null} shares
 * @param {number} right
 * @param {number} top
 * @param {number} bottom
 * @param {(share: number) => number} y
 */
function nameLines(lines, shares, right, top, bottom, y) {
  const room = (bottom - top) / (lines.length - 1);
  const ends = lines.map((line, n) => ({ line, end: shares ? y(shares[n]) : bottom, at: top }));
  ends.sort((one, other) => one.end - other.end);
  ends.forEach((each, n) => (each.at = Math.max(each.end, n ? ends[n - 1].at + room * 0.8 : top)));
  let floor = bottom;
  for (const each of ends.reverse()) {
    each.at = Math.min(each.at, floor);
    floor = each.at - room * 0.8;
    const text = part(each.line, "text");
    text.setAttribute("x", String(right + 24));
    text.setAttribute("y", (each.at + 4).toFixed(1));
    const lead = `${right + 2},${each.end.toFixed(1)} ${right + 12},${each.at.toFixed(1)} ${right + 20},${each.at.toFixed(1)}`;
    part(each.line, "polyline").setAttribute("points", lead);
  }
}

// --- songs for the mood that it has settled on, unless the visitor keeps those that are there ---

window.femr.keepsSongs = () =>
  document.querySelector("#femr-live-lock :checked") !== null &&
  document.querySelector("#femr-playlist .femr-card") !== null;

/** @type {(mine: LiveRun, answer: LiveAnswer, counted?: LiveReading) => void} */
function follow(mine, { everyone, settled }, counted) {
  if (!(mine.spoke - (mine.saw || -Infinity) < 1000)) return say("nobody");
  if (femr.keepsSongs()) return say("locked");
  if (!settled.emotion) return say("gathering");
  if (!counted) return; // out of sight for a moment: what was said still holds
  say(`${everyone ? "together" : "settled"}.${settled.emotion}`);
  if (played === settled.times) return;
  played = settled.times;
  femr.inTurn(() => trigger("select", { emotion: settled.emotion, shares: settled.shares }));
}

document.addEventListener("click", (event) => {
  /** @type {HTMLElement | null} */
  const pressed = /** @type {Element} */ (event.target).closest("[data-intake]");
  const wish = pressed?.dataset.intake;
  if (wish === "camera") start();
  if (wish === "keep") keep();
  if (wish === "stop") stop("stopped");
  if (wish === "everyone") {
    wanted = wanted === EVERYONE ? all(boxes, ".femr-box")[0]?.dataset.number || EVERYONE : EVERYONE;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !femr.sheets.isOpen()) stop("stopped");
});
document.addEventListener("femr:photo", () => (stop(null), say(null))); // a photo came in
document.addEventListener("visibilitychange", () => document.hidden && stop("away"));
// Sentences told again in another language are hidden at first.
new MutationObserver(() => say(said)).observe(find("#femr-live-words") || element, { childList: true, subtree: true });
show();

// Photos as people bring them: by intake.js, kept from the camera, or one of ours. The browser scales a photo
// down, sends it, and shows its own copy; boxes over the faces are all that the server answers.
// Gradio gives `element`, `props`, `trigger` and `watch`. `body[data-photo]` tells how far the photo is.
const QUALITY = 0.92; // of the JPEG that is sent
const SMALL = 1_500_000; // bytes of a file that goes as it is, if it is no larger than `side` either
const READABLE = ["image/jpeg", "image/png", "image/webp"]; // so that the server, too, can read it as it is
const SILENT_MS = 30_000; // without any progress until the connection counts as lost
const STILL_MS = 3_000; // for a frame of a film to show
const SPEAKING_MS = 5_000; // until the page speaks the visitor's language; then it takes photos all the same
const SLOW_MS = 10_000; // without an answer until that is said
/** @type {Record<number, string>} */
const REFUSALS = { 0: "lost", 413: "too_large", 429: "many", 502: "lost", 503: "busy", 504: "lost" };

const NOT_AGAIN = ["told", "empty", "too_large", "film_none", "film_large"]; // the same file would fare no better

/** Why a photo could not be sent or read. */
class Problem {
  /**
   * @param {string} say the key of the sentence
   * @param {Record<string, string>} [detail] the sentence itself in each language, where the server told it
   */
  constructor(say, detail) {
    this.say = say;
    this.detail = detail;
  }
}

/** @type {PhotoRun | null} */
let photo = null;
let photos = 0;
/** @type {PhotoRun | null} */
let asked = null; // the one that the server has not answered for yet

/** @type {(selector: string) => HTMLElement | null} */
const find = (selector) => document.querySelector(`#femr-photo-words ${selector}`);

/** @param {string} name */
const setting = (name) => Number(find("[data-limit]")?.dataset[name]);

// --- one photo, from coming in to being read ---

/** @param {Iterable<File>} files of which the first counts */
function take(files) {
  const [file, ...others] = files;
  if (file) bring({ file, name: file.name, film: file.type.startsWith("video/"), several: others.length > 0 });
}

/** @param {Pick<PhotoRun, "file" | "name" | "film" | "example" | "several">} what */
function bring(what) {
  forget();
  const mine = (photo = { ...what, token: `${Date.now()}-${(photos += 1)}`, state: "sending", say: "opening" });
  document.dispatchEvent(new Event("femr:photo"));
  draw();
  send(mine).catch((problem) => {
    if (photo === mine) fail(problem instanceof Problem ? problem : new Problem("refused"));
  });
}

/** @param {PhotoRun} mine */
async function send(mine) {
  const { token, file, example, film } = mine;
  if (!file) {
    show(mine, `examples/${example?.name}`);
    return ask(mine, "example", { token, index: example?.index });
  }
  if (film) return sendFilm(mine, file);
  const sent = await readable(mine, file);
  if (photo !== mine) return;
  show(mine, URL.createObjectURL(sent));
  const path = await put(mine, sent);
  if (photo === mine) ask(mine, "photo", { token, file: { path } });
}

/**
 * A film goes as it is; one of its frames is shown where this browser can decode it.
 * @type {(mine: PhotoRun, file: Blob) => Promise<void>}
 */
async function sendFilm(mine, file) {
  if (file.size === 0) throw new Problem("empty");
  if (!femr.intake.offersFilms()) throw new Problem("film_none");
  if (file.size > setting("limit")) throw new Problem("film_large");
  const shown = still(file).then((picture) => {
    if (picture && photo === mine && mine.state !== "failed") show(mine, URL.createObjectURL(picture));
  });
  const path = await put(mine, file);
  await shown;
  if (photo === mine) ask(mine, "film", { token: mine.token, file: { path } });
}

/**
 * A frame of a film; null where this browser cannot decode it, or not soon.
 * @param {Blob} film
 */
async function still(film) {
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, preload: "auto" });
  const address = (video.src = URL.createObjectURL(film));
  try {
    await new Promise((done, failed) => {
      video.onloadeddata = done;
      video.onerror = failed;
      setTimeout(failed, STILL_MS);
    });
    return await femr.camera.frame(video, document.createElement("canvas"));
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(address);
  }
}

/**
 * Asks for a photo once the one before is answered, however late: its answer must not take the place of this one's.
 * @type {(mine: PhotoRun, event: string, detail: object) => void}
 */
function ask(mine, event, detail) {
  to(mine, "looking", mine.film ? "film_looking" : "looking");
  mine.timer = setTimeout(slow, SLOW_MS, mine);
  mine.ask = () => {
    asked = mine;
    mine.lang = femr.language();
    delete mine.ask;
    femr.inTurn(() => trigger(event, detail), 0); // nothing else waits for a photo
  };
  if (!asked) mine.ask();
}

/**
 * Says that it takes long, or that the server has gone, of which Gradio says nothing.
 * @param {PhotoRun} mine
 */
async function slow(mine) {
  to(mine, "looking", "slow");
  const there = await femr.reaches();
  if (photo !== mine || mine.state !== "looking") return;
  if (there) mine.timer = setTimeout(slow, SLOW_MS, mine);
  else {
    answered();
    fail(new Problem("lost"));
  }
}

/** The server has answered for a photo, or will not; gives which one. */
function answered() {
  const before = asked;
  asked = null;
  photo?.ask?.();
  return before;
}

/** @type {(mine: PhotoRun, state: PhotoRun["state"], say: string | null) => void} */
function to(mine, state, say) {
  clearTimeout(mine.timer);
  Object.assign(mine, { state, say });
  if (photo === mine) draw();
}

/** @param {Problem} problem */
function fail(problem) {
  if (!photo) return;
  photo.detail = problem.detail;
  hide();
  to(photo, "failed", problem.say);
}

function forget() {
  clearTimeout(photo?.timer);
  photo?.request?.abort();
  photo = null;
  hide();
}

/** @type {(mine: PhotoRun, picture: string) => void} */
function show(mine, picture) {
  mine.picture = props.picture = picture;
}

function hide() {
  const old = props.picture;
  props.picture = "";
  if (typeof old === "string" && old.startsWith("blob:")) URL.revokeObjectURL(old);
}

// The server answers with the boxes, and what became of the photo.
watch("value", () => {
  /** @type {HTMLElement | null} */
  const answer = element.querySelector("[data-photo]");
  if (!answer || !photo || answer.dataset.photo !== photo.token || photo.state !== "looking") return;
  const outcome = /** @type {PhotoRun["state"]} */ (answer.dataset.outcome);
  if (outcome === "failed") hide();
  to(photo, outcome, photo.several ? "several" : null);
});

// A photo that goes to another place than the stage: its path on the server.
window.femr.send = async (file) => {
  /** @type {PhotoRun} */
  const mine = { file, token: "", name: file.name, several: false, state: "sending", say: null };
  return put(mine, await readable(mine, file));
};

window.femr.isReading = () => asked !== null;

window.femr.read = () => {
  femr.settle();
  speak(answered());
};

// Gradio could not even ask, or got no answer.
window.femr.unread = () => {
  const before = answered();
  if (before === photo && photo?.state === "looking") fail(new Problem(navigator.onLine ? "refused" : "lost"));
  speak(before);
};

/**
 * Tells the page anew where another language was chosen meanwhile: that waits for the photo, or it would bring back what
 * was there before it.
 * @param {PhotoRun | null} before
 */
function speak(before) {
  const lang = femr.language();
  if (before && before.lang !== lang) femr.call("lang", { lang });
}

document.addEventListener("femr:asked", () => {
  if (photo?.state === "failed" || photo?.state === "faceless") another();
});

function another() {
  if (photo) femr.inTurn(() => trigger("another"));
  forget();
  draw();
}

// --- what travels ---

/**
 * The photo as the browser shows it and the server reads it.
 * @type {(mine: PhotoRun, file: Blob) => Promise<Blob>}
 */
async function readable(mine, file) {
  if (file.size === 0) throw new Problem("empty");
  return (await scaled(file)) ?? viewable(mine, file);
}

/**
 * Brings what came, or was made of it, to the server; gives its path there.
 * @type {(mine: PhotoRun, sent: Blob) => Promise<string>}
 */
async function put(mine, sent) {
  const form = new FormData();
  form.append("files", sent, sent === mine.file ? mine.name : mine.name.replace(/(\.\w*)?$/, ".jpg"));
  const [path] = JSON.parse(await post(mine, "gradio_api/upload", form, "text"));
  return path;
}

/**
 * The photo as it is sent: upright, and no larger than need be. Null where this browser cannot decode it.
 * @param {Blob} file
 */
async function scaled(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return null;
  const shrink = Math.min(1, setting("side") / Math.max(picture.width, picture.height));
  if (shrink === 1 && file.size <= SMALL && READABLE.includes(file.type)) return (picture.close(), file);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * shrink));
  canvas.height = Math.max(1, Math.round(picture.height * shrink));
  const context = canvas.getContext("2d");
  if (!context) return (picture.close(), null);
  context.fillStyle = "white"; // under transparent parts
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return /** @type {Promise<Blob | null>} */ (
    new Promise((done) => canvas.toBlob((jpeg) => done(jpeg), "image/jpeg", QUALITY))
  );
}

/**
 * A copy that this browser can show, made by the server, which keeps none: HEIC, and files that only it can read.
 * @type {(mine: PhotoRun, file: Blob) => Promise<Blob>}
 */
async function viewable(mine, file) {
  if (file.size > setting("limit")) throw new Problem("too_large");
  const query = new URLSearchParams({ name: mine.name });
  return post(mine, `preview?${query}`, file, "blob");
}

/**
 * Posts with progress, which `fetch` does not tell.
 * @type {(mine: PhotoRun, address: string, body: Blob | FormData, kind: XMLHttpRequestResponseType) => Promise<any>}
 */
function post(mine, address, body, kind) {
  return new Promise((done, failed) => {
    const request = (mine.request = new XMLHttpRequest());
    const sending = mine.film ? "film_sending" : "sending";
    /** @type {number | undefined} */
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENT_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      heard();
      mine.percent = Math.floor((100 * loaded) / (total || 1));
      to(mine, "sending", sending);
    };
    request.onloadend = async () => {
      clearTimeout(silence);
      mine.percent = undefined;
      const told = await detail(request);
      if (request.status === 200 && !told) return done(request.response);
      const say = REFUSALS[request.status] ?? "refused";
      failed(new Problem(mine.film && say === "too_large" ? "film_large" : say, told));
    };
    request.open("POST", new URL(address, location.href.split(/[?#]/)[0]));
    request.responseType = kind;
    heard();
    mine.percent = 0;
    to(mine, "sending", sending);
    request.send(body);
  });
}

/**
 * What the server says is wrong with a photo, in each language; nothing where the refusal has a name here.
 * @param {XMLHttpRequest} request
 * @returns {Promise<Record<string, string> | undefined>}
 */
async function detail({ status, response }) {
  if (status !== 200 || !(response instanceof Blob) || response.type !== "application/json") return undefined;
  return JSON.parse(await response.text()).detail;
}

// --- what is seen ---

/** @type {(each: HTMLElement, hidden: boolean) => void} */
const hideIf = (each, hidden) => {
  if (each.hidden !== hidden) each.hidden = hidden;
};

function draw() {
  if (photo) document.body.dataset.photo = photo.state;
  else delete document.body.dataset.photo;
  const said = photo?.detail && photo.state === "failed" ? "told" : photo?.say;
  /** @type {NodeListOf<HTMLElement>} */
  const sentences = document.querySelectorAll("#femr-photo-words [data-say]");
  for (const each of sentences) hideIf(each, each.dataset.say !== said);
  const told = find("[data-say=told]");
  const detail = photo?.detail?.[femr.language()] ?? "";
  if (told && told.textContent !== detail) told.textContent = detail;
  const again = find("[data-intake=again]");
  if (again) hideIf(again, photo?.state !== "failed" || NOT_AGAIN.includes(said ?? ""));
  drawProgress(photo?.state === "sending" ? photo.percent : undefined);
}

/** @param {number | undefined} percent */
function drawProgress(percent) {
  const bar = find("[role=progressbar]");
  if (!bar) return;
  hideIf(bar, percent === undefined);
  if (percent === undefined || bar.getAttribute("aria-valuenow") === String(percent)) return;
  bar.setAttribute("aria-valuenow", String(percent));
  /** @type {HTMLElement} */ (bar.children[0]).style.width = `${percent}%`;
  bar.children[1].textContent = `${percent} %`;
}

// Sentences told again in another language are hidden at first.
const words = document.querySelector("#femr-photo-words");
if (words) new MutationObserver(tell).observe(words, { childList: true, subtree: true, attributeFilter: ["hidden"] });

function tell() {
  draw();
  // No photo is taken before the page speaks the visitor's language; until then `intake` keeps it.
  if (find("[data-spoken]")?.dataset.spoken === femr.language()) open();
}

function open() {
  if (!femr.intake.isOpen()) femr.intake.open(take);
}

// --- what people do ---

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  /** @type {HTMLElement | null} */
  const chosen = target.closest("[data-example]");
  if (chosen) {
    const { example, picture } = chosen.dataset;
    bring({ name: "", example: { index: Number(example), name: picture ?? "" }, several: false });
  }
  /** @type {HTMLElement | null} */
  const intake = target.closest("[data-intake]");
  if (intake?.dataset.intake === "another") another();
  if (intake?.dataset.intake === "camera" && photo?.state !== "read") another();
  if (intake?.dataset.intake === "again" && photo) {
    const { file, name, film, example, several } = photo;
    bring({ file, name, film, example, several });
  }
  /** @type {HTMLElement | null} */
  const box = target.closest("[data-face]");
  if (box && element.contains(box)) femr.inTurn(() => trigger("select", { index: Number(box.dataset.face) }));
});

// A face that the camera saw and the visitor keeps; see live.js.
document.addEventListener("femr:face", (event) => {
  const { detail } = /** @type {CustomEvent<Blob>} */ (event);
  bring({ file: detail, name: "camera.jpg", several: false });
});

tell();
setTimeout(open, SPEAKING_MS);

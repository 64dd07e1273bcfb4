// What the live camera and the game both do with a camera: open it, send a frame of it, and hear what is in it.
(() => {
  "use strict";
  const SIDE = 480; // of a frame's longer side, in pixels
  const QUALITY = 0.7; // of its JPEG
  /** @type {Record<string, string>} */
  const PROBLEMS = { NotAllowedError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };

  /** @param {Error} error by which the browser refuses the camera */
  function refusal({ name }) {
    const framed = window.self !== window.top && !document.featurePolicy?.allowsFeature("camera");
    return name === "NotAllowedError" && framed ? "framed" : PROBLEMS[name] || "taken";
  }

  async function open() {
    if (!navigator.mediaDevices) return { problem: "insecure" };
    const wish = { video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } } };
    return navigator.mediaDevices.getUserMedia(wish).then(
      (camera) => ({ camera }),
      (error) => ({ problem: refusal(error) }),
    );
  }

  /** @type {Femr["camera"]["frame"]} */
  function frame(video, canvas) {
    const shrink = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * shrink);
    canvas.height = Math.round(video.videoHeight * shrink);
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  }

  /** @type {Femr["camera"]["ask"]} */
  async function ask(id, body, { face, mine } = {}) {
    const address = new URL(`live/${id}`, location.href.split(/[?#]/)[0]);
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "image/jpeg" };
    if (face) address.searchParams.set("face", face);
    const profile = mine ? femr.profile.text() : "";
    if (mine && profile) {
      address.searchParams.set("mine", mine);
      headers["X-Femr-Profile"] = profile;
    }
    const response = await fetch(address, { method: "POST", body, headers }).catch(() => null);
    const answer = response?.status === 200 ? await response.json().catch(() => null) : null;
    return { status: response?.status ?? 0, answer };
  }

  femr.camera = { open, frame, ask };
})();

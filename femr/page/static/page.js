// Taking a playlist along: copies a link or a text.
document.addEventListener("click", async (event) => {
  "use strict";
  /** @type {HTMLElement | null} */
  const button = /** @type {Element} */ (event.target).closest(".femr-copy");
  if (!button) return;
  const fold = /** @type {HTMLElement} */ (button.closest(".femr-take"));
  const copied = button.dataset.copy ?? "";
  const text = copied.startsWith("?") ? location.origin + location.pathname + copied : copied;
  const told = await navigator.clipboard.writeText(text).then(
    () => fold.dataset.done ?? "",
    () => fold.dataset.failed ?? "",
  );
  /** @type {Element} */ (fold.querySelector("[role=status]")).textContent = told;
});

// Sharing: copies the link to the playlist that is shown.
document.addEventListener("click", async (event) => {
  "use strict";
  if (!(/** @type {Element} */ (event.target).closest("[data-share]"))) return;
  /** @type {HTMLElement | null} */
  const list = document.querySelector("#femr-playlist [data-link]");
  const said = document.getElementById("femr-said")?.dataset;
  if (!list) return;
  await navigator.clipboard.writeText(location.origin + location.pathname + list.dataset.link).then(
    () => femr.tell(said?.done ?? ""),
    () => femr.tell(said?.failed ?? ""),
  );
});

// Photos that are too large: said in place, before anything is uploaded.
(() => {
  "use strict";

  /** @param {Event & Partial<DragEvent & ClipboardEvent>} event */
  function check(event) {
    const transfer = event.dataTransfer || event.clipboardData;
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...((transfer ? transfer.files : input.files) || [])];
    /** @type {HTMLElement | null} */
    const warning = document.querySelector("#femr-too-large p");
    if (!warning || files.length === 0) return;
    warning.hidden = files.every((file) => file.size <= Number(warning.dataset.limit));
    if (warning.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "change") input.value = "";
  }

  for (const kind of ["change", "drop", "paste"]) document.addEventListener(kind, check, true);
})();

// A camera that gives no picture for a photo: Gradio says nothing then, and leaves the refusal unhandled.
(() => {
  "use strict";
  /** @type {Record<string, string>} */
  const PROBLEMS = { NotAllowedError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };

  /** @param {string | null} problem */
  function tell(problem) {
    /** @type {NodeListOf<HTMLElement>} */
    const sentences = document.querySelectorAll("#femr-camera [data-say]");
    for (const each of sentences) {
      each.hidden = each.dataset.say !== problem;
    }
  }

  window.addEventListener("unhandledrejection", (event) => {
    const { reason } = event;
    if (!navigator.mediaDevices && reason instanceof TypeError) return tell("insecure");
    const ofCameras = ["NotAllowedError", "NotFoundError", "OverconstrainedError", "NotReadableError", "AbortError"];
    if (!(reason instanceof DOMException) || !ofCameras.includes(reason.name)) return;
    tell(PROBLEMS[reason.name] || "taken");
    event.preventDefault();
  });
  document.addEventListener(
    "click",
    (event) => /** @type {Element} */ (event.target).closest("#femr-photo") && tell(null),
    true,
  );
})();

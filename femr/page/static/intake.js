// How photos come to the page: chosen, pasted or dropped anywhere. It listens before Gradio is there; what comes so early
// waits for photos.js, which reads it.
(() => {
  "use strict";
  const PHOTOS = "image/*,.heic,.heif,.avif";
  const WRITTEN = "textarea, input:is([type=text], [type=search], :not([type]))"; // texts may bring pictures of themselves
  const root = document.documentElement;
  const chooser = document.createElement("input");
  Object.assign(chooser, { type: "file", accept: PHOTOS, hidden: true, id: "femr-file" });
  document.addEventListener("DOMContentLoaded", () => document.body.append(chooser));

  /** @type {((files: File[]) => void) | null} */
  let reader = null;
  /** @type {File[] | null} */
  let early = null;

  /** @param {Iterable<File>} brought */
  function take(brought) {
    const files = [...brought];
    const offer = new CustomEvent("femr:files", { detail: files, cancelable: true }); // to a sheet that wants photos
    if (!files.length || !document.dispatchEvent(offer)) return;
    if (reader) return reader(files);
    early = files;
    root.setAttribute("data-busy", "");
  }

  femr.intake = {
    open: (read) => {
      reader = read;
      document.dispatchEvent(new Event("femr:ready"));
      if (!early) return;
      root.removeAttribute("data-busy");
      take(early);
      early = null;
    },
    isOpen: () => reader !== null,
    offersFilms: () => document.querySelector("[data-films]") !== null,
  };

  document.addEventListener("click", (event) => {
    // In the click itself: later, a browser opens no chooser.
    if (!(/** @type {Element} */ (event.target).closest("[data-intake=upload]"))) return;
    chooser.accept = femr.intake.offersFilms() ? `${PHOTOS},video/*` : PHOTOS;
    chooser.click();
  });

  chooser.addEventListener("change", () => {
    take(chooser.files ?? []);
    chooser.value = ""; // so that the same file can be chosen again
  });

  /** @type {(place: EventTarget | null) => boolean} */
  const isWritten = (place) => place instanceof HTMLElement && (place.isContentEditable || place.matches(WRITTEN));

  document.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? {};
    if (!files?.length || (isWritten(event.target) && types?.includes("text/plain"))) return;
    event.preventDefault();
    take(files);
  });

  /** @param {DragEvent} event */
  const brings = (event) => Boolean(event.dataTransfer?.types.includes("Files"));

  for (const kind of /** @type {const} */ (["dragenter", "dragover"])) {
    document.addEventListener(kind, (event) => {
      if (!brings(event)) return;
      event.preventDefault(); // else the browser would open the file
      document.body.classList.add("femr-dragging");
    });
  }

  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("femr-dragging"); // out of the window
  });

  document.addEventListener("drop", (event) => {
    document.body.classList.remove("femr-dragging");
    if (!brings(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files ?? []);
  });
})();

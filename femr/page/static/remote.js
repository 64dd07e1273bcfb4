// The page's own buttons reach Gradio's events by name: a hidden component for each event registers itself here. What is
// pressed before Gradio is ready waits for it.
(() => {
  "use strict";
  /** @type {Map<string, (detail: object) => void>} */
  const ready = new Map();
  /** @type {Map<string, object>} */
  const waiting = new Map();

  femr.remote = (name, send) => {
    ready.set(name, send);
    const detail = waiting.get(name);
    waiting.delete(name);
    if (detail) send(detail);
  };

  femr.call = (name, detail = {}) => {
    const send = ready.get(name);
    if (send) send(detail);
    else waiting.set(name, detail);
  };

  // What goes along with events without being one. Gradio puts a component that was told so early back to what it was
  // made with, so all is told again after each answer.
  /** @type {(() => void)[]} */
  const along = [];

  femr.along = (tell) => {
    along.push(tell);
    tell();
  };

  femr.tellAlong = () => along.forEach((tell) => tell());

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-call]");
    if (!button) return;
    femr.busy();
    femr.call(button.dataset.call ?? "");
  });
})();

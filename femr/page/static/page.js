femr.download = (name, file) => {
  "use strict";
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a slow disk, or a question where to
};

// A page that comes over plain http, from another device, is given no clipboard.
femr.copy = (text) => navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));

// Taking a playlist along: copies a link or a text.
document.addEventListener("click", async (event) => {
  "use strict";
  /** @type {HTMLElement | null} */
  const button = /** @type {Element} */ (event.target).closest(".femr-copy");
  if (!button) return;
  const fold = /** @type {HTMLElement} */ (button.closest(".femr-take"));
  const copied = button.dataset.copy ?? "";
  const text = copied.startsWith("?") ? location.origin + location.pathname + copied : copied;
  const told = await femr.copy(text).then(
    () => `${fold.dataset.done} ${button.dataset.lacks ?? ""}`.trim(),
    () => fold.dataset.failed ?? "",
  );
  /** @type {Element} */ (fold.querySelector("[role=status]")).textContent = told;
});

// What a saved file leaves out is said.
document.addEventListener("click", (event) => {
  "use strict";
  /** @type {HTMLElement | null} */
  const saved = /** @type {Element} */ (event.target).closest("a[download]");
  const told = saved?.closest(".femr-take")?.querySelector("[role=status]");
  if (saved && told) told.textContent = saved.dataset.lacks ?? "";
});

// A table of own songs that is too large: said in place, before anything is uploaded.
(() => {
  "use strict";

  /** @param {Event} event */
  function check(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const files = [...((input.closest("#femr-own") && input.files) || [])];
    /** @type {HTMLElement | null} */
    const warning = document.querySelector("#femr-too-large p");
    if (!warning || files.length === 0) return;
    warning.hidden = files.every((file) => file.size <= Number(warning.dataset.limit));
    if (warning.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.value = "";
  }

  document.addEventListener("change", check, true);
})();

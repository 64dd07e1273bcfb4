element.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  /** @type {HTMLElement | null} */
  const chosen = target.closest("[data-example]");
  if (chosen) trigger("select", { index: Number(chosen.dataset.example) });
});

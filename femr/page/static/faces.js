element.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  /** @type {HTMLElement | null} */
  const box = target.closest("[data-face]");
  if (box) trigger("select", { index: Number(box.dataset.face) });
});

element.addEventListener("click", (event) => {
  const box = event.target.closest("[data-face]");
  if (box) trigger("select", { index: Number(box.dataset.face) });
});

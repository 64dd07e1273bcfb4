// Several people: a small picture of each to choose from, cut out of the photo that the browser has. The server never
// sends one.
(() => {
  "use strict";
  const SIDE = 104; // pixels of a picture, twice what it is shown at
  const AROUND = 0.2; // of a face, left around it

  /** @type {(image: HTMLImageElement, place: HTMLElement) => void} */
  function cut(image, place) {
    const [left, top, width, height] = (place.dataset.cut ?? "").split(" ").map(Number);
    const { naturalWidth, naturalHeight } = image;
    const side = Math.max(width * naturalWidth, height * naturalHeight) * (1 + 2 * AROUND);
    const [x, y] = [(left + width / 2) * naturalWidth - side / 2, (top + height / 2) * naturalHeight - side / 2];
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    canvas.getContext("2d")?.drawImage(image, x, y, side, side, 0, 0, SIDE, SIDE);
    place.replaceChildren(canvas);
  }

  function cutAll() {
    /** @type {HTMLImageElement | null} */
    const image = document.querySelector("#femr-faces img");
    if (!image?.complete || !image.naturalWidth) return;
    /** @type {NodeListOf<HTMLElement>} */
    const places = document.querySelectorAll("#femr-who [data-cut]:not(:has(canvas))");
    for (const each of places) cut(image, each);
  }

  document.addEventListener("load", cutAll, true);
  new MutationObserver(cutAll).observe(document.body, { childList: true, subtree: true });
})();

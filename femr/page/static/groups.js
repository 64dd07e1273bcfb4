// Several people: a small picture of each to choose from, cut out of the photo that the browser has. The server never
// sends one.
(() => {
  "use strict";
  const SIDE = 104; // pixels of a picture, twice what it is shown at
  const AROUND = 0.2; // of a face, left around it

  femr.cut = (picture, [left, top, width, height], { side, around, mirrored = false }) => {
    const natural = picture instanceof HTMLImageElement;
    const wide = natural ? picture.naturalWidth : picture.width;
    const high = natural ? picture.naturalHeight : picture.height;
    const seen = Math.max(width * wide, height * high) * (1 + 2 * around);
    const [x, y] = [(left + width / 2) * wide - seen / 2, (top + height / 2) * high - seen / 2];
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = canvas.getContext("2d");
    if (mirrored) pen?.setTransform(-1, 0, 0, 1, side, 0);
    pen?.drawImage(picture, x, y, seen, seen, 0, 0, side, side);
    return canvas;
  };

  function cutAll() {
    /** @type {HTMLImageElement | null} */
    const image = document.querySelector("#femr-faces img");
    if (!image?.complete || !image.naturalWidth) return;
    /** @type {NodeListOf<HTMLElement>} */
    const places = document.querySelectorAll("#femr-who [data-cut]:not(:has(canvas))");
    for (const each of places) {
      const box = /** @type {[number, number, number, number]} */ ((each.dataset.cut ?? "").split(" ").map(Number));
      each.replaceChildren(femr.cut(image, box, { side: SIDE, around: AROUND }));
    }
  }

  document.addEventListener("load", cutAll, true);
  new MutationObserver(cutAll).observe(document.body, { childList: true, subtree: true });
})();

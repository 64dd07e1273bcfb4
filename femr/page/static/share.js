// Sharing: copies the link to the playlist that is shown.
document.addEventListener("click", async (event) => {
  "use strict";
  if (!(/** @type {Element} */ (event.target).closest("[data-share]"))) return;
  /** @type {HTMLElement | null} */
  const list = document.querySelector("#femr-playlist [data-link]");
  const said = document.getElementById("femr-said")?.dataset;
  if (!list) return;
  await navigator.clipboard.writeText(location.origin + location.pathname + list.dataset.link).then(
    () => femr.tell(`${said?.done} ${list.dataset.differs ?? ""}`.trim()),
    () => femr.tell(said?.failed ?? ""),
  );
});

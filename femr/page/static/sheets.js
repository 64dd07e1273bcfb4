// Sheets and menus: what is one step away. They are the browser's popovers, so Esc and a click beside them close them.
(() => {
  "use strict";
  const SLACK = 40; // pixels by which the page may move under an open menu
  let openedAt = 0; // how far the page was scrolled when a menu opened

  /** @type {HTMLElement | null} */
  let opener = null; // what opened the sheet, for the focus to go back to
  /** @type {{ id: string, by: HTMLElement } | null} */
  let early = null; // what was asked for before it was there

  /**
   * @param {string} id
   * @param {HTMLElement} by
   */
  function open(id, by) {
    const sheet = document.getElementById(id);
    if (!sheet?.querySelector("h2")) return void (early = { id, by }); // Gradio is on its way
    early = null;
    if (!sheet.hasAttribute("popover")) {
      sheet.setAttribute("popover", "auto");
      sheet.setAttribute("role", "dialog");
      sheet.setAttribute("aria-labelledby", `${id}-title`); // whose language may change while the sheet is open
      sheet.addEventListener("toggle", (event) => {
        if (/** @type {ToggleEvent} */ (event).newState === "open") return;
        femr.call(`${id}-closed`);
        const now = document.activeElement; // perhaps still what is hidden by now
        if (!now || now === document.body || sheet.contains(now)) giveBack(id);
      });
    }
    opener = by;
    sheet.showPopover();
    femr.call(`${id}-opened`);
    /** @type {HTMLElement | null} */ (sheet.querySelector("[data-close]"))?.focus({ preventScroll: true });
  }

  /**
   * Gives the focus back to what opened the sheet, or to what opens it now.
   * @param {string} id
   */
  function giveBack(id) {
    /** @type {NodeListOf<HTMLElement>} */
    const others = document.querySelectorAll(`[data-sheet="${id}"]`);
    const now = opener?.isConnected ? opener : [...others].find((each) => each.checkVisibility());
    now?.focus({ preventScroll: true });
  }

  function closeAll() {
    for (const each of document.querySelectorAll(":popover-open")) /** @type {HTMLElement} */ (each).hidePopover();
  }

  /** Whether a sheet, a menu or a dialog lies over the page: keys are for that then. */
  const isOpen = () => document.querySelector(":popover-open, dialog[open]") !== null;

  // A menu stands below its button, or above where there is no room.
  /** @type {(menu: HTMLElement, button: HTMLElement) => void} */
  function place(menu, button) {
    const [box, own] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
    const room = innerHeight - (document.getElementById("femr-player")?.offsetHeight ?? 0);
    const below = box.bottom + 4 + own.height <= room;
    menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - own.height - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(box.right - own.width, innerWidth - own.width - 8))}px`;
  }

  femr.sheets = { open, closeAll, isOpen };
  new MutationObserver(() => early && open(early.id, early.by)).observe(document, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {HTMLElement | null} */
    const opens = target.closest("[data-sheet]");
    if (opens) return open(opens.dataset.sheet ?? "", opens);
    if (target.closest("[data-close]"))
      return /** @type {HTMLElement | null} */ (target.closest("[popover]"))?.hidePopover();
    /** @type {HTMLElement | null} */
    const dots = target.closest("[data-menu]");
    const menu = dots && document.getElementById(dots.dataset.menu ?? "");
    if (!dots || !menu) return;
    menu.togglePopover({ source: dots });
    if (!menu.matches(":popover-open")) return;
    openedAt = scrollY;
    place(menu, dots);
    menu.querySelector("a")?.focus({ preventScroll: true });
  });

  // A menu belongs to a song, and to a place on the page: it goes when either does.
  function closeMenus() {
    for (const each of document.querySelectorAll(".femr-links:popover-open"))
      /** @type {HTMLElement} */ (each).hidePopover();
  }
  document.addEventListener("femr:playing", closeMenus);
  document.addEventListener("scroll", () => Math.abs(scrollY - openedAt) < SLACK || closeMenus());

  // Arrows walk through a menu.
  document.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element ? event.target.closest(".femr-links") : null;
    if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const links = [...menu.querySelectorAll("a")];
    const now = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    links[(now + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length].focus();
    event.preventDefault();
  });
})();

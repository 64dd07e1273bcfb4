// Until Gradio has built the page in the visitor's language, its first words stand there: no empty page, and no other
// language for a moment. Part of the raw HTML, so it runs before all else.
(() => {
  "use strict";
  const LONGEST = 15000; // milliseconds; a server that does not answer by then shows what it has
  const root = document.documentElement;
  const first = document.getElementById("femr-first");
  if (!first) return;
  let chosen = null;
  try {
    chosen = sessionStorage.getItem("femr-language");
  } catch {
    // Private windows of some browsers keep nothing.
  }
  const lang = chosen ?? (navigator.language.toLowerCase().startsWith("id") ? "id" : "en");
  root.lang = lang;
  root.classList.add("femr-waiting");
  for (const each of first.querySelectorAll("p")) each.hidden = each.lang !== lang;

  const watcher = new MutationObserver(() => {
    if (document.querySelector(`#femr-share [data-spoken="${lang}"]`)) done();
  });
  const timer = setTimeout(done, LONGEST);

  function done() {
    watcher.disconnect();
    clearTimeout(timer);
    root.classList.remove("femr-waiting");
    first?.remove();
  }

  watcher.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["data-spoken"],
  });
})();

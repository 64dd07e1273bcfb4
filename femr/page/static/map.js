// The map as an instrument: drag the listener's point, or draw a way, and the playlist follows; touch a song, and it is
// named and played. The server draws it, see views/mood_map.py: what is moved here is its drawing, until it draws anew.
// Runs once, with the layer of songs.
(() => {
  "use strict";
  const THUMB = 22; // pixels around what is touched: half a thumb's width
  const STILL = 10; // pixels that a touch may tremble
  const STOPS = 10; // of a way drawn by hand
  const STEP = 0.05; // of a key, on a plane of 2 by 2; with Shift four times that
  const PAUSE_MS = 700; // after the last key, until the playlist follows

  /** @typedef {[number, number]} Pair a place in the drawing's units, or valence and arousal */

  /** @type {Pair[]} */
  let stops = []; // valence and arousal: the listener's point, and what the way passes then
  /** @type {SVGCircleElement | null} */
  let picked = null;
  /** @type {{ from: Pair, stop: number | null, stroke: Pair[], moved: boolean } | null} */
  let touch = null;
  /** @type {number | undefined} */
  let timer;
  let asked = false; // for a playlist that follows

  /** @type {(selector: string) => HTMLElement | null} */
  const find = (selector) => document.querySelector(`#femr-map-sheet ${selector}`);
  const hand = () => find(".femr-map-hand");
  /** @type {(value: number, least: number, most: number) => number} */
  const within = (value, least, most) => Math.min(Math.max(value, least), most);
  /** @type {(one: Pair, other: Pair) => number} */
  const apart = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);

  function scale() {
    const ground = /** @type {HTMLElement} */ (find(".femr-map-ground"));
    const { left, top, width } = ground.getBoundingClientRect();
    const [side, half] = [Number(ground.dataset.side), Number(ground.dataset.half)];
    return { left, top, side, half, units: side / width };
  }

  /** @type {(event: PointerEvent) => Pair} */
  function under(event) {
    const { left, top, units } = scale();
    return [(event.clientX - left) * units, (event.clientY - top) * units];
  }

  /** @type {(mood: Pair) => Pair} */
  function drawn([valence, arousal]) {
    const { side, half } = scale();
    return [side / 2 + half * valence, side / 2 - half * arousal];
  }

  /** @type {(point: Pair) => Pair} */
  function mood([x, y]) {
    const { side, half } = scale();
    const [valence, arousal] = [(x - side / 2) / half, (side / 2 - y) / half];
    return [rounded(valence), rounded(arousal)];
  }

  /** @type {(value: number) => number} */
  const rounded = (value) => Math.round(100 * within(value, -1, 1)) / 100;

  // --- the way ---

  function read() {
    const told = hand()?.dataset.stops?.trim() ?? "";
    const places = told.split(" ").filter(Boolean);
    stops = places.map((each) => /** @type {Pair} */ (each.split(",").map(Number)));
    extendable();
  }

  /** @param {Pair[]} points in the drawing's units */
  function draw(points) {
    const shown = hand();
    if (!shown || !points.length) return;
    shown.querySelector("polyline")?.setAttribute("points", points.join(" "));
    shown.querySelector(".femr-you")?.setAttribute("transform", `translate(${points[0].join(" ")})`);
    shown
      .querySelector(".femr-map-end")
      ?.setAttribute("transform", `translate(${points[points.length - 1].join(" ")})`);
    shown.toggleAttribute("data-way", points.length > 1);
  }

  function show() {
    draw(stops.map(drawn));
    extendable();
    const at = stops[stops.length - 1];
    say(at && where(at));
  }

  function extendable() {
    hand()?.toggleAttribute("data-way", stops.length > 1);
    const [extend, clear] = [find("[data-map=extend]"), find("[data-map=clear]")];
    if (extend) extend.hidden = stops.length > Number(find(".femr-map-ground")?.dataset.most);
    if (clear) clear.hidden = stops.length < 2;
  }

  /** @param {Pair} place */
  function where(place) {
    const { moods, at } = find(".femr-map-said")?.dataset ?? {};
    /** @type {[string, Pair][]} */
    const known = Object.entries(JSON.parse(moods ?? "{}"));
    const nearest = known.sort((one, other) => apart(one[1], place) - apart(other[1], place))[0]?.[0] ?? "";
    const [warm, lively] = place.map((each) => String(Math.round(100 * each)).replace("-", "−"));
    return at?.replace("{mood}", nearest).replace("{warm}", warm).replace("{lively}", lively);
  }

  /** @param {string | undefined} text */
  function say(text) {
    const said = find(".femr-map-said");
    if (said && text !== undefined && said.textContent !== text) said.textContent = text;
  }

  function follow() {
    clearTimeout(timer);
    timer = undefined;
    asked = true;
    const [place, ...way] = stops;
    femr.busy();
    femr.call("femr-map-drawn", { place, way });
  }

  // What the hand has drawn, and the page shows, as a few stops, the same distance apart.
  function few() {
    const line = /** @type {SVGPolylineElement | null} */ (hand()?.querySelector("polyline"));
    const length = line?.getTotalLength() ?? 0;
    if (!line || !length) return stops;
    return Array.from({ length: STOPS }, (_, n) => {
      const { x, y } = line.getPointAtLength((length * n) / (STOPS - 1));
      return mood([x, y]);
    });
  }

  // --- songs ---

  // The song nearest to a place, those of the playlist before others that are as near.
  /** @type {(place: Pair, reach?: number) => SVGCircleElement | null} */
  function nearest(place, reach = Infinity) {
    /** @type {SVGCircleElement | null} */
    let best = null;
    /** @type {NodeListOf<SVGCircleElement>} */
    const songs = document.querySelectorAll(":is(.femr-map-songs, .femr-map-way) > circle");
    for (const each of songs) {
      const own = each.parentElement?.matches(".femr-map-way") ? 0.5 : 1;
      const away = apart(place, [Number(each.getAttribute("cx")), Number(each.getAttribute("cy"))]) * own;
      if (away <= reach) [best, reach] = [each, away];
    }
    return best;
  }

  /** @param {SVGCircleElement | null} song */
  function pick(song) {
    picked?.removeAttribute("data-picked");
    picked = song;
    picked?.setAttribute("data-picked", "");
    const name = picked?.querySelector("title")?.textContent ?? "";
    const play = find("[data-map=play]");
    const text = play?.querySelector("span");
    if (!play || !text) return;
    play.hidden = !picked?.dataset.spotify;
    text.textContent = play.dataset.name?.replace("{song}", name) ?? "";
    if (picked) say(name);
  }

  const play = () => picked?.dataset.spotify && picked.dispatchEvent(new MouseEvent("click", { bubbles: true }));

  // --- fingers, pens and mice ---

  /** @param {PointerEvent} event */
  function press(event) {
    const ground = /** @type {HTMLElement} */ (event.target);
    if (event.button !== 0 || !stops.length) return;
    ground.setPointerCapture(event.pointerId);
    const from = under(event);
    const reach = THUMB * scale().units;
    const near = [0, stops.length - 1].filter((each) => apart(drawn(stops[each]), from) <= reach);
    const stop = near.length ? near[near.length - 1] : null;
    touch = { from, stop, stroke: [from], moved: false };
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const at = under(event);
    const { units } = scale();
    if (!touch) return event.pointerType === "mouse" ? pick(nearest(at, THUMB * units)) : undefined;
    touch.moved ||= apart(at, touch.from) > STILL * units;
    if (!touch.moved) return;
    pick(null);
    if (touch.stop !== null) {
      stops[touch.stop] = mood(at);
      return show();
    }
    touch.stroke.push(drawn(mood(at))); // never beyond the edge
    draw(touch.stroke);
    say(where(mood(at)));
  }

  /** @param {PointerEvent} event */
  function release(event) {
    const ended = touch;
    touch = null;
    if (!ended) return;
    if (!ended.moved) return tap(event, ended.from);
    if (ended.stop === null) stops = few();
    show();
    follow();
  }

  // A mouse has named the song before; a finger names it first.
  /** @type {(event: PointerEvent, at: Pair) => void} */
  function tap(event, at) {
    const song = nearest(at, THUMB * scale().units);
    const named = event.pointerType === "mouse" || song === picked;
    pick(song);
    if (named) play();
  }

  /** @type {(kind: string, act: (event: PointerEvent) => void) => void} */
  function on(kind, act) {
    document.addEventListener(kind, (event) => {
      if (event.target instanceof Element && event.target.matches(".femr-map-ground"))
        act(/** @type {PointerEvent} */ (event));
    });
  }
  on("pointerdown", press);
  on("pointermove", move);
  on("pointerup", release);
  on("pointercancel", () => {
    touch = null;
    drawnAnew();
  });

  // --- keys and buttons ---

  /** @type {Record<string, Pair>} */
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Element && event.target.matches(".femr-map-ground")) || !stops.length) return;
    const last = stops[stops.length - 1];
    if (event.key === "Enter" || event.key === " ") {
      pick(nearest(drawn(last)));
      play();
    } else if (event.key in ARROWS && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const by = STEP * (event.shiftKey ? 4 : 1);
      stops[stops.length - 1] = [
        rounded(last[0] + by * ARROWS[event.key][0]),
        rounded(last[1] + by * ARROWS[event.key][1]),
      ];
      pick(null);
      show();
      clearTimeout(timer);
      timer = setTimeout(follow, PAUSE_MS);
    } else return;
    event.preventDefault();
  });

  // Who turns to something else need not wait, and what they turn to is not overtaken.
  document.addEventListener("focusout", () => timer !== undefined && follow());

  document.addEventListener("click", (event) => {
    /** @type {HTMLElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-map]");
    if (!button || !stops.length) return;
    if (button.dataset.map === "play") return void play();
    const ground = find(".femr-map-ground");
    if (button.dataset.map === "extend") {
      const [valence, arousal] = stops[stops.length - 1];
      stops = [...stops, [rounded(valence + (valence < 0.8 ? STEP : -STEP) * 4), arousal]];
    } else stops = stops.slice(0, 1);
    show();
    ground?.focus({ preventScroll: true }); // for the arrow keys
    follow();
  });

  // --- what the server draws ---

  // A new drawing: what the visitor does at this moment counts for more.
  function drawnAnew() {
    if (!touch && timer === undefined) read();
    draw(stops.map(drawn));
  }
  new MutationObserver(() => hand() && drawnAnew()).observe(document, {
    subtree: true,
    attributeFilter: ["data-stops"],
  });
  /** @type {HTMLElement | null} */
  let known = null;
  new MutationObserver(() => {
    if (hand() === known) return;
    known = hand();
    if (known) drawnAnew();
  }).observe(document, { childList: true, subtree: true });

  // Once the songs are there, which these are.
  new MutationObserver(() => {
    if (!asked || document.documentElement.hasAttribute("data-busy")) return;
    asked = false;
    const heading = document.querySelector("#femr-result h2")?.textContent?.trim() ?? "";
    const count = document.querySelectorAll("#femr-playlist .femr-card").length;
    const followed = find(".femr-map-said")?.dataset.followed?.replace("{count}", String(count)) ?? "";
    say(`${heading} ${followed}`);
  }).observe(document.documentElement, { attributeFilter: ["data-busy"] });
})();

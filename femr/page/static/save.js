// Saves the playlist to Spotify from the browser alone: authorisation code with PKCE, in a window of its own, so that
// the music plays on. The token is kept in this script and nowhere else.
// https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow
(() => {
  "use strict";
  const ACCOUNTS = "https://accounts.spotify.com";
  const API = "https://api.spotify.com/v1";
  const MARK = "femr-spotify-"; // begins what Spotify sends back to us as it was
  const here = location.origin + location.pathname;

  // In the window that Spotify sends back to us: tell the page, and go.
  const back = new URLSearchParams(location.search);
  if (back.get("state")?.startsWith(MARK)) {
    const answer = Object.fromEntries(back);
    window.opener?.postMessage(answer, location.origin);
    new BroadcastChannel(MARK).postMessage(answer); // where Spotify's page has cut us off from the one that opened it
    window.close();
  }

  /** @type {{ value: string, until: number }} */
  let token = { value: "", until: 0 };

  /** @param {Uint8Array} bytes */
  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");

  const random = () => base64url(crypto.getRandomValues(new Uint8Array(48)));

  /** @type {(state: string, popup: Window) => Promise<string>} */
  function code(state, popup) {
    return new Promise((resolve, reject) => {
      const channel = new BroadcastChannel(MARK);
      const watch = setInterval(() => popup.closed && setTimeout(() => done({ error: "closed" }), 500), 1000);
      /** @param {Record<string, string>} answer */
      function done(answer) {
        clearInterval(watch);
        channel.close();
        removeEventListener("message", hear);
        if (answer.code) resolve(answer.code);
        else reject(new Error(answer.error));
      }
      /** @param {MessageEvent} message */
      function hear({ origin, data }) {
        if (origin === location.origin && data?.state === state) done(data);
      }
      channel.onmessage = hear;
      addEventListener("message", hear);
    });
  }

  /** @param {string} client */
  async function authorise(client) {
    if (token.until > Date.now()) return token.value;
    const popup = window.open("about:blank", "_blank", "popup,width=480,height=720"); // now, as part of the click
    if (!popup) throw new Error("no window");
    const [verifier, state] = [random(), MARK + random()];
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const asked = new URLSearchParams({
      client_id: client,
      response_type: "code",
      redirect_uri: here,
      scope: "playlist-modify-private",
      state,
      code_challenge_method: "S256",
      code_challenge: base64url(new Uint8Array(hash)),
    });
    popup.location.href = `${ACCOUNTS}/authorize?${asked}`;
    const given = await answered(
      fetch(`${ACCOUNTS}/api/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: await code(state, popup),
          redirect_uri: here,
          client_id: client,
          code_verifier: verifier,
        }),
      }),
    );
    token = { value: given.access_token, until: Date.now() + 1000 * (given.expires_in - 60) };
    return token.value;
  }

  /** @param {Promise<Response>} asked */
  async function answered(asked) {
    const answer = await asked;
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  /** @type {(path: string, bearer: string, body: object) => Promise<any>} */
  const post = (path, bearer, body) =>
    answered(
      fetch(API + path, {
        method: "POST",
        headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    );

  /** @param {DOMStringMap} wanted */
  async function save({ client = "", name = "", uris = "" }) {
    const bearer = await authorise(client);
    const made = await post("/me/playlists", bearer, { name, public: false });
    await post(`/playlists/${made.id}/items`, bearer, { uris: uris.split(" ") });
  }

  document.addEventListener("click", async (event) => {
    /** @type {HTMLButtonElement | null} */
    const button = /** @type {Element} */ (event.target).closest("[data-save-spotify]");
    if (!button) return;
    const place = /** @type {HTMLElement} */ (button.closest(".femr-take")?.querySelector("[role=status]"));
    const say = (/** @type {string} */ key) => (place.textContent = button.dataset[key] ?? "");
    say("saving");
    button.disabled = true;
    await save(button.dataset).then(
      () => say("saved"),
      () => say("failed"),
    );
    button.disabled = false;
  });
})();

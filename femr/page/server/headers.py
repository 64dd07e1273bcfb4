"""What is sent along with every answer, so that a browser allows the page what it uses and nothing else."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = {
    "default-src": "'self'",
    # Gradio's page holds scripts of its own, and turns the texts of an event's `js` into functions.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob: https://open.spotify.com https://embed-cdn.spotifycdn.com",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob: https://audio-ssl.itunes.apple.com https://*.itunes.apple.com",
    "connect-src": "'self' https://itunes.apple.com https://open.spotify.com",
    "frame-src": "https://open.spotify.com https://widget.deezer.com https://www.youtube-nocookie.com",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    # A Space is shown inside a frame of huggingface.co.
    "frame-ancestors": "'self' https://huggingface.co https://*.huggingface.co https://*.hf.space",
}
"""The content security policy: songs are played in frames of Spotify, Deezer and YouTube, or as Apple's previews."""

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}


class SafeHeaders:
    """Middleware that adds `HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def is_own(scope: Scope) -> bool:
    """Whether a request comes from the page itself, or from no page at all."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if site := headers.get(b"sec-fetch-site"):  # by browsers, which let no script set it
        return site in ("same-origin", "none")
    origin = headers.get(b"origin")
    return origin is None or origin.partition("://")[2] == headers.get(b"host")

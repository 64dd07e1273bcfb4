"""What a visitor sees while Gradio's scripts are still on their way: it goes into the page as Gradio serves it.

Gradio itself puts a page's styles and scripts in place only after its own have run.
"""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.page.static_files import STATIC
from femr.page.views.shell import AFTER_GRADIO, before_gradio, head

_PLACES = (
    (b"</head>", lambda: head() + "</head>"),
    (b"<gradio-app", lambda: before_gradio() + "<gradio-app"),
    (b"</gradio-app>", lambda: "</gradio-app>" + AFTER_GRADIO),
)
"""Where something is added to Gradio's page."""


def first_paint() -> Middleware:
    """For the app that serves the page."""
    return Middleware(FirstPaint)


def typeface_route() -> Route:
    """Where the page's typeface is: a part of Lexend, for European letters, in weights from 400 to 600."""

    def typeface(request: Request) -> FileResponse:
        del request
        return FileResponse(STATIC / "lexend.woff2", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    return Route("/typeface/lexend.woff2", typeface)


class FirstPaint:
    """Adds the page's own first view to the answer to `/`; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        root = scope.get("root_path", "")
        if scope["type"] != "http" or scope["path"].removeprefix(root) not in ("/", ""):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = with_first_paint(b"".join(parts)) if _is_html(start) else b"".join(parts)
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, gather)


def with_first_paint(page: bytes) -> bytes:
    """Gradio's page with ours in it."""
    for place, addition in _PLACES:
        before, found, after = page.rpartition(place)  # its settings, which come first, may hold anything
        page = before + (addition().encode() if found else b"") + after
    return page


def _is_html(start: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])

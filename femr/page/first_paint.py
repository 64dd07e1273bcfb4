"""What a visitor sees while Gradio's scripts are still on their way: it goes into the page as Gradio serves it.

Gradio itself puts a page's styles and scripts in place only after its own have run.
"""

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from femr.page.static_files import STATIC
from femr.page.views.shell import AFTER_GRADIO, before_gradio, head

_PLACES = (
    ("</head>", lambda: head() + "</head>"),
    ("<gradio-app", lambda: before_gradio() + "<gradio-app"),
    ("</gradio-app>", lambda: "</gradio-app>" + AFTER_GRADIO),
)
"""Where something is added to Gradio's page."""


def with_first_paint(_: Request, html: str) -> str:
    """Gradio's page with ours in it."""
    for place, addition in _PLACES:
        before, found, after = html.rpartition(place)  # its settings, which come first, may hold anything
        html = before + (addition() if found else "") + after
    return html


def typeface_route() -> Route:
    """Where the page's typeface is: a part of Lexend, for European letters, in weights from 400 to 600."""

    def typeface(request: Request) -> FileResponse:
        del request
        return FileResponse(STATIC / "lexend.woff2", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    return Route("/typeface/lexend.woff2", typeface)

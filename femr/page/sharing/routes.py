"""What the server answers besides the page: pictures of links, and what makes the page an app.

GET /card.png?mood=…&lang=en   the picture of a link, PNG; without a mood that of the page itself
GET /manifest.json?lang=en     the app's name, icons and colours; takes the place of Gradio's
GET /service-worker.js         what keeps `/offline` for when there is no net
GET /offline                   the page that stands there then, in both languages
GET /icons/…, /fonts/…         the app's icons, and the page's typeface
"""

import asyncio
import hashlib
import json
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from femr import __version__, i18n
from femr.emotions import EMOTIONS, TRAITS
from femr.errors import LimitError
from femr.page.server.limits import PICTURES_WAITING, Held
from femr.page.server.visitors import visitor
from femr.page.sharing.picture import PAPER, picture
from femr.page.sharing.preview import Preview, link_language, preview_of
from femr.page.static_files import script
from femr.page.views.render import render
from femr.paths import FONT, ICONS

DAY = 86_400
"""Seconds for which others may keep a picture: a link's songs change with the catalogue."""


def routes() -> list[BaseRoute]:
    """For the app that serves the page; they come before Gradio's own."""
    return [
        Route("/card.png", Pictures().answer),
        Route("/manifest.json", manifest),
        Route("/service-worker.js", service_worker),
        Route("/offline", offline),
        Mount("/icons", _Kept(directory=ICONS)),
        Mount("/fonts", _Kept(directory=FONT.parent)),
    ]


class Pictures:
    """The pictures of links, drawn one at a time."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._turn, self._held = asyncio.Lock(), Held(PICTURES_WAITING)

    async def answer(self, request: Request) -> Response:
        """A link's picture; 503 where too many wait for theirs."""
        try:
            with self._held.one(visitor(request.scope).address):
                async with self._turn:
                    png = await run_in_threadpool(lambda: picture(_preview(request)))
        except LimitError:
            return Response(status_code=503, headers={"Retry-After": "5"})
        return Response(png, media_type="image/png", headers={"Cache-Control": f"public, max-age={DAY}"})


async def manifest(request: Request) -> Response:
    """The app's manifest; addresses in it are relative to its own, so that it holds behind any proxy."""
    lang = _preview(request).lang
    return JSONResponse(
        {
            "id": "./",
            "name": i18n.translate("page.title", lang),
            "short_name": "femr",
            "description": i18n.translate("share.about", lang),
            "lang": lang,
            "dir": "ltr",
            "start_url": "./",
            "scope": "./",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "categories": ["music", "entertainment"],
            "icons": [
                {"src": "./icons/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
                {"src": "./icons/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
                {"src": "./icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
        },
        media_type="application/manifest+json",
    )


async def service_worker(request: Request) -> Response:
    """The service worker, which is another one whenever what it keeps has changed."""
    del request
    return Response(
        script("service-worker.js").replace("{{version}}", _version()),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )


async def offline(request: Request) -> Response:
    """What is seen without a net."""
    del request
    return HTMLResponse(_offline_page(), headers={"Cache-Control": "no-cache"})


class _Kept(StaticFiles):
    """Files that browsers may keep for a day."""

    def file_response(self, *args: object, **values: object) -> Response:
        response = super().file_response(*args, **values)  # pyright: ignore[reportArgumentType]
        response.headers["Cache-Control"] = f"public, max-age={DAY}"
        return response


@cache
def _offline_page() -> str:
    emotions = {
        each: {
            "colour": TRAITS[each].colour,
            "names": {lang: i18n.translate(f"emotion.{each}", lang) for lang in i18n.LANGUAGES},
        }
        for each in EMOTIONS
    }
    parts = {lang: render("offline_words", lang) for lang in i18n.LANGUAGES}
    return render("offline", parts=parts, emotions=json.dumps(emotions), script=script("offline.js"))


@cache
def _version() -> str:
    """Of femr, and of what the service worker keeps."""
    kept = hashlib.sha256(_offline_page().encode())
    for path in (FONT, *sorted(ICONS.glob("*.png"))):
        kept.update(path.read_bytes())
    return f"{__version__}-{kept.hexdigest()[:12]}"


def _preview(request: Request) -> Preview:
    lang = link_language(request.query_params, request.headers.get("accept-language", ""))
    return preview_of(request.query_params, lang)

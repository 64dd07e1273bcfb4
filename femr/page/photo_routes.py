"""A photo that a browser cannot show comes in, and one that it can goes back: HEIC, or what only lenient eyes read.

    POST /preview?name=me.heic    the photo's bytes

    200 a JPEG, or what is wrong with the photo    403 another site asks    408 too slow    413 too many bytes
    429 too many requests    503 too many photos, come back later

What is not a JPEG is JSON, `{"detail": {"en": …}}`, a sentence in each language. That a file is no usable photo is an
answer like another: browsers would write any other status into their console. Nothing is kept: the page shows the JPEG,
and then sends it as it sends every photo. The drawn examples are files that anybody may fetch: `/examples/happy.jpg`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from femr.errors import LimitError, PhotoError
from femr.i18n import LANGUAGES, translate
from femr.page.blocks import accepted_language
from femr.page.server.bodies import Bounded, refusal, whole
from femr.page.server.headers import is_own
from femr.page.server.limits import (
    MAX_FILE_MEGABYTES,
    MEGABYTE,
    PREVIEW_BYTES_WAITING,
    PREVIEWS_WAITING,
    UPLOAD_SECONDS,
    Held,
    Rates,
)
from femr.page.server.visitors import visitor
from femr.page.uploads import SENT_SIDE
from femr.paths import EXAMPLES
from femr.vision.image_files.pictures import jpeg_bytes
from femr.vision.image_files.pool import decoders

AT_ONCE = 4
"""Photos that are decoded at the same time, or wait for the processes that do it."""


class Previews:
    """Photos made viewable."""

    def __init__(self, rates: Rates | None = None) -> None:
        """Begin; `rates`: how often each has come."""
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preview")
        self._held = Held(PREVIEWS_WAITING, PREVIEW_BYTES_WAITING)
        self._rates = rates or Rates()

    async def answer(self, request: Request) -> Response:
        """One photo; see above."""
        if not is_own(request.scope):
            return Response(status_code=403)
        address = visitor(request.scope).address
        bounded = Bounded(request.receive, MAX_FILE_MEGABYTES * MEGABYTE, UPLOAD_SECONDS)
        try:
            self._rates.count(address)
            with self._held.one(address, bounded.check_announced(request.headers)):
                photo = await whole(bounded)
                jpeg = await asyncio.get_running_loop().run_in_executor(self._workers, viewable, photo, address)
        except LimitError as error:
            if error.code == "limit_events":
                return _told(lambda lang: translate("photo.busy", lang), 503)
            return refusal(error, accepted_language(request.headers.get("accept-language", "")))
        except PhotoError as error:
            named = partial(_named, error, request.query_params.get("name"))
            return _told(named, 503 if error.code == "photo_busy" else 200)
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def photo_routes() -> list[BaseRoute]:
    """Where photos are made viewable, and where the examples are."""
    return [
        Route("/preview", Previews().answer, methods=["POST"]),
        Mount("/examples", StaticFiles(directory=EXAMPLES)),
    ]


def viewable(photo: bytes, sender: str = "") -> bytes:
    """A JPEG of a photo, no larger than one that the page sends. Decoded apart, as every stranger's file.

    Args:
        photo: the file.
        sender: who sent it, see `Decoders.opened`.

    Raises:
        PhotoError: it is no usable photo, or costs too much, or too many wait.
    """
    with decoders().opened(photo, sender) as pixels:
        return jpeg_bytes(pixels, SENT_SIDE)


def _named(error: PhotoError, name: str | None, lang: str) -> str:
    """What is wrong with a photo of that name."""
    values = {**error.values, "name": name or translate("page.photo", lang)}
    return translate(f"error.{error.code}", lang, **values)


def _told(say: Callable[[str], str], status: int) -> JSONResponse:
    return JSONResponse({"detail": {lang: say(lang) for lang in LANGUAGES}}, status)

"""A photo that a browser cannot show comes in, and one that it can goes back: HEIC, or what only lenient eyes read.

    POST /preview?name=me.heic    the photo's bytes

    200 a JPEG, or what is wrong with the photo    408 too slow    413 too many bytes    503 too many, come back later

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
from femr.page.server.limits import MAX_FILE_MEGABYTES, MEGABYTE, UPLOAD_SECONDS
from femr.page.uploads import SENT_SIDE
from femr.paths import EXAMPLES
from femr.vision.image_files.pictures import jpeg_bytes
from femr.vision.image_files.pool import decoders

MAX_WAITING = 4
"""Photos that are received or decoded, or wait for it: each is held in memory."""


class Previews:
    """Photos made viewable."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(MAX_WAITING, thread_name_prefix="preview")
        self._here = 0

    async def answer(self, request: Request) -> Response:
        """One photo; see above."""
        if self._here >= MAX_WAITING:
            return _told(lambda lang: translate("photo.busy", lang), 503)
        self._here += 1
        try:
            photo = await whole(Bounded(request.receive, MAX_FILE_MEGABYTES * MEGABYTE, UPLOAD_SECONDS))
            jpeg = await asyncio.get_running_loop().run_in_executor(self._workers, viewable, photo)
        except LimitError as error:
            return refusal(error, accepted_language(request.headers.get("accept-language", "")))
        except PhotoError as error:
            named = partial(_named, error, request.query_params.get("name"))
            return _told(named, 503 if error.code == "photo_busy" else 200)
        finally:
            self._here -= 1
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def photo_routes() -> list[BaseRoute]:
    """Where photos are made viewable, and where the examples are."""
    return [
        Route("/preview", Previews().answer, methods=["POST"]),
        Mount("/examples", StaticFiles(directory=EXAMPLES)),
    ]


def viewable(photo: bytes) -> bytes:
    """A JPEG of a photo, no larger than one that the page sends. Decoded apart, as every stranger's file.

    Raises:
        PhotoError: it is no usable photo, or costs too much, or too many wait.
    """
    with decoders().opened(photo) as pixels:
        return jpeg_bytes(pixels, SENT_SIDE)


def _named(error: PhotoError, name: str | None, lang: str) -> str:
    """What is wrong with a photo of that name."""
    values = {**error.values, "name": name or translate("page.photo", lang)}
    return translate(f"error.{error.code}", lang, **values)


def _told(say: Callable[[str], str], status: int) -> JSONResponse:
    return JSONResponse({"detail": {lang: say(lang) for lang in LANGUAGES}}, status)

"""A photo that a browser cannot show comes in, and one that it can goes back: HEIC, or what only lenient eyes read.

    POST /preview?lang=id&name=me.heic    the photo's bytes

    200 a JPEG    413 too many bytes    422 no usable photo    503 too many at once, come back later

All refusals are JSON, `{"detail": …}`, a sentence in the visitor's language. Nothing is kept: the page shows the JPEG,
and then sends it as it sends every photo. The drawn examples are files that anybody may fetch: `/examples/happy.jpg`.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from femr.errors import PhotoError
from femr.i18n import DEFAULT_LANGUAGE, LANGUAGES, translate
from femr.page.uploads import MAX_FILE_MEGABYTES, SENT_SIDE
from femr.paths import EXAMPLES
from femr.vision.image_files.load import load_photo
from femr.vision.image_files.pictures import jpeg_bytes

AT_ONCE = 2
"""Photos that are decoded at the same time: as many as the Space has cores."""

MAX_WAITING = 8
"""Photos that are received or decoded, or wait for it: each is held in memory."""


class Previews:
    """Photos made viewable."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preview")
        self._here = 0

    async def answer(self, request: Request) -> Response:
        """One photo; see above."""
        lang = request.query_params.get("lang", "")
        lang = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
        if self._here >= MAX_WAITING:
            return _refused(translate("photo.busy", lang), 503)
        self._here += 1
        try:
            photo = await _body(request)
            if photo is None:
                return _refused(translate("page.too_large", lang, limit=MAX_FILE_MEGABYTES), 413)
            jpeg = await asyncio.get_running_loop().run_in_executor(self._workers, viewable, photo)
        except PhotoError as error:
            named = {**error.values, "name": request.query_params.get("name") or translate("page.photo", lang)}
            return _refused(translate(f"error.{error.code}", lang, **named), 422)
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
    """A JPEG of a photo, no larger than one that the page sends.

    Raises:
        PhotoError: it is no usable photo.
    """
    return jpeg_bytes(load_photo(photo), SENT_SIDE)


def _refused(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status)


async def _body(request: Request) -> bytes | None:
    """What was sent, or None once it is too much."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_FILE_MEGABYTES * 1_000_000:
            return None
    return bytes(body)

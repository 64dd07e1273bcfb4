"""Photos made viewable: what comes back, what is refused, and that nothing stays."""

import asyncio
import contextlib
import io
import threading
from collections.abc import Callable

import httpx
import numpy as np
from anyio.from_thread import start_blocking_portal
from PIL import Image
from starlette.applications import Starlette

from femr import i18n
from femr.errors import LimitError, PhotoError
from femr.page import photo_routes
from femr.page.server.limits import PREVIEWS_WAITING
from femr.page.uploads import MAX_FILE_MEGABYTES, SENT_SIDE
from femr.paths import EXAMPLES
from tests.faces import astronaut, encoded


def ask(*requests: tuple[str, str, bytes]) -> list[httpx.Response]:
    """The answers to requests that come at once, from a loop of its own thread."""

    async def all_of_them():
        app = Starlette(routes=photo_routes.photo_routes())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://femr") as visitor:
            return await asyncio.gather(
                *(visitor.request(method, path, content=body) for method, path, body in requests)
            )

    with start_blocking_portal() as portal:
        return portal.call(all_of_them)


def test_a_photo_comes_back_upright_as_a_jpeg_that_nobody_stores():
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encoded(np.rot90(astronaut()[:, :300]).copy(), "PNG", exif=exif)
    (answer,) = ask(("POST", "/preview", photo))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    seen = Image.open(io.BytesIO(answer.content))
    assert (seen.format, seen.size) == ("JPEG", (300, 512))
    assert np.abs(np.asarray(seen).astype(int) - astronaut()[:, :300]).mean() < 4


def test_a_large_photo_comes_back_as_large_as_one_that_a_browser_sends():
    (answer,) = ask(("POST", "/preview", encoded(np.zeros((1500, 3000, 3), np.uint8), "PNG")))
    assert Image.open(io.BytesIO(answer.content)).size == (SENT_SIDE, SENT_SIDE // 2)


def in_each(say: Callable[[str], str]) -> dict:
    return {"detail": {lang: say(lang) for lang in i18n.LANGUAGES}}


def test_what_is_no_photo_is_named_in_each_language():
    (answer,) = ask(("POST", "/preview?name=%3Cnotes%3E.heic", b"Dear diary"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == in_each(lambda lang: i18n.translate("error.photo_unknown", lang, name="<notes>.heic"))


def test_a_photo_without_a_name_is_the_photo():
    (answer,) = ask(("POST", "/preview", b"Dear diary"))
    photo = {lang: i18n.translate("page.photo", lang) for lang in i18n.LANGUAGES}
    assert answer.json() == in_each(lambda lang: i18n.translate("error.photo_unknown", lang, name=photo[lang]))


def test_more_bytes_than_a_photo_may_have_are_refused():
    (answer,) = ask(("POST", "/preview", bytes(MAX_FILE_MEGABYTES * 1_000_000 + 1)))
    assert answer.status_code == 413
    assert answer.json() == {"detail": LimitError("limit_size", limit=MAX_FILE_MEGABYTES).sentence("en")}


def test_a_photo_is_decoded_apart_and_never_by_the_server_itself(monkeypatch):
    asked = []

    class Apart:
        @contextlib.contextmanager
        def opened(self, photo, sender):
            asked.append(photo)
            yield np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr(photo_routes, "decoders", Apart)
    (answer,) = ask(("POST", "/preview", b"a stranger's file"))
    assert (answer.status_code, asked) == (200, [b"a stranger's file"])


def test_a_full_line_of_photos_is_told_as_busy(monkeypatch):
    def full(photo, sender):
        raise PhotoError("photo_busy")

    monkeypatch.setattr(photo_routes, "viewable", full)
    (answer,) = ask(("POST", "/preview", b"photo"))
    assert answer.status_code == 503


def test_more_photos_at_once_than_may_wait_are_sent_away_and_the_others_are_answered(monkeypatch):
    everybody = threading.Event()
    monkeypatch.setattr(photo_routes, "viewable", lambda photo, sender: everybody.wait(20) and photo)
    threading.Timer(0.5, everybody.set).start()
    answers = ask(*[("POST", "/preview", b"photo")] * (PREVIEWS_WAITING.each + 3))
    statuses = sorted(each.status_code for each in answers)
    assert statuses == [200] * PREVIEWS_WAITING.each + [503] * 3
    assert answers[-1].json() == in_each(lambda lang: i18n.translate("photo.busy", lang))


def test_the_examples_can_be_fetched_and_nothing_beside_them():
    answers = ask(("GET", "/examples/happy.jpg", b""), ("GET", "/examples/..%2ffemr.json", b""))
    assert answers[0].content == (EXAMPLES / "happy.jpg").read_bytes()
    assert answers[1].status_code == 404

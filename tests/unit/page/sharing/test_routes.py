"""Pictures of links: one at a time, and whoever asks for many leaves others their turn."""

import asyncio
import threading

import httpx
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette

from femr.page.server.limits import PICTURES_WAITING
from femr.page.sharing import routes


def test_an_address_that_asks_for_many_pictures_is_refused_and_the_next_one_is_not(monkeypatch):
    drawing, drawn = threading.Event(), threading.Event()

    def picture(_preview) -> bytes:
        drawing.set()
        assert drawn.wait(10)
        return b"a picture"

    monkeypatch.setattr(routes, "picture", picture)

    async def told() -> list[int]:
        app = Starlette(routes=routes.routes())

        def visitor(address: str) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app, client=(address, 1)), base_url="http://femr"
            )

        async with visitor("10.0.0.1") as greedy, visitor("10.0.0.2") as other:
            waiting = [asyncio.create_task(greedy.get("/card.png")) for _ in range(PICTURES_WAITING.each)]
            await asyncio.to_thread(drawing.wait, 10)
            refused = await greedy.get("/card.png")
            waiting.append(asyncio.create_task(other.get("/card.png")))
            await asyncio.sleep(0)
            drawn.set()
            answered = await asyncio.gather(*waiting)
        assert refused.headers["retry-after"]
        return [refused.status_code, *(each.status_code for each in answered)]

    with start_blocking_portal() as portal:
        assert portal.call(told) == [503, *[200] * (PICTURES_WAITING.each + 1)]

"""Streams of answers: what happens between the end of one and the beginning of the next."""

import asyncio

import pytest
from anyio.from_thread import start_blocking_portal

from femr.page.server import answers as module
from femr.page.server.answers import Answers

SCOPE = {"type": "http", "query_string": b"session_hash=tab"}
CLOSE = {"type": "http.response.body", "body": b'data: {"msg":"close_stream"}\n\n', "more_body": True}
ANSWER = {"type": "http.response.body", "body": b'data: {"msg":"process_completed"}\n\n', "more_body": True}
LAST = {"type": "http.response.body", "body": b"", "more_body": False}


class Tab:
    """The page's end of one stream: what it was sent, and when it hangs up."""

    def __init__(self) -> None:
        self.sent = []
        self.hangs_up = asyncio.Event()

    async def receive(self):
        await self.hangs_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)


def streaming(*messages, told):
    """Gradio: it sends messages, and would write down that the page hung up."""

    async def app(scope, receive, send):
        async def listen():
            told.append(await receive())

        listener = asyncio.create_task(listen())
        for message in messages:
            await send(message)
            await asyncio.sleep(0)
        listener.cancel()

    return app


async def taken(answers, session="tab"):
    """Tell the page of a tab that its event was taken."""
    tab = Tab()
    await answers.after_the_end(session, tab.send)(LAST)
    return tab.sent


def test_an_event_taken_at_the_end_of_a_stream_is_told_once_the_page_has_hung_up():
    async def scene():
        answers, tab, told = Answers(), Tab(), []
        stream = asyncio.create_task(
            answers.stream(streaming(ANSWER, CLOSE, LAST, told=told), SCOPE, tab.receive, tab.send)
        )
        while CLOSE not in tab.sent:
            await asyncio.sleep(0)
        told_page = asyncio.create_task(taken(answers))
        others = await taken(answers, "another tab")
        await asyncio.sleep(0.01)
        assert others
        assert not told_page.done()
        tab.hangs_up.set()
        assert await told_page == [LAST]
        await stream
        assert tab.sent == [ANSWER, CLOSE, LAST]
        assert told == []  # Gradio does not learn of it, and throws nothing away
        assert await taken(answers) == [LAST]

    with start_blocking_portal() as portal:
        portal.call(scene)


def test_a_page_that_hangs_up_before_the_end_is_gone_and_gradio_learns_of_it():
    async def scene():
        tab, told = Tab(), []
        tab.hangs_up.set()
        await Answers().stream(streaming(ANSWER, ANSWER, told=told), SCOPE, tab.receive, tab.send)
        assert told == [{"type": "http.disconnect"}]

    with start_blocking_portal() as portal:
        portal.call(scene)


def test_a_page_that_never_hangs_up_is_waited_for_no_longer_than_it_may_take(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "HANG_UP_SECONDS", 0.01)

    async def scene():
        answers, tab = Answers(), Tab()
        await answers.stream(streaming(CLOSE, LAST, told=[]), SCOPE, tab.receive, tab.send)
        assert tab.sent == [CLOSE, LAST]
        assert await taken(answers) == [LAST]

    with start_blocking_portal() as portal:
        portal.call(scene)

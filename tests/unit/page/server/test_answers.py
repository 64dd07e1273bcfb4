"""Streams of answers: what happens between the end of one and the beginning of the next."""

import asyncio
from types import SimpleNamespace

import pytest
from anyio.from_thread import start_blocking_portal
from gradio.server_messages import ProcessCompletedMessage

from femr.errors import LimitError
from femr.page.server import answers as module
from femr.page.server.answers import LISTEN_SECONDS, Answers
from femr.page.server.limits import ANSWERS_UNREAD

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


def queue(**unread: int) -> SimpleNamespace:
    """Gradio's, with so many answers that no tab has asked for."""
    message = ProcessCompletedMessage(event_id="1", output={}, success=True)
    kept = {session: SimpleNamespace(_queue=[message] * number) for session, number in unread.items()}
    return SimpleNamespace(pending_messages_per_session=kept, pending_event_ids_session={each: {"1"} for each in kept})


async def taken(answers, session="tab"):
    """Tell the page of a tab that its event was taken."""
    tab = Tab()
    await answers.after_the_end(session, tab.send)(LAST)
    return tab.sent


def test_an_event_taken_at_the_end_of_a_stream_is_told_once_the_page_has_hung_up():
    async def scene():
        answers, tab, told = Answers(queue()), Tab(), []
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
        await Answers(queue()).stream(streaming(ANSWER, ANSWER, told=told), SCOPE, tab.receive, tab.send)
        assert told == [{"type": "http.disconnect"}]

    with start_blocking_portal() as portal:
        portal.call(scene)


def test_a_page_that_never_hangs_up_is_waited_for_no_longer_than_it_may_take(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "HANG_UP_SECONDS", 0.01)

    async def scene():
        answers, tab = Answers(queue()), Tab()
        await answers.stream(streaming(CLOSE, LAST, told=[]), SCOPE, tab.receive, tab.send)
        assert tab.sent == [CLOSE, LAST]
        assert await taken(answers) == [LAST]

    with start_blocking_portal() as portal:
        portal.call(scene)


def test_who_never_listens_is_answered_no_more_and_others_are():
    answers = Answers(queue(one=ANSWERS_UNREAD.each - 1, two=1))
    answers.expect("one", "10.0.0.1")
    answers.expect("two", "10.0.0.1")
    with pytest.raises(LimitError):
        answers.expect("three", "10.0.0.1")
    answers.expect("four", "10.0.0.2")


def test_what_nobody_listens_for_is_forgotten_after_a_while_unless_it_is_listened_for_or_still_answered():
    async def scene():
        now, kept = [0.0], queue(gone=3, busy=3, tab=3)
        answers, tab = Answers(kept, lambda: now[0]), Tab()
        for session in ("gone", "busy", "tab"):
            answers.expect(session, "10.0.0.1")
        listening = asyncio.Event()

        async def endless(scope, receive, send):
            listening.set()
            await receive()

        stream = asyncio.create_task(answers.stream(endless, SCOPE, tab.receive, tab.send))
        await listening.wait()
        answers.sweep({"busy"})
        assert set(kept.pending_messages_per_session) == {"gone", "busy", "tab"}
        now[0] = LISTEN_SECONDS + 1
        answers.sweep({"busy"})
        assert set(kept.pending_messages_per_session) == set(kept.pending_event_ids_session) == {"busy", "tab"}
        tab.hangs_up.set()
        await stream
        answers.sweep(set())
        assert not kept.pending_messages_per_session

    with start_blocking_portal() as portal:
        portal.call(scene)

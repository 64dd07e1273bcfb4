"""The page as an ASGI app: Gradio behind the gate, and the routes that are ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr
from gradio.routes import App, mount_gradio_app
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from femr.errors import ChoiceError, FemrError, LimitError
from femr.page.server.bodies import Bounded, refused
from femr.page.server.connections import OpenRequests
from femr.page.server.gate import Gate
from femr.page.server.headers import SafeHeaders
from femr.page.server.limits import FORM_BYTES, MAX_FILE_MEGABYTES, MEGABYTE, UPLOAD_SECONDS, Rates
from femr.page.server.replicas import Replicas, Ring
from femr.page.server.sessions import EventStates
from femr.page.server.visitors import VisitCookie, visitor
from femr.page.uploads import SWEEP_SECONDS, Uploads

SESSIONS_KEPT = 200
"""What Gradio may keep of visits, were it to keep anything; see `sessions`."""

ANALYTICS_KEPT = 100
"""Events whose length Gradio remembers, to tell those who wait how long it takes."""


class Site:
    """The page and what serves it."""

    def __init__(
        self,
        page: gr.Blocks,
        options: dict[str, Any],
        routes: Sequence[BaseRoute],
        uploads: Uploads,
        ring: Ring | None = None,
    ) -> None:
        """Put the page behind the gate.

        Args:
            page: the page.
            options: what `gr.mount_gradio_app` needs for it.
            routes: what the page asks for beside Gradio.
            uploads: where visitors' files are.
            ring: the replicas that serve the page together; None for this server alone.
        """
        self._page, self._uploads, self._rates = page, uploads, Rates()
        self._gradio = _gradio_app(page, options)
        self._gate = Gate(self._gradio, page, uploads, self._rates)
        self.app = Starlette(
            routes=[
                Route("/healthz", self.health),
                Route("/gradio_api/upload", self.receive_upload, methods=["POST"]),
                Route("/gradio_api/upload_progress", _no_progress),
                *routes,
                Mount("/", self._gate),
            ],
            middleware=[
                Middleware(OpenRequests),
                *([Middleware(Replicas, ring)] if ring else []),
                Middleware(SafeHeaders),
                # Other pages may call the API, but never as somebody who has visited this one.
                Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "POST"]),
                Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
                Middleware(VisitCookie),
            ],
            exception_handlers={FemrError: refused},
            lifespan=self._lifespan,
        )

    async def health(self, _: Request) -> Response:
        """Whether visitors are served: 200, or 503 once the server is stopping."""
        if self._gate.stopping:
            return JSONResponse({"status": "stopping"}, 503)
        return JSONResponse({"status": "ok"})

    async def receive_upload(self, request: Request) -> Response:
        """Take a file; the path that an event names it by, in a list as Gradio's clients expect it."""
        if self._gate.stopping:
            raise LimitError("stopping")
        sender = visitor(request.scope)
        self._rates.count(sender.address)
        bounded = Bounded(request.receive, MAX_FILE_MEGABYTES * MEGABYTE, UPLOAD_SECONDS, FORM_BYTES)
        with self._uploads.expected(sender, bounded.check_announced(request.headers)):
            try:
                async with Request(request.scope, bounded).form(max_files=1, max_fields=1) as form:
                    file = form.get("files")
                    if not isinstance(file, UploadFile):
                        raise ChoiceError("request_wrong")
                    path = await run_in_threadpool(self._uploads.keep, sender, file.file, file.filename or "")
            except HTTPException as error:  # what Starlette's parser says
                if error.detail.startswith("Too many"):
                    raise LimitError("limit_files") from error
                raise ChoiceError("request_wrong") from error
        return JSONResponse([path])

    async def finish(self, seconds: float) -> None:
        """Take no more events, let those that run end within so many seconds, and end what never ends by itself."""
        self._gate.stopping = True
        queue = self._page._queue
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(queue) or any(queue.active_jobs):
                    await asyncio.sleep(0.05)
                await asyncio.sleep(0.2)  # the answers are on their way
        queue.close()
        self._page.is_running = False
        self._gradio.stop_event.set()

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self._gradio.router.lifespan_context(self._gradio):
            self._page.run_startup_events()
            sweeper = asyncio.create_task(self._sweep())
            try:
                yield
            finally:
                sweeper.cancel()
                self._uploads.empty()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await run_in_threadpool(self._uploads.sweep)
            self._gate.sweep()
            for names in self._page.temp_file_sets:  # Gradio would remember the path of every upload
                names.clear()


def _gradio_app(page: gr.Blocks, options: dict[str, Any]) -> App:
    """Gradio's app of `page`, which leaves foreign origins and states to us."""
    # Gradio answers no foreign origin by itself where the app that it is mounted in does so.
    parent = Starlette(middleware=[Middleware(CORSMiddleware)])
    mount_gradio_app(parent, page, "/", **options)  # pyright: ignore[reportArgumentType]
    gradio = next(route.app for route in parent.routes if isinstance(route, Mount) and isinstance(route.app, App))
    gradio.state_holder = EventStates(page)
    page.has_launched = True  # only then Gradio guards its files
    page.state_session_capacity = SESSIONS_KEPT
    page._queue.ANALYTICS_MAX_EVENTS = ANALYTICS_KEPT
    page._queue.set_server_app(gradio)
    page.app = page.server_app = gradio
    return gradio


async def _no_progress(_: Request) -> Response:
    """Gradio's page asks how far an upload is, which only Gradio's own route for uploads counts."""
    return PlainTextResponse('data: {"msg": "done"}\n\n', media_type="text/event-stream")

"""The page's raw HTML on its way out: Gradio renders it from its own template, and what femr has to say is put in."""

from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Rewrite = Callable[[Request, str], str]
"""From a request for the page and its HTML to other HTML."""


class PageHtml:
    """Middleware that rewrites the answer to `/`; everything else passes untouched."""

    def __init__(self, app: ASGIApp, rewrites: Sequence[Rewrite]) -> None:
        """Stand before `app`, inside whatever compresses its answers; `rewrites` follow each other."""
        self._app, self._rewrites = app, rewrites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _asks_for_the_page(scope):
            return await self._app(scope, receive, send)
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            content = bytes(body)
            if _is_plain_html(start):
                content = await run_in_threadpool(self._rewritten, Request(scope), content)
                headers = MutableHeaders(raw=start["headers"])
                headers["Content-Length"] = str(len(content))
                headers.add_vary_header("Accept-Language")
            await send(start)
            await send({"type": "http.response.body", "body": content})

        return await self._app(scope, receive, gather)

    def _rewritten(self, request: Request, content: bytes) -> bytes:
        html = content.decode()
        for rewrite in self._rewrites:
            html = rewrite(request, html)
        return html.encode()


def _asks_for_the_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")


def _is_plain_html(start: Message) -> bool:
    """Whether an answer that starts so is the page, and not a redirection, a refusal or something compressed."""
    headers = Headers(raw=start["headers"])
    is_html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and is_html and "content-encoding" not in headers

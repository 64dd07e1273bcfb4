"""What the page's raw HTML says before any script runs: what a link is about.

Gradio renders its HTML from a template of its own, whose tags name Gradio, in English. Those are taken out, and ours
put in; where the template has changed so that they are not found, the page stays as Gradio sends it.
"""

import re

from gradio.route_utils import get_root_url
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from femr.page.sharing.picture import HEIGHT, WIDTH
from femr.page.sharing.preview import Preview, link_language, preview_of
from femr.page.views.render import render

LOCALES = {"en": "en_GB", "id": "id_ID"}
"""Languages as Open Graph writes them."""

_LANG = re.compile(r'(<html\b[^>]*?\blang=")[^"]*')
_TAGS = re.compile(r'\s*<(?:meta\s+(?:property="og:|name="(?:twitter:|description"))|title\b)[^>]*>')
_MANIFEST = re.compile(r'<link rel="manifest"[^>]*>')


class LinkHead:
    """Rewrites the page's HTML on its way out, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does; see above."""
        if not _asks_for_the_page(scope):
            return await self._app(scope, receive, send)
        request = Request(scope)
        lang = link_language(request.query_params, request.headers.get("accept-language", ""))
        start: Message | None = None
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body") or start is None:
                return
            content = bytes(body)
            if _is_plain_html(start):
                preview = await run_in_threadpool(preview_of, request.query_params, lang)
                content = with_head(content.decode(), preview, root_of(request)).encode()
                headers = MutableHeaders(raw=start["headers"])
                headers["Content-Length"] = str(len(content))
                headers.add_vary_header("Accept-Language")
            await send(start)
            await send({"type": "http.response.body", "body": content})

        return await self._app(scope, receive, rewrite)


def _is_plain_html(start: Message) -> bool:
    """Whether an answer that starts so is the page, and not a redirection, a refusal or something compressed."""
    headers = Headers(raw=start["headers"])
    is_html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and is_html and "content-encoding" not in headers


def _asks_for_the_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")


def root_of(request: Request) -> str:
    """The address under which visitors see the page, without a slash at its end, as Gradio finds it behind proxies."""
    app = request.scope.get("app")
    root_path = getattr(app, "root_path", "") or request.scope.get("root_path", "")
    return get_root_url(request, route_path="/", root_path=root_path)  # pyright: ignore[reportArgumentType]


def with_head(html: str, preview: Preview, root: str) -> str:
    """Gradio's HTML with what `preview` says in place of what it says.

    Args:
        html: of the page.
        preview: of its link.
        root: the address of the page, without a slash at its end.
    """
    top, script_tag, rest = html.partition("<script")
    top = _TAGS.sub("", _LANG.sub(rf"\g<1>{preview.lang}", top, count=1))
    top = top.replace("<style>", f"{_head(preview, root)}<style>", 1)
    return f"{top}{script_tag}{_MANIFEST.sub('', rest, count=1)}"


def _head(preview: Preview, root: str) -> str:
    link = f"{preview.query}&lang={preview.lang}" if preview.query else f"lang={preview.lang}"
    return render(
        "head",
        preview.lang,
        preview=preview,
        locale=LOCALES[preview.lang],
        address=f"{root}/?{link}" if preview.query else f"{root}/",
        picture=f"{root}/card.png?{link}",
        width=WIDTH,
        height=HEIGHT,
    )

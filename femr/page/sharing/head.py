"""What the page's raw HTML says before any script runs: what a link is about.

Gradio renders its HTML from a template of its own, whose tags name Gradio, in English. Those are taken out, and ours
put in; where the template has changed so that they are not found, the page stays as Gradio sends it.
"""

import re

from gradio.route_utils import get_root_url
from starlette.requests import Request

from femr.page.sharing.picture import HEIGHT, WIDTH
from femr.page.sharing.preview import Preview, link_language, preview_of
from femr.page.views.render import render

LOCALES = {"en": "en_GB", "id": "id_ID"}
"""Languages as Open Graph writes them."""

_LANG = re.compile(r'(<html\b[^>]*?\blang=")[^"]*')
_TAGS = re.compile(r'\s*<(?:meta\s+(?:property="og:|name="(?:twitter:|description"))|title\b)[^>]*>')
_MANIFEST = re.compile(r'<link rel="manifest"[^>]*>')


def with_link_head(request: Request, html: str) -> str:
    """The page's HTML with what the request's link is about."""
    lang = link_language(request.query_params, request.headers.get("accept-language", ""))
    return with_head(html, preview_of(request.query_params, lang), root_of(request))


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

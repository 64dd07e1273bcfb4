"""Who asks: as far as visitors can be told apart without asking them anything."""

import ipaddress
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "femr-visit"
"""A random word that a browser keeps until it is closed: tells apart who shares an address, and nothing else."""

LONGEST = 64
"""Characters of a cookie that are looked at."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request.

    Attributes:
        address: where it came from; of IPv6 the network (/64), of which one household has all addresses.
        visit: the browser's word, or empty for one that keeps none, as other programs.
    """

    address: str
    visit: str = ""


def visitor(scope: Scope) -> Visitor:
    """Who sent the request of `scope`. uvicorn has put there what trusted proxies say of the address."""
    host = (scope.get("client") or ("", 0))[0]
    return Visitor(_network(host), _word(Headers(scope=scope).get("cookie", "")))


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def _word(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value[:LONGEST] if found else ""


class VisitCookie:
    """Middleware that gives a browser its word when it opens the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != "/" or visitor(scope).visit:
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                # In somebody else's frame, as on a Space, browsers keep only partitioned cookies, and only over HTTPS.
                kind = "Secure; SameSite=None; Partitioned" if scope["scheme"] == "https" else "SameSite=Lax"
                word = secrets.token_urlsafe(16)
                MutableHeaders(scope=message).append("set-cookie", f"{COOKIE}={word}; Path=/; HttpOnly; {kind}")
            await send(message)

        await self._app(scope, receive, send_with_cookie)

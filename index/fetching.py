"""A page's bytes by its address, from public addresses only.

Whoever names an address (an administrator in a chat, a page that redirects) must not get at what only this
machine can reach. So every name is looked up here, all of its addresses are checked, and the connection goes
to one of those very addresses: a name that is looked up anew cannot have moved meanwhile. For the same reason
no proxy of the environment is used: it would look the name up by itself.
"""

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import ReadingError

if TYPE_CHECKING:
    import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_PAGE_BYTES = 50_000_000
"""A page above this, unpacked, is refused: that of the largest format read."""

TIME_LIMIT_S = 30.0
"""A page that takes longer, redirects and all, is refused."""

MAX_REDIRECTS = 5

_CONNECT_TIMEOUT_S = 5.0
_MAX_ADDRESS = 2_000  # characters
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf, */*;q=0.5",
    "Accept-Encoding": "gzip",  # what is unpacked here within a limit; no other is asked for
    "User-Agent": "Mozilla/5.0 (compatible; Footnote)",
}
_UNPACKED = 1_000_000  # bytes at a time
_GZIP = 16 + zlib.MAX_WBITS
_WAY_OUT = "save the page and read that file."


@dataclass(frozen=True, slots=True)
class Page:
    """What came from an address: `url` after redirects, `content_type` as the server says, maybe empty."""

    url: str
    content_type: str
    raw: bytes


def is_public(address: Address) -> bool:
    """Say whether an address is one that everybody on the Internet can reach.

    Not loopback, private, shared (carriers', and some clouds' metadata), link-local (metadata of clouds),
    multicast, or reserved; an IPv6 address that stands for an IPv4 address (mapped, 6to4, NAT64) is judged by
    that. Source: IANA's special-purpose address registries, as Python's `ipaddress` has them.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("1.1.1.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_public(within)
        if address.is_site_local or address.scope_id is not None:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def any_address(_: Address) -> bool:
    """Say yes: for those who want to read pages of their own machine and network."""
    return True


def is_web_address(name: str) -> bool:
    """Say whether a name is an http or https address and not a path."""
    return name[:8].lower().startswith(("http://", "https://"))


def fetch(
    url: str, *, may_reach: Callable[[Address], bool] = is_public, time_limit_s: float = TIME_LIMIT_S
) -> Page:
    """Return the page at an address. Nothing is sent but the request: no cookies, no user name, no referrer.

    `may_reach` decides about each address that a name, also one redirected to, stands for.

    Raises:
        ReadingError: it cannot be had, or must not be.
    """
    try:
        return asyncio.run(_fetch_in_time(url, may_reach, time_limit_s))
    except TimeoutError as error:
        problem = f"no answer within {time_limit_s:g} seconds; try again later, or {_WAY_OUT}"
        raise ReadingError(url, problem) from error


async def _fetch_in_time(url: str, may_reach: Callable[[Address], bool], time_limit_s: float) -> Page:
    async with asyncio.timeout(time_limit_s):
        return await _fetch(url, may_reach)


async def _fetch(url: str, may_reach: Callable[[Address], bool]) -> Page:
    import httpx

    # No connection is kept: two names at one address must each show a certificate of their own.
    limits = httpx.Limits(max_keepalive_connections=0)
    try:
        target = _target(httpx.URL(url), url)
        async with httpx.AsyncHTTPTransport(trust_env=False, limits=limits) as transport:
            for _ in range(MAX_REDIRECTS + 1):
                response = await _answer(transport, target, url, may_reach)
                try:
                    location = response.headers.get("location")
                    if response.status_code not in _REDIRECTS or location is None:
                        return await _page(response, target, url)
                finally:
                    await response.aclose()
                target = _target(target.join(location), url)
    except httpx.TimeoutException as error:
        raise TimeoutError from error
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
        problem = f"cannot be fetched ({str(error) or type(error).__name__}); try again later, or {_WAY_OUT}"
        raise ReadingError(url, problem) from error
    raise ReadingError(url, f"redirects more than {MAX_REDIRECTS} times; {_WAY_OUT}")


def _target(target: "httpx.URL", url: str) -> "httpx.URL":
    """Return where to go, without a fragment, if one may go there at all."""
    if target.scheme not in {"http", "https"}:
        raise ReadingError(url, f"leads to a {target.scheme}: address; only http and https are read.")
    if not target.host or target.port == 0:
        raise ReadingError(url, "is not a complete address; copy it from the browser once more.")
    if target.userinfo:
        raise ReadingError(url, f"has a user name in it; only pages open to everybody are read: {_WAY_OUT}")
    if len(str(target)) > _MAX_ADDRESS:
        raise ReadingError(url, f"an address longer than {_MAX_ADDRESS} characters is not read; {_WAY_OUT}")
    return target.copy_with(fragment=None)


async def _answer(
    transport: "httpx.AsyncHTTPTransport",
    target: "httpx.URL",
    url: str,
    may_reach: Callable[[Address], bool],
) -> "httpx.Response":
    """Return the answer of the first address of the target's host that takes a connection."""
    import httpx

    addresses = await _addresses(target, url)
    for address in addresses:
        if not may_reach(address):
            raise ReadingError(
                url,
                f"leads to {address}, which is not a public address; "
                "FOOTNOTE_ALLOW_PRIVATE_ADDRESSES=1 allows such.",
            )
    extensions = {
        "sni_hostname": target.raw_host.decode("ascii"),
        "timeout": {"connect": _CONNECT_TIMEOUT_S, "read": None, "write": None, "pool": None},
    }
    for n, address in enumerate(addresses, start=1):
        there = target.copy_with(host=str(address))
        headers = {"Host": target.netloc.decode("ascii"), **_HEADERS}
        request = httpx.Request("GET", there, headers=headers, extensions=extensions)
        try:
            return await transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if n == len(addresses):
                raise
    raise ReadingError(url, "its name stands for no address; check how it is spelt.")


async def _addresses(target: "httpx.URL", url: str) -> list[Address]:
    """Return all addresses that the host of the target stands for, in the order of the resolver."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ReadingError(url, f"there is no host {target.host!r}; check how it is spelt.") from error
    return list(dict.fromkeys(ipaddress.ip_address(where[0]) for *_, where in found))


async def _page(response: "httpx.Response", target: "httpx.URL", url: str) -> Page:
    """Return what the server sends, unpacked."""
    if response.status_code != 200:
        said = f"{response.status_code} {response.reason_phrase}".strip()
        raise ReadingError(url, f"the server says {said}; check the address, or {_WAY_OUT}")
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip"}:
        raise ReadingError(url, f"is packed as {coding}, which was not asked for; {_WAY_OUT}")
    size = response.headers.get("content-length", "")
    too_large = f"larger than {MAX_PAGE_BYTES // 1_000_000} MB, too large for one article; {_WAY_OUT}"
    if size.isdecimal() and int(size) > MAX_PAGE_BYTES:
        raise ReadingError(url, too_large)
    raw = bytearray()
    pieces = response.aiter_raw()
    async for piece in pieces if coding == "identity" else _unpacked(pieces):
        raw += piece
        if len(raw) > MAX_PAGE_BYTES:
            raise ReadingError(url, too_large)
    return Page(str(target), response.headers.get("content-type", ""), bytes(raw))


async def _unpacked(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield gzip's contents in pieces of bounded size, however much a byte unpacks to."""
    unpacker = zlib.decompressobj(_GZIP)
    has_begun = False
    async for piece in pieces:
        rest = piece
        while rest:
            has_begun = True
            yield unpacker.decompress(rest, _UNPACKED)
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest, unpacker, has_begun = unpacker.unused_data, zlib.decompressobj(_GZIP), False
    if has_begun:
        yield unpacker.flush()  # what the last bytes had left
        if not unpacker.eof:
            raise zlib.error("it ends too early")

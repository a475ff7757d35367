"""Where events may be sent: to https addresses out in the open, never into our own network.

An address that an administrator types is a request that this machine makes. So a name is resolved
and every one of its addresses looked at; the sender then connects to the address that was looked
at, and follows nobody elsewhere: a name that answers differently the second time gains nothing.
"""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from unbrush.base.errors import BadRecord

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port → IP addresses. Raises OSError if the name is not known."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to connect to.

    Attributes:
        url: As it was given.
        scheme: https, or http on this machine.
        host: Its name, for TLS and the header Host.
        port: Its port.
        ip: The address that was looked at.
        path: What is asked for, with its query.
    """

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    path: str


def place_of(url: str, resolve: Resolve, *, is_loopback_allowed: bool = False) -> Place:
    """Return where a URL leads, if events may be sent there.

    Args:
        url: The URL.
        resolve: Asks the name service.
        is_loopback_allowed: Whether this machine itself is allowed, over http, too.

    Raises:
        BadRecord: It is no URL of https, holds a password, is not known, or leads inside.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise BadRecord(f"{url} is no URL.", hint="Such as https://example.com/hook.") from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or not url.isascii():
        raise BadRecord(f"{url} is no URL of https.", hint="Such as https://example.com/hook.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadRecord(
            "The URL holds a user, a password or a fragment.",
            hint="Who sends is shown by the signature: leave them out.",
        )
    try:
        found = [str(each) for each in resolve(host, port)]
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise BadRecord(f"{host} is not known.", hint="Is the name right, and does it resolve?")
    for each in found:
        if not _may_reach(each, parts.scheme, is_loopback_allowed=is_loopback_allowed):
            raise BadRecord(
                f"{host} leads to {each} by {parts.scheme}, where nothing is sent.",
                hint="Use https and a public address; loopback takes `serve --loopback-hooks`.",
            )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(url=url, scheme=parts.scheme, host=host, port=port, ip=found[0], path=path)


def _may_reach(text: str, scheme: str, *, is_loopback_allowed: bool) -> bool:
    try:
        ip = ipaddress.ip_address(text.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address in disguise is judged as what it is; tunnels lead anywhere.
        inner = ip.ipv4_mapped
        if inner is not None:
            return _may_reach(str(inner), scheme, is_loopback_allowed=is_loopback_allowed)
        if ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64:
            return False
    if ip.is_loopback:
        return is_loopback_allowed
    return scheme == "https" and ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")

"""How an event is signed: as https://www.standardwebhooks.com asks, so that libraries check it.

``webhook-signature`` holds one ``v1,BASE64`` for each secret that is valid, spaces between: the
HMAC-SHA256 of ``webhook-id.webhook-timestamp.body``. The time is in it, so that an old event that
somebody caught cannot be sent again later.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from unbrush.base.clock import SECOND_MS

PREFIX = "whsec_"
TOLERANCE_S = 300
"""How far the time of a request may be from the receiver's."""


def shown(key: bytes) -> str:
    """Return a key as it is shown to people."""
    return PREFIX + base64.b64encode(key).decode("ascii")


def headers_of(event_id: str, at_ms: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the headers that say which event it is, when it is sent, and by whom."""
    seconds = str(at_ms // SECOND_MS)
    message = b".".join((event_id.encode(), seconds.encode(), body))
    signatures = [
        "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode("ascii")
        for key in keys
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
    }


def is_from_the_desk(headers: Mapping[str, str], body: bytes, secret: str, now_s: int) -> bool:
    """Say whether a request is signed with a secret, and fresh. What a receiver does.

    Args:
        headers: Its headers, by lower-case name.
        body: Its bytes, as they came.
        secret: As it was shown: ``whsec_…``.
        now_s: The receiver's time, in seconds since 1970.
    """
    seconds = headers.get("webhook-timestamp", "")
    if not (seconds.isascii() and seconds.isdigit()) or abs(int(seconds) - now_s) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix(PREFIX))
    message = b".".join((headers.get("webhook-id", "").encode(), seconds.encode(), body))
    right = "v1," + base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode("ascii")
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(right.encode(), each.encode()) for each in given)

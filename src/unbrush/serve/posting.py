"""Posting an event: over TLS, to the address that was looked at, without following anybody."""

import socket
import ssl
from collections.abc import Mapping, Sequence

import httpx

from unbrush.base.errors import BadRecord
from unbrush.respond.desk.settlement.addresses import Place, Resolve, place_of
from unbrush.respond.desk.settlement.delivering import Answer

CONNECT_S, ANSWER_S = 3.0, 5.0
"""How long to wait; a whole batch is done within the time for which it is taken."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system's name service tells them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Poster:
    """Sends events; looks at the address anew each time, and connects to no other.

    Args:
        is_loopback_allowed: Whether this machine itself may be sent to.
        resolve: Asks the name service.
    """

    def __init__(self, *, is_loopback_allowed: bool = False, resolve: Resolve = resolve) -> None:
        self._is_loopback_allowed = is_loopback_allowed
        self._resolve = resolve
        # Nothing of the environment: a proxy would connect where we have not looked.
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            verify=ssl.create_default_context(),
        )

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once and return what came back; the body of the answer is not read."""
        try:
            place = place_of(url, self._resolve, is_loopback_allowed=self._is_loopback_allowed)
            return self._post(place, body, headers)
        except BadRecord as error:
            return Answer(status=0, error=error.message)
        except httpx.TimeoutException:
            return Answer(status=0, error="no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(status=0, error=f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _post(self, place: Place, body: bytes, headers: Mapping[str, str]) -> Answer:
        ip = f"[{place.ip}]" if ":" in place.ip else place.ip
        host = f"[{place.host}]" if ":" in place.host else place.host
        request = self._client.build_request(
            "POST",
            f"{place.scheme}://{ip}:{place.port}{place.path}",
            content=body,
            headers={**headers, "host": f"{host}:{place.port}", "user-agent": "unbrush"},
            # TLS asks for, and checks, the name and not the address.
            extensions={"sni_hostname": place.host},
        )
        answer = self._client.send(request, stream=True)
        answer.close()
        return Answer(status=answer.status_code)

"""What every route needs, made once when the program starts."""

from dataclasses import dataclass, field
from pathlib import Path

from unbrush.base.records import Clock, Records
from unbrush.respond.desk.signing import Signer
from unbrush.serve.api.oidc import Provider
from unbrush.serve.api.pulse import Pulse


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A running desk.

    Attributes:
        records: Where everything is kept.
        clock: The present.
        folder: Where its files are: attachments, keys.
        signer: Signs checkpoints and case files.
        runs: Folder under which runs may be imported; none may if it is None.
        requests_a_minute: Most requests of one caller in a minute.
        largest_request: Most bytes of one request.
        may_post_to_loopback: Whether events may be sent to this machine itself.
        body: Who shares, as other bodies read it.
        pulse: Whether its keeper does its rounds.
        provider: Where people sign in, beside passwords.
    """

    records: Records
    clock: Clock
    folder: Path
    signer: Signer
    runs: Path | None = None
    requests_a_minute: int = 600
    largest_request: int = 20_000_000
    may_post_to_loopback: bool = False
    body: str = "unbrush"
    pulse: Pulse = field(default_factory=Pulse)
    provider: Provider | None = None

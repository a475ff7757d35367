"""Which identity provider people sign in at, from the environment; what does not fit is told."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from unbrush.base.errors import BadParameter, did_you_mean
from unbrush.respond.desk.permissions import Role

PREFIX = "UNBRUSH_OIDC_"
_NAMES = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT", "ROLES", "ROLES_CLAIM", "SCOPES")
_NEEDED = ("ISSUER", "CLIENT_ID", "REDIRECT", "ROLES")
_OUTSIDE = {Role.MERCHANT, Role.REPORTER}  # what they see hangs on shops, which no claim names


@dataclass(frozen=True, kw_only=True)
class OidcSettings:
    """An identity provider, and what its claims make of somebody.

    Attributes:
        issuer: Its URL, as its tokens name it.
        client_id: What it calls this desk.
        client_secret: By which it knows this desk; empty for a client without one.
        redirect: URL of the desk's `/oidc/callback`, as the provider has it.
        roles: Value of the claim → roles.
        roles_claim: Name of the claim.
        scopes: What is asked for, with spaces between.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    redirect: str
    roles: Mapping[str, tuple[Role, ...]]
    roles_claim: str = "groups"
    scopes: str = "openid profile"

    def roles_of(self, claims: Mapping[str, object]) -> list[Role]:
        """Return the roles that claims give; what the mapping does not name gives none."""
        said = claims.get(self.roles_claim)
        values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        found = {role for value in values if isinstance(value, str)
                 for role in self.roles.get(value, ())}  # fmt: skip
        return sorted(found)


def oidc_settings(environment: Mapping[str, str] = os.environ) -> OidcSettings | None:
    """Return the settings; None if nothing of them is set.

    Raises:
        BadParameter: Something is missing, misspelled or does not fit.
    """
    given = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    if not given:
        return None
    for name in given:
        if name not in _NAMES:
            hint = did_you_mean(PREFIX + name, [PREFIX + each for each in _NAMES])
            raise BadParameter(f"{PREFIX}{name} is no setting.", hint=hint)
    missing = [PREFIX + name for name in _NEEDED if name not in given]
    if missing:
        raise BadParameter(
            f"Signing in at a provider lacks {', '.join(missing)}.",
            hint="docs/desk.md lists each with an example; unset all to sign in by password alone.",
        )
    for name in ("ISSUER", "REDIRECT"):
        check_url(given[name], PREFIX + name)
    scopes = given.get("SCOPES", "openid profile")
    if "openid" not in scopes.split():
        raise BadParameter(
            f"{PREFIX}SCOPES is {scopes!r}, without openid.", hint="Such as `openid profile`."
        )
    return OidcSettings(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=given.get("CLIENT_SECRET", ""),
        redirect=given["REDIRECT"],
        roles=_roles(given["ROLES"]),
        roles_claim=given.get("ROLES_CLAIM", "groups"),
        scopes=scopes,
    )


def check_url(url: str, what: str) -> str:
    """Return a URL of https; http is for this machine alone.

    Raises:
        BadParameter: It is something else.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        host, has_port = "", False
    is_safe = bool(host) and has_port and not parts.fragment and parts.username is None
    if not is_safe or not (parts.scheme == "https" or (parts.scheme == "http" and is_here(host))):
        raise BadParameter(
            f"{what} is {url!r}, which is no URL of https.",
            hint="Such as https://login.example.com/realms/desk; http is for this machine alone.",
        )
    return url


def is_here(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _roles(text: str) -> dict[str, tuple[Role, ...]]:
    example = '{"desk-analysts": ["analyst"], "desk-heads": ["reviewer", "approver"]}'
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    is_shaped = isinstance(said, dict) and all(
        isinstance(roles, list) and roles and all(isinstance(role, str) for role in roles)
        for roles in said.values()
    )
    if not said or not is_shaped:
        raise BadParameter(f"{PREFIX}ROLES cannot be read.", hint=f"Such as {example}")
    allowed = [str(role) for role in Role if role not in _OUTSIDE]
    for value, roles in said.items():
        for role in roles:
            if role not in allowed:
                hint = did_you_mean(role, allowed)
                raise BadParameter(f"{PREFIX}ROLES gives {value!r} the role {role!r}.", hint=hint)
    return {value: tuple(Role(role) for role in roles) for value, roles in said.items()}

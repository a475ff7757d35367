"""Signing in at an identity provider: authorisation code with PKCE, state, nonce, checked tokens.

OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 8725 (JWT best
practice). What is kept between the two halves is sealed in a cookie of the browser that began.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from unbrush.base.clock import MINUTE_MS
from unbrush.base.errors import BadParameter, NotSignedIn, ProviderUnreachable
from unbrush.respond.desk.reports.vault import Vault
from unbrush.serve.api.oidc_settings import OidcSettings, check_url

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
"""Signatures with a key of two halves. With a shared secret, whoever checks could sign."""

BEGUN_MS = 10 * MINUTE_MS
"""How long somebody may take to sign in at the provider."""

LEEWAY_S = 60
_FRESH_S = 300.0  # how long what the provider says of itself is believed
_LARGEST = 1_000_000
_SEALED = "oidc sign-in"


class Provider:
    """An identity provider.

    Args:
        settings: Which, and as whom.
        now_s: A clock that only goes forward, in seconds: ages what is remembered.
    """

    def __init__(
        self, settings: OidcSettings, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings
        self._now_s = now_s
        self._client = httpx.Client(follow_redirects=False, timeout=httpx.Timeout(8, connect=4))
        self._said: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def begin(self, vault: Vault, at_ms: int) -> tuple[str, str]:
        """Return where to send a browser, and the cookie that it shall bring back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect, "scope": self.settings.scopes,
            "state": state, "nonce": nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode("ascii"),
        }  # fmt: skip
        where = self._endpoint("authorization_endpoint")
        kept = json.dumps([at_ms, state, nonce, verifier]).encode()
        cookie = base64.urlsafe_b64encode(vault.seal(kept, _SEALED)).decode("ascii")
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", cookie

    def begun(self, vault: Vault, at_ms: int, cookie: str, state: str) -> tuple[str, str]:
        """Return nonce and verifier of a sign-in that this browser began.

        Raises:
            NotSignedIn: It began none, another one, or too long ago.
        """
        try:
            kept = vault.open(base64.urlsafe_b64decode(cookie.encode()), _SEALED)
            began_at, its_state, nonce, verifier = json.loads(kept)
        except (BadParameter, ValueError):
            raise _no("This browser has not begun to sign in.") from None
        if not secrets.compare_digest(its_state.encode(), state.encode()):
            raise _no("This is the answer to another sign-in.")
        if not 0 <= at_ms - began_at < BEGUN_MS:
            raise _no("Signing in took too long.")
        return nonce, verifier

    def claims(self, at_ms: int, code: str, nonce: str, verifier: str) -> dict[str, Any]:
        """Change a code for an ID token and return its claims, all of them checked.

        Raises:
            NotSignedIn: The provider does not take the code, or the token is not what it must be.
            ProviderUnreachable: It does not answer.
        """
        settings = self.settings
        form = {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": settings.redirect, "client_id": settings.client_id,
        }  # fmt: skip
        auth = None
        if settings.client_secret:
            # Encoded before they are joined: RFC 6749 §2.3.1.
            auth = (quote(settings.client_id, safe=""), quote(settings.client_secret, safe=""))
        said = self._ask("POST", self._endpoint("token_endpoint"), data=form, auth=auth)
        token = said.get("id_token")
        if not isinstance(token, str):
            raise _no("The provider does not take this sign-in.")
        return self._checked(token, at_ms, nonce)

    def _checked(self, token: str, at_ms: int, nonce: str) -> dict[str, Any]:
        header = _header(token)
        if header.get("alg") not in ALGORITHMS:
            raise _no("The ID token is not signed in a way that is taken.")
        try:
            claims = self._verified(token, header)
            jwt.JWTClaimsRegistry(
                now=at_ms // 1_000, leeway=LEEWAY_S,
                iss={"essential": True, "value": self.settings.issuer},
                aud={"essential": True, "value": self.settings.client_id},
                exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)  # fmt: skip
        except (JoseError, ValueError, TypeError) as error:
            raise _no(f"The ID token does not hold: {type(error).__name__}.") from None
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        by = claims.get("azp")
        if (len(audiences) > 1 and by is None) or by not in (None, self.settings.client_id):
            raise _no("The ID token was made for somebody else.")
        subject = claims["sub"]
        if not 0 < len(subject) <= 255 or not subject.isascii() or not subject.isprintable():
            raise _no("The ID token names nobody.")
        return claims

    def _verified(self, token: str, header: Mapping[str, Any]) -> dict[str, Any]:
        """Return claims whose signature holds; keys are asked for anew if none of those known fits.

        The token came from the provider itself a moment ago, so that nobody else can make us ask.
        """
        keys = self._keys(header.get("kid"))
        try:
            return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError):
            keys = self._keys(header.get("kid"), anew=True)
            return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)

    def _keys(self, kid: object, *, anew: bool = False) -> KeySet:
        found = self._remembered("jwks_uri", anew=anew)
        public = [key for key in _list(found.get("keys")) if _may_sign(key)]
        if kid is not None and kid not in {key.get("kid") for key in public}:
            if not anew:
                return self._keys(kid, anew=True)
            raise _no("The ID token is signed with a key that the provider does not show.")
        return KeySet.import_key_set({"keys": public})

    def _endpoint(self, name: str) -> str:
        said = self._remembered("")
        if said.get("issuer") != self.settings.issuer:
            raise ProviderUnreachable(
                f"The provider calls itself {str(said.get('issuer'))[:200]!r}.",
                hint=f"UNBRUSH_OIDC_ISSUER is {self.settings.issuer!r}: both have to be the same.",
            )
        try:
            return check_url(str(said.get(name, "")), name)
        except BadParameter as error:
            raise ProviderUnreachable(error.message, hint=error.hint) from None

    def _remembered(self, name: str, *, anew: bool = False) -> dict[str, Any]:
        """Return what the provider says of itself, or at one of its places; it may be a bit old."""
        with self._lock:
            at_s, said = self._said.get(name, (0.0, {}))
        if said and not anew and self._now_s() - at_s < _FRESH_S:
            return said
        known = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = self._ask("GET", self._endpoint(name) if name else known)
        with self._lock:
            self._said[name] = (self._now_s(), said)
        return said

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            with self._client.stream(
                method, url, headers={"Accept": "application/json"}, **more
            ) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LARGEST:
                        raise ValueError("too much")
                if method == "POST" and 400 <= answer.status_code < 500:
                    return {}  # it does not take what we sent
                answer.raise_for_status()
                said = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise ProviderUnreachable(
                f"The identity provider does not answer as it should: {type(error).__name__}.",
                hint="Is UNBRUSH_OIDC_ISSUER right, and does this machine reach it?",
            ) from None
        return said if isinstance(said, dict) else {}


def _no(message: str) -> NotSignedIn:
    return NotSignedIn(message, hint="Begin again at /oidc/sign-in.")


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    try:
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _may_sign(key: Mapping[str, Any]) -> bool:
    return key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"

"""A small identity provider, as a program of its own: it lets everybody in, and lies when told to.

Shares no code with what it tests, but for the library that signs. Prints its issuer when it is up.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
import urllib.parse as url
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "desk", "s&cret:%/"


class State:
    now = 0
    issuer = redirect = ""
    how = ""
    groups: object = ["analysts"]
    subject = "u-1"
    codes: ClassVar[dict[str, dict[str, str]]] = {}
    key: Any = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
    n_keys = 1
    n_asked_keys = 0


def rotate(kind: str) -> None:
    State.n_keys += 1
    named = {"kid": f"k{State.n_keys}", "use": "sig"}
    make = ECKey.generate_key if kind == "EC" else RSAKey.generate_key
    State.key = make("P-256" if kind == "EC" else 2048, named)


def unsigned(claims: dict[str, Any], alg: str) -> str:
    parts = ({"alg": alg, "typ": "JWT"}, claims)
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts
    ) + "."  # fmt: skip


def id_token(nonce: str) -> str:
    claims: dict[str, Any] = {
        "iss": State.issuer, "aud": CLIENT, "sub": State.subject, "iat": State.now,
        "exp": State.now + 300, "nonce": nonce, "groups": State.groups, "name": "王 小明",
        "roles": ["admin"],
    }  # fmt: skip
    how = State.how
    claims |= {
        "wrong-nonce": {"nonce": "n"}, "wrong-audience": {"aud": "shop"},
        "two-audiences": {"aud": [CLIENT, "shop"]}, "other-party": {"azp": "shop"},
        "wrong-issuer": {"iss": "https://evil.example"}, "expired": {"exp": State.now - 61},
        "not-yet": {"iat": State.now + 3_600}, "no-subject": {"sub": ""},
    }.get(how, {})  # fmt: skip
    for name in ("nonce", "exp", "aud", "iat", "sub"):
        if how == f"without-{name}":
            del claims[name]
    if how in ("none", "None", "nOnE"):
        return unsigned(claims, how)
    if how == "shared-secret":
        key = OctKey.import_key(SECRET.encode().ljust(32, b"0"))
        return jwt.encode({"alg": "HS256", "kid": State.key.kid}, claims, key)
    if how == "public-key-as-secret":
        key = OctKey.import_key(base64.b64encode(State.key.as_pem(private=False)))
        return jwt.encode({"alg": "HS256", "kid": State.key.kid}, claims, key)
    key = State.key
    if how == "foreign-key":
        key = RSAKey.generate_key(2048, {"kid": State.key.kid})
    if how == "unknown-key":
        key = RSAKey.generate_key(2048, {"kid": "k404"})
    alg = "ES256" if isinstance(key, ECKey) else "RS256"
    token = jwt.encode({"alg": alg, "kid": key.kid}, claims, key)
    if how == "changed":
        head, _, sign = token.split(".")
        claims["groups"] = ["heads"]
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        return f"{head}.{body}.{sign}"
    return token


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_said: object) -> None: ...

    def give(self, said: object, status: int = 200, **headers: str) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = url.urlsplit(self.path)
        asked = dict(url.parse_qsl(parts.query))
        if parts.path == "/.well-known/openid-configuration":
            named = "https://evil.example" if State.how == "other-name" else State.issuer
            self.give({
                "issuer": named, "jwks_uri": f"{State.issuer}/keys",
                "authorization_endpoint": f"{State.issuer}/authorize",
                "token_endpoint": f"{State.issuer}/token",
            })  # fmt: skip
        elif parts.path == "/keys":
            State.n_asked_keys += 1
            shared = OctKey.import_key(SECRET.encode().ljust(32, b"0"), {"kid": State.key.kid})
            keys = KeySet([State.key]).as_dict(private=False)
            if State.how == "shared-secret":
                keys["keys"].append(shared.as_dict(private=True))
            self.give(keys)
        elif parts.path == "/authorize":
            right = asked["client_id"] == CLIENT and asked["redirect_uri"] == State.redirect
            if not right or asked["code_challenge_method"] != "S256":
                self.give({"error": "invalid_request"}, 400)
                return
            code = secrets.token_urlsafe(16)
            State.codes[code] = asked
            back = {"code": code, "state": asked["state"], "iss": State.issuer}
            if State.how == "refused":
                back = {"error": "access_denied", "state": asked["state"]}
            self.give({}, 302, location=f"{State.redirect}?{url.urlencode(back)}")
        elif parts.path == "/control":
            for name, value in asked.items():
                if name == "rotate":
                    rotate(value)
                else:
                    setattr(State, name, json.loads(value))
            self.give({"n_asked_keys": State.n_asked_keys})
        else:
            self.give({}, 404)

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        asked = dict(url.parse_qsl(self.rfile.read(length).decode()))
        kind, _, said = self.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(said).decode().partition(":")
        is_known = kind == "Basic" and (url.unquote(name), url.unquote(secret)) == (CLIENT, SECRET)
        begun = State.codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not is_known:
            self.give({"error": "invalid_client"}, 401)
        elif (
            begun is None or begun["code_challenge"] != challenge
            or asked["redirect_uri"] != State.redirect
        ):  # fmt: skip
            self.give({"error": "invalid_grant"}, 400)
        else:
            self.give({
                "access_token": "a", "token_type": "Bearer", "id_token": id_token(begun["nonce"])
            })  # fmt: skip


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--now", type=int)
    reader.add_argument("--redirect")
    given = reader.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    State.now, State.redirect = given.now, given.redirect
    State.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    sys.stdout.write(f"{State.issuer}\n")
    sys.stdout.flush()
    server.serve_forever()

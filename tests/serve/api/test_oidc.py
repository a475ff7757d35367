"""Signing in at a provider in a process of its own, which is honest or lies as it is told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.respond.desk.office import NOW
from tests.serve.api.conftest import Running
from tests.serve.api.provider import CLIENT, SECRET
from unbrush.base.errors import BadParameter
from unbrush.respond.desk.permissions import Role
from unbrush.serve.api.oidc import Provider
from unbrush.serve.api.oidc_settings import OidcSettings, oidc_settings

REDIRECT = "https://desk.example/oidc/callback"
ROLES = {"analysts": (Role.ANALYST,), "heads": (Role.REVIEWER,), "audit": (Role.AUDITOR,)}


class SignIn:
    """A desk, a provider in a process of its own, and a browser."""

    def __init__(self, running: Running, issuer: str) -> None:
        self.running = running
        self.issuer = issuer
        self.settings = OidcSettings(
            issuer=issuer, client_id=CLIENT, client_secret=SECRET, redirect=REDIRECT, roles=ROLES
        )
        self.provider = Provider(self.settings)
        object.__setattr__(running.api.state.desk, "provider", self.provider)

    def tell(self, **what: object) -> dict[str, int]:
        told = {k: v if k == "rotate" else json.dumps(v) for k, v in what.items()}
        return dict(httpx.get(f"{self.issuer}/control", params=told).json())  # type: ignore[arg-type]

    def begin(self) -> tuple[str, str]:
        """Return the cookie of who begins, and the address at which the provider sends it back."""
        answer = httpx.get(f"{self.running.url}/oidc/sign-in")
        assert answer.status_code == 303, answer.text
        said = answer.headers["set-cookie"]
        assert all(word in said for word in ("HttpOnly", "Secure", "SameSite=lax"))
        back = httpx.get(answer.headers["location"])
        assert back.status_code == 302, back.text
        return said.split(";")[0].partition("=")[2].strip('"'), back.headers["location"]

    def come(self, cookie: str, location: str, **changed: str) -> httpx.Response:
        asked = dict(parse_qsl(urlsplit(location).query)) | changed
        return httpx.get(
            f"{self.running.url}/oidc/callback", params=asked,
            headers={"Cookie": f"unbrush_oidc={cookie}"} if cookie else {},
        )  # fmt: skip

    def go(self) -> httpx.Response:
        return self.come(*self.begin())

    def people(self) -> list[str]:
        rows = self.running.ask("adm", "GET", "/people?n=200").json()["rows"]
        return [row["login"] for row in rows if row["login"].startswith("oidc-")]

    def failures(self) -> list[str]:
        rows = self.running.ask("aud", "GET", "/audit?n=200").json()["rows"]
        return [row["detail"]["why"] for row in rows if row["action"] == "sign-in.failed"]


@pytest.fixture
def sign_in(running: Running) -> Iterator[SignIn]:
    program = subprocess.Popen(
        [
            sys.executable, str(Path(__file__).with_name("provider.py")),
            "--now", str(NOW // 1_000), "--redirect", REDIRECT,
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert program.stdout is not None
    one = SignIn(running, program.stdout.readline().strip())
    yield one
    one.provider.close()
    program.kill()
    program.wait()
    program.stdout.close()


def session(answer: httpx.Response) -> str:
    [said] = [each for each in answer.headers.get_list("set-cookie") if "unbrush_session" in each]
    assert all(word in said for word in ("HttpOnly", "Secure", "SameSite=strict"))
    return said.split(";")[0].partition("=")[2].strip('"')


def test_who_signs_in_is_what_the_claims_say_now(sign_in: SignIn) -> None:
    answer = sign_in.go()
    assert answer.status_code == 200, answer.text
    assert answer.json()["roles"] == ["analyst"]  # never `admin`, which the token says of itself
    assert answer.json()["name"] == "王 小明"
    running = sign_in.running
    running.tokens["new"] = session(answer)
    assert running.ask("new", "GET", "/cases").status_code == 200
    sign_in.tell(groups=["heads", "unheard-of"])
    again = sign_in.go().json()
    assert (again["person_id"], again["roles"]) == (answer.json()["person_id"], ["reviewer"])
    assert len(sign_in.people()) == 1
    sign_in.tell(subject="u-2")
    sign_in.go()
    assert len(sign_in.people()) == 2
    link = f"/people/{again['person_id']}/link"
    assert running.ask("adm", "POST", link, json={}).status_code == 409  # no password beside it


@pytest.mark.parametrize("groups", [[], ["unheard-of"], None, {"analysts": 1}, ["merchant"]])
def test_nobody_gets_an_account_without_a_mapping(sign_in: SignIn, groups: object) -> None:
    sign_in.tell(groups=groups)
    answer = sign_in.go()
    assert (answer.status_code, answer.json()["title"]) == (403, "not-allowed")
    assert sign_in.people() == []
    assert sign_in.failures() == ["no role"]


def test_who_is_given_no_role_any_more_is_out_at_once(sign_in: SignIn) -> None:
    sign_in.running.tokens["new"] = session(sign_in.go())
    sign_in.tell(groups=[])
    assert sign_in.go().status_code == 403
    assert sign_in.running.ask("new", "GET", "/cases").status_code == 401


def test_a_disabled_account_stays_out(sign_in: SignIn) -> None:
    person = sign_in.go().json()
    change = {"expected_version": person["version"], "is_disabled": True}
    path = f"/people/{person['person_id']}"
    assert sign_in.running.ask("adm", "PATCH", path, json=change).status_code == 200
    assert sign_in.go().status_code == 403


@pytest.mark.parametrize(
    "how",
    [
        "wrong-nonce", "wrong-audience", "two-audiences", "other-party", "wrong-issuer", "expired",
        "not-yet", "no-subject", "without-nonce", "without-exp", "without-aud", "without-iat",
        "without-sub", "none", "None", "nOnE", "shared-secret", "public-key-as-secret",
        "foreign-key", "unknown-key", "changed", "refused",
    ],
)  # fmt: skip
def test_a_token_that_is_not_what_it_must_be_lets_nobody_in(sign_in: SignIn, how: str) -> None:
    assert sign_in.go().status_code == 200
    sign_in.tell(how=how)
    answer = sign_in.go()
    assert (answer.status_code, answer.json()["title"]) == (401, "not-signed-in"), answer.text
    assert "unbrush_session" not in answer.headers.get("set-cookie", "")
    assert len(sign_in.failures()) == 1
    sign_in.tell(how="")
    assert sign_in.go().status_code == 200


def test_rotated_keys_are_fetched_and_known_ones_are_not(sign_in: SignIn) -> None:
    for _ in range(3):
        assert sign_in.go().status_code == 200
    assert sign_in.tell()["n_asked_keys"] == 1
    for kind in ("RSA", "EC"):
        sign_in.tell(rotate=kind)
        assert sign_in.go().status_code == 200
    assert sign_in.tell()["n_asked_keys"] == 3


def test_an_answer_is_for_the_browser_that_asked_and_once(sign_in: SignIn) -> None:
    cookie, back = sign_in.begin()
    other, _ = sign_in.begin()
    assert sign_in.come("", back).status_code == 401
    assert sign_in.come(other, back).status_code == 401  # signed in by somebody else's answer
    assert sign_in.come(cookie, back, state="x").status_code == 401
    assert sign_in.come(cookie, back, iss="https://evil.example").status_code == 401
    assert sign_in.come(cookie[:-8] + "AAAAAAA=", back).status_code == 401
    assert sign_in.come(cookie, back).status_code == 200
    assert sign_in.come(cookie, back).status_code == 401  # the code is used


def test_a_code_without_its_verifier_is_worth_nothing(sign_in: SignIn) -> None:
    cookie, _ = sign_in.begin()
    _, stolen = sign_in.begin()
    code = dict(parse_qsl(urlsplit(stolen).query))["code"]
    own_state = dict(parse_qsl(urlsplit(sign_in.begin()[1]).query))["state"]
    assert sign_in.come(cookie, stolen, code=code, state=own_state).status_code == 401
    cookie, own = sign_in.begin()
    assert sign_in.come(cookie, own, code=code).status_code == 401


def test_a_provider_that_is_away_or_calls_itself_otherwise_is_told(sign_in: SignIn) -> None:
    sign_in.tell(how="other-name")
    answer = httpx.get(f"{sign_in.running.url}/oidc/sign-in")
    assert (answer.status_code, answer.json()["title"]) == (503, "provider-unreachable")
    assert "evil.example" in answer.json()["detail"]
    away = replace(sign_in.settings, issuer="http://127.0.0.1:9")
    object.__setattr__(sign_in.running.api.state.desk, "provider", Provider(away))
    assert httpx.get(f"{sign_in.running.url}/oidc/sign-in").status_code == 503


def test_a_desk_without_a_provider_says_so(running: Running) -> None:
    assert running.ask("", "GET", "/oidc/sign-in").status_code == 404
    assert running.ask("", "GET", "/oidc/callback?state=x&code=y").status_code == 404


GIVEN = {
    "UNBRUSH_OIDC_ISSUER": "https://login.example.com/realms/desk",
    "UNBRUSH_OIDC_CLIENT_ID": "desk",
    "UNBRUSH_OIDC_REDIRECT": REDIRECT,
    "UNBRUSH_OIDC_ROLES": '{"desk-analysts": ["analyst"]}',
}


def test_settings_are_read() -> None:
    assert oidc_settings({"HOME": "/"}) is None
    settings = oidc_settings(GIVEN | {"UNBRUSH_OIDC_CLIENT_SECRET": "shh"})
    assert settings is not None
    assert settings.roles == {"desk-analysts": (Role.ANALYST,)}
    assert "shh" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ISSUER", "", "UNBRUSH_OIDC_ISSUER"), ("ROLES", "", "UNBRUSH_OIDC_ROLES"),
        ("ISSUER", "http://login.example.com", "https"), ("ISSUER", "login", "https"),
        ("REDIRECT", "https://user@desk.example/", "https"), ("ROLES", "analyst", "cannot be read"),
        ("ROLES", '{"x": "analyst"}', "cannot be read"), ("ROLES", '{"x": ["analist"]}', "analist"),
        ("ROLES", '{"x": ["merchant"]}', "merchant"), ("CLIENTID", "x", "no setting"),
        ("SCOPES", "profile", "openid"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_told(name: str, value: str, says: str) -> None:
    with pytest.raises(BadParameter, match=says) as told:
        oidc_settings(GIVEN | {f"UNBRUSH_OIDC_{name}": value})
    assert told.value.hint

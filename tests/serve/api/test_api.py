"""The API, driven as its users do."""

import json

from tests.respond.desk.office import NOW, a_step
from tests.serve.api.conftest import Running, Start
from unbrush.respond.desk.callers import Caller, caller_of


def caller(running: Running, who: str) -> Caller:
    with running.records.reading() as transaction:
        return caller_of(transaction, 0, running.tokens[who], "key")


PROPOSAL = {
    "shop_id": "s1", "rung": "L3", "facts_zh": "三笔返现", "facts_en": "Three payments back",
    "basis": "规则一", "proportionality": "已提醒过",
}  # fmt: skip


def test_from_case_to_step_to_appeal(running: Running) -> None:
    step = running.ask("ann", "POST", "/cases/C-1/steps", json=PROPOSAL)
    assert step.status_code == 201
    step_id = step.json()["step_id"]
    assert running.ask("mia", "GET", "/me/steps").json()["rows"] == []
    [counts] = running.ask("mia", "GET", "/me/counts").json()["rows"]
    assert (counts["shop_id"], counts["open_appeal"]) == ("s1", None), "and of no other shop"
    verdict = {"expected_version": 1, "is_approved": True, "reason": "看过"}
    own = running.ask("ann", "POST", f"/steps/{step_id}/decide", json=verdict)
    assert own.status_code == 403
    done = running.ask("rita", "POST", f"/steps/{step_id}/decide", json=verdict)
    assert done.json()["state"] == "in-force"
    [notice] = running.ask("mia", "GET", "/me/steps").json()["rows"]
    assert "三笔返现" in notice["notice_zh"]
    appeal = running.ask(
        "mia", "POST", "/appeals", json={"shop_id": "s1", "step_id": step_id, "text": "是直播"}
    ).json()
    outcome = {"expected_version": 1, "outcome": "overturned", "reason": "有直播记录"}
    path = f"/appeals/{appeal['appeal_id']}/decide"
    assert running.ask("rita", "POST", path, json=outcome).status_code == 403
    assert running.ask("rob", "POST", path, json=outcome).json()["state"] == "overturned"
    assert running.ask("rob", "GET", "/decisions/shop/s1").json()["human_outcome"] == "reversed"
    assert running.ask("aud", "GET", "/audit/faults").json()["is_whole"]
    with running.records.writing() as tx:
        tx.run("UPDATE decisions SET rung = 'L1' WHERE subject_id = 's2'")
    [listed] = running.ask("rob", "GET", "/cases").json()["rows"]
    shown = running.ask("rob", "GET", "/cases/C-1").json()
    for case in (listed, shown):
        assert (case["rung"], case["standing_rung"]) == ("L5", "L1"), "what was said; what stands"


def test_a_problem_says_what_is_wrong_and_what_to_try(running: Running) -> None:
    answer = running.ask("ann", "GET", "/cases/C-404")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "no-such-record"
    assert answer.json()["hint"]
    answer = running.ask("ann", "POST", "/cases/C-1/steps", json=PROPOSAL | {"more": 1})
    assert answer.status_code == 422
    assert any("more" in error for error in answer.json()["errors"])


def test_an_old_version_is_a_conflict(running: Running) -> None:
    move = {"expected_version": 1, "state": "investigating", "reason": "x"}
    assert running.ask("ann", "POST", "/cases/C-1/move", json=move).status_code == 200
    move["state"] = "waiting"
    answer = running.ask("ann", "POST", "/cases/C-1/move", json=move)
    assert (answer.status_code, answer.json()["title"]) == (409, "stale")


def test_lists_go_on_where_they_ended(running: Running) -> None:
    page = running.ask("aud", "GET", "/people?n=5").json()
    seen = [row["login"] for row in page["rows"]]
    while page["next"]:
        page = running.ask("aud", "GET", f"/people?n=5&cursor={page['next']}").json()
        seen += [row["login"] for row in page["rows"]]
    assert seen == sorted(seen)
    assert len(seen) == 12
    assert running.ask("aud", "GET", "/people?cursor=nonsense").status_code == 422


def test_an_administrator_adds_a_person_who_signs_in(running: Running) -> None:
    new = {"login": "Zoe@x.org", "name": "Zoe", "roles": ["analyst"]}
    link = running.ask("adm", "POST", "/people", json=new).json()["link"]
    password = {"link": link, "password": "four unrelated words here"}
    assert running.ask("", "POST", "/passwords", json=password).status_code == 204
    assert running.ask("", "POST", "/passwords", json=password).status_code == 401  # used
    wrong = {"login": "zoe@x.org", "password": "guess"}
    assert running.ask("", "POST", "/sessions", json=wrong).status_code == 401
    right = {"login": "zoe@x.org", "password": password["password"]}
    answer = running.ask("", "POST", "/sessions", json=right)
    assert answer.status_code == 201
    assert "HttpOnly" in answer.headers["set-cookie"]
    running.tokens["zoe"] = answer.json()["token"]
    assert running.ask("zoe", "GET", "/me").json()["roles"] == ["analyst"]
    assert running.ask("zoe", "DELETE", "/sessions/current").status_code == 204
    assert running.ask("zoe", "GET", "/me").status_code == 401
    failed = [
        row for row in running.ask("aud", "GET", "/audit?n=200").json()["rows"]
        if row["action"] == "sign-in.failed"
    ]  # fmt: skip
    assert len(failed) == 1
    assert "zoe" not in json.dumps(failed)  # whoever tried is not named


def test_disabling_ends_every_session(running: Running) -> None:
    ann = running.ask("ann", "GET", "/me").json()
    path = f"/people/{ann['person_id']}"
    change = {"expected_version": ann["version"], "is_disabled": True}
    assert running.ask("adm", "PATCH", path, json=change).status_code == 200
    assert running.ask("ann", "GET", "/cases").status_code == 401


def test_nobody_changes_their_own_roles(running: Running) -> None:
    adm = running.ask("adm", "GET", "/me").json()
    change = {"expected_version": adm["version"], "roles": ["admin", "approver"]}
    answer = running.ask("adm", "PATCH", f"/people/{adm['person_id']}", json=change)
    assert answer.status_code == 422


def test_a_key_does_no_more_than_its_scopes(running: Running) -> None:
    ann = running.ask("ann", "GET", "/me").json()["person_id"]
    asked = {"name": "reader", "scopes": ["cases.read"]}
    key = running.ask("adm", "POST", f"/people/{ann}/keys", json=asked).json()
    running.tokens["key"] = key["key"]
    assert running.ask("key", "GET", "/cases").status_code == 200
    assert running.ask("key", "POST", "/cases/C-1/notes", json={"text": "x"}).status_code == 403
    assert running.ask("adm", "DELETE", f"/keys/{key['key_id']}").status_code == 204
    assert running.ask("key", "GET", "/cases").status_code == 401


def test_a_cookie_alone_changes_nothing(running: Running) -> None:
    import httpx

    cookies = {"unbrush_session": running.tokens["ann"]}
    url = f"{running.url}/cases/C-1/notes"
    assert httpx.get(f"{running.url}/cases", cookies=cookies).status_code == 200
    assert httpx.post(url, json={"text": "x"}, cookies=cookies).status_code == 403
    headers = {"X-Unbrush": "1"}
    answer = httpx.post(url, json={"text": "x"}, cookies=cookies, headers=headers)
    assert answer.status_code == 201


def test_too_much_and_too_often_is_refused(start: Start) -> None:
    running = start(requests_a_minute=5, largest_request=1_000)
    large = running.ask("ann", "POST", "/cases/C-1/notes", content=b"x" * 2_000)
    assert (large.status_code, large.json()["title"]) == (413, "too-large")
    statuses = [running.ask("ann", "GET", "/cases").status_code for _ in range(6)]
    assert statuses[:4] == [200] * 4
    assert statuses[-1] == 429
    assert running.ask("rita", "GET", "/cases").status_code == 200  # others are not slowed


def test_made_up_keys_give_no_more_tries_at_a_password(start: Start) -> None:
    running = start(requests_a_minute=5)
    guess = {"login": "ann", "password": "guess"}
    statuses = []
    for i in range(7):
        running.tokens["nobody"] = f"made-up-{i}"
        statuses.append(running.ask("nobody", "POST", "/sessions", json=guess).status_code)
    assert statuses[-1] == 429


def test_a_key_whose_id_nobody_wrote_down_is_found_and_ended(running: Running) -> None:
    sys_id = caller(running, "sys").person_id
    path = f"/people/{sys_id}/keys"
    asked = {"name": "import", "scopes": ["runs.import"], "life_ms": 60_000}
    key = running.ask("adm", "POST", path, json=asked).json()
    running.tokens["program"] = key["key"]
    assert running.ask("program", "GET", "/me").status_code == 200
    rows = running.ask("adm", "GET", path).json()["rows"]
    [row] = [row for row in rows if row["name"] == "import"]
    assert (row["kind"], row["scopes"], row["expires_at"]) == ("key", "runs.import", NOW + 60_000)
    assert key["key"] not in str(rows)
    assert running.ask("ann", "GET", path).status_code == 403
    assert running.ask("adm", "DELETE", f"/keys/{row['key_id']}").status_code == 204
    assert running.ask("program", "GET", "/me").status_code == 401
    assert "import" not in str(running.ask("adm", "GET", path).json())


def test_harm_is_told_with_the_currency_of_its_run(running: Running) -> None:
    for summary, told in (("{}", None), ('{"currency": ""}', None), ('{"currency": "CNY"}', "CNY")):
        with running.records.writing() as transaction:
            transaction.run("UPDATE runs SET summary = :summary", summary=summary)
        [row] = running.ask("ann", "GET", "/cases").json()["rows"]
        assert (row["harm_minor"], row["currency"]) == (1_000, told)
        assert running.ask("ann", "GET", "/cases/C-1").json()["currency"] == told


def test_someone_tied_to_a_shop_takes_no_part(running: Running) -> None:
    move = {"expected_version": 1, "state": "investigating", "reason": "x"}
    answer = running.ask("tom", "POST", "/cases/C-1/move", json=move)
    assert answer.status_code == 403
    assert "tie" in answer.json()["detail"]
    for path in ("/cases/C-1", "/cases/C-1/history"):
        assert running.ask("tom", "GET", path).status_code == 403, "nor reads what is found there"
        assert running.ask("rob", "GET", path).status_code == 200


def test_a_step_by_the_library_is_seen_by_the_api(running: Running) -> None:
    with running.records.writing() as transaction:
        people = {"ann": caller(running, "ann")}
        step_id = a_step(transaction, people)
    [row] = running.ask("rita", "GET", "/steps").json()["rows"]
    assert row["step_id"] == step_id


def test_a_victim_reads_its_notice(running: Running) -> None:
    with running.records.writing() as transaction:
        transaction.run(
            "UPDATE decisions SET rung = 'L1', rule = 'held-as-victim' WHERE subject_id = 's1'"
        )
    assert running.ask("mia", "GET", "/me/notices").json()["rows"] == []
    close = {"expected_version": 1, "state": "closed", "outcome": "confirmed", "reason": "清楚"}
    assert running.ask("rita", "POST", "/cases/C-1/move", json=close).status_code == 200
    [notice] = running.ask("mia", "GET", "/me/notices").json()["rows"]
    assert (notice["shop_id"], "case_id" in notice) == ("s1", False)
    [shown] = running.ask("ann", "GET", "/cases/C-1").json()["victim_notices"]
    assert shown["notice_zh"] == notice["notice_zh"]

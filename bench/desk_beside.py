"""How long people wait at the desk while another program imports a run of the same cases."""

import os
import random
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from measured import UNBRUSH

ACTS = ("read a case", "a note", "assign", "close as confirmed")
PAUSE_S = 0.02
"""Between two requests of one person."""


def beside(
    address: str, url: str, token: str, folder: Path, n_cases: int, root: Path
) -> tuple[float, list[dict[str, Any]]]:
    """Import a run as `unbrush desk import` does, while one person for each act asks on and on.

    Args:
        address: Where the desk listens.
        url: Its records.
        token: Of a reviewer.
        folder: The run.
        n_cases: How many cases there are.
        root: A folder for what the program keeps.

    Returns:
        Seconds of the import, and for each act how long people waited. What meets a newer version
        of its case (409) is told to read it again: it counts, and is not tried again.
    """
    over, refused = threading.Event(), Counter[str]()
    took: dict[str, list[float]] = {act: [] for act in ACTS}

    def ask(act: str) -> None:
        chance = random.Random(act)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            me = client.get("/me").json()["person_id"]
            while not over.wait(PAUSE_S):
                case = f"/cases/C-{chance.randrange(1, n_cases + 1)}"
                there = client.get(case).json()
                if act == "close as confirmed" and there["state"] == "closed":
                    continue
                start = time.perf_counter()
                answer = _ask(client, act, case, there["version"], me)
                took[act].append(time.perf_counter() - start)
                if answer.status_code == httpx.codes.CONFLICT:
                    refused[act] += 1
                else:
                    answer.raise_for_status()

    people = [threading.Thread(target=ask, args=(act,)) for act in ACTS]
    command = [UNBRUSH, "desk", "import", str(folder), "--desk", str(root / "desk")]
    start = time.perf_counter()
    program = subprocess.Popen(
        command, env={**os.environ, "UNBRUSH_RECORDS": url}, stdout=subprocess.DEVNULL
    )
    for each in people:
        each.start()
    code = program.wait()
    seconds = time.perf_counter() - start
    over.set()
    for each in people:
        each.join()
    if code:
        raise SystemExit(f"the import ended with code {code}")
    return seconds, [
        {
            "asked beside an import": act, "times": len(found), "told to read again": refused[act],
            "median ms": f"{np.median(found) * 1e3:.0f}",
            "95 % within ms": f"{np.quantile(found, 0.95) * 1e3:.0f}",
            "longest ms": f"{max(found) * 1e3:.0f}",
        }
        for act, found in took.items()
    ]  # fmt: skip


def _ask(client: httpx.Client, act: str, path: str, version: int, me: str) -> httpx.Response:
    match act:
        case "a note":
            return client.post(f"{path}/notes", json={"text": "同一付款人"})
        case "assign":
            return client.post(f"{path}/assign", json={"assignee": me, "expected_version": version})
        case "close as confirmed":
            body = {"state": "closed", "outcome": "confirmed", "expected_version": version}
            return client.post(f"{path}/move", json={**body, "reason": "seen"})
    return client.get(path)

"""A secret that several programs ask for at once is one, and whole."""

import secrets
import stat
import threading
from pathlib import Path

from unbrush.base.secret_file import secret_in


def test_many_at_once_read_one_whole_secret(tmp_path: Path) -> None:
    for n in range(20):
        path, found, gate = tmp_path / f"key-{n}", [], threading.Barrier(8)

        def ask(path: Path = path, found: list = found, gate: threading.Barrier = gate) -> None:
            gate.wait()
            found.append(secret_in(path, lambda: secrets.token_hex(2_000)))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(found)) == 1
        assert len(found[0]) == 4_000
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(list(tmp_path.iterdir())) == 20, "nothing else is left there"


def test_what_is_there_holds(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("mine")
    assert secret_in(tmp_path / "key", lambda: "other") == "mine"

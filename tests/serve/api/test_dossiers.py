"""Case files over HTTP: made beside the desk's work, and labels opened with a reason alone."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.respond.desk.office import NOW, found
from tests.respond.dossier.conftest import ACCUSED, write_run
from tests.serve.api.conftest import Running
from unbrush.base.records import add
from unbrush.respond.desk.case_renewal import open_or_renew
from unbrush.serve.api.routes import dossiers
from unbrush.serve.dossier import make_dossier

PATH = "/cases/C-2/dossiers"


@pytest.fixture
def desk(running: Running, tmp_path: Path) -> Running:
    """A desk with a case, C-2, of the accused shop of the hand-made run."""
    folder = write_run(tmp_path / "run")
    with running.records.writing() as tx:
        add(tx, "runs", run_id="r2", imported_at=NOW, policy_version="v1", n_decisions=1,
            folder=str(folder.root), summary="{}")  # fmt: skip
        case = found(kind="merchant", keys=(str(ACCUSED),), shops=((str(ACCUSED), "L5"),))
        open_or_renew(tx, NOW, case, run_id="r2", by="system")
    return running


@pytest.mark.parametrize(("path", "more"), [(PATH, {}), (f"{PATH}/sealed", {"reason": "法院来函"})])
def test_others_write_while_a_case_file_is_made(
    desk: Running, monkeypatch: pytest.MonkeyPatch, path: str, more: dict[str, str]
) -> None:
    def slow(*given: Any, **said: Any) -> Any:
        note = desk.ask("ann", "POST", "/cases/C-2/notes", json={"text": "meanwhile"})
        assert note.status_code == 201, note.text
        return make_dossier(*given, **said)

    monkeypatch.setattr(dossiers, "make_dossier", slow)
    answer = desk.ask("carl", "POST", path, json={"audience": "court", **more})
    assert answer.status_code == 200, answer.text
    entries = desk.ask("aud", "GET", "/cases/C-2/history").json()["rows"]
    assert [row["action"] for row in entries][-2:] == [
        "case.noted", "dossier.unsealed" if more else "dossier.made",
    ]  # fmt: skip
    if not more:
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert {"index.html", "case.json", "manifest.json"} <= set(names)

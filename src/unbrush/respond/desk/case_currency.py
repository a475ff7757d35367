"""In which currency a case's harm is counted: that of the run which counted it."""

import json
from collections.abc import Sequence

from unbrush.base.records import Row, Transaction


def currencies(transaction: Transaction, cases: Sequence[Row]) -> dict[str, str | None]:
    """Return the currency of each case's ``harm_minor`` by case.

    It is None where no run counted the harm, or its orders name no currency, or several.
    """
    run_ids = sorted({str(case["run_id"]) for case in cases if case["run_id"]})
    rows = transaction.all("SELECT run_id, summary FROM runs WHERE run_id IN :ids", ids=run_ids)
    of_run = {row["run_id"]: json.loads(row["summary"]).get("currency") or None for row in rows}
    return {str(case["case_id"]): of_run.get(case["run_id"]) for case in cases}

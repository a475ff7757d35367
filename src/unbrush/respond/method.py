"""The method: what the run was made with, so that it can be made again."""

import json
from collections.abc import Mapping
from typing import Any

from unbrush.base.manifest import Manifest
from unbrush.respond import figures
from unbrush.respond.terms import APPROVERS, DECIDES, ELEMENTS, RUNGS

Row = dict[str, Any]


def tell_method(summary: Mapping[str, Any], manifest: Manifest) -> Row:
    """Return what the section on method says.

    Args:
        summary: The run in numbers.
        manifest: What was collected.
    """
    return {
        "version": summary["version"],
        "made_by": summary.get("made_by"),
        "collected_by": manifest.version,
        "source": figures.outside(manifest.source),
        "fingerprint": summary["manifest_fingerprint"],
        "key_fingerprint": figures.outside(manifest.key_fingerprint or None),
        "params": [
            {
                "detector": figures.outside(detector),
                "values": json.dumps(dict(values), sort_keys=True, ensure_ascii=False),
            }
            for detector, values in sorted(manifest.params.items())
        ],
        "id_types": [
            {"domain": domain, "type": kind} for domain, kind in sorted(manifest.id_types.items())
        ],
        "elements": [{"name": name, "words": words} for name, words in ELEMENTS.items()],
        "rungs": [
            {"name": name, "words": words, "approver": APPROVERS[DECIDES[name]]}
            for name, words in RUNGS.items()
        ],
    }

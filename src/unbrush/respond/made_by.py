"""What a run was made with: software, detectors, policy; so that it can be made again."""

import json
from typing import Any

import unbrush
from unbrush.base.manifest import Manifest
from unbrush.base.run_folder import RunFolder

Row = dict[str, Any]


def made_by(folder: RunFolder, manifest: Manifest) -> Row:
    """Return what made a run.

    Args:
        folder: The run; what an earlier version did not keep there is null.
        manifest: What was collected.

    Returns:
        software (version), policy (name, version), model (its version; null if none was heard),
        detectors (version, n), time_zone.
    """
    policy, detectors = _kept(folder.policy), _kept(folder.detectors)
    return {
        "software": unbrush.__version__,
        "policy": policy and {"name": policy["name"], "version": policy["version"]},
        "model": policy["model"]["version"] if policy and policy.get("model") else None,
        "detectors": detectors
        and {"version": detectors["version"], "n": len(detectors["detectors"])},
        "time_zone": manifest.time_zone,
    }


def _kept(path: Any) -> Row | None:
    if not path.is_file():
        return None
    found: Row = json.loads(path.read_text(encoding="utf-8"))
    return found

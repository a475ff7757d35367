"""The case file in CASE/UCO as JSON-LD, for tools of investigators.

Ids are derived from content, so that the same run gives the same graph. Times of making are left
out here: they are in custody.json.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

Row = dict[str, Any]

_SPACE = UUID("5b2c7d1e-6c0f-5d6a-9d53-0f6f1c7a8e21")

CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-role": "https://ontology.unifiedcyberontology.org/uco/role/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "uco-vocabulary": "https://ontology.unifiedcyberontology.org/uco/vocabulary/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def make_case(document: Mapping[str, Any], files: Sequence[tuple[str, str, int]]) -> str:
    """Return the graph as JSON-LD.

    Args:
        document: The case file.
        files: Name, SHA-256 and bytes of each file with rows.
    """
    run, scope = document["run"], document["scope"]
    seed = f"{run['run_id']}/{scope['kind']}/{scope['name']}/{document['audience']}"
    tool = _node("Tool", seed, "uco-tool:ConfiguredTool")
    tool |= {
        "uco-core:name": "unbrush",
        "uco-tool:version": run["software"],
        "uco-core:description": "; ".join(
            f"{key} {json.dumps(run[key], sort_keys=True)}" for key in ("policy", "detectors")
        ),
    }
    taken = [_file(seed, each["file"], each["sha256"], each["n_bytes"])
             for each in document["custody"]["inputs"]]  # fmt: skip
    made = [_file(seed, *each) for each in files]
    record = _node("ProvenanceRecord", seed, "case-investigation:ProvenanceRecord")
    record |= {
        "uco-core:name": "rows",
        "case-investigation:exhibitNumber": f"{run['run_id']}-{scope['name']}",
        "uco-core:object": [{"@id": each["@id"]} for each in made],
    }
    action = _node("InvestigativeAction", seed, "case-investigation:InvestigativeAction")
    action |= {
        "uco-core:name": "extracted",
        "uco-core:description": [each["query"] for each in document["evidence"]],
        "uco-action:instrument": {"@id": tool["@id"]},
        "uco-action:object": [{"@id": each["@id"]} for each in taken],
        "uco-action:result": [{"@id": record["@id"]}],
    }
    roles = []
    for member in document["roles"]:
        key = f"{member['cluster']}/{member['kind']}/{member['who']}/{member['role']}"
        role = _node("Role", seed + key, "uco-role:Role")
        role |= {"uco-core:name": f"{member['role']}: {member['kind']} {member['who']}"}
        roles.append(role)
    investigation = _node("Investigation", seed, "case-investigation:Investigation")
    investigation |= {
        "uco-core:name": f"{scope['kind']} {scope['name']}",
        "case-investigation:focus": "fake orders and fake reviews",
        "case-investigation:investigationForm": {
            "@type": "uco-vocabulary:InvestigationFormVocab",
            "@value": "suspicious-activity",
        },
        "uco-core:object": [
            {"@id": each["@id"]} for each in (tool, action, record, *taken, *made, *roles)
        ],
    }
    if document["window"]:
        investigation["case-investigation:investigationStatus"] = {
            "@type": "uco-vocabulary:InvestigationStatusVocab", "@value": "open",
        }  # fmt: skip
        investigation["uco-core:description"] = (
            f"conduct from {_time(document['window']['first_at'])}"
            f" to {_time(document['window']['last_at'])}"
        )
    graph = [investigation, tool, action, record, *taken, *made, *roles]
    document_ld = {"@context": CONTEXT, "@graph": graph}
    return json.dumps(document_ld, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _node(kind: str, seed: str, type_: str) -> Row:
    return {"@id": f"kb:{kind}-{uuid5(_SPACE, f'{kind}/{seed}')}", "@type": type_}


def _file(seed: str, name: str, sha256: str, n_bytes: int) -> Row:
    node = _node("File", f"{seed}/{name}", "uco-observable:File")
    file = _node("FileFacet", f"{seed}/{name}", "uco-observable:FileFacet")
    content = _node("ContentDataFacet", f"{seed}/{name}", "uco-observable:ContentDataFacet")
    digest = _node("Hash", f"{seed}/{name}", "uco-types:Hash")
    digest |= {
        "uco-types:hashMethod": {
            "@type": "uco-vocabulary:HashNameVocab", "@value": "SHA256"
        },
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256.upper()},
    }  # fmt: skip
    size = {"@type": "xsd:integer", "@value": str(n_bytes)}
    node["uco-core:hasFacet"] = [
        {**file, "uco-observable:fileName": name, "uco-observable:sizeInBytes": size},
        {**content, "uco-observable:hash": [digest]},
    ]
    return node


def _time(at_ms: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).isoformat()

"""The artefact: what was learned, as JSON that a person can open and nothing can be run from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from unbrush.base.errors import BadModel, SourceNotFound
from unbrush.judge.learned.calibrate import probability
from unbrush.judge.learned.feature import Feature
from unbrush.judge.learned.features import KINDS, features_of
from unbrush.judge.learned.forest import BadTree, Forest, forest_of

FORMAT = 1
MOST_BYTES = 64_000_000
AGAIN = "Train it anew: `unbrush learn RUN --out model.json`."

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What was learned of orders, or of reviews.

    Attributes:
        kind: ``order`` or ``review``.
        names: Features in the order of a row.
        forest: The trees.
        trees: The same as written in the file.
        slope, offset: From margin to log-odds.
        speaks_from: Probability from which it is heard.
        needs: Columns of the market that its features rest on, as ``table.column``.
        measured: Figures on the later slice that it was held back from.
    """

    kind: str
    names: tuple[str, ...]
    forest: Forest
    trees: list[Any]
    slope: float
    offset: float
    speaks_from: float
    needs: tuple[str, ...] = ()
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def features(self) -> list[Feature]:
        """The features of a row, in order."""
        return features_of(self.kind, self.names)

    def probability(self, values: Floats) -> Floats:
        """Return the calibrated probability of each row of ``values``."""
        return probability(self.forest.margins(values), self.slope, self.offset)


@dataclass(frozen=True, kw_only=True)
class Model:
    """Everything in a file.

    Attributes:
        learned: By kind.
        data: Fingerprint of what it was learned from.
        made_by: Version of unbrush.
    """

    learned: Mapping[str, Learned]
    data: Mapping[str, Any]
    made_by: str

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the SHA-256 of what it says."""
        text = json.dumps(self._said(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def text(self) -> str:
        """Return the file's text; the same model gives the same bytes."""
        said = {"version": self.version, **self._said()}
        lines = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
        return lines + "\n"

    def _said(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_by": self.made_by,
            "data": dict(self.data),
            "learned": {
                kind: {
                    "names": list(one.names),
                    "slope": one.slope,
                    "offset": one.offset,
                    "speaks_from": one.speaks_from if isfinite(one.speaks_from) else None,
                    "needs": list(one.needs),
                    "measured": dict(one.measured),
                    # One line a tree: a person may still scroll.
                    "trees": [json.dumps(tree, separators=(",", ":")) for tree in one.trees],
                }
                for kind, one in sorted(self.learned.items())
            },
        }


def read_model(path: Path) -> Model:
    """Read a model that `unbrush learn` wrote.

    Raises:
        SourceNotFound: There is no such file.
        BadModel: It is no model, or not one of this version's; says what is wrong.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadModel(
                f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which no model is.",
                hint=AGAIN,
            )
        raw = json.loads(path.read_text("utf-8"), parse_constant=_no_constant)
    except FileNotFoundError as error:
        raise SourceNotFound(f"No model at {path}.", hint=AGAIN) from error
    except OSError as error:
        raise BadModel(f"{path} cannot be read: {error.strerror or error}.", hint=AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise BadModel(f"{path} is not JSON in UTF-8: {error}.", hint=AGAIN) from error
    return model_of(raw, path.name)


def model_of(raw: Any, label: str) -> Model:
    """Return the model that parsed JSON holds.

    Raises:
        BadModel: It holds none; says where in ``label``.
    """
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        found = raw.get("format") if isinstance(raw, dict) else None
        raise BadModel(f"{label} is of format {found!r}, not {FORMAT}.", hint=AGAIN)
    learned = raw.get("learned")
    if not isinstance(learned, dict) or not learned or not set(learned) <= set(KINDS):
        raise BadModel(f"{label}: learned must hold {' or '.join(KINDS)}.", hint=AGAIN)
    try:
        model = Model(
            learned={kind: _learned(kind, body) for kind, body in learned.items()},
            data=dict(raw["data"]),
            made_by=str(raw["made_by"]),
        )
        is_whole = raw.get("version") == model.version
    except BadTree as error:
        raise BadModel(f"{label}: {error}.", hint=AGAIN) from error
    except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise BadModel(
            f"{label} lacks something, or has it in another shape ({what}).", hint=AGAIN
        ) from error
    if not is_whole:
        raise BadModel(
            f"{label} says version {raw.get('version')!r}, its content is {model.version!r}:"
            " it was changed after it was written.",
            hint=AGAIN,
        )
    return model


def _learned(kind: str, body: Mapping[str, Any]) -> Learned:
    names = tuple(body["names"])
    if not names or not all(isinstance(each, str) and len(each) < 200 for each in names):
        raise ValueError("names of features must be texts")
    features_of(kind, names)  # KeyError for one that this version does not know
    trees = [json.loads(each) for each in body["trees"]]
    heard = body["speaks_from"]
    numbers = [float(body["slope"]), float(body["offset"]), 1.0 if heard is None else float(heard)]
    if not all(map(isfinite, numbers)) or numbers[0] < 0 or not 0 <= numbers[2] <= 1:
        raise ValueError("slope, offset and speaks_from must be finite, the last 0 to 1")
    return Learned(
        kind=kind,
        names=names,
        forest=forest_of(trees, len(names)),
        trees=trees,
        slope=numbers[0],
        offset=numbers[1],
        speaks_from=float("inf") if heard is None else numbers[2],
        needs=tuple(map(str, body["needs"])),
        measured=dict(body["measured"]),
    )


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")

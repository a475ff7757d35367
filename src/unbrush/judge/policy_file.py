"""Policy files: TOML that says how to judge, checked key by key, and said again in tables."""

import dataclasses
import json
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from unbrush.base.errors import BadParameter, BadPolicy, did_you_mean
from unbrush.base.evidence import Family
from unbrush.base.params import with_values
from unbrush.judge.policy import HIGHEST, LOOK_ALIKE_FAMILIES, Policy

DEFAULT = "default"

NUMBERS = {
    "weights.E1": "weight_e1",
    "weights.E2": "weight_e2",
    "weights.E3": "weight_e3",
    "neutralise.probability": "neutralise_at",
    "neutralise.own_share": "min_own_share",
    "discovery.q": "discovery_q",
    "prior.fake": "prior_fake",
    "prior.honest_E1": "prior_honest_e1",
    "prior.honest_E2": "prior_honest_e2",
    "prior.honest_E3": "prior_honest_e3",
    "prior.honest_seldom": "prior_honest_seldom",
    "prior.hidden": "prior_hidden",
    "prior.honest_ring": "prior_honest_ring",
    "prior.fake_with_sign": "prior_fake_with_sign",
    "prior.fake_in_company": "prior_fake_in_company",
    "prior.honest_in_company": "prior_honest_in_company",
    "prior.silence": "silence",
    "prior.spread": "spread",
    "shop.min_rows": "min_rows",
    "shop.max_slips": "max_slips",
    "shop.limit_share": "limit_share",
    "shop.min_strong_families": "min_strong_families",
}
"""Keys of the file, and the field of `Policy` that each sets."""

RETIRED = frozenset({"shop.min_shipped_share"})
"""Keys of older files: they are read, and set nothing any more (docs/policy.md)."""

_SECTIONS = {
    **{key.split(".")[0]: "numbers" for key in NUMBERS},
    "rungs": "rungs",
    "families": "families",
    "detectors": "detectors",
    "look_alikes": "look_alikes",
    "reasons": "reasons",
}


def default_text() -> str:
    """Return the text of the default policy, to be copied and changed."""
    return (files("unbrush.judge") / "policy.toml").read_text("utf-8")


def read_policy(source: str | Path, *, detectors: Collection[str] = ()) -> Policy:
    """Read a policy by path, or the one that is shipped by the name ``default``.

    Args:
        source: ``default``, or the path of a TOML file.
        detectors: Names of all detectors, to check those that are switched off.

    Raises:
        BadPolicy: No such file, or one that does not make sense; names file and key.
    """
    path = Path(source)
    if str(source) == DEFAULT and not path.is_file():
        label, text = "default", default_text()
    else:
        label, text = path.name, _text_of(path)
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadPolicy(f"{label} is not TOML: {error}.", hint=_COPY) from error
    return _Reader(label, detectors).policy(raw)


_COPY = "Start from the default: `unbrush policy show --out mine.toml`."


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        what = error.strerror or str(error)
        raise BadPolicy(f"The policy {path} cannot be read: {what}.", hint=_COPY) from error
    except UnicodeDecodeError as error:
        raise BadPolicy(
            f"{path.name} is not UTF-8 at byte {error.start:,}.", hint="Save it as UTF-8."
        ) from error


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Reads one file; every complaint names it and the key."""

    label: str
    detectors: Collection[str]

    def policy(self, raw: Mapping[str, Any]) -> Policy:
        name = raw.get("name", self.label.removesuffix(".toml"))
        if not isinstance(name, str) or not name.strip():
            raise self._bad("name", name, "Give it a name in quotes.")
        values: dict[str, Any] = {"name": name}
        for section, body in raw.items():
            if section == "name":
                continue
            if section not in _SECTIONS:
                hint = did_you_mean(section, [*_SECTIONS, "name"])
                raise BadPolicy(f"{self.label}: there is no section [{section}].", hint=hint)
            if not isinstance(body, Mapping):
                raise self._bad(section, body, f"Write it as a section, [{section}].")
            values |= getattr(self, f"_{_SECTIONS[section]}")(section, body)
        return self._with(values)

    def _with(self, values: dict[str, Any]) -> Policy:
        numbers = {key: values.pop(key) for key in NUMBERS.values() if key in values}
        try:
            policy = with_values(Policy(), numbers, owner=self.label)
        except BadParameter as error:
            raise BadPolicy(self._in_file_words(error.message), hint=error.hint) from error
        policy = dataclasses.replace(policy, **values)
        self._check_order(policy)
        return policy

    def _in_file_words(self, message: str) -> str:
        """Name keys as the file does: ``mine.toml.weight_e1`` is ``weights.E1`` there."""
        for key, field in NUMBERS.items():
            message = message.replace(f"{self.label}.{field} ", f"{self.label}: {key} ")
        return message

    def _check_order(self, policy: Policy) -> None:
        weights = (policy.weight_e1, policy.weight_e2, policy.weight_e3)
        if sorted(weights) != list(weights):
            raise BadPolicy(
                f"{self.label}: weights fall from E1 to E3 ({', '.join(map(str, weights))}).",
                hint="Stronger evidence must weigh at least as much as weaker.",
            )
        if policy.weight_e1 >= policy.neutralise_at:
            raise BadPolicy(
                f"{self.label}: weights.E1 ({policy.weight_e1}) reaches neutralise.probability "
                f"({policy.neutralise_at}): one weak sign would stop a row from counting.",
                hint="Keep weights.E1 below neutralise.probability.",
            )

    def _numbers(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        known = [key.split(".")[1] for key in NUMBERS if key.startswith(f"{section}.")]
        body = {key: value for key, value in body.items() if f"{section}.{key}" not in RETIRED}
        self._check_keys(section, body, known)
        return {NUMBERS[f"{section}.{key}"]: value for key, value in body.items()}

    def _rungs(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_keys(section, body, ["highest"])
        highest = body.get("highest", Policy.highest)
        if highest not in list(HIGHEST):
            hint = f"One of {', '.join(HIGHEST)}: higher ones need a history and people."
            raise self._bad("rungs.highest", highest, hint)
        return {"highest": highest}

    def _families(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_keys(section, body, list(Family))
        for family, is_on in body.items():
            if not isinstance(is_on, bool):
                raise self._bad(f"families.{family}", is_on, "Write true or false.")
        off = sorted(family for family, is_on in body.items() if not is_on)
        return {"families_off": tuple(map(Family, off))}

    def _detectors(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        fields = {"off": "detectors_off", "seldom": "seldom"}
        self._check_keys(section, body, list(fields))
        found: dict[str, Any] = {}
        for key, names in body.items():
            for name in self._words(f"detectors.{key}", names):
                if self.detectors and name not in self.detectors:
                    hint = did_you_mean(name, self.detectors)
                    raise BadPolicy(f"{self.label}: there is no detector {name!r}.", hint=hint)
            found[fields[key]] = tuple(sorted(set(names)))
        return found

    def _look_alikes(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_keys(section, body, list(LOOK_ALIKE_FAMILIES))
        spares = dict(LOOK_ALIKE_FAMILIES)
        for name, families in body.items():
            named = self._words(f"look_alikes.{name}", families)
            for family in named:
                if family not in list(Family):
                    raise self._bad(f"look_alikes.{name}", family, did_you_mean(family, Family))
            spares[name] = tuple(named)
        return {"spares": spares}

    def _reasons(self, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self._check_keys(section, body, [*file_values(Policy()), *RETIRED])
        for key, why in body.items():
            if not isinstance(why, str) or not why.strip():
                raise self._bad(f"reasons.{key!r}", why, "Say why in a sentence, in quotes.")
        return {"reasons": dict(body)}

    def _words(self, key: str, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self._bad(key, value, 'Write a list of names: ["one", "two"].')
        return value

    def _check_keys(self, section: str, body: Mapping[str, Any], known: Collection[str]) -> None:
        for key in body:
            if key not in known:
                raise BadPolicy(
                    f"{self.label}: [{section}] has no key {key!r}.", hint=did_you_mean(key, known)
                )

    def _bad(self, key: str, value: Any, hint: str) -> BadPolicy:
        return BadPolicy(f"{self.label}: {key} cannot be {value!r}.", hint=hint)


def file_values(policy: Policy) -> dict[str, Any]:
    """Return what a policy says by key of its file, in the order of the default."""
    values: dict[str, Any] = {key: getattr(policy, field) for key, field in NUMBERS.items()}
    values["rungs.highest"] = policy.highest
    values |= {f"families.{family}": family not in policy.families_off for family in Family}
    values["detectors.off"] = list(policy.detectors_off)
    values["detectors.seldom"] = list(policy.seldom)
    values |= {f"look_alikes.{name}": list(families) for name, families in policy.spares.items()}
    return values


def policy_of_values(name: str, values: Mapping[str, Any]) -> Policy:
    """Return the policy that `file_values` said, as a run keeps it.

    Raises:
        BadPolicy: Values that make no sense, such as those of a later version.
    """
    raw: dict[str, Any] = {"name": name}
    for key, value in values.items():
        section, _, rest = key.partition(".")
        raw.setdefault(section, {})[rest] = value
    return _Reader("policy.json", ()).policy(raw)


def read_kept_policy(path: Path) -> Policy:
    """Return what a run was judged by, as it keeps it; the default where it kept nothing.

    Raises:
        BadPolicy: Values that make no sense, such as those of a later version.
    """
    if not path.is_file():
        return Policy()
    said = json.loads(path.read_text("utf-8"))
    return policy_of_values(said["name"], said["values"])


def read_kept_model(path: Path) -> str:
    """Return the version of the model that a run heard, as it keeps it; empty if it heard none."""
    if not path.is_file():
        return ""
    said = json.loads(path.read_text("utf-8"))
    return str(said["model"]["version"]) if said.get("model") else ""


def described(policy: Policy) -> list[dict[str, Any]]:
    """Return a row for each value: key, value, default, whether it is changed, why, meaning."""
    default, docs = file_values(Policy()), _docs()
    return [
        {
            "key": key,
            "value": value,
            "default": default[key],
            "is_changed": value != default[key],
            "why": policy.reasons.get(key, ""),
            "meaning": docs.get(key, ""),
        }
        for key, value in file_values(policy).items()
    ]


def _docs() -> dict[str, str]:
    fields = {field.name: field.metadata for field in dataclasses.fields(Policy)}
    return {
        key: f"{fields[name]['doc']} ({fields[name]['at_least']:g} to {fields[name]['at_most']:g})"
        for key, name in NUMBERS.items()
    }

"""Resolve pyproject.toml into lock files, with hashes and without any host names.

base.lock is what a user has, dev.lock adds the extras and the tools, bench.lock the peers.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
BUILD = ["hatchling", "editables"]  # to install the checkout itself without fetching anything more
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-annotate",
    "--no-header",
    "--strip-extras",
    "--allow-unsafe",
]


def main() -> None:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    base = project["project"]["dependencies"] + BUILD
    extras = project["project"]["optional-dependencies"].values()
    of_others = [one for extra in extras for one in extra if not one.startswith("unbrush[")]
    groups = project["dependency-groups"]
    dev = base + of_others + groups["dev"]
    wanted = {"base": base, "dev": dev, "bench": dev + groups["bench"]}
    for name, requirements in wanted.items():
        with tempfile.NamedTemporaryFile("w", suffix=".in") as file:
            file.write("\n".join(requirements) + "\n")
            file.flush()
            target = HERE / f"{name}.lock"
            command = ["-m", "piptools", "compile", *OPTIONS, "--output-file", target, file.name]
            subprocess.run([sys.executable, *command], check=True)


if __name__ == "__main__":
    main()

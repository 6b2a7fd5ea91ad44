"""The house rules, held by the same command as the tests: lint, format, types, contracts."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="lint"),
        pytest.param(["ruff", "format", "--check", "."], id="format"),
        pytest.param(
            ["ruff", "check", "--isolated", "--select", "S", "storage/migrations"],
            id="security-of-migrations",
        ),
        pytest.param(["mypy"], id="types"),
        pytest.param(["lint-imports"], id="import-contracts"),
    ],
)
def test_the_tree_passes(command):
    tool = Path(sys.executable).parent / command[0]
    run = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_path_of_a_machine_and_no_registry_is_named_in_the_tree():
    told = re.compile(r"/(?:home|root|Users)/\w|(?:pypi|npmjs|pythonhosted)\.org")
    found = []
    for path in _tracked():
        if path == Path(__file__) or path.suffix in {".png", ".ico"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if told.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found


def test_the_security_rules_are_on_and_each_exception_says_why():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert "S" in settings["lint"]["select"]
    spared = settings["lint"]["per-file-ignores"]
    assert not [where for where, codes in spared.items() if "S" in codes], "name the rules"
    elsewhere = {w: c for w, c in spared.items() if not w.startswith(("tests/", "benchmarks/"))}
    assert not [code for codes in elsewhere.values() for code in codes if re.match(r"S\d", code)]
    unexplained = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in _tracked("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if (found := re.search(r"# noqa: (?:[A-Z]+[0-9]+, )*S[0-9]+(.*)", line))
        and not re.match(r"(?:, [A-Z]+[0-9]+)* - \w+ \w+", found[1])
        and path != Path(__file__)
    ]
    assert not unexplained


def test_files_stay_readable_in_one_sitting():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked("*.py")
        if "tests" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
    }
    assert not long

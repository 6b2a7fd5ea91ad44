"""What the README and the pages under docs/ say is so."""

import importlib
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.app import app
from bot.export.fields import CLEARANCES, JOURNAL
from bot.metrics import Metrics
from bot.slack.manifest import APP_SCOPES, SCOPES
from config.plan_file import load_sound_plan
from config.settings import SHIPPED_PLAN, Settings, variables
from coordination.commands import COMMANDS, commands_page
from coordination.examples import example_words
from storage.tables_around import metadata
from tests.bot.cli.kept import keep

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOYING = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
PROOF = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
VERBS = typer.main.get_command(app).commands


def section(title, text=README):
    """The text under a heading, up to the next one of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", text, re.M)
    assert found, f"no section {title!r}"
    rest = text[found.end() :]
    following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.M)
    return rest[: following.start()] if following else rest


def rows(text):
    """The cells of all rows of the tables in a text, without their headings."""
    lines = [line for line in text.splitlines() if line.strip().startswith("|")]
    cells = [[c.strip() for c in line.strip().strip("|").split("|")] for line in lines]
    rules = [n for n, row in enumerate(cells) if set("".join(row)) <= {"-", ":"}]
    return [row for n, row in enumerate(cells) if n not in rules and n + 1 not in rules]


def run(*arguments):
    return CliRunner().invoke(app, arguments, env={"GMG_PLAN": "", "GMG_COMMAND": ""})


def test_every_setting_is_in_the_readme_with_its_default_and_no_other_is():
    told = {name.strip("`"): default for name, _, default in rows(section("Settings"))}
    known = {name: f"`{default}`" if default else "" for name, _, default in variables()}
    assert set(told) == set(known)
    for name, default in known.items():
        if default:
            assert told[name] == default, name
    assert "`" not in "".join(told[n] for n in ("SLACK_BOT_TOKEN", "GMG_CHANNEL", "GMG_CLOCK"))
    assert Settings.model_fields["plan"].default == SHIPPED_PLAN
    assert told["GMG_PLAN"] == "the shipped 2010 plan"


def test_no_page_names_a_setting_that_does_not_exist():
    known = {name for name, _, _ in variables()}
    for page in PAGES:
        named = set(re.findall(r"\b(?:GMG|SLACK)_[A-Z_]+\b", page.read_text(encoding="utf-8")))
        assert named <= known, page


def test_every_scope_is_explained_with_the_codes_reason():
    told = {scope.strip("`"): why for scope, why in rows(section("Scopes"))}
    assert told == SCOPES | APP_SCOPES
    shipped = json.loads((ROOT / "config" / "manifest.json").read_text(encoding="utf-8"))
    assert set(shipped["oauth_config"]["scopes"]["bot"]) | set(APP_SCOPES) == set(told)


def test_every_chat_command_is_listed_and_no_other_is():
    told = [(usage.strip("`"), what) for usage, what in rows(section("In chat"))]
    assert told == [(c.usage, c.summary) for c in COMMANDS]


def test_the_page_of_commands_is_made_from_the_table():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    schedule = load_sound_plan(SHIPPED_PLAN).schedule
    assert page == commands_page(example_words(schedule))


def test_every_command_in_the_pages_is_understood():
    for page in PAGES:
        for name in re.findall(r"[`\s](?:/gmg|@gmg) ([a-z]+)", page.read_text(encoding="utf-8")):
            assert name in {n for c in COMMANDS for n in (c.name, *c.aliases)}, (page, name)


def test_every_verb_of_the_terminal_is_listed_with_options_it_has_and_no_other_is():
    told = {}
    for usage, *_ in rows(section("In the terminal")):
        _, verb, *words = usage.strip("`").split()
        told[verb] = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(words)))
    assert set(told) == set(VERBS)
    for verb, options in told.items():
        assert options <= _options(verb), verb
        assert ("--json" in _options(verb)) is ("--json" in options), verb


def test_no_page_names_a_verb_or_option_that_does_not_exist():
    for page in PAGES:
        for words in re.findall(r"`[^`]*`|^    .*$|^\S.*$", _commands(page), re.M):
            for verb, rest in re.findall(r"\bgmg ([a-z]+)([^|&;`]*)", words):
                assert verb in VERBS, (page, words)
                for option in re.findall(r"(?<![\w-])--[a-z-]+", rest):
                    assert option in _options(verb), (page, words)


def _options(verb):
    found = {o for p in VERBS[verb].params for o in (*p.opts, *p.secondary_opts)}
    return found | {"--help"}


def _commands(page):
    """What of a page is a command of the terminal: in backticks or in a block, after `gmg`."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", text, re.M | re.S)
    rest = re.sub(r"^ *```[a-z]*\n.*?^ *```", "", text, flags=re.M | re.S)
    spans = [" ".join(s.split()) for s in re.findall(r"`([^`]+)`", rest)]
    lines = [line for block in blocks for line in block.splitlines()]
    return "\n".join(s for s in (*spans, *lines) if re.match(r"\s*(uv run )?gmg [a-z]", s))


def test_the_plan_of_the_readme_passes_the_check(tmp_path):
    text = re.search(r"```yaml\n(.*?)```", section("A plan for your own group"), re.S)[1]
    plan = tmp_path / "plan.yaml"
    plan.write_text(text, encoding="utf-8")
    found = run("check", "--strict", "--plan", str(plan))
    assert found.exit_code == 0, found.output
    assert "0 errors, 0 warnings" in found.output
    listed = json.loads(run("plan", "--json", "--plan", str(plan)).output)
    assert [m["id"] for m in listed] == ["guide-circulated", "guide-published"]


def test_each_word_of_the_glossary_is_explained_once():
    words = [word for cell, _ in rows(section("Words")) for word in cell.split(", ")]
    assert len(words) == len(set(words)) > 20


def test_the_manifest_in_the_tree_is_what_the_command_prints():
    printed = run("manifest")
    assert printed.exit_code == 0, printed.output
    shipped = json.loads((ROOT / "config" / "manifest.json").read_text(encoding="utf-8"))
    assert json.loads(printed.stdout) == shipped


def test_the_changelog_tells_of_the_current_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(project['version'])}\b", changelog, re.M)
    lowest = re.fullmatch(r">=(\d+\.\d+)", project["requires-python"])[1]
    assert f"Python {lowest} or later" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        name, _, heading = unquote(target).partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if heading:
            assert heading in _anchors(path.read_text(encoding="utf-8")), target


def _anchors(text):
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def test_the_two_commands_are_the_readmes_first_blocks():
    blocks = re.findall(r"^```\n(.*?)\n```$", README, re.M | re.S)
    assert blocks[:2] == ["pip install uv && uv run gmg demo", "pip install uv && uv run pytest"]
    assert blocks[1].replace("uv ", "--quiet uv ", 1) in (ROOT / ".ci" / "run").read_text()


def test_the_picture_is_small_and_can_be_made_anew():
    picture = ROOT / "docs" / "images" / "demo.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 250_000
    module = importlib.import_module("docs.images.make")
    assert picture == module.PICTURE


def test_the_health_of_the_pages_is_the_health_of_the_code():
    shown = json.loads(re.search(r"```json\n(.*?)\n```", section("Health", DEPLOYING), re.S)[1])
    code = (ROOT / "bot" / "__main__.py").read_text() + (
        ROOT / "bot" / "slack" / "connect.py"
    ).read_text()
    assert set(shown) == {"ready", "checks"}
    for check in shown["checks"]:
        assert f'"{check}"' in code


def test_every_metric_is_in_the_page_and_the_rules_ask_for_no_other():
    code = {
        family.name + ("_total" if family.type == "counter" else ""): family.samples
        for family in Metrics().registry.collect()
    }
    told = {
        n for cell, _ in rows(section("Metrics", OPERATIONS)) for n in re.findall(r"`(\w+)", cell)
    }
    assert told == set(code)
    rules = re.search(r"```yaml\n(.*?)```", OPERATIONS, re.S)[1]
    asked = set(re.findall(r"\bgmg_\w+", rules))
    assert {n.removesuffix("_bucket") for n in asked} <= set(code)


def test_the_log_lines_of_the_pages_are_those_of_the_code():
    told = [e for cell, _ in rows(section("Logs", DEPLOYING)) for e in re.findall("`(.*?)`", cell)]
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("bot", "coordination", "scheduler", "storage")
        for path in (ROOT / room).rglob("*.py")
    )
    assert told
    for event in told:
        assert f'"{event}"' in code, event


def test_every_table_that_is_kept_is_in_the_page_on_privacy():
    told = rows(section("Table by table", PRIVACY))
    named = {name for cell, *_ in told for name in re.findall("`(.*?)`", cell)}
    without_people = {"milestone_changes", "meta"}
    assert named == set(metadata.tables) - without_people


def test_the_fields_of_the_export_are_explained():
    told = {
        n for cell, _ in rows(section("Clearances", PROOF)) for n in re.findall("`(.*?)`", cell)
    }
    assert told == set(CLEARANCES)
    listed = section("The journal and its chains", PROOF).split(". ")[0]
    assert tuple(re.findall("`(.*?)`", listed)) == JOURNAL


def test_the_program_on_the_page_recomputes_the_chains(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'gmg.db'}"
    keep(url)
    arguments = ("export", "--database", url, "--format", "json", "--only", "journal")
    assert run(*arguments, "--to", str(tmp_path)).exit_code == 0
    program = re.search(r"```python\n(.*?)```", PROOF, re.S)[1]
    monkeypatch.chdir(tmp_path)
    found = {}
    exec(program, found)
    assert set(found["heads"]) == {"circulation:1", "circulation:2"}
    changed = (tmp_path / "journal.json").read_text().replace("stands aside", "cleared")
    (tmp_path / "journal.json").write_text(changed)
    with pytest.raises(AssertionError):
        exec(program, {})


@pytest.mark.parametrize("told", PAGES, ids=lambda p: p.name)
def test_every_test_that_a_page_names_exists(told):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", told.read_text(encoding="utf-8"))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file()
        or not re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text("utf-8"), re.M)
    ]
    assert missing == []


SHOWN_BY = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_tests_that_a_page_names_exist(page):
    for path, name in SHOWN_BY.findall(page.read_text(encoding="utf-8")):
        found = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", found, re.M), (path, name)


def test_every_line_of_the_page_on_faults_is_shown_by_a_test():
    lines = rows(section("Line by line", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")))
    assert len(lines) >= 19
    assert not [happens for happens, _, shown in lines if not SHOWN_BY.search(shown)]

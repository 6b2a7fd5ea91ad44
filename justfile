# Short names for what is done often; `just --list` shows them.

# Try the bot in a browser, without a Slack account
demo *args:
    uv run gmg demo {{args}}

# Lint, format, types, import contracts and all tests
test *args:
    uv run pytest {{args}}

# Mend what can be mended by itself
fix:
    uv run ruff check --fix .
    uv run ruff format .

# Lint, format, types and contracts only
check:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy
    uv run lint-imports

# Measure, as ratios within one run
bench:
    uv run python -m benchmarks

# After the README's test command, which makes .venv-test, and `npm ci`.
BIN := .venv-test/bin
.PHONY: run test fast lint format

run: ; $(BIN)/python app.py
test: ; $(BIN)/python -m pytest -n logical --dist loadfile
fast: ; $(BIN)/python -m pytest -q tests/unit tests/app
lint: ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && npm run check
format: ; $(BIN)/ruff format . && npm run format

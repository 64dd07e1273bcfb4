# After the README's test command, which makes .venv-test, and `npm ci`.
BIN := .venv-test/bin
.PHONY: run test fast lint format

run: ; $(BIN)/python app.py
test: ; $(BIN)/python -m pytest tests -n logical --dist loadfile
fast: ; $(BIN)/python -m pytest -n logical -m "not browser and not training"
lint: ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && npm run check
format: ; $(BIN)/ruff format . && npm run format

# After the README's test command, which makes .venv-test, and `npm ci`.
BIN := .venv-test/bin
.PHONY: run test fast lint format lock audit fuzz

run: ; $(BIN)/python app.py
test: ; $(BIN)/python -m pytest tests -n logical --dist loadfile
fast: ; $(BIN)/python -m pytest -n logical -m "not browser and not training"
lint: ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && npm run check
format: ; $(BIN)/ruff format . && npm run format
lock: ; $(BIN)/uv pip compile -q requirements.txt requirements-mcp.txt requirements-video.txt -o requirements.lock --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
audit: ; $(BIN)/python -m scripts.audit
fuzz: ; $(BIN)/python -m scripts.fuzz

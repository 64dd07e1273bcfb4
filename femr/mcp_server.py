"""`femr mcp`: femr for agents, as tools of the Model Context Protocol over standard input and output.

What the tools are, `femr.mcp_tools` says. Needs requirements-mcp.txt. Exit codes are those of `femr`.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

from femr.mcp_tools import Server
from femr.terminal import Parser, command


@command
def main(arguments: list[str] | None = None) -> int:
    """Serve until the standard input ends; the exit code."""
    Parser(
        prog="femr mcp",
        description="Serve an agent over standard input and output, as a Model Context Protocol server. "
        "The agent starts this by itself: docs/agents.md.",
    ).parse_args(arguments)
    if sys.stdin is None:  # closed by whoever started this: nobody asks anything
        return 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own would wait for the next line of input
    with _output_for_the_protocol():
        try:
            Server().run("stdio")
        except BaseExceptionGroup as group:
            if group.split(BrokenPipeError)[1]:
                raise
            raise BrokenPipeError from group
    return 0


@contextlib.contextmanager
def _output_for_the_protocol() -> Iterator[None]:
    """Send what anything else would print, native code as well, to standard error."""
    sys.stdout.flush()
    with open(os.dup(1), "w", encoding="utf-8") as protocol, contextlib.redirect_stdout(protocol):
        os.dup2(2, 1)
        yield

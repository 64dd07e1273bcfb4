"""What tests of the terminal and of photos share."""

import pytest

from femr.__main__ import main


@pytest.fixture
def run(capsys):
    """Runs a command line; gives the exit code, standard output and standard error."""

    def run_(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return run_


@pytest.fixture
def bad_file(tmp_path):
    """Writes a file that is no usable photo, with a name that a visitor would recognise."""

    def write(content, name="holiday.jpg"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write

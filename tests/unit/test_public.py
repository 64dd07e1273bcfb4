import ast
import importlib
from pathlib import Path

import pytest

import femr


def promised():
    """What the `if TYPE_CHECKING` block imports: name -> module."""
    tree = ast.parse(Path(femr.__file__).read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    return {alias.name: node.module for node in block.body for alias in node.names}


def test_all_that_is_public_is_listed():
    assert set(femr.__all__) == set(promised())


def test_the_list_is_sorted_constants_first_then_types_then_functions():
    assert femr.__all__ == sorted(femr.__all__, key=lambda name: (not name.isupper(), name.islower(), name))


@pytest.mark.parametrize("name", femr.__all__)
def test_every_public_name_is_what_its_room_holds(name):
    assert getattr(femr, name) is getattr(importlib.import_module(promised()[name]), name)


@pytest.mark.parametrize("name", femr.__all__)
def test_every_public_name_has_a_docstring_or_is_a_value(name):
    thing = getattr(femr, name)
    assert isinstance(thing, tuple) or thing.__doc__


def test_every_kind_of_error_is_public():
    kinds = {kind.__name__ for kind in femr.FemrError.__subclasses__()}
    assert kinds <= set(femr.__all__)
    assert len(kinds) == 10


def test_dir_lists_what_is_public():
    assert set(femr.__all__) <= set(dir(femr))
    assert dir(femr) == sorted(dir(femr))


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="'femr' has no attribute 'analyse'"):
        _ = femr.analyse


def test_a_star_import_gives_all_that_is_public():
    names = {}
    exec("from femr import *", names)
    assert set(femr.__all__) <= set(names)


def test_public_functions_are_not_hidden_by_rooms_of_the_same_name():
    rooms = {path.stem for path in Path(femr.__file__).parent.iterdir()}
    assert not rooms & set(femr.__all__)

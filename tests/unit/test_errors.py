import pytest

from femr.errors import ChoiceError, DataError, FemrError, InstallationError, LibraryError, PhotoError


@pytest.mark.parametrize("kind", [PhotoError, ChoiceError, InstallationError, DataError, LibraryError])
def test_every_error_is_caught_by_the_one_base(kind):
    with pytest.raises(FemrError) as caught:
        raise kind("photo_empty", name="me.jpg")
    assert type(caught.value) is kind


def test_an_error_keeps_its_code_and_values():
    error = PhotoError("photo_empty", name="me.jpg")
    assert (error.code, error.values) == ("photo_empty", {"name": "me.jpg"})


def test_an_error_prints_as_its_english_sentence():
    assert str(PhotoError("photo_empty", name="me.jpg")) == "me.jpg is empty. Save the photo again and retry."


def test_an_error_speaks_indonesian():
    assert PhotoError("photo_empty", name="me.jpg").sentence("id").startswith("me.jpg kosong.")


def test_values_with_braces_are_shown_as_they_are():
    assert "{me}.jpg" in str(PhotoError("photo_empty", name="{me}.jpg"))


def test_the_five_kinds_do_not_catch_each_other():
    kinds = [PhotoError, ChoiceError, InstallationError, DataError, LibraryError]
    assert not [(one, other) for one in kinds for other in kinds if one is not other and issubclass(one, other)]

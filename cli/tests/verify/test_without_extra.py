"""What a user reads who installed pacsimile without the extra that judging needs."""

import pytest

from pacsimile.verify import guarded
from pacsimile_spec.extras import how_to_install


def lacking(name: str) -> int:
    """Find that a module is not there."""
    raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize("name", ["jinja2", "jsonschema", "pydicom"])
def test_a_library_that_is_not_installed_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says which, and what to install; it is no fault of ours, nor of the service."""
    assert guarded(lambda: lacking(name)).code == 2
    said = capsys.readouterr().err
    assert said == f"pacsimile: judging needs {name}: install it with {how_to_install('contract')}\n"


def test_a_module_of_our_own_that_is_missing_is_our_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """No installation of an extra would mend it."""
    assert guarded(lambda: lacking("pacsimile_contract.nothing")).code == 4
    assert "internal error" in capsys.readouterr().err

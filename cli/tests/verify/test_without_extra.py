"""What a user reads who installed pacsimile without the extra that judging needs."""

from importlib import import_module
from typing import Any

import click
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


@pytest.mark.parametrize(("name", "extra"), [("verify", "contract"), ("load", "load")])
def test_a_command_names_the_extra_that_it_needs(name: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`load` needs more than the judges do: whoever installs the other extra would be refused again."""
    main: Any = import_module("pacsimile.main")
    monkeypatch.setattr(main, "import_module", lambda path: lacking("jsonschema_rs"))
    group = main.main
    with pytest.raises(click.ClickException, match=rf"install it with .*\[{extra}\]"):
        group.get_command(click.Context(group), name)

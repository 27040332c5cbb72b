"""`pacsimile describe` prints the description."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pacsimile.describe import command
from pacsimile.main import main
from pacsimile_spec import description
from pacsimile_spec.openapi30 import downgrade


def test_prints_yaml_of_31_by_default() -> None:
    """Without options it is the whole document, OpenAPI 3.1, as YAML without anchors."""
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 0
    assert yaml.safe_load(result.stdout) == description()
    assert not any(isinstance(token, yaml.AnchorToken) for token in yaml.scan(result.stdout))


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_prints_30(form: str) -> None:
    """`--openapi 3.0` is the same for generators that know no 3.1, in either format."""
    result = CliRunner().invoke(command, ["--openapi", "3.0", "--format", form])
    read = json.loads if form == "json" else yaml.safe_load
    assert read(result.stdout) == downgrade(description())


def test_json_is_yaml_too() -> None:
    """The JSON can be read by what reads YAML, as many tools do (so no surrogate pairs)."""
    result = CliRunner().invoke(command, ["--format", "json"])
    assert yaml.safe_load(result.stdout) == description()


def test_another_version_is_refused_in_one_line() -> None:
    """A version that there is not is an error that names the choices."""
    result = CliRunner().invoke(command, ["--openapi", "2.0"])
    assert result.exit_code == 2
    assert "'3.1', '3.0'" in result.stderr


@pytest.mark.parametrize("version", ["3.1", "3.0"])
def test_prints_the_description_of_a_dialect(tmp_path: Path, version: str) -> None:
    """A file or a shipped one by its name."""
    file = tmp_path / "vendor.yaml"
    file.write_text("name: vendor\npaths: {getStatus: /v2/status}\n", "utf-8")
    result = CliRunner().invoke(command, ["--dialect", str(file), "--openapi", version])
    assert "/v2/status" in yaml.safe_load(result.stdout)["paths"]
    shipped = CliRunner().invoke(command, ["--dialect", "camel", "--openapi", version, "--format", "json"])
    assert "orderId" in shipped.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--dialect", "nobodys.yaml"],
            "nobodys.yaml: cannot be read: No such file or directory. The shipped dialects",
        ),
        (["--dialect", "a\n::error::\u202e.yaml"], r"a ::error::\u202e.yaml: cannot be read"),
        (["--dialect", "camel", "--control"], "Give --dialect or --control"),
    ],
)
def test_a_dialect_that_cannot_be_described_is_one_line(arguments: list[str], expected: str) -> None:
    """Exit 2. Where a file is at fault, not how the command is called, nothing else is printed."""
    result = CliRunner().invoke(main, ["describe", *arguments])
    assert result.exit_code == 2
    assert expected in result.stderr.splitlines()[-1]
    assert len(result.stderr.splitlines()) == (4 if "--control" in arguments else 1)


def test_prints_the_control_apis_description() -> None:
    """`--control` is the mock's control API, as its file says it, and in 3.0 too."""
    result = CliRunner().invoke(command, ["--control"])
    document = yaml.safe_load(result.stdout)
    assert document["openapi"] == "3.1.0"
    assert "/_mock/worlds" in document["paths"]
    older = CliRunner().invoke(command, ["--control", "--openapi", "3.0", "--format", "json"])
    assert json.loads(older.stdout) == downgrade(document)

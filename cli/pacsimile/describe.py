"""`pacsimile describe`: print the OpenAPI document, or that of the control API."""

import json
from pathlib import Path
from typing import Any

import click
import yaml

from pacsimile.option_types import UnusableFile, Word
from pacsimile_spec import description
from pacsimile_spec.openapi30 import downgrade

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(yaml.SafeDumper):
    """Write each value in full, without anchors, because some OpenAPI readers do not resolve them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Say that nothing is written as an alias."""
        del data
        return True


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def _yaml(document: dict[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=120)


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"  # some YAML readers do not join \\ud83d\\ude00


def _of_dialect(name: str) -> dict[str, Any]:
    from pacsimile_spec.dialects import DialectError, load_dialect
    from pacsimile_spec.dialects.openapi import describe

    try:
        return describe(load_dialect(name))
    except DialectError as error:
        raise UnusableFile(str(error)) from None


def _control() -> dict[str, Any]:
    from pacsimile_mock import control

    file = Path(control.__file__).with_name("openapi.yaml")
    document: dict[str, Any] = yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - the safe loader, in C
    return document


@click.command("describe")
@click.option(
    "--openapi",
    "version",
    type=Word(["3.1", "3.0"]),
    default="3.1",
    show_default=True,
    help="The OpenAPI version. Use 3.0 for generators that do not support 3.1.",
)
@click.option(
    "--format",
    "form",
    type=Word(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="The output format.",
)
@click.option(
    "--dialect",
    metavar="DIALECT",
    help="A dialect file, or the name of a shipped dialect: identity, camel, legacy, minimal.",
)
@click.option("--control", is_flag=True, help="Print the mock's control API instead.")
def command(version: str, form: str, dialect: str | None, control: bool) -> None:
    """Print the API's OpenAPI document."""
    if control and dialect is not None:
        raise click.UsageError("Give --dialect or --control: the control API is spelled in one way.")
    document = _control() if control else _of_dialect(dialect) if dialect is not None else description()
    if version == "3.0":
        document = downgrade(document)
    text = _json(document) if form == "json" else _yaml(document)
    click.echo(text.encode(), nl=False)  # UTF-8, whatever the console's encoding

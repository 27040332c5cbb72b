"""The command `pacsimile learn`."""

from click.testing import CliRunner

from pacsimile.learn import command, tally
from pacsimile_spec.dialects import load_dialect


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def described(tmp_path, dialect):
    from pacsimile.describe import command as describe

    path = tmp_path / "vendor.openapi.yaml"
    path.write_bytes(CliRunner().invoke(describe, ["--dialect", dialect]).stdout_bytes)
    return path


def test_a_description_becomes_a_dialect_file_that_loads(tmp_path):
    file = tmp_path / "vendor.dialect.yaml"
    result = run("--openapi", described(tmp_path, "legacy"), "--name", "vendor-2025", "--output", file)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == "Lines that are sure: 36. Unsure, to be checked: 0. Questions for the vendor: 1.\n"
    dialect = load_dialect(file)
    assert dialect.name == "vendor-2025"
    assert dialect.times.kind == "epoch_s"


def test_a_file_is_never_overwritten(tmp_path):
    file = tmp_path / "kept"
    file.write_text("mine")
    result = run("--openapi", described(tmp_path, "minimal"), "--output", file)
    assert (result.exit_code, file.read_text()) == (2, "mine")
    assert result.stderr == f"pacsimile: {file}: is there already; move it away, or give another --output\n"


def test_mistakes_are_told_in_one_line(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("openapi: 3.1.0")
    strange = tmp_path / "strange.yaml"
    strange.write_text("openapi: 3.1.0\npaths: {/pets: {delete: {responses: {}}}}")
    for arguments in (
        (),
        ("--openapi", bad),
        ("--openapi", strange),
        ("--openapi", tmp_path),
        ("--openapi", bad, "--name", "a b"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith("pacsimile: ")
        assert result.stderr.count("\n") == 1


def test_the_head_of_a_section_is_no_question():
    text = (
        "paths:\n  getToken: /t  # sure: its path\n# ? fields:\n# ?   Token: where?\ntimes: epoch_s  # unsure: 1 of 2\n"
    )
    assert tally(text) == "Lines that are sure: 1. Unsure, to be checked: 1. Questions for the vendor: 1."

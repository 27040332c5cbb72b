"""Whatever is given to `pacsimile verify` that cannot be used: exit status 2, in one line, and nothing is asked."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pacsimile.main import main

ADDRESSES = (
    "http://[::1", "http://127.0.0.1:99999", "foo", "http://a b", "ftp://x", "http://127.0.0.1:9/é", "http://127.0.0.1:9/\n",
    "http://user:the-password@127.0.0.1:9", "", "http://", "http://127.0.0.1:", "http:\\\\127.0.0.1:9", "\0", "-",
)  # fmt: skip


def refused(*words: str) -> str:
    """Run the command in this process; it has to end with 2 and one line of its own, which is returned."""
    done = CliRunner().invoke(main, ["verify", *words])
    assert done.exit_code == 2, done.output
    said = done.stderr.splitlines()
    assert done.stdout == ""
    assert not done.exception or isinstance(done.exception, SystemExit)
    assert len([line for line in said if line.startswith("pacsimile: ")]) == 1, said
    return said[-1]


@pytest.mark.parametrize("url", ADDRESSES)
def test_what_is_no_address(url: str) -> None:
    """For a mock, with a token or without, and for `--init`; a password in it is not repeated."""
    for words in ([url], [url, "--control-token", "x"], ["--init", url]):
        line = refused(*words)
        assert "an http or https address such as" in line or "give either the URL" in line
        assert "the-password" not in line


@pytest.mark.parametrize("token", ["a\nb", "é", "a b", "\0"])
def test_what_is_no_control_token(token: str) -> None:
    """Nothing is sent with it."""
    assert "the control token holds a blank" in refused("http://127.0.0.1:9", "--control-token", token)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--report", ""), "it is empty; expected a path"),
        (("--baseline", ""), "it is empty; expected a path"),
        (("--target", ""), "it is empty; expected a path"),
        (("--target", "a\nb"), "cannot be read"),
        (("--target", "."), "cannot be read"),
        (("--baseline", "."), "cannot be read"),
        (("--accept-not-exercised", "["), "no such requirement"),
        (("--contract", ""), "expected a revision from"),
        (("--contract", "99.0"), "expected a revision from"),
        (("--accept-not-exercised", "BATHC-9"), "BATHC-9: no such requirement"),
        (("--dialect", "camel"), "--dialect is for the URL of a mock"),
        (("--requirement", "\x1b[2J"), "there is no requirement"),
        (("--requirement", "STATUS-1,STATUZ-2"), "there is no requirement STATUZ-2; `pacsimile verify --list` shows"),
        (("--requirement", "STATUZ-2"), "; did you mean 'STATUS-2'?"),
        (("-k", "(" * 3000), "ends too early"),
        (("-k", "and"), "did not expect"),
        (("--seed", "9" * 30), "is not in the range"),
        (("--plan",), "--plan needs --target FILE"),
        (("--init", "--target", "x"), "--init needs the URL of the service, and no --target"),
    ],
)
def test_what_is_no_value_of_an_option(words: tuple[str, ...], line: str, tmp_path: Path) -> None:
    """Short, whatever was given, and without what would rule a terminal."""
    target = tmp_path / "staging.yaml"
    addresses = "base_url: http://127.0.0.1:9\noauth2_endpoint: http://127.0.0.1:9\n"
    target.write_text(addresses + "clients: {primary: {id: PATH, secret: PATH}}\n", "utf-8")
    given = words if {"--target", "--plan", "--init"} & set(words) else (*words, "--target", str(target))
    said = refused(*given)
    assert line in said
    assert said.isprintable()
    assert len(said) < 400

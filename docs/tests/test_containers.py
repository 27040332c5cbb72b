"""What builds and starts the image agrees with the product: its version, its packages, its variables."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from pacsimile.main import COMMANDS, main
from pacsimile_mock.control.guard import BULK_CAP
from pacsimile_mock.serving.admission import CONTROL
from pacsimile_mock.wsgi_calls import BODY_CAP
from pacsimile_spec.version import __version__

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT.joinpath("Dockerfile").read_text(encoding="utf-8")
FINAL = DOCKERFILE.partition("FROM scratch")[2]
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))
CHART = ROOT / "deploy/helm/pacsimile"
READ = ["Dockerfile", "compose.yaml", "deploy/helm/pacsimile/templates/deployment.yaml"]
ELSEWHERE = {
    *("PACSIMILE_RUNTIME_DIR", "PACSIMILE_TLS_DIR"),  # read by the mock, and no option of `serve`
    *("PACSIMILE_DATABASE_PASSWORD", "PACSIMILE_CONSOLE_PORT", "PACSIMILE_IMAGE"),  # read by Compose
}


def test_the_version_is_the_same_everywhere() -> None:
    """The chart, Compose and the page name the image that the build script makes."""
    chart = yaml.safe_load(CHART.joinpath("Chart.yaml").read_text(encoding="utf-8"))
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)
    for name in ("compose.yaml", "docs/containers.md", "deploy/kubernetes/pacsimile.yaml"):
        text = ROOT.joinpath(name).read_text(encoding="utf-8")
        assert set(re.findall(r"pacsimile:(\d[\w.]*)", text)) == {__version__}, name


def test_the_builder_gets_what_the_wheel_is_made_of() -> None:
    """`.dockerignore` lets in each package of the wheel, each file forced into it, and no test."""
    lines = ROOT.joinpath(".dockerignore").read_text(encoding="utf-8").split()
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *wheel["force-include"], "pyproject.toml", "constraints.txt", "LICENSE", "README.md"}
    wanted |= {"deploy/image", "scripts/release/tools.txt"}
    assert {line[1:] for line in lines if line.startswith("!")} == wanted


def test_the_wheel_in_the_image_is_made_by_a_tool_of_a_fixed_version() -> None:
    """It holds where pip builds in isolation, whichever variable its version reads."""
    paths = re.findall(r"PIP_(?:BUILD_)?CONSTRAINT=/source/(\S+)", DOCKERFILE)
    assert len(paths) == 2
    for path in paths:
        assert re.search(r"^hatchling==", ROOT.joinpath(path).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_image_runs_without_root_and_without_a_shell() -> None:
    """The user is a number, entry point and health check are in the exec form, and both are commands of ours."""
    assert re.search(r"^USER (\d+):(\d+)$", FINAL, re.MULTILINE)
    assert "\nRUN " not in FINAL
    entry = json.loads(re.findall(r"^ENTRYPOINT (.+)$", FINAL, re.MULTILINE)[0])
    check, command = (json.loads(each) for each in re.findall(r"CMD (\[.+\])$", FINAL, re.MULTILINE))
    assert entry == ["pacsimile"] == check[:1]
    assert {check[1], *command} <= set(COMMANDS)


@pytest.mark.parametrize("name", READ)
def test_variables_that_are_set_are_read(name: str) -> None:
    """A variable that the image, Compose or the chart sets is one of `pacsimile serve`."""
    serve = main.get_command(click.Context(main), "serve")
    assert serve is not None
    known = {option.envvar for option in serve.params if isinstance(option, click.Option)}
    text = ROOT.joinpath(name).read_text(encoding="utf-8")
    assert set(re.findall(r"\bPACSIMILE_[A-Z_]+", text)) - ELSEWHERE <= known


def test_arguments_of_the_build_are_explained() -> None:
    """The page has a row for each argument of the Dockerfile."""
    page = ROOT.joinpath("docs/containers.md").read_text(encoding="utf-8")
    rows = " ".join(re.findall(r"^\| (`[A-Z].+?) \|", page, re.MULTILINE))
    assert set(re.findall(r"`([A-Z_]+)`", rows)) == set(re.findall(r"^ARG ([A-Z_]+)", DOCKERFILE, re.MULTILINE))


def test_values_of_the_chart_are_all_in_its_schema() -> None:
    """A value that the chart has by itself, its schema knows, so that a misspelt one is refused."""
    schema = json.loads(CHART.joinpath("values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load(CHART.joinpath("values.yaml").read_text(encoding="utf-8"))
    for name, value in values.items():
        assert name in schema["properties"]
        closed = schema["properties"][name]
        if isinstance(value, dict) and "properties" in closed:
            assert set(value) <= set(closed["properties"])
            assert closed["additionalProperties"] is False


def test_commands_of_the_page_are_whole() -> None:
    """Scripts and files that the page's commands name exist."""
    page = ROOT.joinpath("docs/containers.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    words = {word for block in blocks for word in shlex.split(block, comments=True)}
    assert not [word for word in words if re.match("(scripts|deploy)/", word) and not ROOT.joinpath(word).exists()]


def test_balancers_let_in_the_largest_body_and_no_larger_one() -> None:
    """Nginx keeps what is larger in files, and takes the server that refuses it unread for a dead one."""
    text = ROOT.joinpath("deploy/nginx/nginx.conf").read_text(encoding="utf-8")
    sizes = [int(size) * 1024 * 1024 for size in re.findall(r"client_max_body_size (\d+)m;", text)]
    assert sizes == [BODY_CAP, BULK_CAP]


def test_the_ports_of_the_balancers_serve_what_they_say() -> None:
    """What needs no token of the API is kept from the port of the API; haproxy compares the decoded path."""
    nginx = ROOT.joinpath("deploy/nginx/nginx.conf").read_text(encoding="utf-8")
    api = nginx.partition("listen 8080;")[2].partition("listen 8081;")[0]
    refused = set(re.findall(r"location (?:= )?(/\S+) \{\s+return 404;", api))
    assert {path.rstrip("/") for path in refused} == set(CONTROL)
    haproxy = ROOT.joinpath("deploy/haproxy/haproxy.cfg").read_text(encoding="utf-8")
    (rule,) = re.findall(r"status 404 if \{ path,url_dec -m reg (\S+) \}", haproxy)
    assert all(re.search(rule, path) for path in (*CONTROL, "/_mock/worlds"))
    assert not re.search(rule, "/reports")
    assert re.findall(r"bind (\S+)", haproxy) == [":8080", "127.0.0.1:8081"]


@pytest.mark.parametrize(
    "values",
    [
        {"options": {"PACSIMILE_CONTROL_TOKEN": "a-token"}},
        {"options": {"PACSIMILE_DATABASE": "postgresql://mock:password@db.example/mock"}},
        {"networkPolicy": {"from": []}},
        {"networkPolicy": {"from": [{}]}},
        {"networkPolicy": {"database": [{}]}},
    ],
)
def test_values_that_would_open_the_chart_are_refused(values: dict[str, object]) -> None:
    """A secret among the options stands in the Deployment; an empty list of callers admits everybody."""
    schema = json.loads(CHART.joinpath("values.schema.json").read_text(encoding="utf-8"))
    good = yaml.safe_load(CHART.joinpath("values.yaml").read_text(encoding="utf-8"))
    judge = jsonschema.Draft7Validator(schema)
    assert judge.is_valid(good)
    assert not judge.is_valid(good | values)

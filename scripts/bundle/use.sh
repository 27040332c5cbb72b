#!/usr/bin/env bash
# Installs an unpacked bundle and uses it, in an empty network namespace: use.sh BUNDLE FOLDER SMOKE, called by
# check_bundle.sh. FOLDER is empty, SMOKE is scripts/smoke.py.
set -euo pipefail

bundle=$1 smoke=$3
cd "$2"

# The loopback interface is down in a new namespace; `ip` is not on every machine.
"$PYTHON" - << 'END'
import fcntl, socket, struct

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
    fcntl.ioctl(interface, 0x8914, struct.pack("16sh", b"lo", 0x1))  # SIOCSIFFLAGS, IFF_UP
    try:
        interface.connect(("192.0.2.1", 53))  # nothing is sent: a route is looked for
    except OSError:
        pass
    else:
        raise SystemExit("this namespace has a network: nothing would be shown by what follows")
END

sh "$bundle/install.sh" venv
[ -z "$(ls -A "$HOME")" ] || { echo "the installation wrote into $HOME" >&2; exit 1; }
"$PYTHON" "$smoke" venv/bin/pacsimile serve --port 0 --json
venv/bin/pacsimile export pdf --count 1 --type pdf > /dev/null
echo 'ok      serve, and a PDF'

venv/bin/pacsimile serve --port 0 --json > started.json 2> /dev/null &
mock=$!
trap 'kill "$mock"' EXIT
until [ -s started.json ]; do kill -0 "$mock"; sleep 0.1; done
url=$("$PYTHON" -c 'import json; print(json.load(open("started.json"))["url"])')
venv/bin/pacsimile verify "$url" --level smoke --report report > verify.txt || { cat verify.txt; exit 1; }
venv/bin/pacsimile statement report > /dev/null
tail -n 1 verify.txt | sed 's/^/ok      verify: /'

cat > test_fixture.py << 'END'
import requests


def test_a_report_is_fetched(pacsimile):
    order = pacsimile.order(status="COMPLETED")
    answer = requests.get(pacsimile.token_endpoint, auth=(pacsimile.client_id, pacsimile.client_secret))
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    wanted = {"order_id": order.order_id, "report_type": "txt"}
    assert "IMPRESSION" in requests.get(f"{pacsimile.url}/results", wanted, headers=bearer).text
END
venv/bin/python -m pytest -q -p no:cacheprovider test_fixture.py > pytest.txt || { cat pytest.txt; exit 1; }
tail -n 1 pytest.txt | sed 's/^/ok      the pytest fixture: /'

sh "$bundle/install.sh" --slim venv > /dev/null
venv/bin/pacsimile export some --count 1 --type json > /dev/null
"$PYTHON" "$smoke" venv/bin/pacsimile serve --port 0 --json 2> slim.txt
grep -q 'typst is not installed' slim.txt
echo 'ok      the same folder again, slim'

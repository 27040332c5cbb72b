# The steps of .ci/run that may run side by side. Most of them use one processor, or wait. The longest come first. Each
# prints its output when it ends.
#
#   make --file .ci/steps.mk NAME        one step alone, after `make lint`, which makes .venv

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:

PYTHON := .venv/bin/python
NAMES := recipes reports_in_a_browser sweep sweep_in_camel matrix schemathesis clients servers slower_servers \
  defects_of_servers wheels console_in_a_browser site_in_a_browser dialects defects_of_dialects generated_clients \
  good_clients several_hosts newcomer bundle document_formats pdf_alone level_full container starters drift supply \
  release_workflow description oauth_clients
ALONE := defects_of_slower_servers

.PHONY: all $(NAMES) $(ALONE)
all: $(NAMES)

# pip compiles every module of what it installs, and a step uses few of them.
export PIP_NO_COMPILE := 1

# The first lines of a step: print its name, and at its end how long it took. Its runtime folder is private, so that steps
# do not find each other's mocks. A make that it starts does not inherit the flags of this one.
define begin
@printf '\n=== %s\n' '$@'
unset MAKEFLAGS MFLAGS MAKELEVEL
SECONDS=0 PACSIMILE_RUNTIME_DIR=$$(mktemp -d)
export PACSIMILE_RUNTIME_DIR
trap 'rm -rf "$$PACSIMILE_RUNTIME_DIR"; printf "=== %s took %d s\n" "$@" "$$SECONDS"' EXIT
endef

description: # under a strict linter
	$(begin)
	scripts/lint_description.sh

wheels: # every dependency has one on Linux, macOS and Windows, for the oldest and the newest Python
	$(begin)
	VERSIONS='3.11 3.14' scripts/check_wheels.sh

supply: # licences, last releases and known vulnerabilities of the dependencies
	$(begin)
	$(PYTHON) scripts/supply/licences.py
	$(PYTHON) scripts/supply/releases.py
	$(PYTHON) scripts/supply/audit.py

newcomer: # the wheel on every Python that is here, and `make serve` in a fresh clone
	$(begin)
	scripts/check_install.sh

bundle: # installed and used in an empty network namespace
	$(begin)
	scripts/check_bundle.sh

generated_clients: # that generators make from the description
	$(begin)
	scripts/generate_clients.sh

oauth_clients: # as their documentation shows them
	$(begin)
	scripts/oauth_clients.sh

schemathesis: # as it comes, and with everything turned on
	$(begin)
	$(PYTHON) scripts/schemathesis_run.py
	$(PYTHON) scripts/schemathesis_control.py

document_formats: # under their own validators, with damaged reports that they must see
	$(begin)
	scripts/validate_fhir.sh
	$(PYTHON) scripts/validate_hl7v2.py
	scripts/validate_dicom.sh
	scripts/validate_pdf.sh

release_workflow:
	$(begin)
	scripts/lint_workflows.sh

recipes: # of docs/ci.md, as the page has them
	$(begin)
	scripts/check_recipes.sh

several_hosts: # on one PostgreSQL: killed, restarted and failed over under load
	$(begin)
	scripts/check_several_hosts.sh

container: # the image, the Compose file, the chart and the balancer
	$(begin)
	scripts/check_container.sh

reports_in_a_browser:
	$(begin)
	scripts/look_at_report.sh

console_in_a_browser:
	$(begin)
	scripts/look_at_console.sh

site_in_a_browser:
	$(begin)
	scripts/look_at_site.sh

starters: # of the mock, for Node and for JUnit
	$(begin)
	scripts/check_starters.sh

servers: # that share no code with the mock: no fault is found
	$(begin)
	$(PYTHON) scripts/verify_servers.py 2 --server small_server --server node_server

slower_servers:
	$(begin)
	$(PYTHON) scripts/verify_servers.py 1 --server starlette_server --server java_server

pdf_alone: # a server that has no other type of document
	$(begin)
	$(PYTHON) scripts/verify_servers.py 1 --server node_server --types pdf

defects_of_servers: # each is seen
	$(begin)
	$(PYTHON) scripts/verify_servers.py --defects --server small_server --server node_server

defects_of_slower_servers: # alone: a defect keeps a listing for 0.3 s, and a busy machine calls too late to see it
	$(begin)
	$(PYTHON) scripts/verify_servers.py --defects --alone --server starlette_server --server java_server

clients: # each mistake is named by advice and by no other, and good ones lose nothing
	$(begin)
	$(PYTHON) scripts/client_mistakes.py
	$(PYTHON) scripts/client_mistakes.py --good 3 --jobs 8

good_clients:
	$(begin)
	$(PYTHON) scripts/check_good_clients.py

dialects: # no fault is found in a service that speaks one
	$(begin)
	$(PYTHON) scripts/verify_dialects.py

defects_of_dialects: # a sample is seen in each
	$(begin)
	$(PYTHON) scripts/verify_dialects.py --defects --sample

drift: # of a mock from itself: none
	$(begin)
	$(PYTHON) scripts/drift_of_mock.py

sweep: # each deliberate defect makes a difference
	$(begin)
	$(PYTHON) scripts/sweep_defects.py

sweep_in_camel: # each third
	$(begin)
	$(PYTHON) scripts/sweep_defects.py camel --one-in 3

matrix: # a sample of the defects is killed. Always the same: a change fails by what it changed, not by the day
	$(begin)
	$(PYTHON) scripts/judge_defects.py --sample 1

level_full: # leaves nothing out
	$(begin)
	$(PYTHON) scripts/verify_whole.py

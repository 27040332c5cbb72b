#!/usr/bin/env bash
# Has documents of the `pdf` type judged by others: qpdf, poppler (pdfinfo, pdffonts, pdftotext) and pikepdf. One error,
# or one warning that docs/formats/pdf.md does not explain, fails it. Debian's tools are installed where they are missing
# and we are root.
#
#   scripts/validate_pdf.sh           50 reports of orders and three of groups, which it makes
#   scripts/validate_pdf.sh FOLDER    the *.pdf of a folder
# PYTHON names the interpreter that has pacsimile[dev] (default: .venv/bin/python).
set -euo pipefail

folder=${1:-}
if [ -n "$folder" ]; then
  [ -d "$folder" ] || { echo "validate_pdf: $folder is no folder" >&2; exit 2; }
  folder=$(cd "$folder" && pwd)
fi
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools qpdf:qpdf pdfinfo:poppler-utils pdffonts:poppler-utils pdftotext:poppler-utils
exec "${PYTHON:-.venv/bin/python}" scripts/validate_pdf.py ${folder:+"$folder"}

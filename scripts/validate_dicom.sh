#!/usr/bin/env bash
# Has documents of the `dicom_sr` and `dicom_pdf` types judged by others: dciodvfy (dicom3tools), dsrdump and dcm2pdf
# (dcmtk), and what is inside an Encapsulated PDF by qpdf and pikepdf. One error, or one warning that
# docs/formats/dicom.md does not explain, fails it. Debian's tools are installed where they are missing and we are root.
#
#   scripts/validate_dicom.sh           50 documents a type that it makes
#   scripts/validate_dicom.sh FOLDER    the *.dcm of a folder
# PYTHON names the interpreter that has pacsimile[dev] (default: .venv/bin/python).
set -euo pipefail

folder=${1:-}
if [ -n "$folder" ]; then
  [ -d "$folder" ] || { echo "validate_dicom: $folder is no folder" >&2; exit 2; }
  folder=$(cd "$folder" && pwd)
fi
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools dciodvfy:dicom3tools dsrdump:dcmtk dcm2pdf:dcmtk qpdf:qpdf
exec "${PYTHON:-.venv/bin/python}" scripts/validate_dicom.py ${folder:+"$folder"}

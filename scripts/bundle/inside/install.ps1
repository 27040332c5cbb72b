# Installs pacsimile from this folder: .\install.ps1 FOLDER [--slim]. Needs no network and no compiler.
$tried = @(@('py', '-3.14'), @('py', '-3.13'), @('py', '-3.12'), @('py', '-3.11'), @('python3'), @('python'))
if ($env:PYTHON) { $tried = @(, @($env:PYTHON)) }
foreach ($candidate in $tried) {
    $program = $candidate[0]
    $options = @($candidate | Select-Object -Skip 1)
    if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { continue }
    & $program @options -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> $null
    if ($LASTEXITCODE -eq 0) {
        & $program @options -I -B (Join-Path $PSScriptRoot 'install.py') @args
        exit $LASTEXITCODE
    }
}
$names = ($tried | ForEach-Object { $_ -join ' ' }) -join ', '
[Console]::Error.WriteLine("install.ps1: no Python 3.11 or newer was found. Tried: $names.")
[Console]::Error.WriteLine('             Install one, or name yours: $env:PYTHON = "C:\path\to\python.exe"')
exit 1

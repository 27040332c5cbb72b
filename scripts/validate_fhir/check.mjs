// node check.mjs FOLDER: validate each bundle of a folder, then show that the validators see what is wrong.
// Exit status 1: an error, or a remark that explained.mjs does not have.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { damages } from "./damage.mjs";
import * as validators from "./validators.mjs";

const [folder] = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const remarks = new Map();
let failures = 0;

for (const name of files) {
  const bundle = read(name);
  for (const [validator, validate] of Object.entries(validators)) {
    for (const problem of validate(bundle, remarks)) {
      failures += 1;
      console.log(`${name}: ${validator}: ${problem}`);
    }
  }
}
console.log(`${files.length} bundles: ${failures} problems found by ${Object.keys(validators).join(", ")}`);
for (const [remark, times] of [...remarks].sort()) console.log(`explained: fhirJs ${remark} (${times} times)`);

const whole = files.find((name) => read(name).entry.some(({ resource }) => resource.valueQuantity));
for (const [validator, what, damage] of damages) {
  const bundle = read(whole);
  damage(bundle);
  if (validators[validator](bundle).length === 0) {
    failures += 1;
    console.log(`${validator} does not see ${what}`);
  }
}
console.log(`${damages.length} damaged bundles shown to the validators`);
process.exitCode = files.length === 0 || failures > 0 ? 1 : 0;

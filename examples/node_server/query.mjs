// Queries and forms: decoding them, and judging each value before anything is looked up (STATUS-3).

import { badParameters } from "./problems.mjs";

// A byte order mark is a character like any other here: dropped, another name would name the same thing (STATUS-8).
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const TYPES = new Set(["json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr", "dicom_pdf", "csv"]);

/** What each parameter may be (the description's schemas), over the whole value. */
export const RULES = new Map([
  ["order_id", (value) => /^[A-Za-z0-9-]{1,64}$/.test(value)],
  ["study_uid", (value) => value.length <= 64 && /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$/.test(value)],
  ["study_group", isGroup],
  ["report_type", (value) => TYPES.has(value)],
  ["organizationId", (value) => /^[A-Za-z0-9._-]{1,64}$/.test(value)],
  ["limit", (value) => /^([1-9][0-9]{0,3}|10000)$/.test(value)],
]);

function isGroup(value) {
  const length = [...value].length;
  return length >= 1 && length <= 128 && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(value);
}

/** How bytes become text; an error where they are no UTF-8. */
export const reading = { text: (bytes) => utf8.decode(bytes) };

function decode(encoded) {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) throw new RangeError("a percent sign that escapes nothing");
  const unescaped = encoded.replaceAll("+", " ").replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return reading.text(Buffer.from(unescaped, "latin1"));
}

/** Names and values in their order, empty pieces left out; an error where something is not percent-encoded UTF-8. */
export function pairs(encoded) {
  return encoded
    .split("&")
    .filter(Boolean)
    .map((piece) => {
      const at = piece.indexOf("=");
      return at < 0 ? [decode(piece), ""] : [decode(piece.slice(0, at)), decode(piece.slice(at + 1))];
    });
}

/** An operation's parameters as a Map: each of `required`, exactly one of `oneOf`, perhaps some of `optional`. */
export function readQuery(query, { required = [], oneOf = [], optional = [] }) {
  let given;
  try {
    given = pairs(query);
  } catch {
    throw badParameters([["query", "is not percent-encoded UTF-8"]]);
  }
  const known = new Set([...required, ...oneOf, ...optional]);
  const values = new Map();
  const errors = [];
  for (const [name, value] of given) {
    if (!known.has(name)) errors.push([name, "unknown to this operation"]);
    else if (values.has(name)) errors.push([name, "given twice"]);
    else if (!RULES.get(name)(value)) errors.push([name, "not a possible value"]);
    values.set(name, value);
  }
  for (const name of required) if (!values.has(name)) errors.push([name, "missing"]);
  if (oneOf.length && oneOf.filter((name) => values.has(name)).length !== 1) {
    errors.push(...oneOf.map((name) => [name, "give exactly one of these"]));
  }
  if (errors.length) throw badParameters(errors);
  return values;
}

// The params of a provider state: read by kind, each judged before anything is made.

import { SECOND } from "./clock.mjs";
import { OFFERED_TYPES, STATUSES } from "./orders.mjs";
import { problem } from "./problems.mjs";
import { RULES } from "./query.mjs";
import { SCOPES } from "./tokens.mjs";

const TEN_YEARS = 10 * 365 * 24 * 3600;

/** 400: the params are wrong. */
export const wrong = (detail) => problem(400, "bad-state", detail);
/** 422: they make sense, but not here. */
export const notHere = (detail) => problem(422, "not-with-these-params", detail);

/** The params of one call. What is null is left out; without a default a param is required. */
export class Params {
  #values;

  constructor(values, known) {
    const unknown = Object.keys(values).find((name) => ![...known, "organization_id"].includes(name));
    if (unknown !== undefined) throw wrong(`this state has no such param; it has ${known.join(", ")}`);
    this.#values = new Map(Object.entries(values).filter(([, value]) => value !== null));
  }

  has(name) {
    return this.#values.has(name);
  }

  get(name, good, fallback) {
    const value = this.#values.get(name) ?? fallback;
    if (value === undefined) throw wrong(`${name} is missing`);
    if (value !== fallback && !good(value)) throw wrong(`${name} has a value that is not allowed`);
    return value;
  }

  text(name, fallback) {
    return this.get(name, (value) => typeof value === "string" && (RULES.get(name)?.(value) ?? value !== ""), fallback);
  }

  word(name, words, fallback) {
    return this.get(name, (value) => words.includes(value), fallback);
  }

  number(name, lowest, highest, fallback) {
    return this.get(name, (value) => Number.isInteger(value) && value >= lowest && value <= highest, fallback);
  }

  flag(name) {
    return this.get(name, (value) => typeof value === "boolean", false);
  }

  object(name) {
    return this.get(name, (value) => typeof value === "object" && !Array.isArray(value), {});
  }

  words(name, words, most, fallback) {
    const good = (value) => Array.isArray(value) && value.length > 0 && value.length <= most;
    return this.get(name, (value) => good(value) && value.every((one) => words.includes(one)), fallback);
  }

  statuses(name, most, fallback) {
    return this.words(name, STATUSES, most, fallback);
  }

  scopes(name) {
    return [...new Set(this.words(name, SCOPES, SCOPES.length))];
  }

  /** Types that this server can make of an order; 422 for others. */
  types(name) {
    const asked = this.get(name, (value) => Array.isArray(value) && value.length > 0, OFFERED_TYPES);
    if (asked.some((type) => !OFFERED_TYPES.includes(type))) throw notHere(`here are ${OFFERED_TYPES.join(", ")}`);
    return [...new Set(asked)];
  }

  /** Seconds as milliseconds. */
  seconds(name, lowest = 0) {
    return milliseconds(this.get(name, (value) => isSeconds(value, lowest), 0));
  }

  /** One entry each for `count` things. */
  #each(name, count, good, fallback) {
    return this.get(name, (value) => Array.isArray(value) && value.length === count && value.every(good), fallback);
  }

  /** Seconds one each, as milliseconds; by default a second apart. */
  secondsEach(name, count) {
    const fallback = Array.from({ length: count }, (_, place) => place);
    return this.#each(name, count, (value) => isSeconds(value, -TEN_YEARS), fallback).map(milliseconds);
  }

  /** Offsets one each. */
  offsets(name, count) {
    const good = (value) => typeof value === "string" && /^(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.test(value);
    return this.#each(name, count, good, Array(count).fill("Z"));
  }

  /** Different whole numbers one each. */
  ranks(name, count) {
    const ranks = this.#each(name, count, Number.isInteger, [...Array(count).keys()]);
    if (new Set(ranks).size < count) throw wrong(`${name} has a number twice`);
    return ranks;
  }
}

const isSeconds = (value, lowest) => Number.isFinite(value) && value >= lowest && value <= TEN_YEARS;

function milliseconds(seconds) {
  const exact = seconds * SECOND;
  const whole = Math.abs(exact - Math.round(exact)) <= 1e-6 * Math.max(1, Math.abs(exact));
  if (!whole) throw notHere("time has milliseconds here");
  return Math.round(exact);
}

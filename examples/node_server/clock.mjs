// Time: one clock for the whole server, and instants as whole milliseconds since 1970.

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The machine's clock plus what tests let pass. It never runs backwards. */
export class Clock {
  #ahead = 0;
  #latest = 0;

  /** The present instant. */
  now() {
    this.#latest = Math.max(this.#latest, Date.now() + this.#ahead);
    return this.#latest;
  }

  /** Lets so many milliseconds pass: tokens expire with it, `Date` follows it. */
  advance(milliseconds) {
    this.#ahead += milliseconds;
  }
}

/** An instant as RFC 3339 has it, with an offset such as `+05:30`, and as many digits of a fraction as it needs. */
export function rfc3339(instant, offset = "Z") {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [null, "+", 0, 0];
  const shift = (sign === "-" ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
  const [seconds, fraction] = new Date(instant + shift).toISOString().slice(0, -1).split(".");
  const digits = fraction.replace(/0+$/, "");
  return seconds + (digits && `.${digits}`) + offset;
}

import { z } from "zod";

// Written as escapes: the characters themselves would be invisible here. Tab, line feed and carriage return pass.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these characters that are refused
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;

/** Text that a person typed: trimmed, without control characters (PostgreSQL refuses NUL), 1 to `max` characters. */
export function text(max: number) {
  return z
    .string()
    .trim()
    .min(1, "Please fill this in.")
    .max(max, `Please keep this to ${max} characters.`)
    .refine((value) => !CONTROL_CHARACTERS.test(value), "Please leave out control characters.");
}

/** An instant as ISO 8601 with its offset, between 2000 and 2200, kept as a Date. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: "Please give a date and time with its time zone, as 2026-11-21T09:00:00Z.",
  })
  .transform((value) => new Date(value))
  .refine((date) => {
    const year = date.getUTCFullYear();
    return year >= 2000 && year < 2200;
  }, "Please give a date between 2000 and 2200.");

/** The `limit` of a list: 1 to 100, 50 unless told. */
export const pageLimit = z.coerce.number().int().min(1).max(100).default(50);

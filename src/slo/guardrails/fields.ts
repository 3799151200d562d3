// The shapes and texts that several guardrails share.
import { z } from "zod";
import type { Percent } from "../percent.ts";
import { shareOf } from "../percent.ts";
import { severities } from "../slo.ts";
import type { Minutes } from "./guardrail.ts";

export const positive = z.number().positive();
export const share = z
  .string()
  .regex(/^\d+(\.\d+)?%$/, 'is not a percentage such as "5%"')
  .refine((text) => !/^\d+(\.\d+)?%$/.test(text) || isShare(text), 'is not a share between 0% and 100% such as "5%"');
export const minutes = z.string().regex(/^[1-9]\d{0,3}m$/, 'is not a number of minutes such as "10m"');
export const count = positive.refine(Number.isInteger, "is not a whole number such as 20");

/** The field that every guardrail has. */
export const optionFields = { severity: z.exactOptional(z.enum(severities)) };

function isShare(text: string): boolean {
  const value = shareOf(text).toNumber();
  return value > 0 && value < 1;
}

/** The number in "5%". */
export function shareNumber(percent: Percent): number {
  return shareOf(percent).toNumber();
}

/** Seconds of "10m". */
export function secondsOf(text: Minutes): number {
  return Number.parseInt(text, 10) * 60;
}

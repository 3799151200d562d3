// Percentages as exact decimals: no printer can mend what `100 - 99.9` does to a binary number.
import Big from "big.js";

/** A share of events, written as people write it. @example "99.9%" */
export type Percent = `${number}%`;

/** An objective or an error budget, exact. */
export type Decimal = Big;

/** Reads "99.9%" or 99.9 as a share of 1. @throws when the text is no decimal number. */
export function shareOf(percent: string | number): Decimal {
  const text = String(percent).trim().replace(/%$/, "");
  return new Big(text).div(100);
}

/** 1 - share, exact. @example complement(shareOf("99.9%")).toNumber() // 0.001 */
export function complement(share: Decimal): Decimal {
  return new Big(1).minus(share);
}

/** A share as a percentage, without binary noise. @example printPercent(new Big("0.999")) // "99.9%" */
export function printPercent(share: Decimal): Percent {
  return `${share.times(100).toString()}%` as Percent;
}

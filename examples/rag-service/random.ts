/** Numbers from 0 to 1, the same ones for the same seed. */
export type Random = () => number;

/** @see https://github.com/cprosche/mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Range = readonly [low: number, high: number];

export const between = (random: Random, [low, high]: Range): number => low + random() * (high - low);

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

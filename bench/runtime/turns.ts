// Measures subjects in turns within one process, so that a slow moment of the machine hits all of them alike.

/** Ours against a reference, and the reference against itself: what noise looks like, in half of the rounds. */
export interface Comparison {
  readonly ours: number;
  readonly reference: number;
  /** Ours over the reference: the median of the rounds. */
  readonly ratio: number;
  readonly noise: { readonly low: number; readonly high: number };
}

/** CPU time of this process so far, its garbage collector's included: on a busy machine, what others take is not in it. */
export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds of one turn. */
type Turn = () => number | Promise<number>;

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

const median = (values: readonly number[]) => quantile(values, 0.5);

/** Each round measures ours, the reference and the reference again, beginning with another one each time. */
export async function compare(ours: Turn, reference: Turn, again: Turn, rounds: number): Promise<Comparison> {
  const turns = [ours, reference, again] as const;
  for (const turn of turns) await turn();
  const figures: [number, number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    const figure: [number, number, number] = [0, 0, 0];
    for (let turn = 0; turn < 3; turn++) {
      const at = ((round + turn) % 3) as 0 | 1 | 2;
      figure[at] = await turns[at]();
    }
    figures.push(figure);
  }
  const noise = figures.map(([, first, second]) => first / second);
  return {
    ours: median(figures.map(([our]) => our)),
    reference: median(figures.map(([, first]) => first)),
    ratio: median(figures.map(([our, first, second]) => our / ((first + second) / 2))),
    noise: { low: quantile(noise, 0.25), high: quantile(noise, 0.75) },
  };
}

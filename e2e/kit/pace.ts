/** Calls at a steady pace, and what was typical of them. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls at a steady pace for as long as asked. @returns how often */
export async function paced(everyMs: number, forMs: number, act: (step: number) => void): Promise<number> {
  const begun = performance.now();
  let step = 0;
  for (; step * everyMs < forMs; step += 1) {
    act(step);
    await rest(Math.max(0, begun + (step + 1) * everyMs - performance.now()));
  }
  return step;
}

/** Chance held still: the same middling draw every time, and no fault of its own. What goes wrong is written in the story. */
import { Faults } from '../faults.ts';
import { Draw } from '../random.ts';

export class StillDraw extends Draw {
  override part(): number {
    return 0.5;
  }
  override int(least: number, most: number): number {
    return least + Math.floor((most - least) / 2);
  }
  override between(least: number, most: number): number {
    return (least + most) / 2;
  }
  /** What is as likely as not happens: orders trade in two parts. */
  override chance(probability: number): boolean {
    return probability >= 0.5;
  }
  override pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[0];
  }
}

export function noFaults(): Faults {
  const faults = new Faults(new StillDraw('faults'));
  faults.end();
  return faults;
}

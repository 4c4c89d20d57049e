/**
 * Leverage brackets: how much leverage a notional may have and how much margin it needs to stay open. The venue's
 * own tables differ by symbol and time; these have its form and the order of magnitude of its published ones.
 */
import { add, type Decimal, decimal, lte, max, type Ratio, scale, subtract, type Usdt, usdt } from '../../../shared/domain/units.ts';

export interface Bracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalFloor: Usdt;
  readonly notionalCap: Usdt;
  readonly maintMarginRatio: Ratio;
  /** What is taken off notional × ratio, so that maintenance margin has no jump at the floor. */
  readonly cum: Usdt;
}

type Row = readonly [cap: string, leverage: number, maintMarginRatio: string];

const majors: readonly Row[] = [
  ['300000', 125, '0.004'],
  ['800000', 100, '0.005'],
  ['3000000', 75, '0.0065'],
  ['12000000', 50, '0.01'],
  ['70000000', 25, '0.02'],
  ['100000000', 20, '0.025'],
  ['230000000', 10, '0.05'],
  ['480000000', 5, '0.1'],
  ['600000000', 4, '0.125'],
  ['800000000', 3, '0.15'],
  ['1200000000', 2, '0.25'],
  ['1800000000', 1, '0.5'],
];
const others: readonly Row[] = [
  ['10000', 75, '0.005'],
  ['50000', 50, '0.01'],
  ['500000', 25, '0.02'],
  ['2000000', 20, '0.025'],
  ['5000000', 10, '0.05'],
  ['10000000', 5, '0.1'],
  ['12500000', 4, '0.125'],
  ['25000000', 2, '0.25'],
  ['50000000', 1, '0.5'],
];

function table(rows: readonly Row[]): readonly Bracket[] {
  const brackets: Bracket[] = [];
  for (const [cap, initialLeverage, ratioText] of rows) {
    const before = brackets.at(-1);
    const floor = before?.notionalCap ?? usdt('0');
    const maintMarginRatio = decimal<'ratio'>(ratioText);
    const rise = before === undefined ? decimal<'ratio'>('0') : subtract(maintMarginRatio, before.maintMarginRatio);
    brackets.push({
      bracket: brackets.length + 1,
      initialLeverage,
      notionalFloor: floor,
      notionalCap: usdt(cap),
      maintMarginRatio,
      cum: add(before?.cum ?? usdt('0'), scale(floor, rise)),
    });
  }
  return brackets;
}

const majorBrackets = table(majors);
const otherBrackets = table(others);

/** The brackets of a symbol, by rising notional. */
export const bracketsOf = (symbol: string): readonly Bracket[] => (symbol === 'BTCUSDT' || symbol === 'ETHUSDT' ? majorBrackets : otherBrackets);

/** The bracket that a notional (never negative) falls in; the last one for more than its cap. */
export function bracketAt(brackets: readonly Bracket[], notional: Usdt): Bracket {
  const found = brackets.find((bracket) => lte(notional, bracket.notionalCap)) ?? brackets.at(-1);
  if (found === undefined) throw new RangeError('Invariant: a symbol has at least one bracket');
  return found;
}

/** Maintenance margin of a position: notional × ratio − cum of its bracket. */
export function maintenance(brackets: readonly Bracket[], notional: Usdt): Usdt {
  const bracket = bracketAt(brackets, notional);
  return max(subtract(scale(notional, bracket.maintMarginRatio), bracket.cum), usdt('0'));
}

/** The largest notional that may be held at a leverage; undefined where the symbol does not offer the leverage. */
export function maxNotional(brackets: readonly Bracket[], leverage: number): Decimal<'usdt'> | undefined {
  return brackets.findLast((bracket) => bracket.initialLeverage >= leverage)?.notionalCap;
}

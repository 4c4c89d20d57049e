/**
 * Diff depth of one symbol: what changed between two looks at the book, with update ids that join.
 *
 * 1. pu of an event is u of the event before it in the same stream; U is one more.
 * 2. A REST snapshot takes an update id of its own, so U ≤ lastUpdateId ≤ u holds for the event after it.
 * 3. A level that a snapshot showed otherwise than the last event is in the next event, even if it changed back.
 */
import { type Price, ZERO } from '../../../shared/domain/units.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import type { Book } from '../../model/book.ts';
import { fixed } from './digits.ts';

type Row = readonly [price: string, quantity: string];
const sides = ['buy', 'sell'] as const;
type Side = (typeof sides)[number];
type Levels = Map<Price, string>;

export interface DepthEvent {
  readonly e: 'depthUpdate';
  readonly E: number;
  readonly T: number;
  readonly s: string;
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly Row[];
  readonly a: readonly Row[];
}
export interface DepthStream {
  /** The next event; undefined while nothing happened since the last. */
  event(now: number): DepthEvent | undefined;
  close(): void;
}
export interface Depth {
  /** The last update id, after a look whether the book changed. */
  currentId(): number;
  /** An id of its own for a snapshot that is taken in the same instant. */
  snapshotId(): number;
  /** A stream of its own: events of different speeds do not share `pu`. */
  open(): DepthStream;
}

/** @param firstId the first update id @param book the symbol's book, asked for at each look */
export function createDepth(rules: SymbolRules, firstId: number, book: () => Book): Depth {
  let id = firstId;
  let seen = { book: book(), version: book().version };
  const marks = new Set<() => void>();
  const look = (side: Side): Levels =>
    new Map(
      book()
        .levels(side)
        .map((level) => [level.price, fixed(level.quantity, rules.quantityPlaces)]),
    );
  const notice = (): void => {
    const current = book();
    if (current === seen.book && current.version === seen.version) return;
    seen = { book: current, version: current.version };
    id += 1;
  };
  const open = (): DepthStream => {
    notice();
    let sent = id;
    const shown: Record<Side, Levels> = { buy: look('buy'), sell: look('sell') };
    const touched: Record<Side, Set<Price>> = { buy: new Set(), sell: new Set() };
    const mark = (): void => {
      for (const side of sides) {
        const levels = look(side);
        for (const price of [...shown[side].keys(), ...levels.keys()]) {
          if (shown[side].get(price) !== levels.get(price)) touched[side].add(price);
        }
        shown[side] = levels;
      }
    };
    const rows = (side: Side): readonly Row[] => {
      const changed = [...touched[side]];
      touched[side].clear();
      return changed.map((price): Row => [fixed(price, rules.pricePlaces), shown[side].get(price) ?? fixed(ZERO, rules.quantityPlaces)]);
    };
    marks.add(mark);
    return {
      event(now) {
        notice();
        if (id === sent) return undefined;
        mark();
        const before = sent;
        sent = id;
        return { e: 'depthUpdate', E: now, T: now, s: rules.symbol, U: before + 1, u: id, pu: before, b: rows('buy'), a: rows('sell') };
      },
      close: () => marks.delete(mark),
    };
  };
  return {
    currentId() {
      notice();
      return id;
    },
    snapshotId() {
      notice();
      for (const mark of marks) mark();
      id += 1;
      return id;
    },
    open,
  };
}

/** A path of the venue: who may ask, what it weighs, what it answers. */
import { type Ratio, text } from '../../../shared/domain/units.ts';
import type { ExchangeParts } from '../../model/binance/parts.ts';
import type { SymbolRules } from '../../model/binance/order-check.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import type { Market } from '../../model/market.ts';
import type { Fault } from '../../faults.ts';
import type { BinanceOptions } from './options.ts';
import { type Parameters, required } from './parameters.ts';
import type { Tape } from './tape.ts';
import type { UserStream } from './user-stream.ts';

/** What the paths work with. */
export interface Desk {
  readonly parts: ExchangeParts;
  readonly market: Market;
  readonly user: UserStream;
  readonly tape: Tape;
  /** As they stand: some may be changed while the venue runs. */
  readonly options: BinanceOptions;
  /** Does something later, puts what it changed on record and lets its events go; forgotten when the venue closes. */
  later(ms: number, act: () => void): void;
  /** Last update id of the symbol's depth stream, raised by one: a snapshot lies within the next event. */
  snapshotId(symbol: string): number;
  /** Last update id of the symbol's depth stream. */
  currentId(symbol: string): number;
}

export interface Call {
  readonly parameters: Parameters;
  /** A planted fault on an order; null without one. */
  readonly fault: Fault | null;
}

export interface OrderCount {
  readonly short: number;
  readonly long: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly security: 'none' | 'key' | 'signed';
  /** Request weight; by the parameters where it depends on them. */
  readonly weight: number | ((parameters: Parameters) => number);
  /** How many orders it counts as, in the windows of ten seconds and of a minute. */
  readonly orders?: OrderCount;
  handle(desk: Desk, call: Call): Checked<unknown>;
}

/** The rules of the symbol that a request must name. */
export function namedSymbol(desk: Desk, parameters: Parameters): Checked<SymbolRules> {
  const symbol = required(parameters, 'symbol');
  if (!symbol.ok) return symbol;
  const rules = desk.parts.rules(symbol.value);
  return rules === undefined ? refuse(refusals.symbol) : accept(rules);
}

/** The rules of the symbol that a request names, or of every symbol where it names none. */
export function namedOrAll(desk: Desk, parameters: Parameters): Checked<readonly SymbolRules[]> {
  if (parameters.get('symbol') !== undefined) {
    const one = namedSymbol(desk, parameters);
    return one.ok ? accept([one.value]) : one;
  }
  return accept(desk.market.listed('binance').flatMap((listed) => desk.parts.rules(listed.symbol) ?? []));
}

/** A list's only row where the request names a symbol, else the list: what most public paths answer. */
export function oneOrList<T>(parameters: Parameters, rows: readonly T[]): T | readonly T[] {
  const first = rows[0];
  return parameters.get('symbol') !== undefined && first !== undefined ? first : rows;
}

/** The refusal that a planted fault stands for; undefined where it lets the order through. */
export function plantedRefusal(fault: Fault | null, rules: SymbolRules): Refusal | undefined {
  switch (fault?.kind) {
    case 'insufficientFunds':
      return refusals.margin;
    case 'filterReject':
      return refusals.notional(text(rules.minNotional));
    case 'filterChange':
      return refusals.offStep;
    case 'halt':
      return refusals.symbolStatus;
    default:
      return undefined;
  }
}

/** What a planted fault does to an order that is taken: the part that it lets fill, and how the rest ends. */
export function plantedEnd(fault: Fault | null): { readonly fraction?: Ratio; readonly endsAs?: 'CANCELED' } {
  if (fault?.kind === 'partialFill') return { fraction: fault.fraction };
  return fault?.kind === 'venueCancel' && fault.delayMs === null ? { fraction: fault.fraction, endsAs: 'CANCELED' } : {};
}

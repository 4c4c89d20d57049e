/**
 * What an account holds, currency by currency.
 *
 * 1. Nothing is ever below zero: `take` answers undefined instead.
 * 2. What a lock takes from the free balance is what a release gives back, to the last digit.
 * 3. A coin of which nothing is left has no row, as at Upbit; KRW always has one.
 */
import { z } from 'zod';
import { add, divide, isZero, type Krw, lt, notional, type Price, type Quantity, relabel, subtract, zero } from '../../../shared/domain/units.ts';
import { type Amount, decimalOf } from './order.ts';

/** The form in which a holding is on disk. */
export const holdingForm = z.object({
  /** What may be spent: Upbit's `balance`. */
  balance: decimalOf<'amount'>(),
  locked: decimalOf<'amount'>(),
  /** KRW a coin on average, eight places; Upbit's own rounding is [?]. */
  avgBuyPrice: decimalOf<'price'>(),
});
export type Holding = Readonly<z.infer<typeof holdingForm>>;

export interface Wallet {
  /** An empty holding where there is none. */
  get(currency: string): Holding;
  /** KRW first, then in the order of first purchase. */
  rows(): readonly (readonly [currency: string, holding: Holding])[];
  /** Moves free balance into the lock. @returns false, with nothing changed, when there is not enough */
  lock(currency: string, amount: Amount): boolean;
  /** Moves locked balance back. */
  release(currency: string, amount: Amount): void;
  /** Spends locked balance. */
  spend(currency: string, amount: Amount): void;
  /** Adds free balance. */
  credit(currency: string, amount: Amount): void;
  /** Adds bought coins and carries the average purchase price on. */
  creditCoins(currency: string, volume: Quantity, funds: Krw): void;
  restore(currency: string, holding: Holding): void;
  clear(): void;
}

const empty: Holding = { balance: zero(), locked: zero(), avgBuyPrice: zero() };

/** @param changed called with each currency whose holding changed and what it is then; null: the row is gone */
export function createWallet(changed: (currency: string, holding: Holding | null) => void): Wallet {
  const holdings = new Map<string, Holding>([['KRW', empty]]);
  const get = (currency: string): Holding => holdings.get(currency) ?? empty;
  const set = (currency: string, next: Holding) => {
    if (lt(next.balance, zero()) || lt(next.locked, zero())) throw new Error(`Invariant: holdings are never negative, was ${currency}`);
    const isGone = currency !== 'KRW' && isZero(next.balance) && isZero(next.locked);
    if (isGone) holdings.delete(currency);
    else holdings.set(currency, next);
    changed(currency, isGone ? null : next);
  };
  const credit = (currency: string, amount: Amount) => {
    const held = get(currency);
    set(currency, { ...held, balance: add(held.balance, amount) });
  };

  return {
    get,
    rows: () => [...holdings],
    lock: (currency, amount) => {
      const held = get(currency);
      if (lt(held.balance, amount)) return false;
      set(currency, { ...held, balance: subtract(held.balance, amount), locked: add(held.locked, amount) });
      return true;
    },
    release: (currency, amount) => {
      const held = get(currency);
      set(currency, { ...held, balance: add(held.balance, amount), locked: subtract(held.locked, amount) });
    },
    spend: (currency, amount) => {
      const held = get(currency);
      set(currency, { ...held, locked: subtract(held.locked, amount) });
    },
    credit,
    creditCoins: (currency, volume, funds) => {
      const held = get(currency);
      const before = relabel<'quantity'>(add(held.balance, held.locked));
      const cost = add(relabel<'krw'>(notional(held.avgBuyPrice, before)), funds);
      const avgBuyPrice: Price = divide<'price'>(cost, add(before, volume), 8, 'halfEven');
      set(currency, { ...held, balance: add(held.balance, relabel<'amount'>(volume)), avgBuyPrice });
    },
    restore: (currency, holding) => {
      holdings.set(currency, holding);
    },
    clear: () => {
      holdings.clear();
      holdings.set('KRW', empty);
    },
  };
}

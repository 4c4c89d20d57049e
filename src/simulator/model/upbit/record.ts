/**
 * What an Upbit account has on record, and the draft of what a call is changing.
 *
 * 1. `commit` writes a call's changes in one piece before anybody hears of them.
 * 2. Ids are made of the account's salt and a count on record, so they never come twice, restarts and resets included.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { zero } from '../../../shared/domain/units.ts';
import type { Keep } from '../../keep.ts';
import type { VenueClock } from '../../venue.ts';
import { orderForm, type UpbitOrder, type UpbitTrade } from './order.ts';
import { createWallet, type Holding, holdingForm, type Wallet } from './wallet.ts';

/** What private streams tell, in the order in which it happened. */
export type AccountEvent =
  | {
      readonly kind: 'order';
      readonly order: UpbitOrder;
      readonly state: UpbitOrder['state'] | 'trade' | 'prevented';
      readonly trade: UpbitTrade | null;
      readonly at: number;
    }
  | { readonly kind: 'asset'; readonly holdings: readonly (readonly [currency: string, holding: Holding])[]; readonly at: number };

export interface RecordParts {
  readonly keep: Keep;
  readonly clock: VenueClock;
  /** Names a new account's salt. */
  readonly random: () => number;
  /** Hears of every change after it is on record. */
  readonly told: (event: AccountEvent) => void;
}

/** Of how many orders, the latest, earlier versions stay in memory. */
const keptHistories = 2000;

const identityForm = z.object({ salt: z.string(), count: z.number() });
const identifierForm = z.object({ uuid: z.string().nullable() });

export class AccountRecord {
  readonly wallet: Wallet;
  readonly #parts: RecordParts;
  readonly #orders = new Map<string, UpbitOrder>();
  readonly #waiting = new Set<string>();
  /** Every version of the latest orders, oldest first: what a query that lags still shows. */
  readonly #versions = new Map<string, UpbitOrder[]>();
  /** null: used by an order that was refused. */
  readonly #identifiers = new Map<string, string | null>();
  #identity = { salt: '', count: 0 };
  #changes = new Map<string, unknown>();
  #events: AccountEvent[] = [];
  #touched = new Map<string, Holding>();

  /** @throws ZodError when the record is not one that this class wrote */
  constructor(parts: RecordParts) {
    this.#parts = parts;
    this.wallet = createWallet((currency, holding) => {
      this.#changes.set(`holding:${currency}`, holding);
      this.#touched.set(currency, holding ?? { balance: zero(), locked: zero(), avgBuyPrice: zero() });
    });
    this.#restore();
  }

  order = (uuid: string): UpbitOrder | undefined => this.#orders.get(uuid);
  /** All orders ever, oldest first. */
  orders = (): Iterable<UpbitOrder> => this.#orders.values();
  /** Orders that wait, oldest first. */
  waiting = (): readonly UpbitOrder[] => [...this.#waiting].flatMap((uuid) => this.#orders.get(uuid) ?? []);
  isUsed = (identifier: string): boolean => this.#identifiers.has(identifier);
  /** @returns the order's uuid; undefined when no order bears the identifier */
  named = (identifier: string): string | undefined => this.#identifiers.get(identifier) ?? undefined;

  /** @returns the order as it was at this time of the venue's clock; undefined when it was not there yet */
  asOf(uuid: string, at: number): UpbitOrder | undefined {
    return this.#versions.has(uuid) ? this.#versions.get(uuid)?.findLast((version) => version.updatedAt <= at) : this.#orders.get(uuid);
  }
  /** @returns the order as it was taken, before its first fill; orders from before the start as they are */
  asTaken = (uuid: string): UpbitOrder | undefined => this.#versions.get(uuid)?.[0] ?? this.#orders.get(uuid);

  /** Marks an identifier as used for ever. @param uuid the order that bears it, null when that was refused */
  claim(identifier: string | null, uuid: string | null): void {
    if (identifier === null) return;
    this.#identifiers.set(identifier, uuid);
    this.#changes.set(`identifier:${identifier}`, { uuid });
  }

  /** @returns a new id and its number in the account's life */
  draw(): { readonly uuid: string; readonly number: number } {
    if (this.#identity.salt === '') this.#identity = { salt: `${this.#parts.random()}/${this.#parts.clock.now()}`, count: 0 };
    this.#identity = { ...this.#identity, count: this.#identity.count + 1 };
    this.#changes.set('identity', this.#identity);
    return { uuid: uuidFrom(`${this.#identity.salt}/${this.#identity.count}`), number: this.#identity.count };
  }

  /** Puts an order on record and tells of it, then of the holdings that changed with it. @param prevented by self-match prevention */
  save(order: UpbitOrder, trade: UpbitTrade | null = null, prevented = false): void {
    this.#orders.set(order.uuid, order);
    this.#keepVersion(order);
    if (order.state === 'wait') this.#waiting.add(order.uuid);
    else this.#waiting.delete(order.uuid);
    this.#changes.set(`order:${order.uuid}`, order);
    const state = prevented ? 'prevented' : trade === null ? order.state : 'trade';
    this.#events.push({ kind: 'order', order, state, trade, at: order.updatedAt });
    this.#tellAssets(order.updatedAt);
  }

  commit(): void {
    const changes = [...this.#changes];
    const events = this.#events;
    this.#changes = new Map();
    this.#events = [];
    this.#parts.keep.write(changes);
    for (const event of events) this.#parts.told(event);
  }

  /** Forgets everything but the count of ids. @param refill puts the new holdings in */
  clear(refill: (wallet: Wallet) => void): void {
    for (const key of this.#parts.keep.load().keys()) if (key !== 'identity') this.#changes.set(key, null);
    this.#orders.clear();
    this.#versions.clear();
    this.#waiting.clear();
    this.#identifiers.clear();
    this.wallet.clear();
    refill(this.wallet);
    this.#tellAssets(this.#parts.clock.now());
    this.commit();
  }

  #keepVersion(order: UpbitOrder): void {
    const versions = this.#versions.get(order.uuid);
    if (versions !== undefined) versions.push(order);
    // An order from before the start has no beginning here.
    else if (order.trades.length === 0 && order.state === 'wait') this.#versions.set(order.uuid, [order]);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > keptHistories && oldest !== undefined) this.#versions.delete(oldest);
  }

  #tellAssets(at: number): void {
    if (this.#touched.size > 0) this.#events.push({ kind: 'asset', holdings: [...this.#touched], at });
    this.#touched = new Map();
  }

  #restore(): void {
    const orders: UpbitOrder[] = [];
    for (const [key, value] of this.#parts.keep.load()) {
      const [kind, name] = split(key);
      if (kind === 'identity') this.#identity = identityForm.parse(value);
      else if (kind === 'holding') this.wallet.restore(name, holdingForm.parse(value));
      else if (kind === 'identifier') this.#identifiers.set(name, identifierForm.parse(value).uuid);
      else if (kind === 'order') orders.push(orderForm.parse(value));
    }
    for (const order of orders.toSorted((a, b) => a.number - b.number)) {
      this.#orders.set(order.uuid, order);
      if (order.state === 'wait') this.#waiting.add(order.uuid);
    }
  }
}

function split(key: string): readonly [kind: string, name: string] {
  const colon = key.indexOf(':');
  return colon === -1 ? [key, ''] : [key.slice(0, colon), key.slice(colon + 1)];
}

/** A uuid (version 4 in form) made of a name. */
export function uuidFrom(name: string): string {
  const bytes = createHash('sha256').update(name).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * An order by hand while it is typed: which kinds a venue and side take, which fields a kind has, and what is sent. The
 * engine decides all of it again; here it keeps a person from typing what can never be sent. Pure.
 */
import type { CommandInput } from '../../../../shared/contract/commands.ts';
import { shiftPoint } from '../../../ui/setting-catalog.ts';
import { isAmount, isCoinName } from '../../overview/amount.ts';

export type HandOrder = CommandInput<'order.place'>;
export type Venue = HandOrder['venue'];
export type Side = HandOrder['side'];
type Terms = HandOrder['terms'];
export type Kind = Terms['type'];
export type TimeInForce = Extract<Terms, { type: 'limit' }>['timeInForce'];

export interface Draft {
  readonly venue: Venue;
  readonly coin: string;
  readonly side: Side;
  readonly kind: Kind;
  readonly timeInForce: TimeInForce;
  /** Coins, or KRW where the kind is by cost. */
  readonly size: string;
  readonly price: string;
  readonly trigger: string;
  /** Percent, as it is shown. */
  readonly callback: string;
  /** May stay empty: the trail begins at once. */
  readonly activation: string;
}
/** What is typed as a number. */
export type Amount = 'size' | 'price' | 'trigger' | 'callback' | 'activation';

/** See `OrderTerms` in src/shared/domain/venue.ts. A perpetual sale is a short: what only reduces is a buy there. */
const kinds: Readonly<Record<Venue, Readonly<Record<Side, readonly Kind[]>>>> = {
  upbit: { buy: ['limit', 'marketByCost', 'bestByCost'], sell: ['limit', 'market', 'best'] },
  binance: { buy: ['limit', 'market', 'stopMarket', 'trailingStopMarket'], sell: ['limit', 'market'] },
};
export const kindsOf = ({ venue, side }: Pick<Draft, 'venue' | 'side'>): readonly Kind[] => kinds[venue][side];

interface Fields {
  readonly isByCost: boolean;
  readonly amounts: readonly Amount[];
  readonly timesInForce: readonly TimeInForce[];
}
const byQuantity = { isByCost: false, timesInForce: [] } as const;
const immediate = ['IOC', 'FOK'] as const;
const fields: Readonly<Record<Kind, Fields>> = {
  limit: { isByCost: false, amounts: ['size', 'price'], timesInForce: ['GTC', 'IOC', 'FOK', 'postOnly'] },
  market: { ...byQuantity, amounts: ['size'] },
  marketByCost: { isByCost: true, amounts: ['size'], timesInForce: [] },
  best: { isByCost: false, amounts: ['size'], timesInForce: immediate },
  bestByCost: { isByCost: true, amounts: ['size'], timesInForce: immediate },
  stopMarket: { ...byQuantity, amounts: ['size', 'trigger'] },
  trailingStopMarket: { ...byQuantity, amounts: ['size', 'callback', 'activation'] },
};
export const fieldsOf = ({ kind }: Pick<Draft, 'kind'>): Fields => fields[kind];
/** A perpetual is bought back only: nothing here opens a long. */
export const isReduceOnly = ({ venue, side }: Pick<Draft, 'venue' | 'side'>): boolean => venue === 'binance' && side === 'buy';

export const emptyDraft = (coin: string): Draft => ({
  venue: 'upbit',
  coin,
  side: 'buy',
  kind: 'limit',
  timeInForce: 'GTC',
  size: '',
  price: '',
  trigger: '',
  callback: '',
  activation: '',
});

/** The same intention on the other side, where it has another kind. */
const counterparts: Partial<Readonly<Record<Kind, Kind>>> = {
  market: 'marketByCost',
  marketByCost: 'market',
  best: 'bestByCost',
  bestByCost: 'best',
};

/**
 * The draft with something of it changed, and all the rest fit for that. A number never changes its meaning: what was
 * typed as coins is no sum of money, a price in KRW none in USDT.
 */
export function changed(before: Draft, change: Partial<Draft>): Draft {
  const next = { ...before, ...change };
  const allowed = kindsOf(next);
  const counterpart = counterparts[next.kind];
  const kind = allowed.includes(next.kind) ? next.kind : counterpart !== undefined && allowed.includes(counterpart) ? counterpart : 'limit';
  const { isByCost, timesInForce } = fields[kind];
  const isOther = next.venue !== before.venue || next.coin !== before.coin;
  return {
    ...next,
    kind,
    timeInForce: timesInForce.includes(next.timeInForce) ? next.timeInForce : (timesInForce[0] ?? next.timeInForce),
    ...(isByCost !== fields[before.kind].isByCost || next.coin !== before.coin ? { size: '' } : {}),
    ...(isOther ? { price: '', trigger: '', activation: '' } : {}),
  };
}

/** Percent, between the least and the most that Binance takes, in steps of a tenth. */
export const callbackRange = { least: '0.1', most: '10' } as const;
const isCallback = (text: string): boolean =>
  /^\d{1,2}(\.\d)?$/.test(text) && Number(text) >= Number(callbackRange.least) && Number(text) <= Number(callbackRange.most);
const isRight = (name: Amount, text: string): boolean => (name === 'callback' ? isCallback(text) : isAmount(text));

/** Whether what was typed is no such number; nothing typed yet is not wrong. */
export const isWrong = (name: Amount, text: string): boolean => text !== '' && !isRight(name, text);

/** What would be sent; null while something is missing or wrong. */
export function orderOf(draft: Draft): HandOrder | null {
  const { venue, coin, side } = draft;
  const isMissing = (name: Amount) => !isRight(name, draft[name]) && !(name === 'activation' && draft.activation === '');
  if (!isCoinName(coin) || fieldsOf(draft).amounts.some(isMissing)) return null;
  return { venue, coin, side, terms: termsOf(draft) };
}

function termsOf({ kind, size, price, trigger, callback, activation, timeInForce }: Draft): Terms {
  // The kinds that know only two of them have one of those two (`changed`).
  const atOnce = timeInForce === 'FOK' ? 'FOK' : 'IOC';
  switch (kind) {
    case 'limit':
      return { type: kind, quantity: size, price, timeInForce };
    case 'market':
      return { type: kind, quantity: size };
    case 'marketByCost':
      return { type: kind, cost: size };
    case 'best':
      return { type: kind, quantity: size, timeInForce: atOnce };
    case 'bestByCost':
      return { type: kind, cost: size, timeInForce: atOnce };
    case 'stopMarket':
      return { type: kind, quantity: size, triggerPrice: trigger };
    case 'trailingStopMarket':
      return { type: kind, quantity: size, callback: shiftPoint(callback, -2), ...(activation === '' ? {} : { activationPrice: activation }) };
  }
}

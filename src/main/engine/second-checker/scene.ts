/** What the second checker's world looks like at a moment: prices, depth, what is missing or old, what the accounts hold. */
import { one, times, whole } from './whole.ts';

export type Leg = 'spot' | 'perp';

export interface Scene {
  readonly spotBid: string;
  readonly spotAsk: string;
  readonly perpBid: string;
  readonly perpAsk: string;
  readonly fx: string;
  /** Coins on each of five levels a tick apart. */
  readonly depth: string;
  /** What a quote lacks. */
  readonly missing: readonly (Leg | 'fx' | 'accounts')[];
  readonly staleMs: number;
  readonly clockMs: number;
}

const calm: Scene = {
  spotBid: '160999000',
  spotAsk: '161000000',
  perpBid: '115000',
  perpAsk: '115000.1',
  fx: '1400',
  depth: '2',
  missing: [],
  staleMs: 0,
  clockMs: 0,
};
export const scenes = {
  calm,
  thin: { ...calm, depth: '0.05' },
  /** The premium falls by a tenth. */
  slump: { ...calm, spotBid: '145999000', spotAsk: '146000000' },
  dear: { ...calm, spotBid: '163999000', spotAsk: '164000000' },
  absurd: { ...calm, spotBid: '199999000', spotAsk: '200000000' },
  noSpot: { ...calm, missing: ['spot'] },
  noPerp: { ...calm, missing: ['perp'] },
  noFx: { ...calm, missing: ['fx'] },
  noAccounts: { ...calm, missing: ['accounts'] },
  stale: { ...calm, staleMs: 3001 },
  fresh: { ...calm, staleMs: 3000 },
  skewed: { ...calm, clockMs: 751 },
} as const satisfies Readonly<Record<string, Scene>>;
export type SceneName = keyof typeof scenes;

export const tick = { spot: whole('1000'), perp: whole('0.1') } as const;
export const fee = whole('0.0005');
export const coarse = whole('0.001');
export const minima = { quantity: whole('0.001'), krw: whole('5000'), usdt: whole('100') } as const;

/** The five levels that an order of this side takes, best first. */
export function levels(scene: Scene, leg: Leg, side: 'buy' | 'sell'): readonly { readonly price: bigint; readonly quantity: bigint }[] {
  const best = whole(leg === 'spot' ? (side === 'buy' ? scene.spotAsk : scene.spotBid) : side === 'buy' ? scene.perpAsk : scene.perpBid);
  const away = side === 'buy' ? tick[leg] : -tick[leg];
  return [0n, 1n, 2n, 3n, 4n].map((nth) => ({ price: best + nth * away, quantity: whole(scene.depth) }));
}

/** Average price of taking a size; of what is there where the book holds less. */
export function average(scene: Scene, leg: Leg, side: 'buy' | 'sell', size: bigint): bigint {
  let left = size;
  let cost = 0n;
  for (const { price, quantity } of levels(scene, leg, side)) {
    const taken = left < quantity ? left : quantity;
    cost += times(price, taken);
    left -= taken;
  }
  return (cost * one) / (size - left);
}

/** Spot in KRW over perpetual in USDT × KRW per USDT, less one, after both fees on the sides taken. */
export function premium(scene: Scene, doing: 'open' | 'close', size: bigint): bigint {
  const [spotSide, perpSide, dearer, cheaper] = doing === 'open' ? (['buy', 'sell', fee, -fee] as const) : (['sell', 'buy', -fee, fee] as const);
  const spot = times(average(scene, 'spot', spotSide, size), one + dearer);
  const perp = times(average(scene, 'perp', perpSide, size), one + cheaper);
  return (spot * one) / times(perp, whole(scene.fx)) - one;
}

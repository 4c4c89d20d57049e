/**
 * The line of premiums of a window of time: fetched once, followed live, fetched anew when it is worn, when the engine
 * was lost in between, or when another coin is shown. At most four changes a second, none while nobody looks.
 */
import { useEffect, useState } from 'react';
import type { MarketView } from '../../../../shared/contract/parts.ts';
import type { ReplicaState } from '../../../app/replica.ts';
import { useConsole, useReplica } from '../../../app/hooks.ts';
import { type Point, PremiumTrail } from './trail.ts';

const paceMs = 250;
const retryMs = 2000;

export interface PremiumLine {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Oldest first. */
  readonly points: readonly Point[];
  readonly to: number;
  /** How many points the engine has in the window. */
  readonly stored: number;
}
const nothing: PremiumLine = { state: 'loading', points: [], to: 0, stored: 0 };
const unread: PremiumLine = { ...nothing, state: 'failed' };

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));
const pointOf = ({ at, tradingPremium, kimchiPremium }: MarketView): Point => ({
  at,
  trading: numberOf(tradingPremium),
  kimchi: numberOf(kimchiPremium),
});

/** @param points how many fit side by side; null while that is not known */
export function usePremiumLine(spanMs: number, points: number | null): PremiumLine {
  const { transport, replica } = useConsole();
  const coin = useReplica((state) => state.parts?.market?.coin ?? null);
  const isConnected = useReplica((state) => state.connection === 'connected');
  const [line, setLine] = useState(nothing);
  useEffect(() => {
    if (points === null || !isConnected) return;
    const follower = new Follower(spanMs, points, setLine, async (from, to) => {
      const reply = await transport.invoke('premium.history', { from, to, points });
      return reply.ok ? reply.value : null;
    });
    const hear = ({ parts, clockOffsetMs }: ReplicaState) => {
      const market = parts?.market ?? null;
      if (market !== null && market.coin === coin) follower.hear(market, clockOffsetMs);
    };
    hear(replica.getState());
    follower.begin(replica.getState().clockOffsetMs);
    const end = replica.subscribe(hear);
    return () => {
      end();
      follower.close();
    };
  }, [transport, replica, spanMs, points, coin, isConnected]);
  // A line that is there stays as it was; one that never came will not while nobody answers.
  return isConnected || line.points.length > 0 ? line : unread;
}

type Fetched = { readonly stored: number; readonly at: Float64Array; readonly trading: Float64Array; readonly kimchi: Float64Array };
type Fetch = (from: number, to: number) => Promise<Fetched | null>;

class Follower {
  readonly #trail: PremiumTrail;
  readonly #spanMs: number;
  readonly #show: (line: PremiumLine) => void;
  readonly #fetch: Fetch;
  #state: PremiumLine['state'] = 'loading';
  #stored = 0;
  #last: MarketView | null = null;
  #clockOffsetMs = 0;
  #shownAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #fetching = false;
  #closed = false;

  constructor(spanMs: number, points: number, show: (line: PremiumLine) => void, fetch: Fetch) {
    this.#trail = new PremiumTrail(spanMs, points);
    this.#spanMs = spanMs;
    this.#show = show;
    this.#fetch = fetch;
  }

  /** Asks for the window that ends now, by the engine's clock. */
  begin(clockOffsetMs: number): void {
    this.#clockOffsetMs = clockOffsetMs;
    void this.#load();
  }

  hear(market: MarketView, clockOffsetMs: number): void {
    if (market === this.#last) return;
    this.#last = market;
    this.#clockOffsetMs = clockOffsetMs;
    this.#trail.add(pointOf(market));
    if (this.#state === 'ready') this.#showSoon();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
  }

  async #load(): Promise<void> {
    if (this.#fetching || this.#closed) return;
    this.#fetching = true;
    const to = Math.round(Date.now() + this.#clockOffsetMs);
    const fetched = await this.#fetch(to - this.#spanMs, to);
    this.#fetching = false;
    if (this.#closed) return;
    if (fetched === null) {
      // What is drawn stays; only a line that never came is said to be missing.
      if (this.#state === 'loading') this.#state = 'failed';
      this.#retry = setTimeout(() => void this.#load(), retryMs);
    } else {
      this.#trail.begin(fetched, to);
      this.#stored = fetched.stored;
      this.#state = 'ready';
    }
    this.#showNow();
  }

  #showSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#showNow(), Math.max(0, this.#shownAt + paceMs - performance.now()));
  }

  #showNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shownAt = performance.now();
    if (document.hidden) return;
    this.#show({ state: this.#state, points: this.#trail.points(), to: this.#trail.end(), stored: this.#stored });
    if (this.#state === 'ready' && this.#trail.isWorn(Date.now() + this.#clockOffsetMs)) void this.#load();
  }
}

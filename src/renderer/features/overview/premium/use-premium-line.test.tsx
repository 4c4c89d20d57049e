// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { MarketView } from '../../../../shared/contract/parts.ts';
import { done, refused } from '../../../../shared/contract/reply.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { type PremiumLine, usePremiumLine } from './use-premium-line.ts';

afterEach(cleanup);

const span = 900_000;
const now = Date.now();
const market = (at: number, tradingPremium: string | null, coin = 'BTC'): MarketView => {
  const base = fixtureSnapshot().parts.market;
  if (base === null) throw new Error('The fixture has prices');
  return { ...base, coin, at, tradingPremium, kimchiPremium: tradingPremium };
};

function drawLine() {
  const seen: PremiumLine[] = [];
  const Probe = () => {
    const [points, setPoints] = useState<number | null>(null);
    const line = usePremiumLine(span, points);
    seen.push(line);
    return (
      <>
        <p>{`${line.state} ${line.points.length}`}</p>
        <button type="button" onClick={() => setPoints(300)}>
          lay out
        </button>
      </>
    );
  };
  const snapshot = { ...fixtureSnapshot(), at: now };
  const drawn = draw(<Probe />, { snapshot: { ...snapshot, parts: { ...snapshot.parts, market: market(now - 10, '0.03') } } });
  drawn.fake.answer('premium.history', ({ to }) =>
    done({
      coin: 'BTC',
      stored: 3,
      at: Float64Array.of(to - 2000, to - 1000, to),
      trading: Float64Array.of(0.02, Number.NaN, 0.02),
      kimchi: new Float64Array(3),
    }),
  );
  return { ...drawn, seen, layOut: () => fireEvent.click(screen.getByText('lay out')) };
}
const asked = (sent: readonly { readonly name: string; readonly input: unknown }[]) => sent.filter(({ name }) => name === 'premium.history');

describe('the line of the chart', () => {
  it('is fetched for its window once it was laid out, and followed live, at most four times a second', async () => {
    const { fake, seen, layOut } = drawLine();
    expect(fake.sent).toEqual([]);
    layOut();
    await screen.findByText('ready 3');
    expect(asked(fake.sent)).toHaveLength(1);
    expect(asked(fake.sent)[0]?.input).toMatchObject({ points: 300 });
    const before = seen.length;
    act(() => {
      for (let step = 1; step <= 10; step += 1) fake.push({ parts: { market: market(now + 4000 + step, '0.05') } });
    });
    await waitFor(() => expect(seen.at(-1)?.points.at(-1)?.trading).toBe(0.05));
    // A slot of this window is three seconds wide: ten points within one of them are one.
    expect(seen.at(-1)?.points).toHaveLength(4);
    expect(seen.length - before).toBeLessThanOrEqual(2);
  });

  it('is fetched anew once the engine is heard again, and for another coin', async () => {
    const { fake, layOut } = drawLine();
    layOut();
    await screen.findByText('ready 3');
    act(() => fake.state('lost'));
    act(() => fake.state('connected'));
    await waitFor(() => expect(asked(fake.sent)).toHaveLength(2));
    act(() => fake.push({ parts: { market: market(now + 100, '0.01', 'ETH') } }));
    await waitFor(() => expect(asked(fake.sent)).toHaveLength(3));
  });

  it('says that it could not be read, and tries again', async () => {
    const { fake, layOut } = drawLine();
    layOut();
    await screen.findByText('ready 3');
    fake.answer('premium.history', () => refused('BUG', 'no'));
    act(() => fake.push({ parts: { market: market(now + 100, '0.01', 'ETH') } }));
    await screen.findByText(/^failed/);
    fake.answer('premium.history', () =>
      done({ coin: 'ETH', stored: 0, at: new Float64Array(), trading: new Float64Array(), kimchi: new Float64Array() }),
    );
    await waitFor(() => screen.getByText(/^ready/), { timeout: 5000 });
  });
});

// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { MarketView } from '../../../../shared/contract/parts.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw } from '../../../testing/render.tsx';
import { Prices } from './prices.tsx';

afterEach(cleanup);

const at = fixtureSnapshot().at;
const market = (change: Partial<MarketView>): MarketView => {
  const base = fixtureSnapshot().parts.market;
  if (base === null) throw new Error('The fixture has prices');
  return { ...base, ...change };
};

describe('the premiums', () => {
  it('are text to two places with their sign, and nothing else', () => {
    const { fake } = draw(<Prices />);
    for (const [tradingPremium, text] of [
      ['0.03124', '+3.12%'],
      ['-0.004', '-0.40%'],
      ['0', '0.00%'],
    ] as const) {
      act(() => fake.push({ parts: { market: market({ tradingPremium }) } }));
      expect(screen.getByTestId('premium-now').textContent).toBe(text);
    }
  });

  it('name each rate’s source and say in words when it is stale', () => {
    const { fake } = draw(<Prices />);
    const rates = (usdtAge: number, usdAge: number) => ({
      usdtKrw: { rate: '1412.5', at: at - usdtAge, source: 'Upbit USDT/KRW' },
      usdKrw: { rate: '1398.2', at: at - usdAge, source: 'Hana Bank USD/KRW' },
    });
    act(() => fake.push({ parts: { market: market(rates(8000, 500_000)) } }));
    expect(screen.getByText('Upbit')).toBeTruthy();
    expect(screen.getByText('Hana Bank')).toBeTruthy();
    expect(screen.queryByText(/stale/)).toBeNull();
    act(() => fake.push({ parts: { market: market(rates(15_800, 700_000)) } }));
    expect(screen.getAllByText(/stale/).map((found) => found.textContent)).toEqual([
      expect.stringMatching(/1[56] sec/),
      expect.stringMatching(/11 min/),
    ]);
  });

  it('fade with the books and the rate that they are made of', () => {
    const { fake } = draw(<Prices />);
    const faded = () => screen.getByTestId('premium-now').closest('dl')?.dataset['stale'] === 'true';
    const books = (age: number) => ({ spot: { bid: '1', ask: '2', at: at - age }, perp: { bid: '1', ask: '2', at: at - 100 } });
    const usdtKrw = { rate: '1412.5', at: at - 100, source: 'Upbit' };
    act(() => fake.push({ parts: { market: market({ ...books(100), usdtKrw }) } }));
    expect(faded()).toBe(false);
    act(() => fake.push({ parts: { market: market({ ...books(6000), usdtKrw }) } }));
    expect(faded()).toBe(true);
    act(() => fake.push({ parts: { market: market({ ...books(100), usdtKrw: { ...usdtKrw, at: at - 15_000 } }) } }));
    expect(faded()).toBe(true);
  });

  it('are dashes where there is no market', () => {
    const snapshot = fixtureSnapshot();
    draw(<Prices />, { snapshot: { ...snapshot, parts: { ...snapshot.parts, market: null } } });
    expect(screen.getByTestId('premium-now').textContent).toMatch(/^[-–]$/);
    expect(screen.getAllByText('No price')).toHaveLength(4);
  });
});

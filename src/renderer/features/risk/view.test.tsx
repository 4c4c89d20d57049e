// @vitest-environment happy-dom
import { act, cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Parts } from '../../../shared/contract/parts.ts';
import { emptySnapshot, fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { RiskView } from './view.tsx';

afterEach(cleanup);
const { parts } = fixtureSnapshot();
const standing = (change: Partial<Parts['standing']>) => ({ parts: { standing: { ...parts.standing, ...change } } });

describe('what may leave', () => {
  it('lights the row of the present state, and follows it', () => {
    const { fake } = draw(<RiskView />);
    const table = within(screen.getByTestId('risk-leaving'));
    const lit = () => table.getAllByRole('row').filter((row) => row.hasAttribute('aria-current'));
    expect(lit().map((row) => row.textContent)).toEqual([expect.stringContaining('Armed')]);
    act(() =>
      fake.push(
        standing({
          trading: 'stopped',
          stop: { at: 1, source: 'limit', reason: 'The loss of the day', code: 'DAILY_LOSS', values: { was: '0.031', limit: '0.03' } },
        }),
      ),
    );
    expect(lit().map((row) => row.textContent)).toEqual([expect.stringContaining('Stopped')]);
    const stop = within(screen.getByTestId('risk-stop'));
    expect(stop.getByText('The loss of the day is 3.1% of capital (limit 3%).')).toBeTruthy();
    expect(stop.getByText('automatic limit')).toBeTruthy();
  });
});

describe('a limit', () => {
  it('has its name, its use and what happens at it in words, and leads to its setting', () => {
    draw(<RiskView />);
    const row = within(screen.getByTestId('limit-maxConsecutiveApiErrors'));
    expect(row.getByText('Everything stops')).toBeTruthy();
    expect(row.getByRole('meter').getAttribute('aria-valuetext')).toBe('API errors in a row: limit ≤ 10, now 9');
    expect(row.getByRole('link').getAttribute('href')).toBe('#settings/maxConsecutiveApiErrors');
    expect(screen.getByTestId('limit-minFreeMarginRatio').textContent).toContain('≥ 10%');
  });
  it('is never more than full on its bar, and says by how much it is over', () => {
    const { fake } = draw(<RiskView />);
    const limits = [{ setting: 'maxDailyLossRatio', limit: '0.03', use: '0.0312', part: 1.04 }];
    act(() => fake.push({ parts: { risk: { ...parts.risk, limits } } }));
    const row = within(screen.getByTestId('limit-maxDailyLossRatio'));
    expect(row.getByRole('meter').getAttribute('aria-valuenow')).toBe('100');
    expect(row.getByText('104%')).toBeTruthy();
  });
  it('that nothing measures yet is shown with the entries it is checked at', () => {
    const { fake } = draw(<RiskView />);
    act(() => fake.push({ parts: { risk: { ...parts.risk, limits: [] } } }));
    expect(screen.getByText('Nothing is measured yet')).toBeTruthy();
    expect(within(screen.getByTestId('risk-each')).getByText(/100,000,000 KRW/).textContent).toMatch(/newest [\d,]+ KRW/);
  });
});

describe('what would trip next', () => {
  it('says what would have to happen, and at which limit', () => {
    draw(<RiskView />);
    expect(screen.getByTestId('next-maxConsecutiveApiErrors').textContent).toContain('After 10 more failed requests in a row at Binance');
    expect(screen.getByTestId('next-hedgeStopLossRatio').textContent).toMatch(/If the premium of \w+ falls by another [\d.]+ percentage points/);
  });
  it('counts down to the end of an order that is silent', () => {
    draw(<RiskView />, { language: 'ko' });
    expect(screen.getByTestId('risk-next').textContent).toContain('주문의 결과를');
  });
});

it('shows what is wrong, the worst first', () => {
  draw(<RiskView />);
  const items = within(screen.getByTestId('risk-alarms')).getAllByRole('listitem');
  expect(items.map((item) => item.dataset['testid'])).toEqual(['alarm-NEEDS_OPERATOR', 'alarm-STREAM_SILENT']);
});

it('has words for a first day on which nothing is known', () => {
  draw(<RiskView />, { snapshot: emptySnapshot(), language: 'ko' });
  expect(screen.getByText('울린 알람이 없습니다.')).toBeTruthy();
  expect(screen.getByText('첫 시세를 기다립니다')).toBeTruthy();
});

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunwayView } from '../../../shared/contract/parts.ts';
import { fixtureSnapshot } from '../../testing/fixture.ts';
import { draw } from '../../testing/render.tsx';
import { DeadManPanel, ReadinessPanel } from './readiness.tsx';
import { RunwayPanel } from './runway.tsx';

// Dialogs lie in a layer of the page, outside of the console.
beforeEach(() => {
  document.body.innerHTML = '<div id="layers"></div>';
});
afterEach(cleanup);
const { parts } = fixtureSnapshot();
const { runway } = parts;
type Short = RunwayView['shorts'][number];
const short = (over: Partial<Short>): Short => {
  const [first] = runway.shorts;
  if (first === undefined) throw new Error('The fixture has a short');
  return { ...first, ...over };
};
const shorts = (...rows: readonly Short[]) => ({ parts: { runway: { ...runway, shorts: [...rows] } } });
const refused = (reason: string) => ({ ok: false, code: 'NOTHING_TO_CLOSE', reason }) as const;

describe('the runway of shorts', () => {
  it('has the nearest to liquidation first, one that is not known last', () => {
    const { fake } = draw(<RunwayPanel />);
    const rows = () => screen.getAllByTestId(/^runway-[A-Z]+$/).map((row) => row.textContent);
    expect(rows()).toEqual([expect.stringContaining('1.2 ETH'), expect.stringContaining('0.16 BTC')]);
    expect(rows()[0]).toContain('23.19%');
    act(() =>
      fake.push(shorts(short({ coin: 'XRP', distance: null, liquidationPrice: null, level: 'unknown' }), short({ coin: 'SOL', distance: '0.1' }))),
    );
    expect(rows()).toEqual([expect.stringContaining('SOL'), expect.stringContaining('not known')]);
    act(() => fake.push(shorts()));
    expect(screen.getByText('No short is open.')).toBeTruthy();
  });

  it('says what brings a close one back, and nothing of one that is far', () => {
    const { fake } = draw(<RunwayPanel />);
    const panel = within(screen.getByTestId('risk-runway'));
    expect(panel.getByText(/Add 312\.84 USDT of margin at the venue, or close 0\.18 ETH on both legs and add the 309\.41 USDT/)).toBeTruthy();
    expect(panel.getAllByRole('button')).toHaveLength(1);
    act(() => fake.push(shorts(short({ reduceBy: null, reduce: [], freed: null }))));
    expect(panel.getByText(/No hedge can be closed in part now/)).toBeTruthy();
    act(() => fake.push(shorts(short({ marginToAdd: null, reduceBy: null, reduce: [], freed: null }))));
    expect(panel.getByText('What would bring it back is not known yet.')).toBeTruthy();
    expect(panel.queryByRole('button')).toBeNull();
  });

  it('closes what was read when it was asked for, hedge by hedge, and a second try only what is left', async () => {
    const { fake } = draw(<RunwayPanel />);
    const both = short({
      reduceBy: '0.3',
      reduce: [
        { hedge: 'h-0008', quantity: '0.2' },
        { hedge: 'h-0011', quantity: '0.1' },
      ],
    });
    act(() => fake.push(shorts(both)));
    fake.answer('hedge.close', ({ hedge }) => (hedge === 'h-0011' ? refused('Hedge h-0011 is being closed') : { ok: true, value: {} }));
    fireEvent.click(screen.getByTestId('runway-reduce-ETH'));
    // It comes back by itself meanwhile, and goes again: what was asked stays.
    act(() => fake.push(shorts()));
    act(() => fake.push(shorts(short({ reduceBy: '0.5', reduce: [{ hedge: 'h-0008', quantity: '0.5' }] }))));
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText('Close 0.3 ETH on both legs?')).toBeTruthy();
    expect(dialog.getByText('0.2 ETH of hedge h-0008')).toBeTruthy();
    expect(dialog.getByText(/until the freed 309\.41 USDT are added/)).toBeTruthy();
    fireEvent.click(screen.getByTestId('runway-reduce-ETH-confirm'));
    await waitFor(() => expect(dialog.getByRole('alert')).toBeTruthy());
    const closes = [
      { name: 'hedge.close', input: { hedge: 'h-0008', quantity: '0.2' } },
      { name: 'hedge.close', input: { hedge: 'h-0011', quantity: '0.1' } },
    ];
    expect(fake.sent).toEqual(closes);
    fake.answer('hedge.close', () => ({ ok: true, value: {} }));
    fireEvent.click(screen.getByTestId('runway-reduce-ETH-confirm'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(fake.sent).toEqual([...closes, closes[1]]);
  });

  it('closes nothing where it is called off', () => {
    const { fake } = draw(<RunwayPanel />);
    fireEvent.click(screen.getByTestId('runway-reduce-ETH'));
    fireEvent.click(within(screen.getByRole('dialog')).getByText('Cancel'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.sent).toEqual([]);
  });
});

describe('readiness', () => {
  it('says how many more hedges each side can fund, and what would even them', () => {
    const { fake } = draw(<ReadinessPanel />);
    expect(screen.getByTestId('readiness-upbit').textContent).toBe('4');
    expect(screen.getByTestId('readiness-binance').textContent).toBe('6');
    expect(screen.getByTestId('readiness-move').textContent).toBe(
      'To even both: 15,600,000 KRW from Binance to Upbit, before the costs of the transfer.',
    );
    const say = (over: Partial<RunwayView['readiness']>) =>
      act(() => fake.push({ parts: { runway: { ...runway, readiness: { ...runway.readiness, ...over } } } }));
    say({ move: null });
    expect(screen.getByTestId('readiness-move').textContent).toContain('fund as many');
    say({ perp: null, move: null });
    expect(screen.getByTestId('readiness-binance').textContent).toBe('–');
    expect(screen.getByTestId('readiness-move').textContent).toContain('not read yet');
  });
});

describe("the venue's countdown", () => {
  it.each([
    ['running', 'running', 'If this console dies'],
    ['blocked', "off: another's order", 'would be canceled too'],
    ['failed', 'not renewed', 'tried every 5 s'],
    ['off', 'off', 'No order of ours rests'],
  ] as const)('that is %s is said in words', (state, chip, words) => {
    const { fake } = draw(<DeadManPanel />);
    const say = (deadMan: Parameters<typeof Object.is>[0]) =>
      act(() => fake.push({ parts: { venues: { ...parts.venues, binance: { ...parts.venues.binance, deadMan } } } }));
    say({ state, until: null });
    const panel = within(screen.getByTestId('risk-dead-man'));
    expect(panel.getByText(chip)).toBeTruthy();
    expect(panel.getByText(new RegExp(words))).toBeTruthy();
    expect(panel.queryByText(/Unless renewed/)).toBeNull();
    say({ state, until: parts.standing.startedAt });
    expect(panel.getByText(/Unless renewed, at \d\d:\d\d:\d\d\./)).toBeTruthy();
    say(null);
    expect(screen.queryByTestId('risk-dead-man')).toBeNull();
  });
});

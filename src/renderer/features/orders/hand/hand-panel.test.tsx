// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { done, refused } from '../../../../shared/contract/reply.ts';
import { fixtureSnapshot } from '../../../testing/fixture.ts';
import { draw, type Drawn } from '../../../testing/render.tsx';
import type { Language } from '../../../stop/appearance.ts';
import { HandPanel } from './hand-panel.tsx';

const now = 1_795_237_407_000;
const at = (name: string) => screen.getByTestId(`hand-${name}`);
const isDisabled = (name: string) => at(name).hasAttribute('disabled');
const type = (name: string, value: string) => fireEvent.change(at(name), { target: { value } });
/** Lets timers run that long, and everything that was asked be answered. */
const pass = (ms: number): Promise<unknown> => Promise.resolve(act(() => vi.advanceTimersByTimeAsync(ms)));
const placed = (drawn: Drawn) => drawn.fake.sent.filter(({ name }) => name === 'order.place');
const checked = (drawn: Drawn) => drawn.fake.sent.filter(({ name }) => name === 'order.check');

const fine = { worst: '155000000', valueKrw: '7750000', feesKrw: '3875', denial: null };
const show = (answer: object = fine, language: Language = 'en') => {
  const closed = vi.fn();
  const drawn = draw(<HandPanel id="hand" onClose={closed} />, { snapshot: fixtureSnapshot(now), language });
  drawn.fake.answer('order.check', () => done({ ...fine, ...answer }));
  drawn.fake.answer('order.place', () => done({ order: 'k-new' }));
  return { ...drawn, closed };
};
const fill = async () => {
  type('size', '0.05');
  type('price', '155000000');
  await pass(300);
};

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('while it is typed', () => {
  it('asks what it would do once typing rests, and not for each key', async () => {
    const drawn = show();
    for (const price of ['1', '15', '155', '155000000']) type('price', price);
    type('size', '0.05');
    await pass(200);
    expect(checked(drawn)).toEqual([]);
    await pass(100);
    expect(checked(drawn).map(({ input }) => input)).toEqual([
      { venue: 'upbit', coin: 'BTC', side: 'buy', terms: { type: 'limit', quantity: '0.05', price: '155000000', timeInForce: 'GTC' } },
    ]);
    expect(at('figures').textContent).toContain('7,750,000');
    expect(at('summary').textContent).toContain('Buy 0.05 BTC');
  });

  it('asks again while it stays, for prices move, and no more when it is gone', async () => {
    const drawn = show();
    await fill();
    await pass(3000);
    expect(checked(drawn)).toHaveLength(2);
    drawn.unmount();
    await pass(10_000);
    expect(checked(drawn)).toHaveLength(2);
  });

  it('asks nothing while the page is hidden', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const drawn = show();
    await fill();
    await pass(10_000);
    expect(checked(drawn)).toEqual([]);
    hidden.mockRestore();
    await pass(3000);
    expect(checked(drawn)).toHaveLength(1);
  });

  it('an answer that comes late is not taken for what is typed by then', async () => {
    const drawn = show();
    let answer: (value: ReturnType<typeof done<typeof fine>>) => void = () => undefined;
    drawn.fake.answer('order.check', () => new Promise((resolve) => (answer = resolve)));
    await fill();
    drawn.fake.answer('order.check', () => done({ ...fine, valueKrw: '1550000' }));
    type('size', '0.01');
    await pass(300);
    answer(done({ ...fine, valueKrw: '7750000' }));
    await pass(0);
    expect(at('figures').textContent).toContain('1,550,000');
  });

  it('a denial is said in the reader’s words with its numbers, and cannot be reviewed', async () => {
    const denial = { code: 'COIN_POSITION_LIMIT', reason: 'Too much', compared: { limit: '0.5', was: '0.61' }, values: { coin: 'BTC' } };
    show({ denial }, 'ko');
    await fill();
    expect(at('denial').textContent).toContain('BTC 포지션 한도를 넘습니다. (한도 50%, 값 61%)');
    expect(isDisabled('review')).toBe(true);
  });

  it('can be reviewed where the check itself has no answer: the engine judges it anyway', async () => {
    const drawn = show();
    drawn.fake.answer('order.check', () => refused('BUG', 'Something broke'));
    await fill();
    expect(screen.getByRole('alert').textContent).toContain('An internal error');
    expect(isDisabled('review')).toBe(false);
  });

  it('has only the kinds and fields that venue and side take, and says that a perpetual buy only reduces', () => {
    show();
    expect(screen.queryByTestId('hand-type-stopMarket')).toBeNull();
    fireEvent.click(at('venue-binance'));
    fireEvent.click(at('type-stopMarket'));
    expect(at('trigger')).toBeDefined();
    expect(screen.queryByTestId('hand-price')).toBeNull();
    expect(screen.getByText(/never opens a long/)).toBeDefined();
    fireEvent.click(at('side-sell'));
    expect(screen.queryByTestId('hand-type-stopMarket')).toBeNull();
    expect(screen.queryByText(/never opens a long/)).toBeNull();
  });

  it('takes a price over from the book', () => {
    show();
    fireEvent.click(at('take-ask'));
    expect(at('price')).toHaveProperty('value', '155,931,000');
  });
});

describe('two presses', () => {
  it('send what was reviewed, once, and leave nothing to be sent again', async () => {
    const drawn = show();
    await fill();
    expect(isDisabled('send')).toBe(true);
    fireEvent.click(at('review'));
    expect(placed(drawn)).toEqual([]);
    expect(document.activeElement).toBe(at('summary'));
    fireEvent.click(at('send'), { detail: 1 });
    fireEvent.click(at('send'), { detail: 2 });
    fireEvent.click(at('send'), { detail: 1 });
    await pass(0);
    expect(placed(drawn)).toHaveLength(1);
    expect(at('sent').getAttribute('data-order')).toBe('k-new');
    expect(at('size')).toHaveProperty('value', '');
    expect(isDisabled('send')).toBe(true);
    expect(isDisabled('review')).toBe(true);
  });

  it('a double press of the first one does not reach the second', async () => {
    const drawn = show();
    await fill();
    fireEvent.click(at('review'), { detail: 1 });
    // What lies under the pointer by then only leads back.
    fireEvent.click(at('back'), { detail: 2 });
    expect(at('back')).toBeDefined();
    fireEvent.click(at('back'), { detail: 1 });
    expect(at('review')).toBeDefined();
    expect(placed(drawn)).toEqual([]);
  });

  it('nothing can be changed between them, and Escape leads back to the fields', async () => {
    const { closed } = show();
    await fill();
    fireEvent.click(at('review'));
    expect(at('size').closest('fieldset')?.disabled).toBe(true);
    fireEvent.keyDown(at('summary'), { key: 'Escape' });
    expect(at('size').closest('fieldset')?.disabled).toBe(false);
    expect(document.activeElement).toBe(at('size'));
    expect(closed).not.toHaveBeenCalled();
    fireEvent.keyDown(at('size'), { key: 'Escape' });
    expect(closed).toHaveBeenCalledOnce();
  });

  it('a denial after the second press is said with its numbers, and keeps what was typed', async () => {
    const drawn = show();
    drawn.fake.answer('order.place', () => ({
      ...refused('POSITION_LIMIT', 'Too much'),
      compared: { limit: '0.5', was: '0.61' },
      values: {},
    }));
    await fill();
    fireEvent.click(at('review'));
    fireEvent.click(at('send'));
    await pass(0);
    expect(screen.getByRole('alert').textContent).toContain('(limit 50%, was 61%)');
    expect(at('size')).toHaveProperty('value', '0.05');
    fireEvent.click(at('review'));
    fireEvent.click(at('send'));
    await pass(0);
    expect(placed(drawn)).toHaveLength(2);
  });

  it('leave nothing to be sent again where nobody knows whether it was taken', async () => {
    const drawn = show();
    drawn.fake.answer('order.place', () => refused('NOT_CONNECTED', 'The engine cannot be reached'));
    await fill();
    fireEvent.click(at('review'));
    fireEvent.click(at('send'));
    await pass(0);
    expect(screen.getByRole('alert').textContent).toContain('Check whether it happened');
    expect(at('size')).toHaveProperty('value', '');
  });

  it('are not there while the engine is not', async () => {
    const { fake } = show();
    await fill();
    fireEvent.click(at('review'));
    act(() => fake.state('lost'));
    expect(isDisabled('send')).toBe(true);
    expect(screen.getByText(/not connected/)).toBeDefined();
  });
});

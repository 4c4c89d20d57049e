import { describe, expect, it } from 'vitest';
import { ratio, text } from '../../../shared/domain/units.ts';
import { isRefusal } from './refusal.ts';
import { books, btc, fillsOf, held, limitAsk, limitBid, marketBuy, put, refusedWith, seat, type Seat, stillMarket } from './test-parts.ts';

const table = () => seat({ market: stillMarket([['99999000', '0.5']], [['100000000', '0.5']]) });
const balances = ({ account }: Seat) => {
  for (const [what, one, other] of books(account, '100000000')) expect([what, one]).toEqual([what, other]);
};
const statesOf = ({ events }: Seat, uuid: string) =>
  events.flatMap((event) => (event.kind === 'order' && event.order.uuid === uuid ? [event.state] : []));

describe('cancel and new', () => {
  it('cancels first, so that the new order may use what the old one locked', () => {
    const desk = table();
    const old = put(desk.account, limitBid('99000000', '1', { identifier: 'old' }));
    expect(held(desk.account, 'KRW')).toEqual(['950500', '99049500']);
    const answer = desk.account.replace(old.uuid, () => limitBid('99000000', '1.005', { identifier: 'new' }));
    if (isRefusal(answer)) throw new Error(String(answer.name));
    expect([answer.old.state, answer.placed.state]).toEqual(['wait', 'wait']);
    expect([desk.account.byUuid(old.uuid)?.state, desk.account.byIdentifier('new')?.uuid]).toEqual(['cancel', answer.placed.uuid]);
    expect(desk.market.book('upbit', btc).restingCount).toBe(1);
    balances(desk);
  });

  it('leaves the old order as it is when the new one is refused', () => {
    const desk = table();
    const old = put(desk.account, limitBid('99000000', '0.5', { identifier: 'old' }));
    const replaced = (make: () => ReturnType<typeof limitBid>) => refusedWith(desk.account.replace(old.uuid, make));
    expect(replaced(() => limitBid('99000000', '1.02', { identifier: 'large' }))).toBe('insufficient_funds_bid');
    expect(replaced(() => limitBid('99000500', '0.5'))).toBe('invalid_price_bid');
    expect(replaced(() => limitBid('99000000', '0.5', { identifier: 'old' }))).toBe('duplicated_identifier');
    expect(replaced(() => limitBid('99000000', '0.5', { identifier: 'large' }))).toBe('duplicated_identifier');
    expect(desk.account.byUuid(old.uuid)?.state).toBe('wait');
    const done = put(desk.account, marketBuy('1000000'));
    expect(refusedWith(desk.account.replace(done.uuid, () => limitBid('99000000', '0.5')))).toBe('order_not_found');
    balances(desk);
  });
});

describe('what a venue does to an order', () => {
  it('fills a part of it when the cancel comes too late', () => {
    const desk = table();
    const order = put(desk.account, limitBid('99000000', '0.1'));
    expect(desk.account.cancelLate(order.uuid, ratio('0.25'))?.state).toBe('wait');
    const after = desk.account.byUuid(order.uuid);
    expect([after?.state, fillsOf(after), statesOf(desk, order.uuid)]).toEqual(['cancel', [['99000000', '0.025']], ['wait', 'trade', 'cancel']]);
    const whole = put(desk.account, limitBid('99000000', '0.1'));
    desk.account.cancelLate(whole.uuid, ratio('1'));
    expect(desk.account.byUuid(whole.uuid)?.state).toBe('done');
    expect(desk.market.book('upbit', btc).restingCount).toBe(0);
    balances(desk);
  });

  it('takes no order and no cancel where it is offline', () => {
    const desk = table();
    const order = put(desk.account, limitBid('99000000', '0.1'));
    desk.offline.add(btc);
    expect(refusedWith(desk.account.place(limitBid('99000000', '0.1')))).toBe('market_offline');
    expect(refusedWith(desk.account.replace(order.uuid, () => limitBid('99000000', '0.2')))).toBe('market_offline');
    expect(desk.account.cancel(order.uuid)).toBeUndefined();
    desk.offline.clear();
    expect(desk.account.cancel(order.uuid)?.state).toBe('wait');
    balances(desk);
  });

  it('shows an order as it was, for queries that lag', () => {
    const desk = table();
    const order = put(desk.account, limitBid('100000000', '0.6'));
    // The clock of this desk counts calls: 1 ms each.
    expect(desk.account.lagging(order.uuid, 0)?.trades.length).toBe(1);
    expect(desk.account.asTaken(order.uuid)?.trades.length).toBe(0);
    expect(desk.account.lagging(order.uuid, 1000)).toBeUndefined();
    expect(text(put(desk.account, limitAsk('101000000', '0.1')).locked)).toBe('0.1');
  });
});

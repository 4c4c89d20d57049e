import { describe, expect, it } from 'vitest';
import type { LimitUse } from '../../../shared/contract/parts.ts';
import { follow, holdMs, inOrder, type Order } from './limit-order.ts';

const use = (setting: string, part: number | null): LimitUse => ({ setting, limit: '1', use: part === null ? null : String(part), part });
const names = (order: Order, limits: readonly LimitUse[]) => inOrder(order, limits).map(({ setting }) => setting);

describe('the order of the limits', () => {
  it('puts what is nearest to its limit first, and what is not measured last', () => {
    const limits = [use('a', null), use('b', 0.1), use('c', 0.8), use('d', 1.2), use('e', 0.15)];
    expect(names(follow({}, limits, 0), limits)).toEqual(['d', 'c', 'b', 'e', 'a']);
  });
  it('moves up at once and down only after half a minute of less', () => {
    const calm = [use('a', 0.1), use('b', 0.3)];
    const busy = [use('a', 0.6), use('b', 0.3)];
    let order = follow({}, calm, 0);
    expect(names(order, calm)).toEqual(['b', 'a']);
    order = follow(order, busy, 1000);
    expect(names(order, busy)).toEqual(['a', 'b']);
    order = follow(order, calm, 2000);
    expect(names(order, calm)).toEqual(['a', 'b']);
    order = follow(order, calm, 1000 + holdMs);
    expect(names(order, calm)).toEqual(['b', 'a']);
  });
  it('holds for as long as the use comes back', () => {
    const high = [use('age', 0.4), use('other', 0.1)];
    const low = [use('age', 0.05), use('other', 0.1)];
    let order = follow({}, low, 0);
    for (let now = 0; now < 10 * holdMs; now += 1000) {
      const limits = (now / 1000) % 5 === 0 ? high : low;
      order = follow(order, limits, now);
      expect(names(order, limits)[0]).toBe('age');
    }
  });
  it('is the same order when nothing moved', () => {
    const limits = [use('a', 0.1)];
    const order = follow({}, limits, 0);
    expect(follow(order, [use('a', 0.12)], 500)).toBe(order);
  });
});

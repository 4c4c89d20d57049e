/** Orders for the tests of this folder, at venues with a known book of BTCUSDT. */
import { quantity } from '../../../shared/domain/units.ts';
import type { Ticket } from './order-check.ts';
import { place } from './orders.ts';
import type { Order } from './records.ts';
import { testParts, type TestParts } from './test-parts.ts';

export function begin(wallet = '1000000'): TestParts {
  const parts = testParts(wallet, '100000');
  parts.remake(
    [
      ['99999.9', '1'],
      ['99990', '5'],
    ],
    [
      ['100000', '1'],
      ['100010', '5'],
    ],
  );
  return parts;
}
let count = 0;
export const common = (side: 'BUY' | 'SELL', amount: string) => {
  count += 1;
  return { symbol: 'BTCUSDT', clientId: `c${count}`, side, quantity: quantity(amount), reduceOnly: false } as const;
};
export const market = (side: 'BUY' | 'SELL', amount: string, more: Partial<Ticket> = {}): Ticket => ({
  ...common(side, amount),
  ...more,
  type: 'MARKET',
});
export function placed(parts: TestParts, ticket: Ticket): Order {
  const result = place(parts, ticket);
  if (!result.ok) throw new Error(`${result.refusal.code} ${result.refusal.msg}`);
  return result.value;
}

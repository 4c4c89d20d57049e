/** Orders of the made-up snapshot: one of each state, on both venues. */
import type { OrderRow, Tables } from '../../shared/contract/rows.ts';

const spot = (now: number, row: Pick<OrderRow, 'id' | 'hedge' | 'state'> & Partial<OrderRow>): OrderRow => ({
  venue: 'upbit',
  leg: 'spot',
  coin: 'BTC',
  side: 'buy',
  purpose: 'entry',
  type: 'limit',
  timeInForce: 'IOC',
  quantity: '0.05',
  cost: null,
  price: '156710000',
  reduceOnly: false,
  filled: '0.05',
  averagePrice: '155421000',
  fills: [
    { tradeId: `${row.id}-1`, price: '155410000', quantity: '0.03', fee: '2331.15', feeCurrency: 'KRW', at: now - 5_411_460 },
    { tradeId: `${row.id}-2`, price: '155437500', quantity: '0.02', fee: '1554.375', feeCurrency: 'KRW', at: now - 5_411_460 },
  ],
  venueOrderId: '9f1c2c54-6d2b-4d0e-9c35-6f3b0f1f1a10',
  failure: null,
  stamps: { decided: now - 5_412_000, durable: now - 5_411_998.6, wire: now - 5_411_998.1, acknowledged: now - 5_411_962.4, filled: now - 5_411_460 },
  unknownSince: null,
  misses: 0,
  evidence: null,
  ...row,
});
const perp = (now: number, row: Pick<OrderRow, 'id' | 'hedge' | 'state'> & Partial<OrderRow>): OrderRow =>
  spot(now, {
    venue: 'binance',
    leg: 'perp',
    side: 'sell',
    type: 'market',
    timeInForce: null,
    price: null,
    averagePrice: '107842.3',
    fills: [{ tradeId: `${row.id}-1`, price: '107842.3', quantity: '0.05', fee: '2.156846', feeCurrency: 'USDT', at: now - 5_411_930 }],
    venueOrderId: '38291044712',
    ...row,
  });

const nothing: Pick<OrderRow, 'filled' | 'averagePrice' | 'fills'> = { filled: '0', averagePrice: null, fills: [] };
const stamps = (now: number, age: number, until: 'wire' | 'acknowledged'): OrderRow['stamps'] => ({
  decided: now - age,
  durable: now - age + 1.3,
  wire: now - age + 1.8,
  acknowledged: until === 'acknowledged' ? now - age + 38.2 : null,
  filled: null,
});

const rows = (now: number): readonly OrderRow[] => [
  spot(now, {
    id: 'kck3f9x2bb01aa02cc03dd04ee05',
    hedge: 'h-0011',
    state: 'open',
    quantity: '0.02',
    ...nothing,
    stamps: stamps(now, 340, 'acknowledged'),
  }),
  perp(now, {
    id: 'kck3f9x2bb11aa12cc13dd14ee15',
    hedge: 'h-0011',
    state: 'sending',
    quantity: '0.02',
    ...nothing,
    venueOrderId: null,
    stamps: stamps(now, 340, 'wire'),
  }),
  perp(now, {
    id: 'kck3f9x2cc11aa12cc13dd14ee15',
    hedge: 'h-0008',
    state: 'unknown',
    purpose: 'complete',
    quantity: '0.002',
    ...nothing,
    venueOrderId: null,
    stamps: stamps(now, 14_000, 'wire'),
    unknownSince: now - 4_000,
    misses: 3,
  }),
  spot(now, { id: 'kck3f9x2aa01aa02cc03dd04ee05', hedge: 'h-0010', state: 'filled' }),
  perp(now, { id: 'kck3f9x2aa11aa12cc13dd14ee15', hedge: 'h-0010', state: 'filled' }),
  spot(now, {
    id: 'kck3f9x2dd01aa02cc03dd04ee05',
    hedge: 'h-0007',
    state: 'canceled',
    purpose: 'exit',
    side: 'sell',
    price: '153900000',
    filled: '0.02',
    stamps: stamps(now, 190_000, 'acknowledged'),
  }),
  perp(now, {
    id: 'kck3f9x2dd11aa12cc13dd14ee15',
    hedge: 'h-0007',
    state: 'rejected',
    side: 'buy',
    purpose: 'unwind',
    reduceOnly: true,
    quantity: '0.02',
    ...nothing,
    venueOrderId: null,
    failure: { code: 'INVALID_ORDER', venueCode: '-1013', said: 'Filter failure: PERCENT_PRICE' },
    stamps: stamps(now, 188_000, 'acknowledged'),
  }),
  spot(now, {
    id: 'kck3f9x2ee01aa02cc03dd04ee05',
    hedge: 'h-0006',
    state: 'expired',
    type: 'marketByCost',
    timeInForce: null,
    quantity: null,
    cost: '1546100',
    price: null,
    ...nothing,
    stamps: stamps(now, 8_640_000, 'acknowledged'),
  }),
];

export const fixtureOrders = (now: number): Tables['orders'] => Object.fromEntries(rows(now).map((row) => [row.id, row]));

/** Signals of the made-up snapshot: one of each end, tickets that wait, and one that is denied on today's prices. */
import type { SignalRow, Tables, TicketView } from '../../shared/contract/rows.ts';

const file = (line: number): SignalRow['source'] => ({ kind: 'file', path: '/home/trader/research/signals.jsonl', line });

const enter = (now: number, quantity: string): NonNullable<SignalRow['content']> => ({
  action: 'ENTER',
  coin: 'BTC',
  quantity,
  amountKrw: null,
  createdAt: now - 6000,
  expiresAt: now + 24_000,
  risk: '0.2',
  expectedPremium: '0.021',
  maxSlippage: '0.004',
  hedge: null,
  note: null,
});

const ticket = (now: number, row: Partial<TicketView> = {}): TicketView => ({
  at: now - 400,
  quantity: '0.05',
  spotWorst: '156710000',
  perpWorst: '107478.1',
  spotCostKrw: '7800442.3',
  marginUsdt: '5400.91',
  feesKrw: '6951.4',
  premium: '0.02312',
  limits: [
    { setting: 'maxPositionRatio', limit: '0.5', use: '0.1598', part: 0.32 },
    { setting: 'maxHedgeKrw', limit: '100000000', use: '7800442.3', part: 0.078 },
    { setting: 'minFreeMarginRatio', limit: '0.1', use: '0.7295', part: 0.137 },
  ],
  denial: null,
  ...row,
});

const signal = (now: number, row: Pick<SignalRow, 'key' | 'state' | 'code' | 'reason'> & Partial<SignalRow>): SignalRow => ({
  id: row.key,
  seen: now - 6000,
  source: file(419),
  compared: null,
  values: {},
  hedge: null,
  content: enter(now, '0.05'),
  excerpt: null,
  ticket: null,
  ...row,
});

const waiting = { state: 'awaitingApproval', code: 'AWAITING_APPROVAL', reason: 'Waits for approval' } as const;

const open = (now: number): readonly SignalRow[] => [
  signal(now, { key: 'h-0012', ...waiting, content: { ...enter(now, '0.05'), note: 'z 2.4, spread model v3' }, ticket: ticket(now) }),
  signal(now, {
    key: 'h-0013',
    ...waiting,
    seen: now - 21_000,
    source: { kind: 'socket', connection: 3 },
    content: { ...enter(now, '0.6'), createdAt: now - 21_500, expiresAt: now + 8500, expectedPremium: null, maxSlippage: null },
    ticket: ticket(now, {
      quantity: '0.6',
      spotCostKrw: '93605307',
      marginUsdt: '64810.9',
      feesKrw: '83417.1',
      premium: '0.02188',
      denial: {
        code: 'POSITION_LIMIT',
        reason: 'The position would be 0.5117 of capital, the limit is 0.5',
        compared: { limit: '0.5', was: '0.5117' },
        values: {},
      },
    }),
  }),
  signal(now, {
    key: 'x-0004',
    ...waiting,
    seen: now - 3000,
    content: {
      ...enter(now, '0.05'),
      action: 'EXIT',
      quantity: null,
      expectedPremium: null,
      maxSlippage: null,
      hedge: 'h-0010',
      createdAt: now - 3000,
      expiresAt: now + 57_000,
    },
  }),
];

const ended = (now: number): readonly SignalRow[] => [
  signal(now, { key: 'h-0010', state: 'executed', code: 'HEDGED', reason: 'Hedged', hedge: 'h-0010', seen: now - 5_412_000, source: file(418) }),
  signal(now, {
    key: 'h-0009',
    state: 'rejected',
    code: 'HEDGE_SIZE_LIMIT',
    reason: 'The spot leg would cost 155931000 KRW, the limit is 100000000',
    compared: { limit: '100000000', was: '155931000' },
    content: enter(now, '1'),
    seen: now - 902_000,
  }),
  signal(now, {
    key: 'h-0005',
    state: 'rejected',
    code: 'PREMIUM_MOVED',
    reason: 'The executable premium is 0.0291, the signal allows up to 0.025',
    compared: { limit: '0.025', was: '0.0291' },
    seen: now - 1_403_000,
  }),
  signal(now, { key: 'h-0004', state: 'expired', code: 'EXPIRED', reason: 'Its time was over', seen: now - 2_100_000 }),
  signal(now, { key: 'h-0003', state: 'declined', code: 'DECLINED', reason: 'Declined by a person', seen: now - 2_300_000 }),
  signal(now, {
    key: 'h-0002',
    state: 'failed',
    code: 'UNWOUND',
    reason: 'One leg failed, the other was unwound',
    hedge: 'h-0002',
    seen: now - 3_100_000,
  }),
  signal(now, {
    key: 'h-0010#420',
    id: 'h-0010',
    state: 'duplicate',
    code: 'DUPLICATE',
    reason: 'h-0010 was seen before',
    content: null,
    seen: now - 5_300_000,
    source: file(420),
  }),
  signal(now, {
    key: 'h-0010#421',
    id: 'h-0010',
    state: 'conflict',
    code: 'CONFLICT',
    reason: 'h-0010 was seen before with another content',
    content: null,
    seen: now - 5_290_000,
    source: file(421),
  }),
  signal(now, {
    key: 'folder:night.json#2',
    id: null,
    state: 'malformed',
    code: 'UNKNOWN_KEY',
    reason: 'There is no field qty',
    content: null,
    excerpt: '{"id":"n-2","action":"ENTER","symbol":"BTC","qty":"0.05"}',
    seen: now - 9_000_000,
    source: { kind: 'folder', path: '/home/trader/research/drop/night.json', index: 2 },
  }),
  signal(now, {
    key: 'h-0011',
    state: 'accepted',
    code: 'ACCEPTED',
    reason: 'Accepted',
    hedge: 'h-0011',
    seen: now - 360,
    source: { kind: 'person' },
  }),
];

export const fixtureSignals = (now: number): Tables['signals'] => Object.fromEntries([...open(now), ...ended(now)].map((row) => [row.key, row]));

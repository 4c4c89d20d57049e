/**
 * The door under ten thousand messages a command, against the real handlers of a real console on the real simulator:
 * nothing is thrown out of it, nothing off the form is accepted, and every answer is of its form. What the form is, is
 * said here a second time, by hand.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommandName, commands } from '../../shared/contract/commands.ts';
import { PaperConsole } from './testing/paper.ts';

const messagesEach = 10_000;
type Keys = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= most;
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const anyOf =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const id: Check = (value) =>
  typeof value === 'string' && value.length > 0 && value.length <= 64 && [...value].every((one) => one > ' ' && one < '\x7f');
const coin: Check = (value) => typeof value === 'string' && /^[A-Z0-9]{1,20}$/.test(value) && !value.includes('\n');
const amount: Check = (value) => {
  if (typeof value !== 'string') return false;
  const [before = '', after, ...more] = value.split('.');
  const digits = (part: string, most: number): boolean =>
    part.length > 0 && part.length <= most && [...part].every((one) => one >= '0' && one <= '9');
  const isWritten =
    digits(before, 12) && (before === '0' || !before.startsWith('0')) && (after === undefined || digits(after, 12)) && more.length === 0;
  return isWritten && Number(value) > 0;
};
const isObject = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
/** Exactly these own keys; those that may be missing are named. */
const exactly =
  (checks: Readonly<Record<string, Check>>, optional: readonly string[] = []): Check =>
  (value) =>
    isObject(value) &&
    Reflect.ownKeys(value).every((key) => typeof key === 'string' && Object.hasOwn(checks, key)) &&
    Object.entries(checks).every(([key, check]) => (value[key] === undefined ? optional.includes(key) : check(value[key])));

const nothing = exactly({});
const order: Check = (value) => typeof value === 'string' && value.length === 28 && /^kc[a-z0-9]{26}$/.test(value);
const ratio: Check = (value) =>
  amount(value) && Number(value) <= 1 && (value === '1' || String(value).length <= 8) && !String(value).startsWith('1.');
const immediate = oneOf('IOC', 'FOK');
const ofType = (type: string, checks: Readonly<Record<string, Check>>, optional: readonly string[] = []): Check =>
  exactly({ type: oneOf(type), ...checks }, optional);
const terms = anyOf(
  ofType('market', { quantity: amount }),
  ofType('marketByCost', { cost: amount }),
  ofType('limit', { quantity: amount, price: amount, timeInForce: oneOf('IOC', 'FOK', 'GTC', 'postOnly') }),
  ofType('best', { quantity: amount, timeInForce: immediate }),
  ofType('bestByCost', { cost: amount, timeInForce: immediate }),
  ofType('stopMarket', { quantity: amount, triggerPrice: amount }),
  ofType('trailingStopMarket', { quantity: amount, callback: ratio, activationPrice: amount }, ['activationPrice']),
);
const handOrder = exactly({ venue: oneOf('upbit', 'binance'), coin, side: oneOf('buy', 'sell'), terms });
const place = orNull(exactly({ seq: whole(Number.MIN_SAFE_INTEGER), index: whole(Number.MIN_SAFE_INTEGER) }));
const forms: Readonly<Record<CommandName, Check>> = {
  'snapshot.get': nothing,
  'console.arm': nothing,
  'console.disarm': nothing,
  'approval.set': exactly({ approval: oneOf('manual', 'auto') }),
  'signal.approve': exactly({ signal: id }),
  'signal.decline': exactly({ signal: id }),
  'hedge.open': (value) => exactly({ coin, quantity: amount })(value) || exactly({ coin, amountKrw: amount })(value),
  'hedge.close': exactly({ hedge: id, quantity: orNull(amount) }),
  'order.place': handOrder,
  'order.check': handOrder,
  'order.amend': exactly({ order, quantity: amount, price: amount }),
  'order.cancel': exactly({ order }),
  'order.settle': exactly({ order }),
  'stop.engage': exactly({ closeAll: oneOf(true, false) }),
  'stop.reset': exactly({ seen: (value) => Number.isSafeInteger(value) && Number(value) >= 0 }, ['seen']),
  'hedge.settle': exactly({ hedge: id, how: oneOf('closeKnown', 'keepWaiting', 'retry', 'settledAtVenue') }),
  'outside.accept': exactly({ venue: oneOf('upbit', 'binance'), coin }),
  'settings.set': exactly({ name: isText(64), value: isText(64), again: isText(64) }, ['again']),
  'preferences.set': exactly({ language: oneOf('ko', 'en', null), theme: oneOf('dark', 'light', 'system') }, ['language', 'theme']),
  'premium.history': exactly({ from: whole(0), to: whole(0), points: whole(2, 2000) }),
  'journal.read': exactly({ before: place, limit: whole(1, 500), search: orNull(isText(100)) }),
};

const cyclic = (): Keys => {
  const self: Record<string, unknown> = { coin: 'BTC' };
  self['quantity'] = self;
  return self;
};
const fields = [
  'signal',
  'hedge',
  'quantity',
  'amountKrw',
  'coin',
  'closeAll',
  'approval',
  'name',
  'value',
  'language',
  'theme',
  'from',
  'to',
  'points',
  'order',
  'terms',
  'price',
];
const values = fc.oneof(
  fc.constantFrom(
    'BTC',
    'ETH',
    '0.001',
    '1000000',
    '0',
    '00.1',
    '1.',
    '-1',
    '1e5',
    'auto',
    'manual',
    'ko',
    'dark',
    '',
    ' ',
    'a b',
    'a\n',
    'ㄱ',
    '\0',
    null,
    true,
    false,
  ),
  fc.constantFrom<unknown>(undefined, Number.NaN, Infinity, -0, 1.5, 2 ** 53, 1n, Symbol.iterator, () => 1, new Date(0), new Map(), [], {}),
  fc.constantFrom(
    'maxEntriesPerDay',
    'leverage',
    'cooldownMs',
    '3',
    '2',
    'in',
    'x'.repeat(65),
    'x'.repeat(100_000),
    '9'.repeat(1000),
    '__proto__',
    'constructor',
  ),
  fc.integer(),
  fc.string(),
  fc.double(),
);
const proto: fc.Arbitrary<unknown> = fc
  .constantFrom('{"__proto__":{"closeAll":true}}', '{"__proto__":null,"approval":"auto"}', '{"constructor":{"prototype":{}}}')
  .map((source) => JSON.parse(source) as unknown);
const garbage: fc.Arbitrary<unknown> = fc.oneof(
  values,
  fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true, withMap: true, withSparseArray: true, withTypedArray: true }),
  fc.dictionary(fc.constantFrom(...fields, '__proto__', 'toString'), values),
  proto,
  fc.constant(null).map(cyclic),
  // What is only inherited is not there.
  fc
    .constantFrom<Keys>({ approval: 'auto' }, { closeAll: true }, { signal: 'a' }, { name: 'leverage', value: '1' })
    .map((from) => Object.create(from) as unknown),
);

const amounts = fc.constantFrom('0.001', '0.01', '1000000', '0.000000000001', '999999999999.999999999999');
const ids = fc.constantFrom('a', 'hand-1', '__proto__', 'constructor', '~'.repeat(64));
const orders = fc.record({ order: fc.constantFrom('kc00000000000000000000000000', `kc${'z'.repeat(26)}`) });
const someTerms = fc.oneof(
  fc.record({ type: fc.constant('market'), quantity: amounts }),
  fc.record({ type: fc.constant('marketByCost'), cost: amounts }),
  fc.record({ type: fc.constant('limit'), quantity: amounts, price: amounts, timeInForce: fc.constantFrom('IOC', 'FOK', 'GTC', 'postOnly') }),
  fc.record({ type: fc.constant('best'), quantity: amounts, timeInForce: fc.constantFrom('IOC', 'FOK') }),
  fc.record({ type: fc.constant('bestByCost'), cost: amounts, timeInForce: fc.constantFrom('IOC', 'FOK') }),
  fc.record({ type: fc.constant('stopMarket'), quantity: amounts, triggerPrice: amounts }),
  fc.record(
    { type: fc.constant('trailingStopMarket'), quantity: amounts, callback: fc.constantFrom('0.01', '1'), activationPrice: amounts },
    { requiredKeys: ['type', 'quantity', 'callback'] },
  ),
);
const handOrders = fc.record({
  venue: fc.constantFrom('upbit', 'binance'),
  coin: fc.constantFrom('BTC', 'ETH', 'X'),
  side: fc.constantFrom('buy', 'sell'),
  terms: someTerms,
});
const of: Readonly<Record<CommandName, fc.Arbitrary<unknown>>> = {
  'snapshot.get': fc.constant({}),
  'console.arm': fc.constant({}),
  'console.disarm': fc.constant({}),
  'approval.set': fc.record({ approval: fc.constantFrom('manual', 'auto') }),
  'signal.approve': fc.record({ signal: ids }),
  'signal.decline': fc.record({ signal: ids }),
  'hedge.open': fc.oneof(
    fc.record({ coin: fc.constantFrom('BTC', 'ETH', 'X'), quantity: amounts }),
    fc.record({ coin: fc.constant('BTC'), amountKrw: amounts }),
  ),
  'hedge.close': fc.record({ hedge: ids, quantity: fc.option(amounts) }),
  'order.place': handOrders,
  'order.check': handOrders,
  'order.amend': fc.tuple(orders, amounts, amounts).map(([order, quantity, price]) => ({ ...order, quantity, price })),
  'order.cancel': orders,
  'order.settle': orders,
  'stop.engage': fc.record({ closeAll: fc.boolean() }),
  'stop.reset': fc.record({ seen: fc.nat() }, { requiredKeys: [] }),
  'hedge.settle': fc.record({ hedge: ids, how: fc.constantFrom('closeKnown', 'keepWaiting', 'retry', 'settledAtVenue') }),
  'outside.accept': fc.record({ venue: fc.constantFrom('upbit', 'binance'), coin: fc.constantFrom('BTC', 'ETH', 'X') }),
  'settings.set': fc.record(
    {
      name: fc.constantFrom('leverage', 'cooldownMs', 'maxHedgeKrw', 'x', '__proto__'),
      value: fc.constantFrom('1', '2', '5000', '-1', '', 'x'),
      again: fc.constantFrom('1', '2', '5000', ''),
    },
    { requiredKeys: ['name', 'value'] },
  ),
  'preferences.set': fc.record(
    { language: fc.constantFrom('ko', 'en', null), theme: fc.constantFrom('dark', 'light', 'system') },
    { requiredKeys: [] },
  ),
  'premium.history': fc.record({ from: fc.nat(), to: fc.nat().map((ms) => ms + 1_795_250_000_000), points: fc.integer({ min: 2, max: 2000 }) }),
  'journal.read': fc.record({
    before: fc.option(fc.record({ seq: fc.nat(100), index: fc.nat(5) })),
    limit: fc.integer({ min: 1, max: 500 }),
    search: fc.option(fc.constantFrom('stop', 'BTC', '', '\\', '{')),
  }),
};

/** A key more, a key less, or another value. */
const spoiled = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid, fc.constantFrom('more', 'less', 'other'), fc.nat(), values, fc.constantFrom(...fields, '__proto__'))
    .map(([message, how, nth, value, name]) => {
      const entries = Object.entries(isObject(message) ? message : {});
      const at = nth % Math.max(1, entries.length);
      if (how === 'more') return Object.fromEntries([...entries, [name, value]]);
      if (how === 'less') return Object.fromEntries(entries.filter((_, index) => index !== at));
      return Object.fromEntries(entries.map(([key, old], index) => [key, index === at ? value : old]));
    });

describe('the contract under random messages', () => {
  let paper: PaperConsole;
  beforeAll(async () => {
    paper = await PaperConsole.open({ armWhenReady: false });
    await vi.waitFor(() => expect(paper.console.state.phase).toBe('ready'), 15_000);
  });
  afterAll(() => paper.close());

  it.each(Object.keys(commands) as CommandName[])('%s', { timeout: 240_000 }, async (name) => {
    const tally = { accepted: 0, refused: 0 };
    // Commands that read much are asked validly less often: what is proved is the door.
    const weight = ['snapshot.get', 'journal.read', 'hedge.open', 'order.place', 'order.check'].includes(name) ? 1 : 4;
    const message = fc.oneof({ arbitrary: of[name], weight }, { arbitrary: spoiled(of[name]), weight: 8 }, { arbitrary: garbage, weight: 8 });
    await fc.assert(
      fc.asyncProperty(message, async (input) => {
        const reply = await paper.invoke(name, input);
        const isTurnedAway = !reply.ok && reply.code === 'INVALID_INPUT';
        expect(isTurnedAway).toBe(!forms[name](input));
        tally[isTurnedAway ? 'refused' : 'accepted'] += 1;
        if (reply.ok) expect(commands[name].output.safeParse(reply.value).error).toBeUndefined();
        else
          expect([typeof reply.code, typeof reply.reason, reply.code === 'BUG', reply.reason.length < 2000]).toEqual([
            'string',
            'string',
            false,
            true,
          ]);
      }),
      { numRuns: messagesEach },
    );
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(messagesEach / 50);
    expect(paper.bugs).toEqual([]);
    expect(paper.troubles).toEqual([]);
  });
});

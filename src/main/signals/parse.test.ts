import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MalformedCode, Parsed, Signal } from '../../shared/domain/signal.ts';
import { text } from '../../shared/domain/units.ts';
import { maxSignalBytes, parseSignal } from './parse.ts';

const now = 1_795_250_000_000;
const enter = { id: 'a1', action: 'ENTER', symbol: 'BTC', quantity: '0.05', createdAt: now };
const exit = { id: 'a2', action: 'EXIT', symbol: 'BTC', createdAt: now };

const line = (fields: object): string => JSON.stringify(fields);
function accepted(source: string | Uint8Array): Signal {
  const parsed = parseSignal(source, now);
  if (!parsed.ok) throw new Error(`${parsed.code}: ${parsed.reason}`);
  return parsed.signal;
}
function codeOf(source: string | Uint8Array): MalformedCode | 'accepted' {
  const parsed = parseSignal(source, now);
  return parsed.ok ? 'accepted' : parsed.code;
}

describe('a well-formed signal', () => {
  it('becomes an ENTER with its size, and lives 30 s by default', () => {
    const signal = accepted(line(enter));
    expect(signal).toMatchObject({ id: 'a1', action: 'ENTER', coin: 'BTC', createdAt: now, expiresAt: now + 30_000 });
    expect(signal.action === 'ENTER' && 'quantity' in signal.size && text(signal.size.quantity)).toBe('0.05');
  });
  it('becomes an EXIT of all, of a quantity, or of one hedge', () => {
    expect(accepted(line(exit))).not.toHaveProperty('quantity');
    expect(accepted(line({ ...exit, quantity: '1.50', hedge: 'a1' }))).toMatchObject({ quantity: '1.5', hedge: 'a1' });
  });
  it('may carry every optional field', () => {
    const all = {
      ...enter,
      v: 1,
      expiresAt: now + 1,
      risk: 0.2,
      expectedPremium: '-0.031',
      maxSlippage: '0',
      venues: { spot: 'upbit', perp: 'binance' },
      note: '김프',
    };
    expect(accepted(line(all))).toMatchObject({ expiresAt: now + 1, risk: '0.2', premium: { expected: '-0.031', maxSlippage: '0' }, note: '김프' });
  });
  it('reads numbers from their source text, never through a float', () => {
    const signal = accepted(`{"id":"a1","action":"ENTER","symbol":"BTC","amountKrw":123456789012.123456789012,"createdAt":${now}}`);
    expect(signal.action === 'ENTER' && 'amountKrw' in signal.size && text(signal.size.amountKrw)).toBe('123456789012.123456789012');
  });
});

describe('a verdict', () => {
  it.each(['[1 2]', '[1,', '["a":1]', '{"a" 1}', '{a:1}', '"no end', '{"a":1,}'])('is NOT_JSON for %s', (source) => {
    expect(codeOf(source)).toBe('NOT_JSON');
  });
  it('quotes a long unknown key by its beginning', () => {
    const parsed = parseSignal(line({ ...enter, ['k'.repeat(41)]: 1 }), now);
    expect(parsed).toMatchObject({ ok: false, code: 'UNKNOWN_KEY', reason: `There is no field "${'k'.repeat(40)}…".` });
  });
});

describe('times', () => {
  it.each([
    ['2026-11-21T08:53:20Z', Date.UTC(2026, 10, 21, 8, 53, 20)],
    ['2026-11-21T08:53:20.123456+09:00', Date.UTC(2026, 10, 20, 23, 53, 20, 123)],
    ['2026-11-20T23:53:20.5-09:30', Date.UTC(2026, 10, 21, 9, 23, 20, 500)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('reads %s', (createdAt, ms) => {
    const parsed = parseSignal(line({ ...exit, createdAt }), ms);
    expect(parsed).toMatchObject({ ok: true, signal: { createdAt: ms } });
  });
  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T08:60:00Z',
    '2026-11-21T08:53:60Z',
    '2026-11-21T08:53:20+24:00',
    '2026-11-21T08:53:20',
    '2026-11-21',
    '0026-11-21T08:53:20Z',
    String(now),
    '',
    1_795_250_000,
    1_795_250_000_000_000,
    -1,
    0,
    1.5,
    null,
    [now],
  ])('refuses %j', (createdAt) => {
    expect(codeOf(line({ ...exit, createdAt }))).toBe('BAD_VALUE');
    expect(codeOf(line({ ...exit, expiresAt: createdAt }))).toBe('BAD_VALUE');
  });
  it('allows a sender 5 s of fast clock and no more', () => {
    expect(codeOf(line({ ...exit, createdAt: now + 5000 }))).toBe('accepted');
    expect(codeOf(line({ ...exit, createdAt: now + 5001 }))).toBe('FUTURE');
  });
  it('leaves expiry to the engine, but wants it after createdAt', () => {
    expect(codeOf(line({ ...exit, createdAt: now - 86_400_000 }))).toBe('accepted');
    expect(codeOf(line({ ...exit, expiresAt: now }))).toBe('BAD_VALUE');
  });
});

describe('hazards', () => {
  const withNumber = (source: string): string => `{"id":"a1","action":"ENTER","symbol":"BTC","quantity":${source},"createdAt":${now}}`;
  it.each<[string, string | Uint8Array, MalformedCode | 'accepted']>([
    ['a byte order mark', `\ufeff${line(enter)}`, 'accepted'],
    ['a byte order mark in bytes', Buffer.from(`\ufeff${line(enter)}`), 'accepted'],
    ['UTF-16', Buffer.from(line(enter), 'utf16le'), 'NOT_JSON'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'NOT_JSON'],
    ['nothing', '', 'NOT_JSON'],
    ['half a signal', line(enter).slice(0, -3), 'NOT_JSON'],
    ['two signals', `${line(enter)}${line(exit)}`, 'NOT_JSON'],
    ['a trailing comma', '{"id":"a1",}', 'NOT_JSON'],
    ['single quotes', "{'id':'a1'}", 'NOT_JSON'],
    ['NaN', withNumber('NaN'), 'NOT_JSON'],
    ['a leading zero', withNumber('007'), 'NOT_JSON'],
    ['a hexadecimal number', withNumber('0x10'), 'NOT_JSON'],
    ['an array', '[]', 'NOT_AN_OBJECT'],
    ['a bare null', 'null', 'NOT_AN_OBJECT'],
    ['1e400', withNumber('1e400'), 'BAD_VALUE'],
    ['an exponent', withNumber('5e-2'), 'BAD_VALUE'],
    ['13 digits before the point', withNumber('1000000000000'), 'BAD_VALUE'],
    ['13 digits after the point', withNumber('0.1234567890123'), 'BAD_VALUE'],
    ['zero', withNumber('0'), 'BAD_VALUE'],
    ['zero with decimals', withNumber('"0.000"'), 'BAD_VALUE'],
    ['a negative quantity', withNumber('-1'), 'BAD_VALUE'],
    ['minus zero', withNumber('-0'), 'BAD_VALUE'],
    ['a quantity of blanks', withNumber('" 1"'), 'BAD_VALUE'],
    ['an empty quantity', withNumber('""'), 'BAD_VALUE'],
    ['full-width digits', withNumber('"１"'), 'BAD_VALUE'],
    ['a null quantity', withNumber('null'), 'BAD_VALUE'],
    ['Cyrillic ВТС', line({ ...enter, symbol: 'ВТС' }), 'BAD_VALUE'],
    ['a pair for a symbol', line({ ...enter, symbol: 'BTC/KRW' }), 'BAD_VALUE'],
    ['a blank in the id', line({ ...enter, id: 'a 1' }), 'BAD_VALUE'],
    ['an id of 65 characters', line({ ...enter, id: 'x'.repeat(65) }), 'BAD_VALUE'],
    ['a number for an id', line({ ...enter, id: 7 }), 'BAD_VALUE'],
    ['an id with a line end', line({ ...enter, id: 'a1\n' }), 'BAD_VALUE'],
    ['action in small letters', line({ ...enter, action: 'enter' }), 'BAD_VALUE'],
    ['__proto__', `{"__proto__":{"v":1},${line(enter).slice(1)}`, 'UNKNOWN_KEY'],
    ['constructor', line({ ...enter, constructor: 1 }), 'UNKNOWN_KEY'],
    ['a key twice', `{"action":"EXIT",${line(enter).slice(1)}`, 'REPEATED_KEY'],
    ['a key twice, once escaped', `{"\\u0061ction":"EXIT",${line(enter).slice(1)}`, 'REPEATED_KEY'],
    [
      'a venue twice',
      line({ ...enter, venues: 0 }).replace('"venues":0', '"venues":{"spot":"upbit","spot":"upbit","perp":"binance"}'),
      'REPEATED_KEY',
    ],
    ['another version', line({ ...enter, v: 2 }), 'BAD_VALUE'],
    ['a version as text', line({ ...enter, v: '1' }), 'BAD_VALUE'],
    ['no id', line({ ...enter, id: undefined }), 'MISSING_KEY'],
    ['an ENTER without size', line({ ...enter, quantity: undefined }), 'MISSING_KEY'],
    ['an ENTER with both sizes', line({ ...enter, amountKrw: '1' }), 'BAD_VALUE'],
    ['an EXIT by KRW', line({ ...exit, amountKrw: '1' }), 'BAD_VALUE'],
    ['an ENTER with a hedge', line({ ...enter, hedge: 'a0' }), 'BAD_VALUE'],
    ['half of the premium pair', line({ ...enter, expectedPremium: '0.03' }), 'MISSING_KEY'],
    ['a negative slippage', line({ ...enter, expectedPremium: '0.03', maxSlippage: '-0.01' }), 'BAD_VALUE'],
    ['a risk above 1', line({ ...enter, risk: '1.000000000001' }), 'BAD_VALUE'],
    ['several venues', line({ ...enter, venues: { buy: ['upbit'], sell: ['binance'] } }), 'BAD_VALUE'],
    ['another venue', line({ ...enter, venues: { spot: 'bithumb', perp: 'binance' } }), 'BAD_VALUE'],
    ['a third venue', line({ ...enter, venues: { spot: 'upbit', perp: 'binance', more: 'okx' } }), 'BAD_VALUE'],
    ['a note of 500 emoji', line({ ...enter, note: '🪙'.repeat(500) }), 'accepted'],
    ['a note of 501 letters', line({ ...enter, note: 'n'.repeat(501) }), 'BAD_VALUE'],
    ['half a surrogate pair', `{"note":"\\ud83e",${line(enter).slice(1)}`, 'BAD_VALUE'],
    ['depth 5', line({ ...enter, venues: { a: { b: { c: {} } } } }), 'TOO_DEEP'],
    ['depth beyond the stack', '['.repeat(maxSignalBytes), 'TOO_DEEP'],
    ['depth of a million', '['.repeat(1_000_000), 'TOO_LARGE'],
    ['one byte too many', line({ ...exit, note: '' }).padEnd(maxSignalBytes + 1), 'TOO_LARGE'],
    ['exactly enough bytes', line(exit).padEnd(maxSignalBytes), 'accepted'],
    ['few characters of many bytes', line({ ...exit, note: '김'.repeat(6000) }), 'TOO_LARGE'],
  ])('%s', (_name, source, code) => {
    expect(codeOf(source)).toBe(code);
  });
  it('does not let a key reach a prototype', () => {
    parseSignal(`{"__proto__":{"polluted":1},${line(enter).slice(1)}`, now);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
  it('names the id of a malformed signal where it can be read', () => {
    expect(parseSignal(line({ ...enter, quantity: 'x' }), now)).toMatchObject({ ok: false, id: 'a1' });
    expect(parseSignal('{"id":"a1","id":"a2"}', now)).not.toHaveProperty('id');
  });
  it('shows at most 200 characters of what it read', () => {
    const parsed = parseSignal('x'.repeat(5000), now);
    expect(parsed.ok ? '' : parsed.excerpt).toBe('x'.repeat(200));
  });
});

describe('the digest', () => {
  it('is the same for the same content', () => {
    const reordered = `{"createdAt":${now},"v":1,"expiresAt":${now + 30_000},"quantity":0.0500,"symbol":"BTC","action":"ENTER","id":"a1"}`;
    expect(accepted(reordered).digest).toBe(accepted(line(enter)).digest);
    expect(accepted(line(enter)).digest).toMatch(/^[0-9a-f]{64}$/);
  });
  it('differs between a quantity and an amount of the same number', () => {
    expect(accepted(line({ ...enter, quantity: undefined, amountKrw: '0.05' })).digest).not.toBe(accepted(line(enter)).digest);
  });
});

const digits = fc.stringMatching(/^(0|[1-9]\d{0,11})(\.\d{1,12})?$/);
const positive = digits.filter((source) => /[1-9]/.test(source));
const id = fc.stringMatching(/^[\x21-\x7e]{1,64}$/);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const common = {
  id,
  symbol: fc.stringMatching(/^[A-Z0-9]{1,20}$/),
  createdAt: fc.integer({ min: now - 1_000_000, max: now + 5000 }),
  risk: optional(fc.constantFrom('0', '0.10', '0.5', '1')),
  note: optional(fc.string({ unit: 'grapheme', maxLength: 100 })),
  v: optional(fc.constant(1)),
};
const pair = fc.oneof(
  fc.constant({}),
  fc.record({ expectedPremium: fc.tuple(fc.constantFrom('', '-'), digits).map((parts) => parts.join('')), maxSlippage: digits }),
);
const anEnter = fc
  .tuple(fc.record(common), pair, fc.oneof(fc.record({ quantity: positive }), fc.record({ amountKrw: positive })))
  .map(([fields, premium, size]): Record<string, unknown> => ({ ...fields, ...premium, ...size, action: 'ENTER' }));
const anExit = fc
  .tuple(fc.record({ ...common, quantity: optional(positive), hedge: optional(id) }), pair)
  .map(([fields, premium]): Record<string, unknown> => ({ ...fields, ...premium, action: 'EXIT' }));
const valid = fc.oneof(anEnter, anExit);

/** The wire form of a parsed signal: what a second parse must read back unchanged. */
function format(signal: Signal): string {
  const size = signal.action === 'EXIT' ? { quantity: signal.quantity, hedge: signal.hedge } : signal.size;
  return line({
    id: signal.id,
    action: signal.action,
    symbol: signal.coin,
    ...size,
    createdAt: signal.createdAt,
    expiresAt: signal.expiresAt,
    risk: signal.risk,
    expectedPremium: signal.premium?.expected,
    maxSlippage: signal.premium?.maxSlippage,
    note: signal.note,
  });
}
const isTotal = (parsed: Parsed): boolean => parsed.ok || (parsed.reason.length > 0 && parsed.excerpt.length <= 200);

describe('properties', () => {
  it('P1: any text, bytes or JSON gives a verdict', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array({ maxLength: 300 })), (source) =>
        isTotal(parseSignal(source, now)),
      ),
      { numRuns: 3000 },
    );
  });
  it('P1: so does a valid signal with bytes changed', () => {
    const changed = fc.tuple(valid, fc.nat(), fc.nat(255)).map(([fields, at, byte]) => {
      const bytes = Buffer.from(line(fields));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(changed, (bytes) => isTotal(parseSignal(bytes, now))),
      { numRuns: 3000 },
    );
  });
  it('P2: what is accepted keeps the limits, and writing it out changes nothing', () => {
    fc.assert(
      fc.property(valid, (fields) => {
        const signal = accepted(line(fields));
        expect(signal.createdAt).toBeLessThanOrEqual(now + 5000);
        expect(signal.expiresAt).toBeGreaterThan(signal.createdAt);
        expect(accepted(format(signal))).toEqual(signal);
      }),
      { numRuns: 1000 },
    );
  });
  it('P2: the order of keys changes nothing', () => {
    const shuffled = valid.chain((fields) =>
      fc.tuple(fc.constant(fields), fc.shuffledSubarray(Object.entries(fields), { minLength: Object.keys(fields).length })),
    );
    fc.assert(fc.property(shuffled, ([fields, entries]) => accepted(line(Object.fromEntries(entries))).digest === accepted(line(fields)).digest));
  });
  it('P7: a changed field is refused, changes the digest, or changes nothing', () => {
    const names = ['action', 'symbol', 'quantity', 'amountKrw', 'createdAt', 'expiresAt', 'risk', 'expectedPremium', 'maxSlippage', 'hedge', 'note'];
    const replacement = fc.oneof(
      fc.constantFrom<unknown>('ENTER', 'EXIT', 'ETH', null, undefined, 0, now + 1, now - 1),
      positive,
      fc.string(),
      fc.double(),
    );
    fc.assert(
      fc.property(valid, fc.constantFrom(...names), replacement, (fields, name, value) => {
        const before = accepted(line(fields));
        const after = parseSignal(line({ ...fields, [name]: value }), now);
        if (!after.ok) return;
        const { digest: digestBefore, ...contentBefore } = before;
        const { digest: digestAfter, ...contentAfter } = after.signal;
        expect(digestAfter === digestBefore).toBe(JSON.stringify(contentAfter) === JSON.stringify(contentBefore));
      }),
      { numRuns: 2000 },
    );
  });
  it('P8: decimals come back exactly, from text and from numbers', () => {
    fc.assert(
      fc.property(positive, fc.boolean(), (source, asNumber) => {
        const signal = accepted(line({ ...exit, quantity: 0 }).replace('"quantity":0', `"quantity":${asNumber ? source : `"${source}"`}`));
        const canonical = source.includes('.') ? source.replace(/\.?0+$/, '') : source;
        expect(signal.action === 'EXIT' && signal.quantity !== undefined && text(signal.quantity)).toBe(canonical);
      }),
      { numRuns: 1000 },
    );
  });
});

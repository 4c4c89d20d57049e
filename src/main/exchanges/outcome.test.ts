import { describe, expect, it } from 'vitest';
import { outcomeOf, redact, type Seen } from './outcome.ts';

const now = 1_795_000_000_000;
const answer = (status: number, body: string, headers: Record<string, string> = {}): Seen => ({ kind: 'answer', status, headers, body });
const upbit = (status: number, name: string, headers?: Record<string, string>) =>
  answer(status, `{"error":{"name":"${name}","message":"…"}}`, headers);
const binance = (status: number, code: number, headers?: Record<string, string>) => answer(status, `{"code":${code},"msg":"…"}`, headers);

describe('outcomeOf: answers of Upbit', () => {
  it.each([
    [400, 'insufficient_funds_bid', 'refused', 'INSUFFICIENT_FUNDS'],
    [400, 'insufficient_funds_ask', 'refused', 'INSUFFICIENT_FUNDS'],
    [404, 'order_not_found', 'refused', 'ORDER_NOT_FOUND'],
    [400, 'duplicated_identifier', 'unknown', 'DUPLICATE_ID'],
    [400, 'under_min_total_bid', 'refused', 'INVALID_ORDER'],
    [400, 'invalid_price_ask', 'refused', 'INVALID_ORDER'],
    [400, 'validation_error', 'refused', 'INVALID_ORDER'],
    [401, 'invalid_access_key', 'refused', 'AUTHENTICATION'],
    [401, 'jwt_verification', 'refused', 'AUTHENTICATION'],
    [401, 'no_authorization_ip', 'refused', 'AUTHENTICATION'],
    [401, 'something_new', 'refused', 'AUTHENTICATION'],
    [403, 'out_of_scope', 'refused', 'AUTHENTICATION'],
    [401, 'nonce_used', 'refused', 'VENUE_ERROR'],
    [400, 'market_offline', 'refused', 'MAINTENANCE'],
    [429, 'too_many_requests', 'notSent', 'RATE_LIMITED'],
    [500, 'internal_error', 'unknown', 'VENUE_ERROR'],
    [503, 'service_unavailable', 'unknown', 'MAINTENANCE'],
  ] as const)('%i %s → %s %s', (status, name, outcome, code) => {
    expect(outcomeOf('upbit', upbit(status, name), now)).toMatchObject({ outcome, code, venueCode: name });
  });

  it('reads a name that is a number', () => {
    expect(outcomeOf('upbit', answer(404, '{"error":{"name":404,"message":"Code not found"}}'), now)).toMatchObject({
      outcome: 'refused',
      code: 'INVALID_ORDER',
      venueCode: '404',
    });
  });
});

describe('outcomeOf: answers of Binance', () => {
  it.each([
    [400, -2019, 'refused', 'INSUFFICIENT_FUNDS'],
    [400, -2018, 'refused', 'INSUFFICIENT_FUNDS'],
    [400, -2011, 'refused', 'ORDER_NOT_FOUND'],
    [400, -2013, 'refused', 'ORDER_NOT_FOUND'],
    [400, -4116, 'unknown', 'DUPLICATE_ID'],
    [400, -4164, 'refused', 'INVALID_ORDER'],
    [400, -2022, 'refused', 'INVALID_ORDER'],
    [400, -1111, 'refused', 'INVALID_ORDER'],
    [400, -1021, 'refused', 'CLOCK'],
    [400, -1022, 'refused', 'AUTHENTICATION'],
    [401, -2015, 'refused', 'AUTHENTICATION'],
    [400, -1125, 'refused', 'VENUE_ERROR'],
    [500, -1000, 'unknown', 'VENUE_ERROR'],
    [400, -1001, 'unknown', 'VENUE_ERROR'],
    [400, -1006, 'unknown', 'VENUE_ERROR'],
    [408, -1007, 'unknown', 'VENUE_ERROR'],
    [503, -1008, 'notSent', 'VENUE_ERROR'],
    [429, -1003, 'notSent', 'RATE_LIMITED'],
    [400, -1015, 'notSent', 'RATE_LIMITED'],
    [400, -1016, 'refused', 'MAINTENANCE'],
  ] as const)('%i %i → %s %s', (status, code, outcome, name) => {
    expect(outcomeOf('binance', binance(status, code), now)).toMatchObject({ outcome, code: name, venueCode: String(code) });
  });

  it.each([
    [503, '{"msg":"Service Unavailable."}', 'notSent', 'VENUE_ERROR'],
    [503, '{"msg":"Unknown error, please check your request or try again later."}', 'unknown', 'VENUE_ERROR'],
    [502, '<html>bad gateway</html>', 'unknown', 'VENUE_ERROR'],
    [403, '<html>blocked</html>', 'unknown', 'BAD_ANSWER'],
    [400, '{}', 'unknown', 'BAD_ANSWER'],
    [404, '', 'unknown', 'BAD_ANSWER'],
  ] as const)('%i %s → %s %s', (status, body, outcome, code) => {
    expect(outcomeOf('binance', answer(status, body), now)).toMatchObject({ outcome, code, venueCode: '' });
  });
});

describe('outcomeOf: how long to wait', () => {
  it.each([
    ['Retry-After', answer(429, 'slow down', { 'retry-after': '7' }), '429', 7000],
    ['nothing said', binance(429, -1003), '-1003', 1000],
    ['a ban that names its end', answer(418, `{"code":-1003,"msg":"IP banned until ${now + 90_000}. Please use websocket"}`), '418', 90_000],
    [
      'a block that says its length in words',
      answer(418, '{"error":{"name":"too_many_requests","message":"10초 후 다시 시도해주세요."}}'),
      '418',
      10_000,
    ],
    ['a block of so many seconds', answer(418, 'Blocked for 60 seconds.'), '418', 60_000],
    ['a ban that names no end', answer(418, 'blocked'), '418', 120_000],
  ])('%s', (_, seen, venueCode, retryAfterMs) => {
    expect(outcomeOf('binance', seen, now)).toMatchObject({ outcome: 'notSent', code: 'RATE_LIMITED', venueCode, retryAfterMs });
  });
});

describe('outcomeOf: what did not come to an answer', () => {
  it.each<[string, Seen, string, string]>([
    ['refused connection', { kind: 'notConnected', reason: 'connect ECONNREFUSED', blocked: false }, 'notSent', 'NETWORK'],
    ['our own guard', { kind: 'notConnected', reason: 'only loopback', blocked: true }, 'notSent', 'BLOCKED'],
    ['deadline after it left', { kind: 'deadline', left: true }, 'unknown', 'TIMEOUT'],
    ['deadline before it left', { kind: 'deadline', left: false }, 'notSent', 'TIMEOUT'],
    ['reset after it left', { kind: 'transport', reason: 'other side closed', left: true }, 'unknown', 'NETWORK'],
    ['error before it left', { kind: 'transport', reason: 'requires "apiKey"', left: false }, 'notSent', 'NETWORK'],
    ['200 with another body', { kind: 'unreadable', body: '<html>' }, 'unknown', 'BAD_ANSWER'],
  ])('%s', (_, seen, outcome, code) => {
    expect(outcomeOf('upbit', seen, now)).toMatchObject({ outcome, code });
  });

  it('lets ccxt name a refusal that the table does not know, but not its outcome', () => {
    const seen = { ...upbit(400, 'funds_by_a_new_name'), hint: 'INSUFFICIENT_FUNDS' } as Seen;
    expect(outcomeOf('upbit', seen, now)).toMatchObject({ outcome: 'refused', code: 'INSUFFICIENT_FUNDS' });
    const page = { ...answer(400, 'page'), hint: 'INSUFFICIENT_FUNDS' } as Seen;
    expect(outcomeOf('upbit', page, now)).toMatchObject({ outcome: 'unknown', code: 'BAD_ANSWER' });
  });

  it('cuts what was said', () => {
    expect(outcomeOf('upbit', answer(500, 'x'.repeat(2000)), now).said).toHaveLength(500);
  });
});

describe('redact', () => {
  it.each([
    ['https://host/fapi/v1/order?symbol=BTCUSDT&signature=0a1b2c', 'https://host/fapi/v1/order?symbol=BTCUSDT&signature=***'],
    ['authorization: Bearer eyJhbGciOi.eyJhY2Nlc3M.sig-_n', 'authorization: Bearer ***'],
    ['{"listenKey":"pqia91ma19a5s61cv6a81va65sdf"}', '{"listenKey":"***"}'],
    ['Api-Key MYKEY is not MYSECRET', 'Api-Key *** is not ***'],
  ])('%s', (said, cleared) => {
    expect(redact(said, ['MYKEY', 'MYSECRET', ''])).toBe(cleared);
  });
});

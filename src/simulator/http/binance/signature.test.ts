import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys, sign, startTestVenue, type TestVenue } from './test-venue.ts';

describe('signed requests', () => {
  let test: TestVenue;
  beforeAll(async () => {
    test = await startTestVenue();
  });
  afterAll(() => test.close());
  const path = '/fapi/v1/positionSide/dual';
  const now = () => Date.now();

  it('is signed over the bytes as they came, in any order and encoding', async () => {
    const source = `recvWindow=10000&note=a%2fb+c&timestamp=${now()}`;
    expect(await test.raw('GET', `${path}?${source}&signature=${sign(source)}`)).toMatchObject({ status: 200, body: { dualSidePosition: false } });
    const reencoded = source.replace('%2f', '%2F');
    expect(await test.raw('GET', `${path}?${reencoded}&signature=${sign(source)}`)).toMatchObject({ status: 400, body: { code: -1022 } });
  });

  it('joins query and body without a separator, the signature in either', async () => {
    const query = 'symbol=BTCUSDT';
    const body = `leverage=5&timestamp=${now()}`;
    const signature = sign(query + body);
    expect(await test.raw('POST', `/fapi/v1/leverage?${query}`, { body: `${body}&signature=${signature}` })).toMatchObject({
      status: 200,
      body: { leverage: 5 },
    });
    expect(await test.raw('POST', `/fapi/v1/leverage?${query}&signature=${signature}`, { body })).toMatchObject({ status: 200 });
    expect(await test.raw('POST', `/fapi/v1/leverage?${query}`, { body: `${body}&signature=${sign(`${query}&${body}`)}` })).toMatchObject({
      body: { code: -1022 },
    });
  });

  it('takes hex of either case and nothing behind the signature', async () => {
    const source = `timestamp=${now()}`;
    expect(await test.raw('GET', `${path}?${source}&signature=${sign(source).toUpperCase()}`)).toMatchObject({ status: 200 });
    expect(await test.raw('GET', `${path}?${source}&signature=${sign(source)}&recvWindow=60000`)).toMatchObject({
      status: 400,
      body: { code: -1022 },
    });
  });

  it('refuses a tampered parameter and another secret', async () => {
    const source = `timestamp=${now()}&recvWindow=5000`;
    expect(await test.raw('GET', `${path}?${source.replace('5000', '6000')}&signature=${sign(source)}`)).toMatchObject({
      status: 400,
      body: { code: -1022, msg: 'Signature for this request is not valid.' },
    });
    const other = createHmac('sha256', 'other').update(source).digest('hex');
    expect(await test.raw('GET', `${path}?${source}&signature=${other}`)).toMatchObject({ status: 400, body: { code: -1022 } });
  });

  it('names what is missing', async () => {
    expect(await test.raw('GET', `${path}?timestamp=${now()}`)).toMatchObject({
      status: 400,
      body: { code: -1102, msg: "Mandatory parameter 'signature' was not sent, was empty/null, or malformed." },
    });
    expect(await test.raw('GET', `${path}?signature=${sign('')}`)).toMatchObject({ status: 400, body: { code: -1102 } });
  });

  it('refuses keys with 401', async () => {
    const source = `timestamp=${now()}`;
    const line = `${path}?${source}&signature=${sign(source)}`;
    expect(await test.raw('GET', line, { key: '' })).toMatchObject({ status: 401, body: { code: -2014, msg: 'API-key format invalid.' } });
    expect(await test.raw('GET', line, { key: 'z'.repeat(64) })).toMatchObject({ status: 401, body: { code: -2015 } });
    expect(await test.raw('GET', line, { key: keys.id })).toMatchObject({ status: 200 });
  });

  it('keeps to the time window of its own clock', async () => {
    expect(await test.signed('GET', path, { timestamp: now() + 900 })).toMatchObject({ status: 200 });
    expect(await test.signed('GET', path, { timestamp: now() + 1500 })).toMatchObject({
      status: 400,
      body: { code: -1021, msg: "Timestamp for this request was 1000ms ahead of the server's time." },
    });
    expect(await test.signed('GET', path, { timestamp: now() - 4500 })).toMatchObject({ status: 200 });
    expect(await test.signed('GET', path, { timestamp: now() - 5500 })).toMatchObject({
      status: 400,
      body: { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' },
    });
    expect(await test.signed('GET', path, { timestamp: now() - 9500, recvWindow: 10_000 })).toMatchObject({ status: 200 });
    test.offsetMs = 20_000;
    expect(await test.signed('GET', path, { timestamp: now() })).toMatchObject({ status: 400, body: { code: -1021 } });
    expect(await test.signed('GET', path)).toMatchObject({ status: 200 });
    test.offsetMs = 0;
  });
});

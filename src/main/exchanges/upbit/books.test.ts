import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coin } from '../../../shared/domain/ids.ts';
import { text } from '../../../shared/domain/units.ts';
import type { VenuePort } from '../port.ts';
import { startTrap, type TrapServer } from '../trap-server.ts';
import { createUpbit } from './upbit.ts';

const listed = ['KRW-BTC', 'KRW-ETH', 'KRW-USDT'];
const unit = (market: string) => ({ ask_price: listed.indexOf(market) + 2, bid_price: 1, ask_size: 3, bid_size: 4 });

describe('books of Upbit', () => {
  let server: TrapServer;
  let port: VenuePort;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    server = await startTrap((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
      response.setHeader('content-type', 'application/json');
      if (pathname === '/v1/market/all') return response.end(JSON.stringify([...listed, 'KRW-GONE'].map((market) => ({ market }))));
      if (pathname !== '/v1/orderbook') return response.end('[]');
      const markets = (searchParams.get('markets') ?? '').split(',');
      asked.push(markets.join());
      if (markets.some((market) => !listed.includes(market))) {
        response.statusCode = 404;
        return response.end('{"error":{"name":404,"message":"Code not found"}}');
      }
      return response.end(JSON.stringify(markets.toReversed().map((market) => ({ market, orderbook_units: [unit(market)] }))));
    });
    const options = { rest: server.rest, ws: server.ws, loopbackOnly: true, onRequest: () => undefined, now: Date.now };
    port = createUpbit({ ...options, keys: { accessKey: 'a', secretKey: 'b' } });
    await port.start();
  });
  afterEach(async () => {
    await port.close();
    await server.close();
  });
  const asks = async (...coins: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const books = await Promise.all(coins.map((name) => port.book(coin(name))));
    return books.map((book) => (book.ok ? book.value.asks.map((ask) => text(ask.price)).join() : book.failure.outcome));
  };

  it('leave as one request when they are asked for in one turn, each coin once', async () => {
    expect(await asks('ETH', 'USDT', 'BTC', 'USDT')).toEqual(['3', '4', '2', '4']);
    expect(asked).toEqual(['KRW-ETH,KRW-USDT,KRW-BTC']);
    expect(await asks('BTC')).toEqual(['2']);
    expect(asked).toHaveLength(2);
  });

  it('are asked for one by one where the venue does not know one of them', async () => {
    expect(await asks('GONE', 'BTC')).toEqual(['refused', '2']);
    expect(asked).toEqual(['KRW-GONE,KRW-BTC', 'KRW-GONE', 'KRW-BTC']);
  });
});

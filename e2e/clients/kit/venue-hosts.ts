/**
 * The venues' own host names, ending at a simulator: a TLS door on loopback with a certificate made for this run, and
 * routes to it for connections of this process. Clients that have the venues' URLs built in, or take none but https and
 * wss, run against the simulator without a change.
 */
import { connect } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { loopback } from './loopback-only.mjs';

const venueOf: Readonly<Record<string, 'upbit' | 'binance'>> = {
  'api.upbit.com': 'upbit',
  'fapi.binance.com': 'binance',
  'fstream.binance.com': 'binance',
  'ws-fapi.binance.com': 'binance',
  'api.binance.com': 'binance',
};
const names = Object.keys(venueOf);

export interface VenueHosts {
  /** Throws when something wanted to leave this machine meanwhile. */
  close(): Promise<void>;
}

/** @param ports of the simulated venues, where each serves HTTP and WebSocket */
export async function serveVenueHosts(ports: { readonly upbit: number; readonly binance: number }): Promise<VenueHosts> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'simulated venues' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }],
  });
  setDefaultCACertificates([...getCACertificates('bundled'), cert]);
  const open = new Set<TLSSocket>();
  const server = createServer({ key, cert }, (outer) => {
    const venue = typeof outer.servername === 'string' ? venueOf[outer.servername] : undefined;
    if (venue === undefined) return void outer.destroy();
    const inner = connect(ports[venue], '127.0.0.1');
    open.add(outer);
    // Whichever end breaks takes the other one along, as one connection would.
    for (const [one, other] of [[outer, inner] as const, [inner, outer] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
    outer.on('close', () => open.delete(outer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The TLS door has no port');
  const { routes, refused } = loopback();
  for (const name of names) routes.set(name, address.port);
  return {
    async close() {
      for (const name of names) routes.delete(name);
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      const hosts = refused.splice(0);
      if (hosts.length > 0) throw new Error(`Something wanted to reach ${hosts.join(', ')}`);
    },
  };
}

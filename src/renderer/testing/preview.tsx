/**
 * The console on the made-up snapshot, for looking at it (scripts/preview.ts). What is shown follows the address:
 * `?language=ko|en&theme=dark|light&mode=…&trading=…&stopped&empty&lost&rows=200&live`.
 */
import { done, refused } from '../../shared/contract/reply.ts';
import type { Snapshot } from '../../shared/contract/updates.ts';
import { mountConsole } from '../app/main.tsx';
import { applyAppearance, rememberAppearance } from '../stop/appearance.ts';
import { wireStopBar } from '../stop/bar.ts';
import { fakeTransport } from './fake-transport.ts';
import { Gallery } from './gallery.tsx';
import { emptySnapshot, fixtureSnapshot } from './fixture.ts';
import { premiumPoints } from './fixture-premium.ts';

const query = new URLSearchParams(location.search);
const now = Date.now();

/** A stop that has not been confirmed yet. */
const leftByStop = ({ tables, parts }: Snapshot): Snapshot['parts']['stopReport'] => ({
  at: now - 93_000,
  closeAll: query.has('closeAll'),
  done: false,
  openOrders: [],
  unknownOrders: Object.values(tables.orders).flatMap((order) => (order.state === 'unknown' ? [order.id] : [])),
  hedges: Object.values(tables.hedges)
    .filter(({ phase }) => phase !== 'flat')
    .map(({ id, coin, phase, spot, perp, residual }) => ({
      hedge: id,
      coin,
      spot: spot.quantity,
      perp: perp.quantity,
      residual,
      state: phase === 'hedged' ? 'kept' : phase === 'needsOperator' ? 'needsOperator' : phase === 'closing' ? 'closing' : 'waiting',
    })),
  byHand: Object.values(parts.venues).flatMap(({ venue, byHand }) => byHand.map((row) => ({ venue, ...row }))),
  settledAt: null,
  unconfirmed: ['binance'],
});

function shown(): Snapshot {
  const base = query.has('empty') ? emptySnapshot(now) : fixtureSnapshot(now);
  const mode = query.get('mode');
  const trading = query.get('trading');
  const stopped = query.has('stopped') || trading === 'stopped';
  const { standing } = base.parts;
  const language = query.get('language') === 'ko' ? 'ko' : 'en';
  const theme = query.get('theme') === 'light' ? 'light' : 'dark';
  return {
    ...base,
    parts: {
      ...base.parts,
      preferences: { language, theme },
      stopReport: stopped ? leftByStop(base) : null,
      standing: {
        ...standing,
        mode: mode === 'live' || mode === 'shadow' ? mode : standing.mode,
        trading: stopped ? 'stopped' : trading === 'disarmed' || trading === 'reconciling' || trading === 'diskFailed' ? trading : standing.trading,
        stop: stopped
          ? {
              at: now - 93_000,
              source: 'limit',
              reason: 'The loss of the day is 0.0312 of capital, the limit is 0.03',
              code: 'DAILY_LOSS',
              values: { was: '0.0312', limit: '0.03' },
            }
          : null,
        diskFailure: trading === 'diskFailed' ? 'ENOSPC: no space left on device' : null,
      },
    },
  };
}

const snapshot = shown();
const appearance = { language: snapshot.parts.preferences.language ?? 'en', theme: snapshot.parts.preferences.theme };
applyAppearance(appearance);
rememberAppearance(appearance);
const fake = fakeTransport(snapshot);
fake.answer('premium.history', premiumPoints);
fake.answer('journal.read', () => done({ entries: [], more: false }));
fake.answer('preferences.set', (change) => {
  fake.push({ parts: { preferences: { language: change.language ?? appearance.language, theme: change.theme ?? appearance.theme } } });
  return done({});
});
fake.answer('order.check', ({ venue, terms }) => {
  const quantity = 'quantity' in terms ? terms.quantity : '0';
  const limit = '15000000';
  const valueKrw = 'cost' in terms ? terms.cost : String(Math.round(Number(quantity) * 155_931_000));
  const isLarge = Number(valueKrw) > Number(limit);
  return done({
    worst: terms.type === 'limit' ? terms.price : venue === 'upbit' ? '156710000' : '107479',
    valueKrw,
    feesKrw: String(Math.round(Number(valueKrw) * 0.0005)),
    denial: isLarge ? { code: 'HEDGE_SIZE_LIMIT', reason: 'Too large', compared: { limit, was: valueKrw }, values: {} } : null,
  });
});
fake.answer('order.place', ({ venue, coin, side }) => {
  const row = snapshot.tables.orders['kck3f9x2h101aa02cc03dd04ee05'];
  const id = `kck3f9x2p${Date.now()}`;
  if (row !== undefined)
    fake.push({ tables: { orders: { [id]: { ...row, id, venue, coin, side, filled: '0', stamps: { ...row.stamps, decided: Date.now() } } } } });
  return done({ order: id });
});
fake.answer('console.arm', () => refused('RECONCILING', 'The books are being reconciled'));
const bar = wireStopBar({
  bridge: null,
  signIn: () => Promise.resolve({ kind: 'signedIn', csrf: '' }),
  send: () => Promise.resolve({ kind: 'unreachable' }),
});
mountConsole(fake.transport, bar, query.has('gallery') ? <Gallery dialog={query.has('dialog')} /> : undefined);
if (query.has('lost')) fake.state('lost');
if (query.has('live')) {
  // Ten updates a second of every hedge, as a busy day has them.
  setInterval(
    () => fake.push({ tables: { hedges: Object.fromEntries(Object.entries(snapshot.tables.hedges).map(([id, row]) => [id, { ...row }])) } }),
    100,
  );
}

/**
 * Simulated Binance USD-M: REST and WebSocket in the venue's own protocol, over the account model.
 *
 * 1. What a request changes is on record before its answer leaves, and before its events do.
 * 2. A path that is not here answers as the venue does and counts as unhandled.
 * 3. The venue lives by `parts.clock` alone: its times, windows and deadlines move with it.
 */
import { restore } from '../../model/binance/orders.ts';
import type { SimulatedVenue, VenueParts } from '../../venue.ts';
import { createVenueServer, type Front } from '../server.ts';
import { createStreamFaults } from '../stream-faults.ts';
import { controlsOf, type Controls, ledgerOf } from './controls.ts';
import { createCore } from './core.ts';
import { watchMarket } from './market-watch.ts';
import { createPublicStreams } from './public-streams.ts';
import { createQuota, unmetered } from './quota.ts';
import { clientOrderIdOf, faultAnswer, handleRequest, placesOrder, roleOf } from './requests.ts';
import { binanceOptionsForm, changedOption, type ChosenOptions } from './options.ts';
import { createTradingSockets } from './trading-socket.ts';
import { createUpgrades } from './upgrades.ts';

/** @param chosen what only the simulation decides; see options.ts */
export function createBinance(venue: VenueParts, chosen: ChosenOptions = {}): SimulatedVenue & Controls {
  const options = binanceOptionsForm.parse(chosen);
  const faults = createStreamFaults('binance', venue.faults, (socket) => core.desk.user.expireFor(socket));
  const core = createCore(venue, options, faults);
  const { desk } = core;
  const counted = createQuota(options.refusalsBeforeBan, options.weightPerMinute);
  const quota = options.limits === 'off' ? unmetered(counted) : counted;
  for (const order of desk.parts.state.openOrders()) restore(desk.parts, order);
  core.runDue();
  const streams = createPublicStreams(desk, core.depthOf, faults);
  const requests = { desk, quota, keys: venue.keys, commit: core.commit };
  const trading = createTradingSockets(requests, venue.faults, venue.requests);
  const upgrades = createUpgrades({ user: desk.user, streams, trading, faults, options });
  const market = watchMarket(venue.market, core);
  const front: Front = {
    venue: 'binance',
    handle: (request) => handleRequest(requests, request),
    upgrade: upgrades.upgrade,
    placesOrder,
    role: roleOf,
    clientOrderId: clientOrderIdOf,
    failure: (kind, _request, forMs) => faultAnswer(kind, venue.clock.now(), forMs),
  };
  const server = createVenueServer(front, venue.faults, venue.requests);
  const controls = controlsOf(core);
  return {
    name: 'binance',
    listen: server.listen,
    async close() {
      market.close();
      streams.close();
      trading.close();
      upgrades.close();
      core.close();
      faults.close();
      await server.close();
    },
    ledger: () => ledgerOf(desk.parts),
    ...controls,
    configure(name, value) {
      const changed = changedOption(options, name, value);
      if (!changed.ok) return changed;
      Object.assign(options, changed.options);
      return { ok: true };
    },
    reset(quote) {
      quota.reset();
      Object.assign(options, binanceOptionsForm.parse(chosen));
      controls.reset(quote);
    },
  };
}

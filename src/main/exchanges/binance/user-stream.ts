/**
 * The user data stream: a listen key, a socket that carries it, and a key that is kept alive.
 *
 * 1. The key is asked for anew at each connection (the venue answers the same one while it is good and extends it).
 * 2. A key that expired, by the venue's event or by its answer to the keep-alive, ends the connection.
 * 3. Nothing is relied on after a gap: `silent` tells the runtime to ask, `live` that events flow again.
 */
import { z } from 'zod';
import type { Answer } from '../../../shared/domain/failure.ts';
import type { VenueEvent } from '../port.ts';
import { anything } from '../shapes.ts';
import { keepOpen, type Stream } from '../socket.ts';
import { type BinanceConnection, weight } from './connection.ts';
import type { Contracts } from './contracts.ts';
import { type Became, readMessage } from './stream-events.ts';

const keyShape = z.object({ listenKey: z.string().min(1) });
/** A key lives 60 minutes; one that ended before that is found out this soon, should its event be lost. */
const keyCheckMs = 60_000;
const keyIsGone = '-1125';

export function openUserStream(
  connection: BinanceConnection,
  contracts: () => Promise<Answer<Contracts>>,
  listener: (event: VenueEvent) => void,
): Stream {
  const { streams, caller, options } = connection;
  let known: Contracts | undefined;
  const became: Became = new Map();

  const stream = keepOpen(
    streams,
    {
      prepare: async () => {
        const listed = await contracts();
        if (!listed.ok) return { failed: `no contract list: ${listed.failure.said}` };
        known = listed.value;
        const key = await caller.call({
          kind: 'once',
          signed: true,
          charges: weight(1),
          lane: 'urgent',
          send: () => streams.fapiPrivatePostListenKey(),
          shape: keyShape,
        });
        if (!key.ok) return { failed: `no listen key: ${key.failure.said}` };
        return { client: streams.client(streams.getPrivateWsUrl('future', key.value.listenKey)) };
      },
      subscription: () => [],
      onText: (text) => {
        if (known === undefined) return undefined;
        const message = readMessage(text, known, became);
        if (message.kind === 'event') listener(message.event);
        if (message.kind === 'keyExpired') return 'the listen key expired';
        return message.kind === 'unreadable' ? 'a message could not be read' : undefined;
      },
      onState: (state, reason) => listener({ kind: 'stream', state, reason }),
    },
    options.streamTiming,
  );

  const keepAlive = setInterval(() => void extend(), options.streamTiming?.keyCheckMs ?? keyCheckMs);
  const extend = async () => {
    const answer = await caller.call({
      kind: 'read',
      signed: true,
      charges: weight(1),
      lane: 'urgent',
      send: () => streams.fapiPrivatePutListenKey(),
      shape: anything,
    });
    if (!answer.ok && answer.failure.venueCode === keyIsGone) stream.renew('the listen key expired');
  };

  return {
    renew: stream.renew,
    close: async () => {
      clearInterval(keepAlive);
      await stream.close();
    },
  };
}

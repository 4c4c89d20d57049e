/**
 * What a client may say on a stream's socket: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY and GET_PROPERTY.
 *
 * 1. A request is acknowledged with {"result":null,"id":…}; what cannot be read is answered with {"error":{code,msg}}.
 * 2. More than ten messages within a second end the socket with 1008, as does a 1025th stream.
 * Source: usds-margined-futures, "Live Subscribing/Unsubscribing to streams"; websocket-market-streams, limits. How the
 * venue words the two endings is not documented.
 */
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from './parameters.ts';

const maxMessages = 10;
const windowMs = 1000;
const maxStreams = 1024;

const requestForm = z.object({
  method: z.enum(['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']),
  params: z.array(z.union([z.string(), z.boolean()])).optional(),
  id: z.union([z.number(), z.string(), z.null()]).optional(),
});

export interface Subscriptions {
  readonly names: ReadonlySet<string>;
  isCombined: boolean;
  add(names: readonly string[]): void;
  remove(names: readonly string[]): void;
}

/** Whether one more message is within what a connection may send. */
export function createMessageLimit(most = maxMessages): () => boolean {
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    const now = performance.now();
    if (now - since >= windowMs) {
      since = now;
      count = 0;
    }
    count += 1;
    return count <= most;
  };
}

/** @param reply sends an answer on the socket */
export function serveSubscriptions(socket: WebSocket, subscriptions: Subscriptions, reply: (source: string) => void): void {
  const isWithinLimit = createMessageLimit();
  socket.on('message', (data: RawData) => {
    if (!isWithinLimit()) return socket.close(1008, 'Too many requests');
    reply(JSON.stringify(answer(String(data), subscriptions)));
    if (subscriptions.names.size > maxStreams) socket.close(1008, 'Too many streams');
    return undefined;
  });
}

function answer(source: string, subscriptions: Subscriptions): unknown {
  const value = parseJson(source);
  if (value === undefined) return { error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } };
  const request = requestForm.safeParse(value);
  if (!request.success) return { error: { code: 2, msg: `Invalid request: ${request.error.issues[0]?.message ?? 'not an object'}` } };
  const { method, params = [], id = null } = request.data;
  const names = params.filter((name) => typeof name === 'string');
  switch (method) {
    case 'LIST_SUBSCRIPTIONS':
      return { result: [...subscriptions.names], id };
    case 'SUBSCRIBE':
      subscriptions.add(names);
      return { result: null, id };
    case 'UNSUBSCRIBE':
      subscriptions.remove(names);
      return { result: null, id };
    case 'GET_PROPERTY':
      return { result: subscriptions.isCombined, id };
    case 'SET_PROPERTY': {
      const wanted = params.find((param) => typeof param === 'boolean');
      if (wanted !== undefined) subscriptions.isCombined = wanted;
      return { result: null, id };
    }
  }
}

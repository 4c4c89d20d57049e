/**
 * What faults do to events and to the sockets that carry them. A front hands every event it sends to `send`, everything
 * else it writes to a socket (acknowledgments, PING answers) to `reply`, and every socket that begins to carry a stream
 * to `open`.
 *
 * 1. streamGap, halfOpen, reset and listenKeyExpired need no event: they act at once on every socket that carries the
 *    stream, and where there is none on the next one. One act on all open sockets counts as one time.
 * 2. A half-open socket stays open, takes nothing in and sends nothing, not even pongs.
 * 3. The other kinds act on one event on one socket (event-lane.ts).
 * 4. Memory is bounded: a client that leaves 16 MB unread is cut off.
 */
import type { WebSocket } from 'ws';
import type { StreamFaultKind, StreamName } from '../fault-kinds.ts';
import type { Faults, StreamFault } from '../faults.ts';
import type { VenueName } from '../venue.ts';
import { createEventLane, type EventData, type EventLane } from './event-lane.ts';
import { createTimers } from './timers.ts';

export interface StreamFaults {
  /** The socket begins to carry this stream; calling it again changes nothing. */
  open(stream: StreamName, socket: WebSocket): void;
  /** Sends one event of the stream, or does to it what a fault says. */
  send(stream: StreamName, socket: WebSocket, data: EventData): void;
  /** Sends what is not an event, unless the socket is half open. */
  reply(socket: WebSocket, data: EventData): void;
  /** Whether the socket is half open: it must not be pinged. */
  isSilent(socket: WebSocket): boolean;
  /** After it no timer is left; events that were held back are gone. */
  close(): void;
}

/** How long a gap lasts where `delayMs` was not given. */
const gapMs = 10_000;
const mostUnread = 16_000_000;
const onSockets: readonly StreamFaultKind[] = ['streamGap', 'halfOpen', 'reset', 'listenKeyExpired'];
const onEvents: readonly StreamFaultKind[] = ['duplicateEvent', 'reorderedEvents', 'droppedEvents', 'latency'];

/** @param expireListenKey ends the listen key that the socket was opened with, as if its life were over */
export function createStreamFaults(venue: VenueName, faults: Faults, expireListenKey?: (socket: WebSocket) => void): StreamFaults {
  const lanes = new Map<StreamName, Map<WebSocket, EventLane>>();
  const silence = createSilence();
  const timers = createTimers();
  const lanesOf = (stream: StreamName): Map<WebSocket, EventLane> => {
    const found = lanes.get(stream) ?? new Map<WebSocket, EventLane>();
    lanes.set(stream, found);
    return found;
  };

  const strike = ({ kind, delayMs }: StreamFault, socket: WebSocket, lane: EventLane): void => {
    switch (kind) {
      case 'streamGap':
        return lane.loseUntil(performance.now() + (delayMs ?? gapMs));
      case 'halfOpen':
        silence.begin(socket);
        if (delayMs !== null) timers.after(delayMs, () => silence.end(socket));
        return undefined;
      case 'reset':
        return socket.terminate();
      default:
        return expireListenKey?.(socket);
    }
  };
  const stop = faults.onStream((stream) => {
    if (stream === 'cleared') {
      silence.endAll();
      for (const open of lanes.values()) for (const lane of open.values()) lane.loseUntil(0);
      return;
    }
    const open = stream.startsWith(`${venue}.`) ? [...lanesOf(stream)] : [];
    const fault = open.length === 0 ? undefined : faults.takeStream(stream, onSockets);
    if (fault !== undefined) for (const [socket, lane] of open) strike(fault, socket, lane);
  });

  const laneOf = (stream: StreamName, socket: WebSocket): EventLane => {
    const found = lanesOf(stream).get(socket);
    if (found !== undefined) return found;
    const lane = createEventLane(timers, (data) => silence.write(socket, data));
    lanesOf(stream).set(socket, lane);
    socket.once('close', () => {
      lane.drop();
      lanesOf(stream).delete(socket);
      silence.forget(socket);
    });
    const fault = faults.takeStream(stream, onSockets);
    if (fault !== undefined) strike(fault, socket, lane);
    return lane;
  };

  return {
    open: (stream, socket) => {
      laneOf(stream, socket);
    },
    send: (stream, socket, data) => {
      const lane = laneOf(stream, socket);
      if (!lane.isLosing()) lane.deliver(data, faults.takeStream(stream, onEvents));
    },
    reply: silence.write,
    isSilent: silence.has,
    close: () => {
      stop();
      timers.clear();
      lanes.clear();
      silence.endAll();
    },
  };
}

/** The half-open sockets. */
function createSilence() {
  const sockets = new Set<WebSocket>();
  const end = (socket: WebSocket): void => {
    if (sockets.delete(socket)) socket.resume();
  };
  return {
    begin: (socket: WebSocket): void => {
      sockets.add(socket);
      socket.pause();
    },
    end,
    endAll: (): void => {
      for (const socket of [...sockets]) end(socket);
    },
    /** The socket is closed. */
    forget: (socket: WebSocket): void => {
      sockets.delete(socket);
    },
    has: (socket: WebSocket): boolean => sockets.has(socket),
    write: (socket: WebSocket, data: EventData): void => {
      if (sockets.has(socket) || socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostUnread) socket.terminate();
      else socket.send(data);
    },
  };
}

/** The sources that the options ask for, each handing its signals to the one intake. */
import { resolve } from 'node:path';
import type { Standing } from '../../shared/contract/parts.ts';
import type { State } from '../engine/state.ts';
import type { Loop } from '../runtime/loop.ts';
import { AppendedFile } from '../signals/appended-file.ts';
import { DropFolder } from '../signals/drop-folder.ts';
import { FeedClient, feedPlaceKey } from '../signals/feed-client.ts';
import { filePlaceKey } from '../signals/file-place.ts';
import { SocketServer } from '../signals/socket-server.ts';
import type { OnTrouble, SignalSink, Source } from '../signals/source.ts';

export interface SourceOptions {
  readonly file?: string;
  readonly dir?: string;
  readonly port?: number;
  readonly url?: string;
}
export interface SourceParts {
  readonly loop: Loop;
  readonly now: () => number;
  readonly onStop: (reason: string) => void;
  readonly token: string;
}
export interface Sources {
  readonly socket: SocketServer | null;
  readonly all: readonly Source[];
}

export function buildSources(options: SourceOptions, { loop, now, onStop, token }: SourceParts): Sources {
  // Resolves when the signal is journaled; a failed disk keeps it at its source.
  const onSignal: SignalSink = ({ parsed, source, place }) => loop.submit({ kind: 'signal', parsed, source, place }).durable;
  const place = (key: string): unknown => placeOf(loop.state, key);
  const all: Source[] = [];
  if (options.file !== undefined) {
    const path = resolve(options.file);
    all.push(new AppendedFile({ path, place: place(filePlaceKey(path)), onSignal, onTrouble: troubleFor(loop, path), now }));
  }
  if (options.dir !== undefined) {
    const folder = resolve(options.dir);
    all.push(new DropFolder({ folder, onSignal, onTrouble: troubleFor(loop, folder), now }));
  }
  if (options.url !== undefined) {
    const { url } = options;
    // An address may carry a token: only what may be shown goes into the journal.
    const shown = feedPlaceKey(url);
    const onTrouble = troubleFor(loop, shown);
    const onGap = ({ first, last }: { first: number; last: number }): void => {
      const detail = `Signals ${first} to ${last} of ${shown} never came`;
      const values = { source: shown, what: 'GAP', said: `${first}–${last}` };
      loop.submit({ kind: 'alarm', key: `gap:${shown}:${first}`, code: 'SIGNAL_SOURCE', values, severity: 'warning', detail });
    };
    all.push(new FeedClient({ url, place: place(shown), onSignal, onGap, onTrouble, now }));
  }
  const socket = options.port === undefined ? null : new SocketServer({ port: options.port, token, onSignal, onStop, now });
  return { socket, all: socket === null ? all : [...all, socket] };
}

/** Where signals are read from, in words that may be shown. @param socketUrl null without a signal socket */
export function sourcesShown({ file, dir, url }: SourceOptions, socketUrl: string | null): Standing['sources'] {
  return [
    ...(file === undefined ? [] : [{ kind: 'file' as const, place: resolve(file) }]),
    ...(dir === undefined ? [] : [{ kind: 'folder' as const, place: resolve(dir) }]),
    ...(url === undefined ? [] : [{ kind: 'feed' as const, place: feedPlaceKey(url) }]),
    ...(socketUrl === null ? [] : [{ kind: 'socket' as const, place: socketUrl }]),
  ];
}

const placeOf = (state: State, key: string): unknown => (Object.hasOwn(state.places, key) ? state.places[key] : null);

const troubleFor =
  (loop: Loop, name: string): OnTrouble =>
  (code, sentence) => {
    const values = { source: name, what: code, said: sentence };
    loop.submit({ kind: 'alarm', key: `source:${name}:${code}`, code: 'SIGNAL_SOURCE', values, severity: 'warning', detail: sentence });
  };

/** What a client may say on the signal socket. The signal itself is left as text for the parser. */
import { type Json, type JsonObject, readJson } from './json.ts';
import { decode, maxSignalDepth } from './parse.ts';

export type SocketMessage =
  | { readonly type: 'hello'; readonly token: string }
  | { readonly type: 'signal'; readonly text: string }
  | { readonly type: 'stop'; readonly reason: string }
  | { readonly type: 'other'; readonly code: 'UNKNOWN_KEY' | 'MISSING_KEY' | 'BAD_VALUE' | 'REPEATED_KEY' };

const maxReasonCharacters = 500;

/** What does not look like an envelope is taken for a bare signal, so its verdict is that of the parser. */
export function readMessage(bytes: Uint8Array): SocketMessage {
  const text = decode(bytes);
  const json = text === undefined ? undefined : readJson(text, maxSignalDepth + 1);
  if (text === undefined) return { type: 'signal', text: new TextDecoder().decode(bytes) };
  if (json?.ok !== true || json.value.kind !== 'object' || !json.value.members.has('type')) return { type: 'signal', text };
  const object = json.value;
  const type = textAt(object, 'type');
  // Whatever else is wrong with it: a stop stops.
  if (type === 'stop') return { type, reason: (textAt(object, 'reason') ?? 'no reason given').slice(0, maxReasonCharacters) };
  if (object.repeated !== undefined) return { type: 'other', code: 'REPEATED_KEY' };
  if (type === 'hello') return { type, token: textAt(object, 'token') ?? '' };
  if (type !== 'signal') return { type: 'other', code: 'BAD_VALUE' };
  const signal = object.members.get('signal');
  if (signal === undefined) return { type: 'other', code: 'MISSING_KEY' };
  if (object.members.size > 2) return { type: 'other', code: 'UNKNOWN_KEY' };
  return { type, text: text.slice(signal.from, signal.to) };
}

function textAt(object: JsonObject, key: string): string | undefined {
  const value: Json | undefined = object.members.get(key)?.value;
  return value?.kind === 'string' ? value.value : undefined;
}

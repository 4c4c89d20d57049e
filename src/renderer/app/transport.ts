/** What the console needs of a host: commands with typed answers, and what the engine tells. Two ways lie behind it. */
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { Refusal, Reply } from '../../shared/contract/reply.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import type { Sent } from '../stop/session.ts';

export type ConnectionState = 'connecting' | 'connected' | 'lost' | 'unauthorized';

export interface TransportListener {
  snapshot(snapshot: Snapshot): void;
  update(update: Update): void;
  state(state: ConnectionState): void;
}

export interface Transport {
  /** Never rejects: what went wrong on the way is a refusal, NOT_CONNECTED or SIGNED_OUT. */
  invoke<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Reply<CommandOutput<N>>>;
  /** Snapshot first, then updates; again a snapshot after every reconnect. Ends at the returned function. */
  subscribe(listener: TransportListener): () => void;
}

const isReply = (value: unknown): value is Reply<unknown> =>
  typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';

/**
 * The answer to a command as a reply of that command's type. The door at the other side made it from the schema, and it
 * comes from our own process over a way only we have: its form is not checked a second time here.
 */
export function replyOf<N extends CommandName>(sent: Sent, read: (reply: unknown) => unknown): Reply<CommandOutput<N>> {
  if (sent.kind === 'unauthorized') return { ok: false, code: 'SIGNED_OUT', reason: 'This page is signed out' };
  if (sent.kind === 'unreachable') return notConnected;
  const reply = read(sent.reply);
  return isReply(reply) ? (reply as Reply<CommandOutput<N>>) : notConnected;
}
const notConnected: Refusal = { ok: false, code: 'NOT_CONNECTED', reason: 'The engine cannot be reached' };

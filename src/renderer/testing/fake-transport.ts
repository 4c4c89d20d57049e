/** A transport without an engine: holds a snapshot, notes what was asked, answers as told. */
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { done, type Reply } from '../../shared/contract/reply.ts';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import type { ConnectionState, Transport, TransportListener } from '../app/transport.ts';

type Answer<N extends CommandName> = (input: CommandInput<N>) => Reply<CommandOutput<N>> | Promise<Reply<CommandOutput<N>>>;

export interface FakeTransport {
  readonly transport: Transport;
  /** Every command that was run, but for the snapshot, in order. */
  readonly sent: readonly { readonly name: CommandName; readonly input: unknown }[];
  /** How a command is answered from now on; without it, by `{}`. */
  answer<N extends CommandName>(name: N, answer: Answer<N>): void;
  /** The next update, or with `skip` one after a gap. */
  push(change: Partial<Pick<Update, 'parts' | 'tables'>>, skip?: number): void;
  state(state: ConnectionState): void;
}

export function fakeTransport(start: Snapshot): FakeTransport {
  const sent: { name: CommandName; input: unknown }[] = [];
  const answers = new Map<CommandName, (input: unknown) => unknown>([['snapshot.get', () => done(start)]]);
  const listeners = new Set<TransportListener>();
  let sequence = start.sequence;
  return {
    sent,
    transport: {
      invoke: async (name, input) => {
        if (name !== 'snapshot.get') sent.push({ name, input });
        const answer = answers.get(name) ?? (() => done({}));
        // What a test answers with was typed where it was given (`answer`).
        return (await answer(input)) as Reply<CommandOutput<typeof name>>;
      },
      subscribe: (listener) => {
        listeners.add(listener);
        listener.snapshot(start);
        listener.state('connected');
        return () => void listeners.delete(listener);
      },
    },
    answer: (name, answer) => void answers.set(name, answer as (input: unknown) => unknown),
    push: ({ parts = {}, tables = {} }, skip = 0) => {
      sequence += 1 + skip;
      for (const listener of listeners) listener.update({ sequence, at: start.at, parts, tables });
    },
    state: (state) => {
      for (const listener of listeners) listener.state(state);
    },
  };
}

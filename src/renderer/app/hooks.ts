/** How a view reads and acts: parts and rows of the replica, commands of the contract. Nothing else reaches a view. */
import { createContext, useCallback, useContext, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { shallow } from 'zustand/shallow';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { Parts } from '../../shared/contract/parts.ts';
import type { Refusal, Reply } from '../../shared/contract/reply.ts';
import type { RowOf, TableName } from '../../shared/contract/rows.ts';
import type { Replica, ReplicaState } from './replica.ts';
import { rowBusOf } from './row-bus.ts';
import type { Transport } from './transport.ts';

export interface Console {
  readonly transport: Transport;
  readonly replica: Replica;
}
export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === null) throw new Error('A view was drawn outside of the console');
  return console;
}

/** Anything of the replica; drawn again only when what `select` gives is another value. */
export const useReplica = <T>(select: (state: ReplicaState) => T): T => useStore(useConsole().replica, select);

/**
 * One part of the snapshot. Views are drawn only once a snapshot is there (app/shell.tsx), so it is never missing.
 * @example const risk = usePart('risk');
 */
export function usePart<P extends keyof Parts>(name: P): Parts[P] {
  const part = useReplica((state) => state.parts?.[name]);
  if (part === undefined) throw new Error(`The part ${name} was read before the first snapshot`);
  return part;
}

/**
 * One row, or undefined when it is not (any more) in its table. Only this row's changes draw it again; where hundreds
 * change at once they are drawn in slices (row-bus.ts).
 */
export function useRow<T extends TableName>(table: T, id: string): RowOf<T> | undefined {
  const { replica } = useConsole();
  const listen = useCallback((changed: () => void) => rowBusOf(replica).listen(table, id, changed), [replica, table, id]);
  return useSyncExternalStore(listen, (): RowOf<T> | undefined => (replica.getState().tables[table] as Readonly<Record<string, RowOf<T>>>)[id]);
}

export interface RowOrder<R> {
  /** Below zero: a first. */
  readonly compare: (a: R, b: R) => number;
  readonly filter?: (row: R) => boolean;
}

/**
 * Ids of a table's rows in order. Drawn again only when ids or their order change, so a table of rows that each use
 * `useRow` draws only the rows that changed. `order` must be a constant or memoized.
 */
export function useRows<T extends TableName>(table: T, order: RowOrder<RowOf<T>>): readonly string[] {
  const last = useRef<{ rows: unknown; order: unknown; ids: readonly string[] }>({ rows: null, order: null, ids: [] });
  return useReplica((state) => {
    const rows = state.tables[table] as Readonly<Record<string, RowOf<T>>>;
    if (last.current.rows === rows && last.current.order === order) return last.current.ids;
    const { compare, filter } = order;
    const entries = Object.entries(rows).filter(([, row]) => filter === undefined || filter(row));
    const ids = entries.sort(([idA, a], [idB, b]) => compare(a, b) || (idA < idB ? -1 : 1)).map(([id]) => id);
    last.current = { rows, order, ids: shallow(ids, last.current.ids) ? last.current.ids : ids };
    return last.current.ids;
  });
}

/** How many rows of a table count. */
export const useCount = <T extends TableName>(table: T, counts: (row: RowOf<T>) => boolean): number =>
  useReplica((state) => Object.values(state.tables[table] as Readonly<Record<string, RowOf<T>>>).filter(counts).length);

export interface CommandUse<N extends CommandName> {
  /**
   * Puts the command to the engine. The same input again while its run is pending is the same run: a double click asks
   * once. Another input is never lost: it goes when the run before it has ended.
   */
  readonly run: (input: CommandInput<N>) => Promise<Reply<CommandOutput<N>>>;
  readonly pending: boolean;
  /** Why the last run was refused; gone with the next run, or by `forget`. */
  readonly refusal: Refusal | null;
  readonly forget: () => void;
}

/** A command for a button. @example const arm = useCommand('console.arm'); … onClick={() => void arm.run({})} */
export function useCommand<N extends CommandName>(name: N): CommandUse<N> {
  const { transport } = useConsole();
  const [pending, setPending] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const last = useRef<{ readonly input: string; readonly reply: Promise<Reply<CommandOutput<N>>> } | null>(null);
  const run = useCallback(
    (input: CommandInput<N>) => {
      const before = last.current;
      const asked = JSON.stringify(input);
      if (before?.input === asked) return before.reply;
      const reply = (async () => {
        setPending((count) => count + 1);
        await before?.reply;
        setRefusal(null);
        const ended = await transport.invoke(name, input);
        if (last.current?.input === asked) last.current = null;
        setPending((count) => count - 1);
        if (!ended.ok) setRefusal(ended);
        return ended;
      })();
      last.current = { input: asked, reply };
      return reply;
    },
    [transport, name],
  );
  const forget = useCallback(() => setRefusal(null), []);
  return useMemo(() => ({ run, pending: pending > 0, refusal, forget }), [run, pending, refusal, forget]);
}

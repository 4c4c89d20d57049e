/**
 * What the journal view holds: the pages read so far, and how many entries are newer than the newest of them. New ones
 * are counted and shown when the person asks for them: what is being read never moves.
 *
 * The contract tells of no new journal entry by itself. Whatever is journaled also changes a table or the standing, so
 * the newest page is asked for again after such a change, at most once a second.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JournalEntryView } from '../../../shared/contract/commands.ts';
import type { Refusal } from '../../../shared/contract/reply.ts';
import { useConsole } from '../../app/hooks.ts';
import type { ReplicaState } from '../../app/replica.ts';
import { has, newerThan } from './pages.ts';

export const pageSize = 100;
const typingPauseMs = 250;
const lookEveryMs = 2000;

export interface Journal {
  readonly entries: readonly JournalEntryView[];
  readonly more: boolean;
  readonly status: 'idle' | 'loading';
  readonly refusal: Refusal | null;
  /** Entries that are newer than the first one shown. */
  readonly fresh: number;
  readonly older: () => void;
  readonly showNew: () => void;
  readonly again: () => void;
}

interface Read {
  readonly entries: readonly JournalEntryView[];
  readonly more: boolean;
}
const nothing: Read = { entries: [], more: false };

export function useJournal(typed: string): Journal {
  const { transport } = useConsole();
  const search = useSettled(typed, typingPauseMs);
  const [read, setRead] = useState<Read>(nothing);
  const [newer, setNewer] = useState<readonly JournalEntryView[]>([]);
  const [status, setStatus] = useState<'idle' | 'loading'>('loading');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [round, setRound] = useState(0);
  // Answers that belong to a search or a page that is not wanted any more are dropped.
  const current = useRef(0);
  const ask = useCallback(
    (before: JournalEntryView | undefined) =>
      transport.invoke('journal.read', {
        before: before === undefined ? null : { seq: before.seq, index: before.index },
        limit: pageSize,
        search: search === '' ? null : search,
      }),
    [transport, search],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again for the same
  useEffect(() => {
    const mine = ++current.current;
    setStatus('loading');
    void ask(undefined).then((reply) => {
      if (mine !== current.current) return;
      setStatus('idle');
      setNewer([]);
      setRefusal(reply.ok ? null : reply);
      if (reply.ok) setRead(reply.value);
    });
    return () => {
      current.current += 1;
    };
  }, [ask, round]);

  const last = read.entries.at(-1);
  const isReading = useRef(false);
  const older = useCallback(() => {
    if (isReading.current || last === undefined || !read.more) return;
    isReading.current = true;
    const mine = current.current;
    setStatus('loading');
    void ask(last).then((reply) => {
      isReading.current = false;
      if (mine !== current.current) return;
      setStatus('idle');
      setRefusal(reply.ok ? null : reply);
      if (reply.ok) setRead((before) => ({ entries: [...before.entries, ...reply.value.entries], more: reply.value.more }));
    });
  }, [ask, last, read.more]);

  const first = read.entries[0];
  const look = useCallback(() => {
    const mine = current.current;
    // Without the search: a look that finds nothing would read the whole history for it.
    void transport.invoke('journal.read', { before: null, limit: pageSize, search: null }).then((reply) => {
      if (mine !== current.current || !reply.ok) return;
      setNewer(newerThan(reply.value.entries, first).filter((entry) => has(entry, search)));
    });
  }, [transport, search, first]);
  useAfterChanges(look);

  const showNew = useCallback(() => {
    // More than a page of new ones would leave a gap in between: the list begins anew then.
    if (newer.length >= pageSize) setRound((before) => before + 1);
    else setRead((before) => ({ ...before, entries: [...newerThan(newer, before.entries[0]), ...before.entries] }));
    setNewer([]);
  }, [newer]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { entries: read.entries, more: read.more, status, refusal, fresh: newer.length, older, showNew, again };
}

/** A value once it has stood still for a while; the first one at once. */
function useSettled(value: string, pauseMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}

/** Runs a while after anything changed that is journaled, and after the connection came back. */
function useAfterChanges(run: () => void): void {
  const replica = useConsole().replica;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  }, [run]);
  useEffect(() => {
    let before = replica.getState();
    const end = replica.subscribe((state) => {
      const isSame = state.connection !== 'connected' || journaled.every((read) => read(state) === read(before));
      if (isSame) return;
      before = state;
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        latest.current();
      }, lookEveryMs);
    });
    return () => {
      end();
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [replica]);
}

/** What changes with the journal. Tickets change signals every second and are not journaled: their states are. */
const journaled: readonly ((state: ReplicaState) => unknown)[] = [
  (state) => state.connection,
  (state) => state.parts?.standing,
  (state) => state.parts?.settings,
  (state) => state.tables.hedges,
  (state) => state.tables.orders,
  (state) => state.tables.alarms,
  ({ tables }) => Object.values(tables.signals).reduce((line, row) => line + row.state.length, 0) + Object.keys(tables.signals).length * 1000,
];

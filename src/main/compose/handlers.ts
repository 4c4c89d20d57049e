/** Every command of the contract, carried out. `dispatch` checked the input; what comes back is a value, also a refusal. */
import { randomInt } from 'node:crypto';
import type { CommandInput, Handlers } from '../../shared/contract/commands.ts';
import { done, refused, type Reply } from '../../shared/contract/reply.ts';
import { coin as coinId, hedgeOf, signalId } from '../../shared/domain/ids.ts';
import { OneByOne } from '../../shared/one-by-one.ts';
import { quantity } from '../../shared/domain/units.ts';
import type { CommandReply } from '../engine/draft.ts';
import type { Command } from '../engine/inputs.ts';
import { settingChange } from '../engine/setting-change.ts';
import type { FeedView } from '../runtime/feed.ts';
import type { Submitted } from '../runtime/loop.ts';
import { parseSignal } from '../signals/parse.ts';
import { type HandsOn, orderHandlers, refusalOf } from './hand-orders.ts';
import type { SettingsStore } from '../store/settings-store.ts';

/** What the handlers act on. */
export interface Commanded extends HandsOn {
  /** The data folder was let go: nothing may be written any more. */
  readonly isClosed: () => boolean;
  /** What had left before a stop has arrived. */
  readonly stopLanded: () => Promise<void>;
  readonly feed: FeedView;
  /** Hands a person's signal to the intake, where every other one comes in. */
  readonly signal: (parsed: ReturnType<typeof parseSignal>) => Submitted;
  readonly settings: SettingsStore;
  /** The preferences changed. */
  readonly onPreferences: () => void;
  readonly history: Handlers['premium.history'];
  readonly journal: Handlers['journal.read'];
}

type Nothing = Reply<Record<string, never>>;
const nothing: Nothing = done({});
const answer = (reply: CommandReply): Nothing => (reply.ok ? nothing : refusalOf(reply));

export function handlersOn(on: Commanded): Handlers {
  const obey = (command: Command): Promise<Nothing> => Promise.resolve(answer(on.command(command)));
  const changes = new OneByOne();
  const unlessClosed = <T>(act: () => Promise<Reply<T>>): Promise<Reply<T>> =>
    on.isClosed() ? Promise.resolve(refused('ENDING', 'The console is ending')) : act();
  return {
    // First of all and without an await before it: the latch closes while this runs.
    'stop.engage': async ({ closeAll }) => {
      const reply = on.command({ kind: 'stop', source: 'button', reason: 'A person pressed stop', closeAll });
      await on.stopLanded();
      return answer(reply);
    },
    'stop.reset': ({ seen }) => obey({ kind: 'resetStop', ...(seen === undefined ? {} : { seen }) }),
    'snapshot.get': () => Promise.resolve(done(on.feed.snapshot())),
    'console.arm': () => obey({ kind: 'arm' }),
    'console.disarm': () => obey({ kind: 'disarm', reason: 'A person disarmed' }),
    'approval.set': ({ approval }) => obey({ kind: 'setApproval', approval }),
    'signal.approve': ({ signal }) => obey({ kind: 'approve', signal: signalId(signal) }),
    'signal.decline': ({ signal }) => obey({ kind: 'decline', signal: signalId(signal) }),
    'hedge.open': (input) => unlessClosed(() => openHedge(on, input)),
    'hedge.close': (input) =>
      obey({
        kind: 'closeHedge',
        hedge: hedgeOf(signalId(input.hedge)),
        quantity: input.quantity === null ? null : quantity(input.quantity),
      }),
    'hedge.settle': ({ hedge, how }) => obey({ kind: 'settle', hedge: hedgeOf(signalId(hedge)), how }),
    ...orderHandlers(on),
    'outside.accept': ({ venue, coin }) => obey({ kind: 'acceptOutside', venue, coin: coinId(coin) }),
    'settings.set': (input) => changes.run(() => unlessClosed(() => setSetting(on, input))),
    'preferences.set': (input) => unlessClosed(() => setPreferences(on, input)),
    'premium.history': on.history,
    'journal.read': on.journal,
  };
}

/** A person's ENTER is a signal like any other: same form, same parser, same intake, same checks. */
async function openHedge(on: Commanded, input: CommandInput<'hedge.open'>): Promise<Reply<{ signal: string }>> {
  const createdAt = on.now();
  const id = `hand-${createdAt.toString(36)}-${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
  const size = 'quantity' in input ? { quantity: input.quantity } : { amountKrw: input.amountKrw };
  const parsed = parseSignal(JSON.stringify({ id, action: 'ENTER', symbol: input.coin, createdAt, ...size }), createdAt);
  if (!parsed.ok) return refused(parsed.code, parsed.reason);
  const { durable } = on.signal(parsed);
  try {
    await durable;
  } catch (error) {
    return refused('JOURNAL_FAILED', error instanceof Error ? error.message : String(error));
  }
  return done({ signal: id });
}

/**
 * On disk first, then in the engine; where the engine says no, the disk goes back to what it was. Only one at a time: two
 * that are refused at once would put each other's value back.
 */
async function setSetting(on: Commanded, { name, value, again }: CommandInput<'settings.set'>): Promise<Nothing> {
  const wanted = { name, value, ...(again === undefined ? {} : { again }) };
  const allowed = settingChange(on.state(), wanted);
  if (!allowed.ok) return refused(allowed.code, allowed.reason);
  const change = await on.settings.set(name, value);
  if (!change.ok) return refused('BAD_SETTING', change.reason);
  const reply = on.command({ kind: 'set', ...wanted });
  if (reply.ok) return nothing;
  const back = await on.settings.set(name, change.old);
  return back.ok ? answer(reply) : refused(reply.code, `${reply.reason}. The next start will take ${name} as ${change.new}: ${back.reason}`);
}

async function setPreferences(on: Commanded, input: CommandInput<'preferences.set'>): Promise<Nothing> {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const change = await on.settings.setPreference(name, value);
    if (!change.ok) return refused('BAD_PREFERENCE', change.reason);
  }
  on.onPreferences();
  return nothing;
}

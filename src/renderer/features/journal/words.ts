/**
 * Entries of the journal as sentences, by kind. A kind that is not known here, from another version of the engine, is
 * shown by its name; the record itself is always one press away.
 */
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JournalEntryView } from '../../../shared/contract/commands.ts';
import type { Values } from '../../../shared/domain/codes.ts';
import { type CodedVerdict, type CodeWords, useCodeWords } from '../../i18n/code-words.ts';
import koCodes from '../../i18n/ko/codes.json' with { type: 'json' };
import koJournal from '../../i18n/ko/journal.json' with { type: 'json' };
import type { Tone } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/format.ts';
import { useFormats } from '../../ui/use-formats.ts';
import { type SettingWords, useSettingWords } from '../../ui/use-setting-words.ts';
import { type Fact, factOf } from './fact.ts';

type Words = TFunction<['journal', 'codes']>;
type Kind = keyof typeof koJournal.kind;
const kinds = koJournal.kind;
const isKind = (kind: string): kind is Kind => Object.hasOwn(kinds, kind);

export interface EntryWords {
  /** What kind of thing happened. */
  kind(kind: string): string;
  sentence(entry: JournalEntryView): string;
}
interface Tools {
  readonly t: Words;
  readonly format: Formats;
  readonly codes: CodeWords;
  readonly settings: SettingWords;
}

type Saying = (tools: Tools, fact: Fact) => string;

export function useEntryWords(): EntryWords {
  const { t } = useTranslation(['journal', 'codes']);
  const format = useFormats();
  const codes = useCodeWords();
  const settings = useSettingWords();
  return useMemo(
    () => ({
      kind: (kind) => (isKind(kind) ? t(`journal:kind.${kind}`) : kind),
      sentence: (entry) => (isKind(entry.kind) ? sayings[entry.kind]({ t, format, codes, settings }, factOf(entry.fact)) : ''),
    }),
    [t, format, codes, settings],
  );
}

/** A word of the codes' dictionary; the code itself where there is none. */
function coded<G extends 'hedge' | 'order' | 'signal' | 'purpose' | 'closing' | 'settle' | 'venue' | 'side' | 'action' | 'stopSource'>(
  t: Words,
  group: G,
  code: string | null,
): string {
  if (code === null) return '–';
  const known: Readonly<Record<string, string>> = koCodes[group];
  // The key was looked up in the dictionary that gives the keys their types.
  return Object.hasOwn(known, code) ? t(`codes:${group}.${code}` as 'codes:hedge.flat') : code;
}

const sized = ({ t, format }: Tools, fact: Fact): string => {
  const coins = fact.text('signal.size.quantity') ?? fact.text('signal.quantity');
  const krw = fact.text('signal.size.amountKrw');
  if (coins !== null) return `${format.quantity(coins)} ${fact.text('signal.coin') ?? ''}`;
  return krw === null ? `${fact.text('signal.coin') ?? ''} ${t('journal:all')}` : `${fact.text('signal.coin') ?? ''} ${format.krw(krw)} KRW`;
};

const placed = (fact: Fact): string => {
  const path = fact.text('source.path')?.split(/[/\\]/).at(-1);
  const place = fact.text('source.line') ?? fact.text('source.index') ?? fact.text('source.connection') ?? fact.text('source.seq');
  return [path ?? fact.text('source.url') ?? '', place ?? ''].filter((part) => part !== '').join(':');
};
const sourced = ({ t }: Tools, fact: Fact): string => {
  const kind = fact.text('source.kind');
  const known: Readonly<Record<string, string>> = koCodes.source;
  const word = kind !== null && Object.hasOwn(known, kind) ? t(`codes:source.${kind}` as 'codes:source.file') : '';
  return `${word} ${placed(fact)}`.trim();
};

const comparedOf = (fact: Fact): { limit: string; was: string } | null => {
  const limit = fact.text('compared.limit');
  const was = fact.text('compared.was');
  // Two moments in ms say nothing.
  return limit === null || was === null || fact.text('code') === 'EXPIRED' ? null : { limit, was };
};

/** What is text in an object of a fact; nothing where it is not there, as in older journals. */
const textsOf = (fact: Fact, path: string): Values => {
  const found = fact.at(path);
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(Object.entries(found).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
};
const verdictOf = (fact: Fact): CodedVerdict => ({
  code: fact.text('code') ?? '',
  reason: fact.text('reason') ?? '',
  compared: comparedOf(fact),
  values: textsOf(fact, 'values'),
});
/** Our own check's no to what the fact is about; empty where there was none. */
const denial: Saying = ({ codes }, fact) => {
  const code = fact.text('denial.denied');
  if (code === null) return '';
  const { limit, was } = textsOf(fact, 'denial.compared');
  const compared = limit === undefined || was === undefined ? null : { limit, was };
  return codes.verdict({ code, reason: fact.text('denial.reason') ?? '', compared, values: textsOf(fact, 'denial.values') });
};
const denied: Saying = (tools, fact) => {
  const words = denial(tools, fact);
  return words === '' ? '' : ` · ${words}`;
};

const orderTerms = ({ t, format }: Tools, fact: Fact): string => {
  const coin = fact.text('request.coin') ?? '';
  const cost = fact.text('request.terms.cost');
  const price = fact.text('request.terms.price') ?? fact.text('request.terms.triggerPrice');
  const size = cost === null ? `${format.quantity(fact.text('request.terms.quantity'))} ${coin}` : `${coin} ${format.krw(cost)} KRW`;
  const at = price === null ? t('journal:atMarket') : `@ ${format.price(price)} ${fact.text('request.terms.timeInForce') ?? ''}`;
  return `${coded(t, 'venue', fact.text('request.venue'))} ${coded(t, 'side', fact.text('request.side'))} ${size} ${at}`.trim();
};

const failed = (fact: Fact): string => {
  const code = fact.text('failure.code');
  if (code === null) return '';
  const venueCode = fact.text('failure.venueCode');
  return ` · ${code}${venueCode === null || venueCode === '' ? '' : ` (${venueCode})`}`;
};

const plain: Saying = () => '';

const sayings: Readonly<Record<Kind, Saying>> = {
  processStarted: ({ t }, fact) => t('journal:say.processStarted', { engine: fact.text('engine') ?? '–' }),
  accountSeen: ({ t }, fact) => `${coded(t, 'venue', fact.text('venue'))} ${fact.text('account') ?? ''}`,
  reconciled: plain,
  resumed: ({ t }, fact) => t('journal:say.resumed', { seconds: Math.round(Number(fact.text('awayMs') ?? 0) / 1000) }),
  armed: ({ t }, fact) => t(fact.text('by') === 'start' ? 'journal:say.byStart' : 'journal:say.byPerson'),
  disarmed: (_tools, fact) => fact.text('reason') ?? '',
  approvalSet: ({ t }, fact) => t(fact.text('approval') === 'auto' ? 'journal:say.auto' : 'journal:say.manual'),
  settingsSet: ({ settings }, fact) => {
    const [name, old, next] = [fact.text('name'), fact.text('old'), fact.text('new')];
    // Older journals have one English line.
    if (name === null || old === null || next === null) return fact.text('changed') ?? '';
    return `${settings.name(name)}: ${settings.value(name, old)} → ${settings.value(name, next)}`;
  },
  stopped: ({ t, codes }, fact) =>
    `${coded(t, 'stopSource', fact.text('source'))}: ${codes.stop({ code: fact.text('code') ?? '', reason: fact.text('reason') ?? '', values: textsOf(fact, 'values') })}`,
  closeAllWanted: plain,
  stopReset: plain,
  signalTaken: (tools, fact) => `${coded(tools.t, 'action', fact.text('signal.action'))} ${sized(tools, fact)} · ${sourced(tools, fact)}`,
  signalMalformed: (tools, fact) => `${tools.codes.verdict(verdictOf(fact))} ${sourced(tools, fact)} · ${fact.text('excerpt') ?? ''}`,
  signalRepeated: (tools, fact) => `${coded(tools.t, 'signal', fact.text('state'))} · ${sourced(tools, fact)}`,
  signalJudged: ({ t, codes }, fact) => `${coded(t, 'signal', fact.text('state'))}: ${codes.verdict(verdictOf(fact))}`,
  signalQueued: ({ t }, fact) => t(fact.text('by') === 'person' ? 'journal:say.approved' : 'journal:say.automatic'),
  slotsTaken: plain,
  slotsFreed: plain,
  hedgeOpened: ({ t, format }, fact) =>
    t('journal:say.hedgeOpened', {
      quantity: format.quantity(fact.text('planned')),
      coin: fact.text('coin') ?? '',
      premium: format.premium(fact.text('premium')),
    }),
  hedgeMoved: (tools, fact) => {
    const moved = tools.t('journal:say.hedgeMoved', {
      phase: coded(tools.t, 'hedge', fact.text('phase')),
      target: tools.format.quantity(fact.text('target')),
      attempts: fact.number('attempts') ?? 0,
    });
    return `${moved}${denied(tools, fact)}`;
  },
  hedgeMarked: ({ t, format }, fact) =>
    t('journal:say.hedgeMarked', {
      spot: format.price(fact.text('spotBid')),
      perp: format.price(fact.text('perpAsk')),
      fx: format.price(fact.text('fx')),
    }),
  hedgeSettled: ({ t, format }, fact) => {
    const how = coded(t, 'settle', fact.text('how'));
    const spot = fact.text('read.spot');
    return spot === null ? how : `${how} · ${t('journal:say.reads', { spot: format.quantity(spot), perp: format.quantity(fact.text('read.perp')) })}`;
  },
  forcedSeen: ({ t }, fact) =>
    t('journal:say.forcedSeen', { venue: coded(t, 'venue', fact.text('venue')), coin: fact.text('coin') ?? '', count: fact.list('fills').length }),
  forcedLeft: (_tools, fact) => fact.text('venueOrderId') ?? '',
  booked: (tools, fact) =>
    tools.t('journal:say.booked', {
      what: coded(tools.t, 'purpose', fact.text('purpose')),
      order: orderTerms(tools, fact),
      count: fact.list('fills').length,
    }),
  fundingPaid: ({ t, format }, fact) =>
    t('journal:say.fundingPaid', {
      venue: t('codes:venue.binance'),
      coin: fact.text('coin') ?? '',
      amount: format.quantitySigned(fact.text('payment.amount')),
      count: Object.keys(fact.at('shares') ?? {}).length,
    }),
  outsideSeen: ({ t, format }, fact) =>
    `${t('journal:say.outsideSeen', { venue: coded(t, 'venue', fact.text('venue')), coin: fact.text('coin') ?? '', quantity: format.quantity(fact.text('quantity')) })}${fact.at('sure') === false ? ` · ${t('journal:say.unsure')}` : ''}`,
  outsideTaken: ({ t, format }, fact) => {
    const rows = Object.entries(fact.at('rows') ?? {}).map(([coin, quantity]) => `${coin} ${format.quantity(String(quantity))}`);
    return `${coded(t, 'venue', fact.text('venue'))} ${rows.length === 0 ? '–' : rows.join(', ')}`;
  },
  exitStarted: ({ t }, fact) => t('journal:say.exitStarted', { hedges: fact.list('hedges').join(', ') }),
  exitPartDone: ({ t }, fact) => {
    const how = fact.text('how');
    return how === 'closed' || how === 'denied' || how === 'failed' ? t(`journal:say.part.${how}`) : (how ?? '');
  },
  exitWithdrawn: plain,
  exitDropped: plain,
  exitQueued: ({ t, format }, fact) => {
    const quantity = fact.text('quantity');
    return `${coded(t, 'closing', fact.text('cause.kind'))}, ${quantity === null ? t('journal:all') : format.quantity(quantity)}`;
  },
  orderIntended: (tools, fact) => `${orderTerms(tools, fact)} · ${coded(tools.t, 'purpose', fact.text('purpose'))}`,
  orderChanged: (tools, fact) => {
    const state = coded(tools.t, 'order', fact.text('state'));
    return `${tools.t('journal:say.orderChanged', { state, filled: tools.format.quantity(fact.text('filled')) })}${failed(fact)}${denied(tools, fact)}`;
  },
  orderFilled: ({ t, format }, fact) =>
    t('journal:say.orderFilled', {
      quantity: format.quantity(fact.text('fill.quantity')),
      price: format.price(fact.text('fill.price')),
      fee: format.quantity(fact.text('fill.fee')),
      currency: fact.text('fill.feeCurrency') ?? '',
    }),
  orderMissed: ({ t }, fact) => {
    if (fact.at('looked') === undefined) return '';
    const said = (seen: unknown): string => t(seen === true ? 'journal:say.there' : seen === false ? 'journal:say.notThere' : 'journal:say.unclear');
    const expected = fact.text('looked.holdings.expected');
    return t('journal:say.orderMissed', {
      openOrders: said(fact.at('looked.openOrders')),
      trades: said(fact.at('looked.trades')),
      holdings: expected === null ? t('journal:say.unclear') : `${expected} → ${fact.text('looked.holdings.held') ?? '–'}`,
    });
  },
  cancelWanted: plain,
  handWanted: orderTerms,
  handDenied: denial,
  orderAmended: (_tools, fact) => fact.text('by') ?? '',
  orderLeftToPerson: plain,
  dayBased: ({ format }, fact) => `${format.krw(fact.text('base'))} KRW`,
  marksMissed: (_tools, fact) => fact.text('coin') ?? '',
  dayStarted: ({ t, format }, fact) => t('journal:say.dayStarted', { capital: format.krw(fact.text('capital')) }),
  capitalTaken: ({ format }, fact) => `${format.krw(fact.text('capital'))} KRW`,
  apiErrorCounted: ({ t }, fact) =>
    `${t('journal:say.apiErrorCounted', { venue: coded(t, 'venue', fact.text('venue')), count: fact.number('count') ?? 0 })}${failed(fact)}`,
  failedEntriesCounted: ({ t }, fact) => t('journal:say.failedEntriesCounted', { count: fact.number('count') ?? 0 }),
  alarmRaised: ({ codes }, fact) => {
    const code = fact.text('code') ?? '';
    return `${codes.alarm(code)} ${codes.alarmDetail({ code, detail: fact.text('detail') ?? '', values: textsOf(fact, 'values') })}`;
  },
  alarmCleared: (_tools, fact) => fact.text('key') ?? '',
};

/** Color of a kind: what trades, what went wrong, what a person did. */
export function toneOf({ kind, fact }: JournalEntryView): Tone {
  if (kind === 'alarmRaised') return factOf(fact).text('severity') === 'critical' ? 'bad' : 'warn';
  if (kind === 'stopped') return 'bad';
  if (kind === 'signalMalformed' || kind === 'apiErrorCounted' || kind === 'failedEntriesCounted') return 'warn';
  if (kind.startsWith('signal')) return 'note';
  if (kind.startsWith('hedge') || kind.startsWith('exit')) return 'good';
  return kind.startsWith('order') ? 'neutral' : 'outline';
}

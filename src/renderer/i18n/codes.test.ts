/** Every code that the engine says has words. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stopSource } from '../../shared/contract/parts.ts';
import { alarmRow, hedgePhase, orderRow, orderState, settleHow, signalState } from '../../shared/contract/rows.ts';
import { alarmValues, choices, denialValues, stopValues, verdictValues } from '../../shared/domain/codes.ts';
import { type FactGroup, namesIn, sentenceOf } from './code-words.ts';
import en from './en/codes.json' with { type: 'json' };
import ko from './ko/codes.json' with { type: 'json' };
import koJournal from './ko/journal.json' with { type: 'json' };

const engine = join(import.meta.dirname, '..', '..', 'main', 'engine');

it.each([
  ['states of hedges', hedgePhase.options, ko.hedge],
  ['states of orders', orderState.options, ko.order],
  ['states of signals', signalState.options, ko.signal],
  ['purposes', orderRow.shape.purpose.options, ko.purpose],
  ['ways to settle', settleHow.options, ko.settle],
  ['what stopped it', stopSource.options, ko.stopSource],
  ['severities', alarmRow.shape.severity.options, ko.severity],
])('%s have words, and there are no others', (_what, codes, words) => {
  expect(Object.keys(words).sort()).toEqual([...codes].sort());
});
it('denials and alarms have words', () => {
  const denials = Object.keys(denialValues);
  const alarms = Object.keys(alarmValues);
  expect(denials.length).toBeGreaterThan(30);
  expect(denials.filter((code) => !Object.hasOwn(ko.verdict, code))).toEqual([]);
  expect(alarms.length).toBeGreaterThan(10);
  expect(alarms.filter((code) => !Object.hasOwn(ko.alarm, code))).toEqual([]);
});

/** Facts that stand behind a sentence, or choose it. */
const beside = new Set(['said', 'failure', 'what', 'when', 'why']);
/** Values as the engine would give them, once for each of its choices. */
const occasions = (code: string, names: readonly string[]): Readonly<Record<string, string>>[] => {
  const plain = Object.fromEntries(names.map((name) => [name, '1']));
  const choice = ['what', 'when', 'why'].find((name) => names.includes(name));
  const options: Readonly<Record<string, readonly string[]>> = choices;
  return choice === undefined ? [plain] : (options[code] ?? []).map((option) => ({ ...plain, [choice]: option }));
};
const groups: readonly (readonly [FactGroup, Readonly<Record<string, readonly string[]>>])[] = [
  ['stop', stopValues],
  ['alarmFacts', alarmValues],
  ['verdictFacts', { ...denialValues, ...verdictValues }],
];
describe.each(groups)('the sentences of %s', (group, table) => {
  it('are there for every code with facts, and for each of its choices', () => {
    const missing = Object.entries(table).flatMap(([code, names]) => {
      if (names.every((name) => beside.has(name) && !Object.hasOwn(choices, code))) return [];
      const all = occasions(code, names);
      return all.length > 0 && all.every((values) => sentenceOf(group, code, values) !== null) ? [] : [code];
    });
    expect(missing).toEqual([]);
  });
  it('are made of nothing that the engine does not give, and are of no other code', () => {
    for (const words of [ko, en]) {
      const wrong = Object.entries(words[group]).flatMap(([code, sentence]: [string, string | object]) => {
        const texts: string[] = typeof sentence === 'string' ? [sentence] : Object.values(sentence);
        const given = Object.hasOwn(table, code) ? (table[code] ?? []) : null;
        if (given === null) return [`${code} is no code`];
        return texts.flatMap(namesIn).flatMap((name) => (given.includes(name) ? [] : [`${code} has no ${name}`]));
      });
      expect(wrong).toEqual([]);
    }
  });
});
it('stops have names', () => {
  expect(Object.keys(ko.stopName).sort()).toEqual(Object.keys(stopValues).sort());
});
const sources = ['engine', 'runtime', 'compose'].flatMap((folder) => {
  const root = join(engine, '..', folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|testing\/|second-checker\//.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'));
});
it('what chooses a sentence is one of the choices wherever the engine says it', () => {
  const known = new Set<string>(Object.values(choices).flat());
  const said = sources.flatMap((text) => [...text.matchAll(/\b(?:what|when|why): '(\w+)'(?! \|)/g)].map(([, option]) => option ?? ''));
  expect(said.length).toBeGreaterThan(5);
  expect(said.filter((option) => !known.has(option))).toEqual([]);
});
it('refusals of commands have words', () => {
  const refusals = new Set(sources.flatMap((text) => [...text.matchAll(/\brefused?\(\s*'([A-Z_]+)'/g)].map(([, code]) => code ?? '')));
  expect(refusals.size).toBeGreaterThan(10);
  // That one is a sentence of the system's own.
  refusals.delete('JOURNAL_UNREADABLE');
  expect([...refusals].filter((code) => !Object.hasOwn(ko.refusal, code) && !Object.hasOwn(ko.verdict, code))).toEqual([]);
});
it('facts of the journal have words', () => {
  const source = readFileSync(join(engine, 'facts.ts'), 'utf8');
  const facts = [...source.slice(source.indexOf('export type Fact =')).matchAll(/readonly kind: '(\w+)'/g)].map(([, kind]) => kind ?? '');
  expect(facts.length).toBeGreaterThan(30);
  expect(facts.filter((kind) => !Object.hasOwn(koJournal.kind, kind))).toEqual([]);
});

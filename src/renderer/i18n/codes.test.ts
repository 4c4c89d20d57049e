/** Every code that the engine says has words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stopSource } from '../../shared/contract/parts.ts';
import { alarmRow, hedgePhase, orderRow, orderState, settleHow, signalState } from '../../shared/contract/rows.ts';
import { alarmValues, denialValues } from '../../shared/domain/codes.ts';
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
it('facts of the journal have words', () => {
  const source = readFileSync(join(engine, 'facts.ts'), 'utf8');
  const facts = [...source.slice(source.indexOf('export type Fact =')).matchAll(/readonly kind: '(\w+)'/g)].map(([, kind]) => kind ?? '');
  expect(facts.length).toBeGreaterThan(30);
  expect(facts.filter((kind) => !Object.hasOwn(koJournal.kind, kind))).toEqual([]);
});

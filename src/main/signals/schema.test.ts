import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldNames } from './fields.ts';
import { parseSignal } from './parse.ts';

const root = join(import.meta.dirname, '../../..');
type Schema = { readonly [keyword: string]: unknown };
const schema = JSON.parse(readFileSync(join(root, 'docs/signal.schema.json'), 'utf8')) as Schema;
const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const all = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isObject) : []);
const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
};
const onNumber = (rule: (value: number, limit: number) => boolean) => (limit: unknown, value: unknown) =>
  typeof value !== 'number' || rule(value, Number(limit));
/** The keywords that our schema uses, as JSON Schema 2020-12 defines them. An unknown keyword fails the test. */
const keywords: Readonly<Record<string, (rule: unknown, value: unknown, whole: Schema) => boolean>> = {
  $schema: () => true,
  $id: () => true,
  $comment: () => true,
  $defs: () => true,
  title: () => true,
  description: () => true,
  // Judged together with `if`.
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema is called so
  then: () => true,
  else: () => true,
  if: (rule, value, whole) => valid(valid(rule, value) ? whole['then'] : whole['else'], value),
  $ref: (rule, value) => isObject(schema['$defs']) && valid(schema['$defs'][String(rule).replace('#/$defs/', '')], value),
  type: (rule, value) => types[String(rule)]?.(value) === true,
  const: (rule, value) => rule === value,
  enum: (rule, value) => Array.isArray(rule) && rule.includes(value),
  pattern: (rule, value) => typeof value !== 'string' || new RegExp(String(rule), 'u').test(value),
  maxLength: (rule, value) => typeof value !== 'string' || [...value].length <= Number(rule),
  minimum: onNumber((value, limit) => value >= limit),
  maximum: onNumber((value, limit) => value <= limit),
  exclusiveMinimum: onNumber((value, limit) => value > limit),
  exclusiveMaximum: onNumber((value, limit) => value < limit),
  required: (rule, value) => !isObject(value) || words(rule).every((key) => Object.hasOwn(value, key)),
  properties: (rule, value) =>
    !isObject(value) || !isObject(rule) || Object.entries(value).every(([key, member]) => !Object.hasOwn(rule, key) || valid(rule[key], member)),
  additionalProperties: (rule, value, whole) =>
    rule !== false || !isObject(value) || Object.keys(value).every((key) => isObject(whole['properties']) && Object.hasOwn(whole['properties'], key)),
  dependentRequired: (rule, value) =>
    !isObject(value) ||
    !isObject(rule) ||
    Object.entries(rule).every(([key, needed]) => !Object.hasOwn(value, key) || words(needed).every((other) => Object.hasOwn(value, other))),
  anyOf: (rule, value) => all(rule).some((option) => valid(option, value)),
  oneOf: (rule, value) => all(rule).filter((option) => valid(option, value)).length === 1,
  not: (rule, value) => !valid(rule, value),
};
function valid(rule: unknown, value: unknown): boolean {
  if (!isObject(rule)) throw new Error(`no schema: ${JSON.stringify(rule)}`);
  return Object.entries(rule).every(([keyword, part]) => {
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`);
    return check(part, value, rule);
  });
}

const now = 1_795_250_300_000;
const enter: Record<string, unknown> = { id: 'a1', action: 'ENTER', symbol: 'BTC', quantity: '0.05', createdAt: now };
const exit: Record<string, unknown> = { id: 'a2', action: 'EXIT', symbol: 'BTC', createdAt: now };
const without = (fields: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));

const values: Record<string, readonly unknown[]> = {
  v: [1, 2, '1', null],
  id: ['x', 'x'.repeat(64), 'x'.repeat(65), '', 'a b', 'ä', 7, '~!'],
  action: ['ENTER', 'EXIT', 'enter', '', null],
  symbol: ['ETH', '1INCH', 'eth', 'BTC/KRW', 'ВТС', '', 'A'.repeat(21)],
  quantity: [
    '1',
    '0',
    '0.0',
    '-1',
    '01',
    '1.',
    '.5',
    '1e3',
    '999999999999.999999999999',
    '1000000000000',
    '0.0000000000001',
    '',
    1,
    0.5,
    0,
    -1,
    1e13,
    null,
    true,
  ],
  amountKrw: ['1', '0', 5_000_000, -1],
  createdAt: [
    now - 1,
    1_795_250_000,
    now * 1000,
    1.5,
    String(now),
    '2026-11-21T08:00:00Z',
    '2026-11-21T08:00:00.123456789+09:00',
    '2026-11-21',
    '2026-13-01T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2019-11-21T08:00:00Z',
    null,
  ],
  expiresAt: [now + 1, '2027-01-01T00:00:00z', 'soon', 0],
  risk: ['0', '1', '1.0', '0.5', '1.1', '2', '-0.1', 0.5, 1, 1.5, -0.5],
  expectedPremium: ['0.03', '-0.03', -0.03, '+1', 'x'],
  maxSlippage: ['0', '-0.1', 0.01, -0.01],
  venues: [
    { spot: 'upbit', perp: 'binance' },
    { spot: 'upbit' },
    { spot: 'bithumb', perp: 'binance' },
    { spot: 'upbit', perp: 'binance', x: 1 },
    { buy: [], sell: [] },
    'upbit',
    [],
  ],
  hedge: ['a1', 'a 1', 1],
  note: ['', '김'.repeat(500), '🪙'.repeat(500), 'n'.repeat(501), 1],
};
const premium = { expectedPremium: '0.03', maxSlippage: '0.01' };
const cases = [enter, exit].flatMap((base) => [
  base,
  { ...base, unknown: 1 },
  ...Object.keys(base).map((key) => without(base, key)),
  ...Object.entries(values).flatMap(([key, list]) =>
    list.flatMap((value) => [
      { ...base, [key]: value },
      { ...base, ...premium, [key]: value },
      { ...without(base, 'quantity'), [key]: value },
    ]),
  ),
]);

describe('the JSON Schema', () => {
  it('has the parser’s fields and no others', () => {
    expect(isObject(schema['properties']) && Object.keys(schema['properties'])).toEqual(fieldNames);
  });
  it('agrees with the parser on every example', () => {
    const disagreeing = cases.filter((fields) => valid(schema, JSON.parse(JSON.stringify(fields))) !== parseSignal(JSON.stringify(fields), now).ok);
    expect(disagreeing).toEqual([]);
  });
  it('is tried on what is valid and on what is not', () => {
    const accepted = cases.filter((fields) => parseSignal(JSON.stringify(fields), now).ok).length;
    expect(accepted).toBeGreaterThan(50);
    expect(cases.length - accepted).toBeGreaterThan(50);
  });
});

describe('the published examples', () => {
  const lines = readFileSync(join(root, 'resources/examples/signals.jsonl'), 'utf8').trimEnd().split('\n');
  it.each(lines)('%s', (line) => {
    expect(parseSignal(line, now)).toMatchObject({ ok: true });
    expect(valid(schema, JSON.parse(line))).toBe(true);
  });
});

describe('docs/signals.md', () => {
  const page = readFileSync(join(root, 'docs/signals.md'), 'utf8');
  it('shows signals that are valid', () => {
    const shown = page.split('\n').filter((line) => line.startsWith('{'));
    expect(shown).toHaveLength(2);
    for (const line of shown) expect(parseSignal(line, now)).toMatchObject({ ok: true });
  });
  it('names every field', () => {
    for (const name of fieldNames) expect(page).toContain(`\`${name}\``);
  });
});

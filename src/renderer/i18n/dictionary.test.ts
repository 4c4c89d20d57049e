/** Both languages say the same things; every word that is used exists; every class name that is used exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { ko } from './ko.ts';

const renderer = join(import.meta.dirname, '..');
const flat = (value: unknown, path = ''): [string, string][] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is no word`);
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`));
};
const variables = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '').sort();
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .map((path) => ({ path, text: readFileSync(join(renderer, path), 'utf8') }));

const namespaces = Object.keys(ko) as (keyof typeof ko)[];
// The language that has plural forms writes them as two keys of one word.
const singular = (key: string): string => key.replace(/_(one|other)$/, '');

describe.each(namespaces)('the words of %s', (namespace) => {
  const korean = new Map(flat(ko[namespace]));
  const english = new Map(flat(en[namespace]));
  it('are the same in both languages, with the same variables, and none is empty', () => {
    const keys = (words: ReadonlyMap<string, string>) => [...new Set([...words.keys()].map(singular))].sort();
    expect(keys(english)).toEqual(keys(korean));
    for (const [key, text] of [...korean, ...english]) expect(text.trim(), key).not.toBe('');
    for (const [key, text] of english) {
      const other = korean.get(key) ?? korean.get(singular(key)) ?? korean.get(`${singular(key)}_other`);
      if (key.endsWith('_one')) continue;
      expect(variables(text), key).toEqual(variables(other ?? ''));
    }
  });
  it('have no particle behind a variable, which only sometimes fits what is put in', () => {
    for (const [key, text] of korean) expect(text, key).not.toMatch(/\}\}(은|는|이|가|을|를|와|과|으로|로)(?![가-힣])/);
  });
});

it('every key that is used with its namespace exists', () => {
  const known = new Set(namespaces.flatMap((namespace) => flat(ko[namespace]).map(([key]) => `${namespace}:${singular(key)}`)));
  const used = sources.flatMap(({ path, text }) => [...text.matchAll(/\bt\(\s*'(\w+:[\w.-]+)'/g)].map(([, key]) => ({ path, key: key ?? '' })));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter(({ key }) => !known.has(key))).toEqual([]);
});

it('every key that is used in the first namespace of its hook exists', () => {
  const missing = sources.flatMap(({ path, text }) => {
    const names = new Set([...text.matchAll(/useTranslation\(\[?\s*'(\w+)'/g)].map(([, name]) => name));
    const [namespace] = names;
    // A file with two hooks of different namespaces is the type checker's alone.
    if (names.size !== 1 || namespace === undefined || !Object.hasOwn(ko, namespace)) return [];
    const words = new Set(flat(ko[namespace as keyof typeof ko]).map(([key]) => singular(key)));
    const keys = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key ?? '');
    return keys.filter((key) => !words.has(key)).map((key) => `${path}: ${key}`);
  });
  expect(missing).toEqual([]);
});

it('every class name that is used exists in its style sheet', () => {
  const missing = sources.flatMap(({ path, text }) => {
    const sheet = /import styles from '\.\/([\w.-]+\.module\.css)'/.exec(text)?.[1];
    if (sheet === undefined) return [];
    const css = readFileSync(join(renderer, dirname(path), sheet), 'utf8');
    const names = [...text.matchAll(/styles\['([\w-]+)'\]/g)].map(([, name]) => name ?? '');
    return names.filter((name) => !new RegExp(`\\.${name}(?![\\w-])`).test(css)).map((name) => `${path}: ${name}`);
  });
  expect(missing).toEqual([]);
});

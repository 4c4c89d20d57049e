/**
 * A JSON reader for text that strangers wrote. It differs from JSON.parse in what it keeps and what it refuses:
 *
 * 1. Numbers keep their source text; nothing goes through a float.
 * 2. A repeated key is remembered on its object, with the first value; the caller refuses it.
 * 3. Nesting beyond the given depth ends the reading, so no input can overflow the stack.
 * 4. Every value knows where it lies in the text.
 * 5. It never throws. Objects are Maps, so `__proto__` is a key like any other.
 */
export interface JsonObject {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Located>;
  /** The first key that came twice. */
  readonly repeated?: string;
}
export type Json =
  | JsonObject
  | { readonly kind: 'array'; readonly items: readonly Located[] }
  | { readonly kind: 'string'; readonly value: string }
  /** `source` follows the JSON grammar: "-0.50", "1e400". */
  | { readonly kind: 'number'; readonly source: string }
  | { readonly kind: 'literal'; readonly value: boolean | null };

/** A value and the half-open range of the text that it came from. */
export interface Located {
  readonly value: Json;
  readonly from: number;
  readonly to: number;
}

export type JsonResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly code: 'NOT_JSON' | 'TOO_DEEP'; readonly reason: string };

interface Cursor {
  readonly text: string;
  readonly maxDepth: number;
  at: number;
  /** Means something once a value could not be read; nothing is read on from there. */
  failure: { readonly code: 'NOT_JSON' | 'TOO_DEEP'; readonly reason: string };
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const hexForm = /^[0-9a-fA-F]{4}$/;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const literals: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Reads one JSON value that fills the whole text. @param maxDepth objects and arrays that may lie in one another */
export function readJson(text: string, maxDepth: number): JsonResult {
  const cursor: Cursor = { text, maxDepth, at: 0, failure: { code: 'NOT_JSON', reason: '' } };
  skipBlanks(cursor);
  const value = readValue(cursor, 0);
  if (value !== undefined) {
    skipBlanks(cursor);
    if (cursor.at === text.length) return { ok: true, value };
    fail(cursor, 'something follows the value');
  }
  return { ok: false, ...cursor.failure };
}

function fail(cursor: Cursor, what: string): undefined {
  cursor.failure = { code: 'NOT_JSON', reason: `This is not JSON: ${what} at character ${cursor.at + 1}.` };
  return undefined;
}

function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at += 1;
  }
}

function readValue(cursor: Cursor, depth: number): Json | undefined {
  const code = cursor.text.charCodeAt(cursor.at);
  if (code === quote) {
    const value = readString(cursor);
    return value === undefined ? undefined : { kind: 'string', value };
  }
  if (code === openBrace || code === openBracket) {
    if (depth >= cursor.maxDepth) {
      cursor.failure = { code: 'TOO_DEEP', reason: `Objects and arrays may lie at most ${cursor.maxDepth} deep.` };
      return undefined;
    }
    cursor.at += 1;
    return code === openBrace ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1);
  }
  numberForm.lastIndex = cursor.at;
  if (numberForm.test(cursor.text)) {
    const source = cursor.text.slice(cursor.at, numberForm.lastIndex);
    cursor.at = numberForm.lastIndex;
    return { kind: 'number', source };
  }
  for (const [word, value] of literals) {
    if (!cursor.text.startsWith(word, cursor.at)) continue;
    cursor.at += word.length;
    return { kind: 'literal', value };
  }
  return fail(cursor, Number.isNaN(code) ? 'the text ends too early' : 'a value is expected');
}

function readObject(cursor: Cursor, depth: number): JsonObject | undefined {
  const members = new Map<string, Located>();
  let repeated: string | undefined;
  skipBlanks(cursor);
  if (cursor.text.charCodeAt(cursor.at) === closeBrace) {
    cursor.at += 1;
    return { kind: 'object', members };
  }
  for (;;) {
    if (cursor.text.charCodeAt(cursor.at) !== quote) return fail(cursor, 'a key in double quotes is expected');
    const key = readString(cursor);
    if (key === undefined) return undefined;
    skipBlanks(cursor);
    if (cursor.text.charCodeAt(cursor.at) !== colon) return fail(cursor, 'a colon is expected');
    cursor.at += 1;
    const member = readLocated(cursor, depth);
    if (member === undefined) return undefined;
    if (members.has(key)) repeated ??= key;
    else members.set(key, member);
    const next = readSeparator(cursor, closeBrace, 'a comma or a closing brace is expected');
    if (next === 'broken') return undefined;
    if (next === 'end') return repeated === undefined ? { kind: 'object', members } : { kind: 'object', members, repeated };
  }
}

function readArray(cursor: Cursor, depth: number): Json | undefined {
  const items: Located[] = [];
  skipBlanks(cursor);
  if (cursor.text.charCodeAt(cursor.at) === closeBracket) {
    cursor.at += 1;
    return { kind: 'array', items };
  }
  for (;;) {
    const item = readLocated(cursor, depth);
    if (item === undefined) return undefined;
    items.push(item);
    const next = readSeparator(cursor, closeBracket, 'a comma or a closing bracket is expected');
    if (next === 'broken') return undefined;
    if (next === 'end') return { kind: 'array', items };
  }
}

function readLocated(cursor: Cursor, depth: number): Located | undefined {
  skipBlanks(cursor);
  const from = cursor.at;
  const value = readValue(cursor, depth);
  return value === undefined ? undefined : { value, from, to: cursor.at };
}

function readSeparator(cursor: Cursor, closing: number, expected: string): 'more' | 'end' | 'broken' {
  skipBlanks(cursor);
  const code = cursor.text.charCodeAt(cursor.at);
  if (code !== comma && code !== closing) {
    fail(cursor, expected);
    return 'broken';
  }
  cursor.at += 1;
  if (code === closing) return 'end';
  skipBlanks(cursor);
  return 'more';
}

function readString(cursor: Cursor): string | undefined {
  const { text } = cursor;
  let value = '';
  let at = cursor.at + 1;
  for (;;) {
    const end = endOfPlain(text, at);
    value += text.slice(at, end);
    const code = text.charCodeAt(end);
    if (code === quote) {
      cursor.at = end + 1;
      return value;
    }
    cursor.at = end;
    if (code !== backslash) return fail(cursor, Number.isNaN(code) ? 'a string does not end' : 'a control character lies in a string');
    const mark = text.charAt(end + 1);
    const plain = escapes.get(mark);
    const digits = text.slice(end + 2, end + 6);
    if (plain === undefined && !(mark === 'u' && hexForm.test(digits))) return fail(cursor, 'an unknown escape lies in a string');
    value += plain ?? String.fromCharCode(Number.parseInt(digits, 16));
    at = end + (plain === undefined ? 6 : 2);
  }
}

/** Where the run of characters ends that stand for themselves; past the end of the text charCodeAt gives NaN. */
function endOfPlain(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (!(code >= 0x20) || code === quote || code === backslash) return at;
    at += 1;
  }
}

import { expect, it } from 'vitest';
import { held } from './use-steady.ts';

it.each([
  ['one that was closed keeps its place', ['c', 'b', 'a'], ['b', 'a'], ['c'], ['c', 'b', 'a']],
  ['a new one comes below the open ones', ['b', 'a', 'z'], ['n', 'b', 'a'], ['z'], ['b', 'a', 'n', 'z']],
  ['one that needs a person stays where it is', ['b', 'a'], ['a', 'b'], [], ['b', 'a']],
  ['what has left the table leaves', ['b', 'z'], ['b'], [], ['b']],
  ['the first ones come as they are', [], ['b', 'a'], ['z'], ['b', 'a', 'z']],
])('while the pointer is in the table, %s', (_rule, shown, open, closed, rows) => {
  expect(held(shown, open, closed)).toEqual(rows);
});

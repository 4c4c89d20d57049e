import { expect, it } from 'vitest';
import { mayLeave } from '../../../main/engine/risk/permission.ts';
import { leavings, permissions } from './permissions.ts';

const cells = Object.entries(permissions).flatMap(([state, row]) => leavings.map((leaving) => [state, leaving, row[leaving]] as const));

it.each(cells)('%s, %s: %s, as the engine decides', (state, leaving, shown) => {
  expect(mayLeave(state as keyof typeof permissions, leaving)).toBe(shown);
});

import { describe, expect, it } from 'vitest';
import type { Snapshot, Update } from '../../shared/contract/updates.ts';
import { glanceAfter, glanceAt, iconFor, statusLine } from './glance.ts';
import { wordsOf } from './words.ts';

const standing = { mode: 'paper', trading: 'armed', stop: null } as const;
const preferences = { language: null, theme: 'system' } as const;
const hedge = (phase: string) => ({ phase });
/** Only what is glanced at: the rest of the contract is not read here. */
const snapshot = (hedges: object) => ({ parts: { standing, preferences }, tables: { hedges } }) as unknown as Snapshot;
const update = (parts: object, hedges?: object) => ({ parts, tables: hedges === undefined ? {} : { hedges } }) as unknown as Update;

describe('what the tray knows', () => {
  it('counts hedges that are not flat, as they come and go', () => {
    let glance = glanceAt(snapshot({ a: hedge('hedged'), b: hedge('flat') }));
    expect(glance.open).toEqual({ a: 'hedged' });
    glance = glanceAfter(glance, update({}, { a: hedge('closing'), c: hedge('opening') }));
    expect(glance.open).toEqual({ a: 'closing', c: 'opening' });
    glance = glanceAfter(glance, update({}, { a: hedge('flat'), c: null }));
    expect(glance.open).toEqual({});
  });
  it('stays the same object when nothing that is shown changed', () => {
    const glance = glanceAt(snapshot({ a: hedge('hedged') }));
    expect(glanceAfter(glance, update({ standing: { ...standing, version: '2' } }, { a: hedge('hedged') }))).toBe(glance);
    expect(glanceAfter(glance, update({ market: {} }))).toBe(glance);
  });
});

describe('what the tray shows', () => {
  const words = wordsOf('en');
  const glance = glanceAt(snapshot({ a: hedge('hedged') }));
  it('is green only while entries may leave', () => {
    expect(iconFor(null)).toBe('disarmed');
    expect(iconFor(glance)).toBe('armed');
    for (const trading of ['reconciling', 'disarmed'] as const) expect(iconFor({ ...glance, trading })).toBe('disarmed');
    for (const trading of ['stopped', 'diskFailed'] as const) expect(iconFor({ ...glance, trading })).toBe('stopped');
    expect(iconFor({ ...glance, trading: 'reconciling', isStopped: true })).toBe('stopped');
  });
  it('says mode, state and hedges in one line', () => {
    expect(statusLine(glance, false, words)).toBe('Paper · Armed · 1 hedge open');
    expect(statusLine({ ...glance, trading: 'reconciling', isStopped: true, open: {} }, false, words)).toBe('Paper · STOPPED · No hedge open');
    expect(statusLine({ ...glance, trading: 'diskFailed', isStopped: true }, false, words)).toContain('DISK FAILED');
    expect(statusLine(null, false, words)).toBe('Starting');
    expect(statusLine(glance, true, words)).toContain('Ending');
  });
});

/** S7.6: a limit is tightened at any time, loosened only while disarmed and after its new value was typed again. */
import { describe, expect, it } from 'vitest';
import { isLooser, looserWay } from '../../../shared/domain/loosening.ts';
import { defaultSettings, settingNames, settingText } from '../../../shared/domain/settings.ts';
import { World } from '../testing/world.ts';
import { enter } from '../testing/signals.ts';

type Name = (typeof settingNames)[number];

/** A tighter and a looser value of each setting than the one it has here. */
function both(world: World, name: Name): { readonly tighter: string; readonly looser: string } {
  const way = looserWay[name];
  if (typeof way !== 'string') return { tighter: 'limitIoc', looser: 'market' };
  const value = Number(settingText(world.state.settings, name));
  const half = Number.isInteger(value) ? Math.floor(value / 2) : value / 2;
  const [less, more] = name === 'leverage' ? ['1', '2'] : [String(half), String(value * 2)];
  return way === 'higher' ? { tighter: less, looser: more } : { tighter: more, looser: less };
}

/** Disarmed, each setting amid its range. */
function amid(name: Name): World {
  const world = new World();
  const middle = name.endsWith('EntryOrder') ? 'market' : name === 'leverage' ? '2' : null;
  if (middle === null || middle === settingText(defaultSettings, name)) return world;
  world.command({ kind: 'disarm', reason: 'to begin amid' });
  world.command({ kind: 'set', name, value: middle, again: middle });
  world.command({ kind: 'arm' });
  return world;
}

describe.each(settingNames)('%s', (name) => {
  it('is tightened while armed, and loosened by nothing but a second typing while disarmed', () => {
    const world = amid(name);
    const before = settingText(world.state.settings, name);
    const { tighter, looser } = both(world, name);
    expect(world.state.armed).toBe(true);
    expect(world.command({ kind: 'set', name, value: tighter })).toEqual({ ok: true });
    expect(world.facts.at(-1)).toMatchObject({ kind: 'settingsSet', name, old: before, new: tighter, changed: `${name}: ${before} to ${tighter}` });

    expect(isLooser(name, looser, tighter)).toBe(true);
    for (const again of [undefined, '', tighter, looser]) {
      const wanted = { kind: 'set', name, value: looser, ...(again === undefined ? {} : { again }) } as const;
      expect(world.command(wanted)).toMatchObject({ ok: false, code: 'ARMED' });
    }
    world.command({ kind: 'disarm', reason: 'to loosen' });
    for (const again of [undefined, '', tighter, `${looser} `]) {
      const wanted = { kind: 'set', name, value: looser, ...(again === undefined ? {} : { again }) } as const;
      expect(world.command(wanted)).toMatchObject({ ok: false, code: 'RETYPE_TO_LOOSEN' });
    }
    expect(settingText(world.state.settings, name)).toBe(tighter);
    expect(world.command({ kind: 'set', name, value: looser, again: looser })).toEqual({ ok: true });
    expect(world.facts.at(-1)).toMatchObject({ kind: 'settingsSet', name, old: tighter, new: looser });
    expect(settingText(world.state.settings, name)).toBe(looser);
  });
});

describe('a change of a setting', () => {
  it('to what it is already is no change', () => {
    const world = new World();
    const facts = world.facts.length;
    expect(world.command({ kind: 'set', name: 'maxHedgeKrw', value: '100000000.0' })).toEqual({ ok: true });
    expect(world.facts.length).toBe(facts);
  });
  it('that is none is refused', () => {
    const world = new World();
    world.command({ kind: 'disarm', reason: 'test' });
    for (const [name, value] of [
      ['leverage', '3'],
      ['constructor', '3'],
      ['maxHedgeKrw', 'Infinity'],
      ['maxHedgeKrw', '-0'],
      ['maxHedgeKrw', ''],
    ] as const)
      expect(world.command({ kind: 'set', name, value, again: value })).toMatchObject({ ok: false, code: 'BAD_SETTING' });
  });
  it('holds for the entry that is judged next, and leaves the one under way as it was', () => {
    const world = new World();
    world.signal(enter('a', { quantity: '0.05' }));
    world.run(20);
    expect(world.command({ kind: 'set', name: 'maxHedgeKrw', value: '1000' })).toEqual({ ok: true });
    world.run(2000);
    expect(world.phase('a')).toBe('hedged');
    world.signal(enter('b', { quantity: '0.05' }));
    world.run(2000);
    expect(world.said('b')).toBe('rejected HEDGE_SIZE_LIMIT');
  });
  it('that tightens a loss limit fires on what is lost already', () => {
    const world = new World();
    world.signal(enter('a', { quantity: '0.05' }));
    world.run(2000);
    expect(world.command({ kind: 'set', name: 'hedgeStopLossRatio', value: '0' })).toEqual({ ok: true });
    world.marks();
    world.run(1500);
    world.marks();
    world.run(2000);
    expect(world.phase('a')).toBe('flat');
  });
});

/** Worlds in which the orders of hedge a are decided and no venue has heard of them. Ships nowhere. */
import type { Settings } from '../../../shared/domain/settings.ts';
import { enter } from './signals.ts';
import { silent } from './venue-truth.ts';
import { World } from './world.ts';

/** Both legs of an entry of 0.05, the spot one at 161,805,000 at most. */
export function entering(over: Parameters<typeof enter>[1] = {}, settings: Partial<Settings> = {}): World {
  const world = new World();
  world.state = { ...world.state, settings: { ...world.state.settings, ...settings } };
  world.script('spot', 'entry', silent);
  world.script('perp', 'entry', silent);
  world.signal(enter('a', over));
  return world.run(20);
}

/** Both closes of a hedge of 0.05. */
export function closing(close: (world: World) => void = byHand): World {
  const world = new World();
  world.signal(enter('a'));
  world.run(2000);
  world.script('spot', 'exit', silent);
  world.script('perp', 'exit', silent);
  close(world);
  return world.run(30);
}
const byHand = (world: World): void => void world.command({ kind: 'closeHedge', hedge: world.hedge('a').id, quantity: null });

/** Worlds that hold hedges. Ships nowhere. */
import { enter } from './signals.ts';
import { World } from './world.ts';

/** Hedges h1, h2 … of these sizes are open, oldest first. */
export function holding(...sizes: readonly string[]): World {
  const world = new World();
  sizes.forEach((size, index) => {
    world.signal(enter(`h${index + 1}`, { quantity: size }));
    world.run(1500);
  });
  return world;
}

/** A made-up year of premiums, the same at every call: two slow waves and a little noise, with one gap. */
import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { done, type Reply } from '../../shared/contract/reply.ts';

const noise = (seed: number): number => {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value) - 0.5;
};

export function premiumPoints({ from, to, points }: CommandInput<'premium.history'>): Reply<CommandOutput<'premium.history'>> {
  const at = Float64Array.from({ length: points }, (_, index) => from + ((to - from) * index) / (points - 1));
  const trading = at.map((time, index) => {
    if (index > points * 0.62 && index < points * 0.65) return Number.NaN;
    const hours = time / 3_600_000;
    return 0.021 + 0.004 * Math.sin(hours / 5) + 0.0016 * Math.sin(hours * 1.7) + 0.0009 * noise(Math.floor(time / 60_000));
  });
  return done({ coin: 'BTC', stored: Math.round((to - from) / 60_000), at, trading, kimchi: trading.map((value) => value * 1.03 + 0.0094) });
}

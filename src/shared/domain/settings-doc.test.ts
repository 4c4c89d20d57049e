/** docs/settings.md names every setting with the default and range that hold. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultSettings, defaultSettingsText, withSetting } from './settings.ts';

const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [name = '', , preset = '', , range = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { name: name.replaceAll('`', ''), preset: preset.replaceAll('`', ''), range };
  });

const takes = (name: string, value: string): boolean => withSetting(defaultSettings, name, value).ok;

/** Values that a documented range promises to take and to refuse. */
function promised(range: string): { readonly taken: readonly string[]; readonly refused: readonly string[] } {
  if (range === 'above 0') return { taken: ['0.000001'], refused: ['0', '-1'] };
  const bounds = /^(\d+) to (\d+)$/.exec(range);
  if (bounds !== null) {
    const [least, most] = [Number(bounds[1]), Number(bounds[2])];
    return { taken: [String(least), String(most)], refused: [String(least - 1), String(most + 1)] };
  }
  return { taken: [...range.matchAll(/`(\w+)`/g)].flatMap((match) => match[1] ?? []), refused: ['something else'] };
}

describe('docs/settings.md', () => {
  it('names the settings of the schema, in its order, with their defaults', () => {
    const schema = Object.entries(defaultSettingsText).map(([name, preset]) => [name, String(preset)]);
    expect(rows.map(({ name, preset }) => [name, preset])).toEqual(schema);
  });

  for (const { name, range } of rows)
    it(`says the range of ${name}`, () => {
      const { taken, refused } = promised(range);
      expect(taken.length).toBeGreaterThan(0);
      expect(taken.filter((value) => !takes(name, value))).toEqual([]);
      expect(refused.filter((value) => takes(name, value))).toEqual([]);
    });
});

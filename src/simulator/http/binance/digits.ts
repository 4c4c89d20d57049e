/** Decimals as the venue writes them: text with a fixed number of digits after the point. */
import { type Decimal, divide, type Rounding, ratio, text } from '../../../shared/domain/units.ts';

const one = ratio('1');

/** A value with exactly `places` digits after the point, the rest rounded. */
export function fixed(value: Decimal<string>, places: number, rounding: Rounding = 'halfEven'): string {
  const exact = text(value);
  // Most values have no digit too many: nothing is rounded then.
  const [whole = '0', part = ''] = (placesOf(exact) <= places ? exact : text(divide(value, one, places, rounding))).split('.');
  return places === 0 ? whole : `${whole}.${part.padEnd(places, '0')}`;
}

/** Digits after the point of a step or tick, as written: "0.10" has two. */
const placesOf = (source: string): number => source.split('.')[1]?.length ?? 0;

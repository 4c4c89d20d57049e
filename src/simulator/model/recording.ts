/**
 * Recorded prices as text: CSV with a header, `time_utc` and any of `upbit_btc_krw`, `binance_btc_usdt`, `usdt_krw`,
 * `usd_krw` … (VENUE_COIN_QUOTE, of one coin).
 *
 * 1. Rows ascend in time. An empty cell, and a stretch without rows, is a gap: there is no price in it.
 * 2. A row's prices hold until the next row, but no longer than half as long again as rows are apart as a rule.
 * 3. Without `usdt_krw` a recording is refused, unless the rate is given: nothing is made up.
 */
import { decimal, type FxRate, lte, parseDecimal, sign, toNumber } from '../../shared/domain/units.ts';
import { largestInput } from './listing.ts';

export interface Recording {
  /** ms since 1970, ascending; at least two. */
  readonly times: readonly number[];
  /** By column name; undefined: nothing was recorded. Each is as long as `times`. */
  readonly columns: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** How far rows are apart as a rule, ms. */
  readonly everyMs: number;
  /** Holds where the recording has no `usdt_krw`. */
  readonly fx: FxRate | undefined;
}
export type ReadRecording = { readonly ok: true; readonly recording: Recording } | { readonly ok: false; readonly error: string };

const columnForm = /^([a-z]+_)?[a-z0-9]+_(krw|usdt)$/;
const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const wrong = (error: string): ReadRecording => ({ ok: false, error });

/** @param timeOf ms since 1970 of a time in ISO form; undefined: there is no such time @param fx KRW for one USDT, for a recording without `usdt_krw` */
export function readRecording(source: string, timeOf: (iso: string) => number | undefined, fx?: FxRate): ReadRecording {
  const [head = '', ...rows] = source
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  const names = head.split(',').map((name) => name.trim());
  if (names[0] !== 'time_utc') return wrong('line 1: the first column is time_utc');
  const stranger = names.slice(1).find((name, index) => !columnForm.test(name) || names.indexOf(name) !== index + 1);
  if (stranger !== undefined)
    return wrong(`line 1: ${stranger} is not a column, or is there twice; columns are VENUE_COIN_QUOTE, usdt_krw and usd_krw`);
  if (!names.includes('usdt_krw') && fx === undefined) return wrong('there is no usdt_krw column; --fx N gives the KRW for one USDT');
  if (rows.length < 2) return wrong('there are fewer than two rows');

  const times: number[] = [];
  const columns = names.slice(1).map((): (number | undefined)[] => []);
  for (const [index, row] of rows.entries()) {
    const [time = '', ...cells] = row.split(',').map((cell) => cell.trim());
    const at = timeForm.test(time) ? timeOf(time) : undefined;
    if (at === undefined) return wrong(`line ${index + 2}: ${JSON.stringify(time)} is not a time such as 2025-05-28T18:10:00Z`);
    if (at <= (times.at(-1) ?? -1)) return wrong(`line ${index + 2}: ${time} does not follow the row before it`);
    if (cells.length !== columns.length) return wrong(`line ${index + 2}: ${cells.length + 1} cells, where the header has ${names.length}`);
    times.push(at);
    for (const [place, cell] of cells.entries()) {
      const value = cell === '' ? undefined : parseDecimal(cell);
      if (cell !== '' && (value === undefined || sign(value) <= 0 || !lte(value, decimal(largestInput))))
        return wrong(`line ${index + 2}: ${JSON.stringify(cell)} is not a price`);
      columns[place]?.push(value === undefined ? undefined : toNumber(value));
    }
  }
  return {
    ok: true,
    recording: { times, columns: new Map(columns.map((column, place) => [names[place + 1] ?? '', column])), everyMs: usualGap(times), fx },
  };
}

/** The median. */
function usualGap(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}

/** The place of the row whose prices hold at a time; undefined in a gap, before the first row and after the last. */
export function rowAt({ times, everyMs }: Recording, time: number): number | undefined {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((times[middle] ?? time) <= time) low = middle + 1;
    else high = middle;
  }
  const begun = times[low - 1];
  return begun !== undefined && time < begun + 1.5 * everyMs ? low - 1 : undefined;
}

/**
 * Times in signals: integer milliseconds since 1970, or RFC 3339 with an offset. The calendar is checked (there is no
 * 30 February) and so is plausibility, because seconds and microseconds sent for milliseconds are the usual mistake.
 */
import type { Json } from './json.ts';

export type TimeResult = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly reason: string };

const earliest = Date.UTC(2020, 0, 1);
const latest = Date.UTC(2100, 0, 1);
const integerForm = /^(0|[1-9]\d{0,15})$/;
const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const no = (reason: string): TimeResult => ({ ok: false, reason });

/** @returns ms since 1970 (digits beyond the millisecond are cut off), or what is wrong as the end of a sentence */
export function readTime(value: Json | undefined): TimeResult {
  if (value?.kind === 'number') return fromNumber(value.source);
  if (value?.kind === 'string') return fromText(value.value);
  return no('is integer milliseconds since 1970, or RFC 3339 text with Z or an offset');
}

function fromNumber(source: string): TimeResult {
  if (!integerForm.test(source)) return no('is an integer without exponent when it is a number');
  const ms = Number(source);
  if (ms < earliest) return no('lies before 2020: are these seconds? Milliseconds are expected');
  if (ms >= latest) return no('lies after 2099: are these microseconds? Milliseconds are expected');
  return { ok: true, ms };
}

function fromText(text: string): TimeResult {
  const match = rfc3339.exec(text);
  if (match === null) return no('is RFC 3339 with Z or an offset, such as 2026-11-21T09:00:00.250+09:00');
  const part = (index: number): number => Number(match[index] ?? '0');
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const [offsetHours, offsetMinutes] = [part(9), part(10)];
  // setUTC… rolls 30 February over to March, so a day that came back changed does not exist.
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists) return no('names a day that is not in the calendar');
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return no('names a time of day that does not exist');
  const fraction = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  const ms = match[8] === '-' ? local + offset : local - offset;
  return ms < earliest || ms >= latest ? no('lies between 2020 and 2099') : { ok: true, ms };
}

/** What a client may write to a stream: a list with a ticket, types and perhaps a format; each list replaces the last. */
import { type CandleType, candleTypes } from './candles.ts';
import { type Format, formats } from './formats.ts';
import { parseJson } from './params.ts';

export type PublicType = 'ticker' | 'orderbook' | 'trade' | CandleType;
export type PrivateType = 'myOrder' | 'myAsset';

/** One type of a subscription. */
export interface Topic {
  readonly type: PublicType | PrivateType;
  /** Market codes, for an order book perhaps with the count of levels ("KRW-BTC.5"); empty for all where that is allowed. */
  readonly codes: readonly string[];
  readonly snapshot: boolean;
  readonly realtime: boolean;
}

export interface Subscription {
  readonly topics: readonly Topic[];
  readonly format: Format;
}

export interface StreamError {
  /** TOO_MANY_REQUESTS is not among the documented names [?]. */
  readonly name: 'TOO_MANY_REQUESTS' | 'INVALID_AUTH' | 'WRONG_FORMAT' | 'NO_TICKET' | 'NO_TYPE' | 'NO_CODES' | 'INVALID_PARAM';
  readonly message: string;
}

const publicTypes: readonly string[] = ['ticker', 'orderbook', 'trade', ...candleTypes];
const privateTypes: readonly string[] = ['myOrder', 'myAsset'];
export const isPublic = (type: string): type is PublicType => publicTypes.includes(type);
const isPrivate = (type: string): type is PrivateType => privateTypes.includes(type);

export const badToken: StreamError = { name: 'INVALID_AUTH', message: '인증 정보가 올바르지 않습니다.' };
const wrongFormat: StreamError = { name: 'WRONG_FORMAT', message: 'Format 이 맞지 않습니다.' };
const invalid = (message: string): StreamError => ({ name: 'INVALID_PARAM', message });

type Row = Readonly<Record<string, unknown>>;
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isStreamError = (value: Subscription | StreamError): value is StreamError => 'name' in value;

/** @param side which of the two endpoints was connected to @returns the new subscription, or what the error frame says */
export function readSubscription(source: string, side: 'public' | 'private'): Subscription | StreamError {
  const rows = parseJson(source);
  if (!Array.isArray(rows) || !rows.every(isRow)) return wrongFormat;
  const [ticket] = rows;
  if (ticket === undefined || typeof ticket['ticket'] !== 'string' || ticket['ticket'] === '') {
    return { name: 'NO_TICKET', message: '티켓이 존재하지 않거나, 유효하지 않습니다.' };
  }
  const wish = rows.find((row) => row['format'] !== undefined && row['type'] === undefined)?.['format'] ?? 'DEFAULT';
  const format = formats.find((known) => known === wish);
  if (format === undefined) return invalid(`${String(wish)}은 지원하지 않는 포맷입니다.`);
  const wanted = rows.slice(1).filter((row) => row['format'] === undefined || row['type'] !== undefined);
  if (wanted.length === 0) return { name: 'NO_TYPE', message: 'type 필드가 존재하지 않습니다.' };
  const topics: Topic[] = [];
  for (const row of wanted) {
    const topic = readTopic(row, side);
    if ('name' in topic) return topic;
    topics.push(topic);
  }
  return { topics, format };
}

function readTopic(row: Row, side: 'public' | 'private'): Topic | StreamError {
  const { type, codes } = row;
  if (typeof type !== 'string') return { name: 'NO_TYPE', message: 'type 필드가 존재하지 않습니다.' };
  if (side === 'public' && isPrivate(type)) return badToken;
  const known = side === 'public' ? isPublic(type) : isPrivate(type);
  if (!known || !(isPublic(type) || isPrivate(type))) return invalid(`${type}은 지원하지 않는 타입입니다.`);
  if (type === 'myAsset' && codes !== undefined) return wrongFormat;
  if (codes !== undefined && !(Array.isArray(codes) && codes.every((code) => typeof code === 'string'))) return wrongFormat;
  const list: readonly string[] = codes ?? [];
  if (isPublic(type) && codes === undefined) return { name: 'NO_CODES', message: 'codes 필드가 존재하지 않습니다.' };
  if (isPublic(type) && list.length === 0) return invalid('codes 필드가 비어 있습니다.');
  const only = (snake: string, camel: string): boolean => row[snake] === true || row[camel] === true;
  return {
    type,
    codes: list,
    snapshot: !only('is_only_realtime', 'isOnlyRealtime'),
    realtime: !only('is_only_snapshot', 'isOnlySnapshot'),
  };
}

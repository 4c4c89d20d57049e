/** What plain and conditional orders are asked for with alike: sides, client ids, price match, self-trade prevention, dates. */
import type { Price } from '../../../shared/domain/units.ts';
import type { PositionSide, Side } from '../../model/binance/position.ts';
import type { SelfTradePrevention } from '../../model/binance/records.ts';
import { accept, type Checked, refusals, refuse } from '../../model/binance/refusal.ts';
import type { Book } from '../../model/book.ts';
import { isOneOf, optionalInteger, type Parameters, required } from './parameters.ts';

const clientIdForm = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const clientIdRange = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$';
const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const preventionModes: readonly SelfTradePrevention[] = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'];
const priceMatchForm = /^(OPPONENT|QUEUE)(?:_(5|10|20))?$/;
const leastAheadMs = 600_000;
const latest = 253_402_300_799_000;

/** Letters drawn as the venue draws ids. */
export function drawnId(length: number, random: () => number): string {
  return Array.from({ length }, () => idLetters[Math.floor(random() * idLetters.length)]).join('');
}

export function readSide(parameters: Parameters): Checked<Side> {
  const sent = required(parameters, 'side');
  if (!sent.ok) return sent;
  return sent.value === 'BUY' || sent.value === 'SELL' ? accept(sent.value) : refuse(refusals.side);
}

/** @param name of the parameter that bears it; an id is drawn where it was not sent */
export function readClientId(parameters: Parameters, name: string, random: () => number): Checked<string> {
  const sent = parameters.get(name);
  if (sent === undefined) return accept(drawnId(22, random));
  if (sent.length > 36) return refuse(refusals.clientIdTooLong);
  return clientIdForm.test(sent) ? accept(sent) : refuse(refusals.illegalCharacters(name, clientIdRange));
}

/** In one-way mode only BOTH goes; in hedge mode an order must name LONG or SHORT. */
export function readPositionSide(parameters: Parameters, dualSide: boolean): Checked<PositionSide> {
  const sent = parameters.get('positionSide') ?? 'BOTH';
  if (sent !== 'BOTH' && sent !== 'LONG' && sent !== 'SHORT') return refuse(refusals.parameter('positionSide'));
  return dualSide === (sent !== 'BOTH') ? accept(sent) : refuse(refusals.positionSide);
}

export function readPrevention(parameters: Parameters): Checked<SelfTradePrevention> {
  const sent = parameters.get('selfTradePreventionMode') ?? 'EXPIRE_MAKER';
  return isOneOf(preventionModes, sent) ? accept(sent) : refuse(refusals.selfTradePrevention);
}

/** The rule that is to set the price; NONE where the client sets it. A price beside a rule is refused. */
export function readPriceMatch(parameters: Parameters, isLimit: boolean): Checked<string> {
  const sent = parameters.get('priceMatch') ?? 'NONE';
  if (sent === 'NONE') return accept(sent);
  if (!priceMatchForm.test(sent)) return refuse(refusals.priceMatch);
  if (!isLimit) return refuse(refusals.priceMatchType);
  return parameters.get('price') === undefined ? accept(sent) : refuse(refusals.notRequired('price'));
}

/** The price that a rule sets: of the n-th level of the other side (OPPONENT) or of the order's own (QUEUE). */
export function matchedPrice(book: Book, side: Side, rule: string): Checked<Price> {
  const [, kind, depth = '1'] = priceMatchForm.exec(rule) ?? [];
  const own = side === 'BUY' ? 'buy' : 'sell';
  const other = side === 'BUY' ? 'sell' : 'buy';
  const level = book.levels(kind === 'QUEUE' ? own : other, Number(depth)).at(Number(depth) - 1);
  return level === undefined ? refuse(refusals.noPriceToMatch) : accept(level.price);
}

/** The date of a GTD order, in whole seconds as the venue keeps it; 0 for others, which must name none. */
export function readGoodTill(parameters: Parameters, isDated: boolean, now: number): Checked<number> {
  const sent = optionalInteger(parameters, 'goodTillDate');
  if (!sent.ok) return sent;
  if (!isDated) return sent.value === undefined || sent.value === 0 ? accept(0) : refuse(refusals.notRequired('goodTillDate'));
  if (sent.value === undefined) return refuse(refusals.missing('goodTillDate'));
  if (sent.value <= now + leastAheadMs || sent.value >= latest) return refuse(refusals.goodTillDate);
  return accept(Math.floor(sent.value / 1000) * 1000);
}

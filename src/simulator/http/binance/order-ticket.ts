/** Reads the parameters of a new order, in the order in which the venue complains about them. */
import type { Price, Quantity } from '../../../shared/domain/units.ts';
import type { SymbolRules, Ticket, TimeInForce } from '../../model/binance/order-check.ts';
import type { PositionSide, Side } from '../../model/binance/position.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import { matchedPrice, readClientId, readGoodTill, readPositionSide, readPrevention, readPriceMatch, readSide } from './order-terms.ts';
import { isOneOf, optionalBoolean, optionalDecimal, type Parameters, required } from './parameters.ts';
import { type Desk, namedSymbol } from './router.ts';

export interface NewOrder {
  readonly ticket: Ticket;
  readonly rules: SymbolRules;
  readonly responseType: 'ACK' | 'RESULT';
}

const conditionalTypes = new Set(['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET']);
const timesInForce: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'];

function readType(parameters: Parameters): Checked<'MARKET' | 'LIMIT'> {
  const sent = required(parameters, 'type');
  if (!sent.ok) return sent;
  if (sent.value === 'MARKET' || sent.value === 'LIMIT') return accept(sent.value);
  return refuse(conditionalTypes.has(sent.value) ? refusals.conditional : refusals.orderType);
}

export function readQuantity(parameters: Parameters): Checked<Quantity> {
  const quantity = optionalDecimal<'quantity'>(parameters, 'quantity');
  if (!quantity.ok) return quantity;
  return quantity.value === undefined ? refuse(refusals.missing('quantity')) : accept(quantity.value);
}

/** Of an order in hedge mode the position side says what it does; it bears no reduceOnly. */
export function readReduceOnly(parameters: Parameters, positionSide: PositionSide): Checked<boolean> {
  const sent = optionalBoolean(parameters, 'reduceOnly');
  if (!sent.ok) return sent;
  if (sent.value !== undefined && positionSide !== 'BOTH') return refuse(refusals.notRequired('reduceonly'));
  return accept(sent.value ?? false);
}

/** The limit price, sent or set by a price match rule. */
export function readPrice(desk: Desk, parameters: Parameters, symbol: string, side: Side, priceMatch: string): Checked<Price> {
  if (priceMatch !== 'NONE') return matchedPrice(desk.parts.book(symbol), side, priceMatch);
  const price = optionalDecimal<'price'>(parameters, 'price');
  if (!price.ok) return price;
  return price.value === undefined ? refuse(refusals.missing('price')) : accept(price.value);
}

interface LimitTerms {
  readonly price: Price;
  readonly timeInForce: TimeInForce;
  readonly priceMatch: string;
  readonly goodTill: number;
}

function readLimit(desk: Desk, parameters: Parameters, symbol: string, side: Side): Checked<LimitTerms> {
  const sent = required(parameters, 'timeInForce');
  if (!sent.ok) return sent;
  const timeInForce = sent.value;
  if (!isOneOf(timesInForce, timeInForce)) return refuse(refusals.timeInForce);
  const priceMatch = readPriceMatch(parameters, true);
  if (!priceMatch.ok) return priceMatch;
  const price = readPrice(desk, parameters, symbol, side, priceMatch.value);
  if (!price.ok) return price;
  const goodTill = readGoodTill(parameters, timeInForce === 'GTD', desk.parts.now());
  return goodTill.ok ? accept({ price: price.value, timeInForce, priceMatch: priceMatch.value, goodTill: goodTill.value }) : goodTill;
}

/** A market order takes neither price nor time in force nor a price match. */
function refuseLimitTerms(parameters: Parameters): Refusal | undefined {
  const matched = readPriceMatch(parameters, false);
  if (!matched.ok) return matched.refusal;
  const sent = ['timeInForce', 'price'].find((name) => parameters.get(name) !== undefined);
  return sent === undefined ? undefined : refusals.notRequired(sent);
}

function readResponseType(parameters: Parameters): Checked<'ACK' | 'RESULT'> {
  const sent = parameters.get('newOrderRespType') ?? 'ACK';
  return sent === 'ACK' || sent === 'RESULT' ? accept(sent) : refuse(refusals.responseType);
}

type CommonTerms = Omit<Ticket, 'type' | 'price' | 'timeInForce' | 'priceMatch' | 'goodTill' | 'algoId'>;

/** What market and limit orders have alike, but for symbol, side and type. */
function readCommon(desk: Desk, parameters: Parameters, symbol: string, side: Side): Checked<CommonTerms> {
  const clientId = readClientId(parameters, 'newClientOrderId', desk.parts.random);
  if (!clientId.ok) return clientId;
  const prevention = readPrevention(parameters);
  if (!prevention.ok) return prevention;
  const quantity = readQuantity(parameters);
  if (!quantity.ok) return quantity;
  const positionSide = readPositionSide(parameters, desk.parts.state.account().dualSide);
  if (!positionSide.ok) return positionSide;
  const reduceOnly = readReduceOnly(parameters, positionSide.value);
  if (!reduceOnly.ok) return reduceOnly;
  return accept({
    symbol,
    side,
    clientId: clientId.value,
    quantity: quantity.value,
    reduceOnly: reduceOnly.value,
    positionSide: positionSide.value,
    selfTradePrevention: prevention.value,
  });
}

/** @returns the order that is asked for, not yet checked against filters and funds */
export function readTicket(desk: Desk, parameters: Parameters): Checked<NewOrder> {
  const rules = namedSymbol(desk, parameters);
  if (!rules.ok) return rules;
  const { symbol } = rules.value;
  const side = readSide(parameters);
  if (!side.ok) return side;
  const type = readType(parameters);
  if (!type.ok) return type;
  const responseType = readResponseType(parameters);
  if (!responseType.ok) return responseType;
  const common = readCommon(desk, parameters, symbol, side.value);
  if (!common.ok) return common;
  const answer = { rules: rules.value, responseType: responseType.value };
  if (type.value === 'MARKET') {
    const unwanted = refuseLimitTerms(parameters);
    return unwanted === undefined ? accept({ ...answer, ticket: { ...common.value, type: 'MARKET' } }) : refuse(unwanted);
  }
  const limit = readLimit(desk, parameters, symbol, side.value);
  return limit.ok ? accept({ ...answer, ticket: { ...common.value, type: 'LIMIT', ...limit.value } }) : limit;
}

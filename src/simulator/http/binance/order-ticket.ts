/** Reads the parameters of a new order, in the order in which the venue complains about them. */
import type { Price, Quantity } from '../../../shared/domain/units.ts';
import type { SymbolRules, Ticket, TimeInForce } from '../../model/binance/order-check.ts';
import type { Side } from '../../model/binance/position.ts';
import { accept, type Checked, type Refusal, refusals, refuse } from '../../model/binance/refusal.ts';
import { optionalBoolean, optionalDecimal, type Parameters, required } from './parameters.ts';
import { type Desk, namedSymbol } from './router.ts';

export interface NewOrder {
  readonly ticket: Ticket;
  readonly rules: SymbolRules;
  readonly responseType: 'ACK' | 'RESULT';
}

const conditionalTypes = new Set(['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET']);
const clientIdForm = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const clientIdRange = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$';
const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters drawn as the venue draws ids. */
export function drawnId(length: number, random: () => number): string {
  return Array.from({ length }, () => idLetters[Math.floor(random() * idLetters.length)]).join('');
}

function readSide(parameters: Parameters): Checked<Side> {
  const sent = required(parameters, 'side');
  if (!sent.ok) return sent;
  return sent.value === 'BUY' || sent.value === 'SELL' ? accept(sent.value) : refuse(refusals.side);
}

function readType(parameters: Parameters): Checked<'MARKET' | 'LIMIT'> {
  const sent = required(parameters, 'type');
  if (!sent.ok) return sent;
  if (sent.value === 'MARKET' || sent.value === 'LIMIT') return accept(sent.value);
  return refuse(conditionalTypes.has(sent.value) ? refusals.conditional : refusals.orderType);
}

function readClientId(parameters: Parameters, random: () => number): Checked<string> {
  const sent = parameters.get('newClientOrderId');
  if (sent === undefined) return accept(drawnId(22, random));
  if (sent.length > 36) return refuse(refusals.clientIdTooLong);
  return clientIdForm.test(sent) ? accept(sent) : refuse(refusals.illegalCharacters('newClientOrderId', clientIdRange));
}

/** In one-way mode only BOTH goes; in hedge mode an order must name LONG or SHORT, which this venue does not trade. */
function checkPositionSide(parameters: Parameters, dualSide: boolean): Refusal | undefined {
  const sent = parameters.get('positionSide') ?? 'BOTH';
  if (sent !== 'BOTH' && sent !== 'LONG' && sent !== 'SHORT') return refusals.parameter('positionSide');
  return dualSide || sent !== 'BOTH' ? refusals.positionSide : undefined;
}

function readQuantity(parameters: Parameters): Checked<Quantity> {
  const quantity = optionalDecimal<'quantity'>(parameters, 'quantity');
  if (!quantity.ok) return quantity;
  return quantity.value === undefined ? refuse(refusals.missing('quantity')) : accept(quantity.value);
}

interface LimitTerms {
  readonly price: Price;
  readonly timeInForce: TimeInForce;
}

function readLimit(parameters: Parameters): Checked<LimitTerms> {
  const sent = required(parameters, 'timeInForce');
  if (!sent.ok) return sent;
  const timeInForce = sent.value;
  if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'FOK' && timeInForce !== 'GTX') return refuse(refusals.timeInForce);
  const price = optionalDecimal<'price'>(parameters, 'price');
  if (!price.ok) return price;
  return price.value === undefined ? refuse(refusals.missing('price')) : accept({ price: price.value, timeInForce });
}

/** A market order takes neither price nor time in force. */
function refuseLimitTerms(parameters: Parameters): Refusal | undefined {
  const sent = ['timeInForce', 'price'].find((name) => parameters.get(name) !== undefined);
  return sent === undefined ? undefined : refusals.notRequired(sent);
}

function readResponseType(parameters: Parameters): Checked<'ACK' | 'RESULT'> {
  const sent = parameters.get('newOrderRespType') ?? 'ACK';
  return sent === 'ACK' || sent === 'RESULT' ? accept(sent) : refuse(refusals.responseType);
}

/** @returns the order that is asked for, not yet checked against filters and funds */
export function readTicket(desk: Desk, parameters: Parameters): Checked<NewOrder> {
  const rules = namedSymbol(desk, parameters);
  if (!rules.ok) return rules;
  const side = readSide(parameters);
  if (!side.ok) return side;
  const type = readType(parameters);
  if (!type.ok) return type;
  const responseType = readResponseType(parameters);
  if (!responseType.ok) return responseType;
  const clientId = readClientId(parameters, desk.parts.random);
  if (!clientId.ok) return clientId;
  const reduceOnly = optionalBoolean(parameters, 'reduceOnly');
  if (!reduceOnly.ok) return reduceOnly;
  const quantity = readQuantity(parameters);
  if (!quantity.ok) return quantity;
  const positionSide = checkPositionSide(parameters, desk.parts.state.account().dualSide);
  if (positionSide !== undefined) return refuse(positionSide);
  const common = {
    symbol: rules.value.symbol,
    clientId: clientId.value,
    side: side.value,
    quantity: quantity.value,
    reduceOnly: reduceOnly.value ?? false,
  };
  const answer = { rules: rules.value, responseType: responseType.value };
  if (type.value === 'MARKET') {
    const unwanted = refuseLimitTerms(parameters);
    return unwanted === undefined ? accept({ ...answer, ticket: { ...common, type: 'MARKET' } }) : refuse(unwanted);
  }
  const limit = readLimit(parameters);
  return limit.ok ? accept({ ...answer, ticket: { ...common, type: 'LIMIT', ...limit.value } }) : limit;
}

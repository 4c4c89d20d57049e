/**
 * What Binance USD-M says when it refuses: its code, its text and the HTTP status.
 * Source: developers.binance.com, derivatives/usds-margined-futures/error-code; texts where `%s` stands in the
 * documents are filled in as the venue fills them.
 */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
  readonly status: number;
}

const refusal = (code: number, msg: string, status = 400): Refusal => ({ code, msg, status });

export const refusals = {
  tooManyRequests: (limit: number): Refusal =>
    refusal(
      -1003,
      `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`,
      429,
    ),
  banned: (until: number): Refusal =>
    refusal(-1003, `Way too many requests; IP banned until ${until}. Please use the websocket for live updates to avoid bans.`, 418),
  tooManyOrders: (limit: number, window: string): Refusal =>
    refusal(-1015, `Too many new orders; current limit is ${limit} orders per ${window}.`, 429),
  timestampAhead: refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  timestampOutside: refusal(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  recvWindowTooLong: refusal(-1131, 'recvWindow must be less than 60000.'),
  badSignature: refusal(-1022, 'Signature for this request is not valid.'),
  badKeyFormat: refusal(-2014, 'API-key format invalid.', 401),
  unknownKey: refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
  illegalCharacters: (name: string, range: string): Refusal =>
    refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
  repeatedParameter: refusal(-1101, 'Duplicate values for a parameter detected.'),
  missing: (name: string): Refusal => refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  missingBoth: (a: string, b: string): Refusal => refusal(-1102, `Param '${a}' or '${b}' must be sent, but both were empty/null!`),
  notRequired: (name: string): Refusal => refusal(-1106, `Parameter '${name}' sent when not required.`),
  precision: refusal(-1111, 'Precision is over the maximum defined for this asset.'),
  timeInForce: refusal(-1115, 'Invalid timeInForce.'),
  orderType: refusal(-1116, 'Invalid orderType.'),
  side: refusal(-1117, 'Invalid side.'),
  interval: refusal(-1120, 'Invalid interval.'),
  symbol: refusal(-1121, 'Invalid symbol.'),
  listenKey: refusal(-1125, 'This listenKey does not exist.'),
  parameter: (name: string): Refusal => refusal(-1130, `Data sent for parameter '${name}' is not valid.`),
  responseType: refusal(-1136, 'Invalid newOrderRespType.'),
  unknownOrder: refusal(-2011, 'Unknown order sent.'),
  noSuchOrder: refusal(-2013, 'Order does not exist.'),
  margin: refusal(-2019, 'Margin is insufficient.'),
  wouldTrigger: refusal(-2021, 'Order would immediately trigger.'),
  reduceOnly: refusal(-2022, 'ReduceOnly Order is rejected.'),
  tooManyOpenOrders: refusal(-2025, 'Reach max open order limit.'),
  positionAboveLeverage: refusal(-2027, 'Exceeded the maximum allowable position at current leverage.'),
  callbackRate: refusal(-2007, 'Invalid callback rate.'),
  leverageTooSmall: refusal(-2028, 'Leverage is smaller than permitted: insufficient margin balance.'),
  priceBelowZero: refusal(-4001, 'Price less than 0.'),
  priceAboveMax: refusal(-4002, 'Price greater than max price.'),
  quantityNotPositive: refusal(-4003, 'Quantity less than or equal to zero.'),
  quantityBelowMin: refusal(-4004, 'Quantity less than min quantity.'),
  quantityAboveMax: refusal(-4005, 'Quantity greater than max quantity.'),
  priceBelowMin: refusal(-4013, 'Price less than min price.'),
  offTick: refusal(-4014, 'Price not increased by tick size.'),
  clientIdTooLong: refusal(-4015, 'Client order id length should be less than 36 chars.'),
  priceAboveBand: (most: string): Refusal => refusal(-4016, `Limit price can't be higher than ${most}.`),
  depthLimit: (limit: string): Refusal => refusal(-4021, `${limit} is not valid depth limit.`),
  offStep: refusal(-4023, 'Quantity not increased by step size.'),
  priceBelowBand: (least: string): Refusal => refusal(-4024, `Limit price can't be lower than ${least}.`),
  leverage: (sent: string): Refusal => refusal(-4028, `Leverage ${sent} is not valid`),
  workingType: (sent: string): Refusal => refusal(-4031, `Invalid parameter working type: ${sent}`),
  tooManyStopOrders: refusal(-4045, 'Reach max stop order limit.'),
  sameMarginType: refusal(-4046, 'No need to change margin type.'),
  marginTypeWithOrders: refusal(-4047, 'Margin type cannot be changed if there exists open orders.'),
  marginTypeWithPosition: refusal(-4048, 'Margin type cannot be changed if there exists position.'),
  marginOfCross: refusal(-4049, 'Add margin only support for isolated position.'),
  crossBalance: refusal(-4050, 'Cross balance insufficient.'),
  isolatedBalance: refusal(-4051, 'Isolated balance insufficient.'),
  marginOfNothing: refusal(-4054, 'Cannot add position margin: position is 0.'),
  amountNotPositive: refusal(-4055, 'Amount must be positive.'),
  samePositionMode: refusal(-4059, 'No need to change position side.'),
  positionSide: refusal(-4061, "Order's position side does not match user's setting."),
  reduceOnlyInHedge: refusal(-4062, 'Invalid or improper reduceOnly value.'),
  positionModeWithOrders: refusal(-4067, 'Position side cannot be changed if there exists open orders.'),
  positionModeWithPosition: refusal(-4068, 'Position side cannot be changed if there exists position.'),
  batchSize: (sent: number): Refusal => refusal(-4082, `Invalid number of batch place orders: ${sent}`),
  duplicateClientId: refusal(-4116, 'ClientOrderId is duplicated.'),
  conditional: refusal(-4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.'),
  marketBound: refusal(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
  activationPrice: refusal(-4135, 'Invalid activation price.'),
  quantityWithClose: refusal(-4137, 'Quantity must be zero with closePosition equals true.'),
  reduceOnlyWithClose: refusal(-4138, 'Reduce only must be true with closePosition equals true.'),
  notWithClose: refusal(-4136, 'Target strategy invalid for orderType, closePosition true.'),
  symbolStatus: refusal(-4140, 'Invalid symbol status for opening position.'),
  isolatedLeverage: refusal(-4161, 'Leverage reduction is not supported in Isolated Margin Mode with open positions.'),
  notional: (least: string): Refusal => refusal(-4164, `Order's notional must be no smaller than ${least} (unless you choose reduce only).`),
  isolatedInMultiAssets: refusal(-4168, 'Unable to adjust to isolated-margin mode under the Multi-Assets mode.'),
  multiAssetsWithIsolated: refusal(-4167, 'Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures under isolated-margin mode.'),
  multiAssetsWithOrders: refusal(-4170, 'Unable to adjust Multi-Assets Mode with open orders in USDⓈ-M Futures.'),
  sameMultiAssets: refusal(-4171, 'Adjusted asset mode is currently set and does not need to be adjusted repeatedly.'),
  goodTillWithoutPosition: refusal(
    -4509,
    'Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available.',
  ),
  unknownPath: (path: string, method: string): Refusal => refusal(-5000, `Path ${path}, Method ${method} is invalid`, 404),
  fillOrKill: refusal(
    -5021,
    'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history',
  ),
  postOnly: refusal(
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  ),
  limitOnly: refusal(-5025, 'Only limit order is supported.'),
  tooManyAmendments: refusal(-5026, 'Exceed maximum modify order limit.'),
  sameOrder: refusal(-5027, 'No need to modify the order.'),
  amendedNotional: (least: string): Refusal => refusal(-5029, `Order's notional must be no smaller than ${least}`),
  priceMatch: refusal(-5037, 'Invalid price match'),
  priceMatchType: refusal(-5038, 'Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT'),
  selfTradePrevention: refusal(-5039, 'Invalid self trade prevention mode'),
  goodTillDate: refusal(
    -5040,
    'The goodTillDate timestamp must be greater than the current time plus 600 seconds and smaller than 253402300799000 (UTC 9999-12-31 23:59:59)',
  ),
  noPriceToMatch: refusal(-5041, 'No depth matches this BBO order'),
} as const;

/** A value, or why the venue refuses. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };
export const accept = <T>(value: T): Checked<T> => ({ ok: true, value });
export const refuse = (because: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: because,
});

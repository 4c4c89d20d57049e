/** The account and its settings. Source: usds-margined-futures, account and trade REST. */
import { text, type Usdt } from '../../../shared/domain/units.ts';
import { bracketsOf } from '../../model/binance/brackets.ts';
import { accept, refusals, refuse } from '../../model/binance/refusal.ts';
import { movePositionMargin, setCountdown, setLeverage, setMarginMode, setMultiAssets, setPositionMode } from '../../model/binance/settings.ts';
import { account, balance, positionRisk, symbolConfig } from './account-shapes.ts';
import { fixed } from './digits.ts';
import { readPositionSide } from './order-terms.ts';
import { optionalBoolean, optionalDecimal, optionalInteger, required } from './parameters.ts';
import { type Desk, namedOrAll, namedSymbol, type Route } from './router.ts';

const success = { code: 200, msg: 'success' };
const allSymbols = (desk: Desk): readonly string[] => desk.market.listed('binance').map((listed) => listed.symbol);

/** A signed read of the whole account. */
const read = (path: string, weight: number, answer: (desk: Desk) => unknown): Route => ({
  method: 'GET',
  path,
  security: 'signed',
  weight,
  handle: (desk) => accept(answer(desk)),
});

/** A signed read that may be narrowed to one symbol and always answers a list. */
const readList = (path: string, weight: number, answer: (desk: Desk, symbols: readonly string[]) => unknown): Route => ({
  method: 'GET',
  path,
  security: 'signed',
  weight,
  handle(desk, { parameters }) {
    const symbols = namedOrAll(desk, parameters);
    if (!symbols.ok) return symbols;
    return accept(
      answer(
        desk,
        symbols.value.map((rules) => rules.symbol),
      ),
    );
  },
});

// The venue answers bracket bounds as JSON numbers.
const brackets = (symbol: string) => ({
  symbol,
  brackets: bracketsOf(symbol).map((bracket) => ({
    bracket: bracket.bracket,
    initialLeverage: bracket.initialLeverage,
    notionalCap: Number(text(bracket.notionalCap)),
    notionalFloor: Number(text(bracket.notionalFloor)),
    maintMarginRatio: Number(text(bracket.maintMarginRatio)),
    cum: Number(text(bracket.cum)),
  })),
});

const commissionRate: Route = {
  method: 'GET',
  path: '/fapi/v1/commissionRate',
  security: 'signed',
  weight: 20,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const { maker, taker } = desk.parts.fees;
    return accept({ symbol: rules.value.symbol, makerCommissionRate: text(maker), takerCommissionRate: text(taker) });
  },
};

const leverage: Route = {
  method: 'POST',
  path: '/fapi/v1/leverage',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const sent = required(parameters, 'leverage');
    if (!sent.ok) return sent;
    const wanted = optionalInteger(parameters, 'leverage');
    if (!wanted.ok) return wanted;
    const set = setLeverage(desk.parts, rules.value.symbol, wanted.value ?? 0);
    if (!set.ok) return set;
    return accept({ leverage: set.value.leverage, maxNotionalValue: text(set.value.maxNotional), symbol: rules.value.symbol });
  },
};

const marginType: Route = {
  method: 'POST',
  path: '/fapi/v1/marginType',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const sent = required(parameters, 'marginType');
    if (!sent.ok) return sent;
    if (sent.value !== 'ISOLATED' && sent.value !== 'CROSSED') return refuse(refusals.parameter('marginType'));
    const set = setMarginMode(desk.parts, rules.value.symbol, sent.value === 'ISOLATED' ? 'isolated' : 'cross');
    return set.ok ? accept(success) : set;
  },
};

const setDual: Route = {
  method: 'POST',
  path: '/fapi/v1/positionSide/dual',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const sent = required(parameters, 'dualSidePosition');
    if (!sent.ok) return sent;
    const dual = optionalBoolean(parameters, 'dualSidePosition');
    if (!dual.ok) return dual;
    const set = setPositionMode(desk.parts, dual.value ?? false);
    return set.ok ? accept(success) : set;
  },
};

const multiAssets: Route = {
  method: 'POST',
  path: '/fapi/v1/multiAssetsMargin',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const sent = required(parameters, 'multiAssetsMargin');
    if (!sent.ok) return sent;
    const isOn = optionalBoolean(parameters, 'multiAssetsMargin');
    if (!isOn.ok) return isOn;
    const set = setMultiAssets(desk.parts, isOn.value ?? false);
    return set.ok ? accept(success) : set;
  },
};

const positionMargin: Route = {
  method: 'POST',
  path: '/fapi/v1/positionMargin',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const side = readPositionSide(parameters, desk.parts.state.account().dualSide);
    if (!side.ok) return side;
    const amount = optionalDecimal<'usdt'>(parameters, 'amount');
    if (!amount.ok) return amount;
    const type = parameters.get('type');
    if (amount.value === undefined || type === undefined) return refuse(refusals.missing(type === undefined ? 'type' : 'amount'));
    if (type !== '1' && type !== '2') return refuse(refusals.parameter('type'));
    const moved = movePositionMargin(desk.parts, rules.value.symbol, side.value, type === '1' ? 1 : 2, amount.value);
    // The venue answers the amount as a JSON number here, and only here.
    return moved.ok ? accept({ amount: asNumber(amount.value), code: 200, msg: 'Successfully modify position margin.', type: Number(type) }) : moved;
  },
};

const asNumber = (amount: Usdt): number => Number(text(amount));

const marginHistory: Route = {
  method: 'GET',
  path: '/fapi/v1/positionMargin/history',
  security: 'signed',
  weight: 1,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const limit = optionalInteger(parameters, 'limit');
    if (!limit.ok) return limit;
    const type = parameters.get('type');
    const rows = desk.parts.state
      .marginChanges()
      .filter((row) => row.symbol === rules.value.symbol && (type === undefined || type === String(row.type)));
    return accept(
      rows.slice(-(limit.value ?? 500)).map((row) => ({
        symbol: row.symbol,
        type: row.type,
        deltaType: 'USER_ADJUST',
        amount: fixed(row.amount, 8),
        asset: 'USDT',
        time: row.at,
        positionSide: row.positionSide,
      })),
    );
  },
};

/** What the key may do: trade futures, from anywhere. */
const apiRestrictions = (desk: Desk) => ({
  ipRestrict: false,
  createTime: desk.parts.now() - (desk.parts.now() % 86_400_000),
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: true,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: false,
  enablePortfolioMarginTrading: false,
});

const countdown: Route = {
  method: 'POST',
  path: '/fapi/v1/countdownCancelAll',
  security: 'signed',
  weight: 10,
  handle(desk, { parameters }) {
    const rules = namedSymbol(desk, parameters);
    if (!rules.ok) return rules;
    const sent = required(parameters, 'countdownTime');
    if (!sent.ok) return sent;
    const duration = optionalInteger(parameters, 'countdownTime');
    if (!duration.ok) return duration;
    setCountdown(desk.parts, rules.value.symbol, duration.value ?? 0);
    return accept({ symbol: rules.value.symbol, countdownTime: sent.value });
  },
};

const accountConfig = (desk: Desk) => ({
  feeTier: 0,
  canTrade: true,
  canDeposit: true,
  canWithdraw: true,
  dualSidePosition: desk.parts.state.account().dualSide,
  updateTime: 0,
  multiAssetsMargin: desk.parts.state.account().multiAssets,
  tradeGroupId: -1,
});

export const accountRoutes: readonly Route[] = [
  read('/fapi/v2/account', 5, (desk) => account(desk.parts, allSymbols(desk), 2)),
  read('/fapi/v3/account', 5, (desk) => account(desk.parts, allSymbols(desk), 3)),
  read('/fapi/v2/balance', 5, (desk) => balance(desk.parts)),
  read('/fapi/v3/balance', 5, (desk) => balance(desk.parts)),
  readList('/fapi/v2/positionRisk', 5, (desk, symbols) => positionRisk(desk.parts, symbols, 2)),
  readList('/fapi/v3/positionRisk', 5, (desk, symbols) => positionRisk(desk.parts, symbols, 3)),
  readList('/fapi/v1/leverageBracket', 1, (_desk, symbols) => symbols.map(brackets)),
  readList('/fapi/v1/symbolConfig', 5, (desk, symbols) => symbols.map((symbol) => symbolConfig(desk.parts, symbol))),
  read('/fapi/v1/accountConfig', 5, accountConfig),
  read('/fapi/v1/positionSide/dual', 30, (desk) => ({ dualSidePosition: desk.parts.state.account().dualSide })),
  commissionRate,
  leverage,
  marginType,
  setDual,
  countdown,
  multiAssets,
  read('/fapi/v1/multiAssetsMargin', 30, (desk) => ({ multiAssetsMargin: desk.parts.state.account().multiAssets })),
  positionMargin,
  marginHistory,
  read('/sapi/v1/account/apiRestrictions', 1, apiRestrictions),
  // ccxt asks for these with a key when it loads markets; a futures account has nothing to say to them.
  read('/sapi/v1/capital/config/getall', 1, () => []),
  { ...read('/sapi/v1/margin/allPairs', 1, () => []), security: 'key' },
];

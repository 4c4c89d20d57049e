/** Account, balances and positions as the venue writes them, in both versions of each path. */
import { add, isZero, text, usdt } from '../../../shared/domain/units.ts';
import { bracketsOf, maxNotional } from '../../model/binance/brackets.ts';
import { exposureOf, exposures, marginNow, sidesOf } from '../../model/binance/funds.ts';
import { type Exposure, liquidationPrice, marginOf } from '../../model/binance/margin.ts';
import type { ExchangeParts } from '../../model/binance/parts.ts';
import { entryPrice, isFlat, usdtPlaces } from '../../model/binance/position.ts';
import { fixed } from './digits.ts';
import { breakEven } from './user-events.ts';

type Money = Parameters<typeof fixed>[0];
const amount = (value: Money): string => fixed(value, usdtPlaces);
const amountOrZero = (value: Money): string => (isZero(value) ? '0' : amount(value));

/** USDT of the account: the fields that its row and the account's totals share. */
function sums(parts: ExchangeParts) {
  const { wallet, updatedAt } = parts.state.account();
  const margin = marginNow(parts);
  return { wallet, updatedAt, margin, initial: add(margin.positionInitial, margin.openOrderInitial) };
}

function assetRow(parts: ExchangeParts) {
  const { wallet, updatedAt, margin, initial } = sums(parts);
  return {
    asset: 'USDT',
    walletBalance: amount(wallet),
    unrealizedProfit: amount(margin.unrealized),
    marginBalance: amount(margin.marginBalance),
    maintMargin: amount(margin.maintenance),
    initialMargin: amount(initial),
    positionInitialMargin: amount(margin.positionInitial),
    openOrderInitialMargin: amount(margin.openOrderInitial),
    crossWalletBalance: amount(margin.crossWallet),
    crossUnPnl: amount(margin.crossUnrealized),
    availableBalance: amount(margin.available),
    maxWithdrawAmount: amount(margin.available),
    marginAvailable: true,
    updateTime: updatedAt,
  };
}

function totals(parts: ExchangeParts) {
  const { wallet, margin, initial } = sums(parts);
  return {
    totalInitialMargin: amount(initial),
    totalMaintMargin: amount(margin.maintenance),
    totalWalletBalance: amount(wallet),
    totalUnrealizedProfit: amount(margin.unrealized),
    totalMarginBalance: amount(margin.marginBalance),
    totalPositionInitialMargin: amount(margin.positionInitial),
    totalOpenOrderInitialMargin: amount(margin.openOrderInitial),
    totalCrossWalletBalance: amount(margin.crossWallet),
    totalCrossUnPnl: amount(margin.crossUnrealized),
    availableBalance: amount(margin.available),
    maxWithdrawAmount: amount(margin.available),
  };
}

/** The fields of a position that the account's list has in both versions. */
function accountPosition(exposure: Exposure) {
  const { position } = exposure;
  const margin = marginOf(exposure);
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    positionAmt: text(position.quantity),
    unrealizedProfit: amount(margin.unrealized),
    notional: amountOrZero(margin.notional),
    isolatedWallet: amountOrZero(position.isolatedWallet),
    initialMargin: amountOrZero(add(margin.positionInitial, margin.openOrderInitial)),
    maintMargin: amountOrZero(margin.maintenance),
    updateTime: position.updatedAt,
  };
}

const isolatedMargin = (exposure: Exposure): string =>
  exposure.position.marginMode === 'isolated' ? amountOrZero(add(exposure.position.isolatedWallet, marginOf(exposure).unrealized)) : '0';

const most = (exposure: Exposure): string => text(maxNotional(bracketsOf(exposure.position.symbol), exposure.position.leverage) ?? usdt('0'));

function accountPositionV2(exposure: Exposure) {
  const margin = marginOf(exposure);
  return {
    ...accountPosition(exposure),
    positionInitialMargin: amountOrZero(margin.positionInitial),
    openOrderInitialMargin: amountOrZero(margin.openOrderInitial),
    leverage: String(exposure.position.leverage),
    isolated: exposure.position.marginMode === 'isolated',
    entryPrice: text(entryPrice(exposure.position)),
    breakEvenPrice: breakEven(exposure.position),
    maxNotional: most(exposure),
    bidNotional: text(exposure.bidNotional),
    askNotional: text(exposure.askNotional),
  };
}

/** Every position of these symbols, by the account's position mode. */
const legsOf = (parts: ExchangeParts, symbols: readonly string[]): readonly Exposure[] =>
  symbols.flatMap((symbol) => sidesOf(parts).map((side) => exposureOf(parts, symbol, side)));

/** Every symbol in version 2, those with a position or an order in version 3. */
export function account(parts: ExchangeParts, symbols: readonly string[], version: 2 | 3) {
  if (version === 3) {
    const rows = exposures(parts).map((exposure) => ({ ...accountPosition(exposure), isolatedMargin: isolatedMargin(exposure) }));
    return { ...totals(parts), assets: [assetRow(parts)], positions: rows };
  }
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    tradeGroupId: -1,
    updateTime: 0,
    multiAssetsMargin: parts.state.account().multiAssets,
    ...totals(parts),
    assets: [assetRow(parts)],
    positions: legsOf(parts, symbols).map(accountPositionV2),
  };
}

export function balance(parts: ExchangeParts) {
  const { wallet, updatedAt, margin } = sums(parts);
  return [
    {
      accountAlias: 'SgsRfZsRfZsR',
      asset: 'USDT',
      balance: amount(wallet),
      crossWalletBalance: amount(margin.crossWallet),
      crossUnPnl: amount(margin.crossUnrealized),
      availableBalance: amount(margin.available),
      maxWithdrawAmount: amount(margin.available),
      marginAvailable: true,
      updateTime: updatedAt,
    },
  ];
}

/** The fields of a position's risk that both versions have. */
function risk(parts: ExchangeParts, exposure: Exposure) {
  const { position } = exposure;
  const margin = marginOf(exposure);
  const liquidation = liquidationPrice(parts.state.account().wallet, exposures(parts), exposure);
  return {
    symbol: position.symbol,
    positionSide: position.positionSide,
    positionAmt: fixed(position.quantity, parts.rules(position.symbol)?.quantityPlaces ?? usdtPlaces),
    entryPrice: isFlat(position) ? '0.0' : text(entryPrice(position)),
    breakEvenPrice: isFlat(position) ? '0.0' : breakEven(position),
    markPrice: amount(exposure.markPrice),
    unRealizedProfit: amount(margin.unrealized),
    liquidationPrice: isZero(liquidation) ? '0' : text(liquidation),
    isolatedMargin: isolatedMargin(exposure),
    notional: amountOrZero(margin.notional),
    isolatedWallet: amountOrZero(position.isolatedWallet),
    updateTime: position.updatedAt,
  };
}

function riskV2(parts: ExchangeParts, exposure: Exposure) {
  const isolated = exposure.position.marginMode === 'isolated';
  return {
    ...risk(parts, exposure),
    leverage: String(exposure.position.leverage),
    maxNotionalValue: most(exposure),
    marginType: exposure.position.marginMode,
    isAutoAddMargin: 'false',
    isolated,
    adlQuantile: isFlat(exposure.position) ? 0 : 2,
  };
}

function riskV3(parts: ExchangeParts, exposure: Exposure) {
  const margin = marginOf(exposure);
  return {
    ...risk(parts, exposure),
    marginAsset: 'USDT',
    initialMargin: amountOrZero(add(margin.positionInitial, margin.openOrderInitial)),
    maintMargin: amountOrZero(margin.maintenance),
    positionInitialMargin: amountOrZero(margin.positionInitial),
    openOrderInitialMargin: amountOrZero(margin.openOrderInitial),
    adl: isFlat(exposure.position) ? 0 : 2,
    bidNotional: text(exposure.bidNotional),
    askNotional: text(exposure.askNotional),
  };
}

/** @param symbols in version 2 each has a row; in version 3 those with a position or an open order */
export function positionRisk(parts: ExchangeParts, symbols: readonly string[], version: 2 | 3) {
  if (version === 2) return legsOf(parts, symbols).map((exposure) => riskV2(parts, exposure));
  const active = exposures(parts).filter((exposure) => symbols.includes(exposure.position.symbol));
  return active.map((exposure) => riskV3(parts, exposure));
}

export const symbolConfig = (parts: ExchangeParts, symbol: string) => {
  const exposure = exposureOf(parts, symbol);
  return {
    symbol,
    marginType: exposure.position.marginMode === 'isolated' ? 'ISOLATED' : 'CROSSED',
    isAutoAddMargin: false,
    leverage: exposure.position.leverage,
    maxNotionalValue: most(exposure),
  };
};

/** Positions of the ledger: symbols with something open; in hedge mode `BTCUSDT:LONG` and `BTCUSDT:SHORT`. */
export function ledgerPositions(parts: ExchangeParts): Record<string, Record<string, string>> {
  const rows = exposures(parts);
  const { wallet } = parts.state.account();
  const open = rows.filter((row) => !isFlat(row.position));
  return Object.fromEntries(
    open.map((row) => [
      row.position.positionSide === 'BOTH' ? row.position.symbol : `${row.position.symbol}:${row.position.positionSide}`,
      {
        quantity: text(row.position.quantity),
        entryPrice: text(entryPrice(row.position)),
        leverage: String(row.position.leverage),
        marginMode: row.position.marginMode,
        liquidationPrice: text(liquidationPrice(wallet, rows, row)),
      },
    ]),
  );
}

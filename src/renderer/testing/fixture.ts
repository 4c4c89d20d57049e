/**
 * A rich made-up snapshot: every phase, state and kind of row once, with numbers of a plausible day. Tests and the
 * preview page draw it; fixture.test.ts holds it against the contract.
 */
import type { Parts } from '../../shared/contract/parts.ts';
import type { Tables } from '../../shared/contract/rows.ts';
import type { Snapshot } from '../../shared/contract/updates.ts';
import { fixtureHedges } from './fixture-hedges.ts';
import { fixtureOrders } from './fixture-orders.ts';
import { fixtureSignals } from './fixture-signals.ts';

/** 2026-11-21 14:03:27 in Korea: what tests take for now. */
export const fixtureNow = 1_795_237_407_000;

const standing = (now: number): Parts['standing'] => ({
  mode: 'paper',
  market: 'synthetic',
  trading: 'armed',
  stop: null,
  stopFile: false,
  diskFailure: null,
  approval: 'manual',
  armingBar: null,
  installation: 'k3f9x2',
  version: '0.1.0',
  dataDir: '/home/trader/.local/share/kimp-console',
  startedAt: now - 7_412_000,
  sources: [
    { kind: 'file', place: '/home/trader/research/signals.jsonl' },
    { kind: 'socket', place: 'ws://127.0.0.1:40411' },
  ],
});

const venues = (now: number): Parts['venues'] => ({
  upbit: {
    venue: 'upbit',
    leg: 'spot',
    stream: 'live',
    clockOffsetMs: 12.4,
    apiErrors: 0,
    readAt: now - 2100,
    balances: [
      { currency: 'KRW', free: '71830441.2', locked: '0' },
      { currency: 'BTC', free: '0.16', locked: '0' },
      { currency: 'ETH', free: '1.2', locked: '0' },
    ],
    margin: null,
    outside: [{ coin: 'BTC', taken: '0', seen: '0.0021', external: '0.0021' }],
    byHand: [{ coin: 'BTC', quantity: '0.00521' }],
    positions: [],
    deadMan: null,
  },
  binance: {
    venue: 'binance',
    leg: 'perp',
    stream: 'live',
    clockOffsetMs: -31.8,
    apiErrors: 1,
    readAt: now - 1400,
    balances: [{ currency: 'USDT', free: '78431.9921', locked: '0' }],
    margin: { balance: '100118.44', available: '78431.9921', maintenance: '86.73' },
    outside: [],
    byHand: [],
    positions: [
      { coin: 'BTC', quantity: '-0.16', entryPrice: '107842.3', markPrice: '108021.5', liquidationPrice: '214930.1' },
      { coin: 'ETH', quantity: '-1.2', entryPrice: '3641.22', markPrice: '3650.04', liquidationPrice: '7196.4' },
    ],
    deadMan: { state: 'running', until: now + 104_000 },
  },
});

export const fixtureSettings: Parts['settings'] = {
  maxPositionRatio: '0.5',
  maxCoinPositionRatio: '0.5',
  leverage: '1',
  hedgeStopLossRatio: '0.05',
  maxDailyLossRatio: '0.03',
  maxConsecutiveApiErrors: '10',
  maxFailedEntriesInARow: '5',
  maxSignalRisk: '0.5',
  maxHedgeKrw: '100000000',
  maxEntriesPerMinute: '20',
  maxEntriesPerDay: '500',
  cooldownMs: '1000',
  priceCollarBps: '50',
  maxPremiumRatio: '0.15',
  minLiquidationDistanceRatio: '0.3',
  minFreeMarginRatio: '0.1',
  maxMarginRatio: '0.5',
  maxBookAgeMs: '3000',
  maxFxAgeMs: '10000',
  maxClockOffsetEntryMs: '750',
  maxClockOffsetStopMs: '1000',
  spotEntryOrder: 'limitIoc',
  perpEntryOrder: 'market',
};

const risk: Parts['risk'] = {
  kstDay: 20_778,
  entriesToday: 14,
  dayResultKrw: '482193.44',
  realizedKrw: '311870.1',
  capitalKrw: '243871120.5',
  positionKrw: '31182400',
  limits: [
    { setting: 'maxPositionRatio', limit: '0.5', use: '0.1279', part: 0.256 },
    { setting: 'maxCoinPositionRatio', limit: '0.5', use: '0.1021', part: 0.204 },
    { setting: 'maxDailyLossRatio', limit: '0.03', use: '0', part: 0 },
    { setting: 'hedgeStopLossRatio', limit: '0.05', use: '0.0213', part: 0.426 },
    { setting: 'maxMarginRatio', limit: '0.5', use: '0.0009', part: 0.0018 },
    { setting: 'minFreeMarginRatio', limit: '0.1', use: '0.7834', part: 0.128 },
    { setting: 'minLiquidationDistanceRatio', limit: '0.3', use: '0.9716', part: 0.309 },
    { setting: 'maxConsecutiveApiErrors', limit: '10', use: '9', part: 0.9 },
    { setting: 'maxFailedEntriesInARow', limit: '5', use: '1', part: 0.2 },
    { setting: 'maxEntriesPerMinute', limit: '20', use: '2', part: 0.1 },
    { setting: 'maxEntriesPerDay', limit: '500', use: '14', part: 0.028 },
    { setting: 'maxClockOffsetEntryMs', limit: '750', use: '31.8', part: 0.042 },
    { setting: 'maxHedgeKrw', limit: '100000000', use: null, part: null },
  ],
};

const runway: Parts['runway'] = {
  shorts: [
    {
      coin: 'ETH',
      quantity: '1.2',
      markPrice: '3650.04',
      liquidationPrice: '4496.4',
      distance: '0.23187690',
      level: 'low',
      marginToAdd: '312.84',
      reduceBy: '0.18',
      freed: '309.41',
      reduce: [{ hedge: 'h-0008', quantity: '0.18' }],
    },
    {
      coin: 'BTC',
      quantity: '0.16',
      markPrice: '108021.5',
      liquidationPrice: '214930.1',
      distance: '0.98969741',
      level: 'ok',
      marginToAdd: '0',
      reduceBy: '0',
      freed: '0',
      reduce: [],
    },
  ],
  readiness: {
    size: '15593100',
    spot: { freeKrw: '71830441.2', hedges: 4 },
    perp: { freeUsdt: '78431.9921', hedges: 6 },
    move: { from: 'binance', to: 'upbit', amountKrw: '15600000' },
  },
};

const market = (now: number): NonNullable<Parts['market']> => ({
  coin: 'BTC',
  at: now - 80,
  spot: { bid: '155884000', ask: '155931000', at: now - 120 },
  perp: { bid: '108018.2', ask: '108018.3', at: now - 80 },
  usdtKrw: { rate: '1412.5', at: now - 640, source: 'Upbit USDT/KRW' },
  usdKrw: { rate: '1398.2', at: now - 41_000, source: 'Hana Bank USD/KRW' },
  tradingPremium: '0.02184',
  kimchiPremium: '0.03230',
  executable: { size: '0.01', enter: '0.02341', exit: '0.02003' },
});

const alarms = (now: number): Tables['alarms'] => ({
  'NEEDS_OPERATOR:h-0007': {
    key: 'NEEDS_OPERATOR:h-0007',
    code: 'NEEDS_OPERATOR',
    severity: 'critical',
    hedge: 'h-0007',
    detail: 'Hedge h-0007 could not be made equal: spot 0.05 BTC, perpetual 0.03 BTC',
    values: { coin: 'BTC', spot: '0.05', perp: '0.03', residual: '0.02' },
    at: now - 184_000,
  },
  'STREAM_SILENT:binance': {
    key: 'STREAM_SILENT:binance',
    code: 'STREAM_SILENT',
    severity: 'warning',
    hedge: null,
    detail: 'binance: no sign of life for 5 s',
    values: { venue: 'binance', said: 'no sign of life for 5 s' },
    at: now - 12_000,
  },
});

/** @param now ms since 1970 that the snapshot was taken at; every other time lies before it, or after it for what expires */
export const fixtureSnapshot = (now: number = fixtureNow): Snapshot => ({
  sequence: 41_207,
  at: now,
  parts: {
    standing: standing(now),
    venues: venues(now),
    settings: fixtureSettings,
    risk,
    runway,
    market: market(now),
    preferences: { language: null, theme: 'system' },
    stopReport: null,
  },
  tables: { signals: fixtureSignals(now), hedges: fixtureHedges(now), orders: fixtureOrders(now), alarms: alarms(now) },
});

/** The same console on its first day: nothing happened yet, and nothing is known of the venues. */
export const emptySnapshot = (now: number = fixtureNow): Snapshot => {
  const full = fixtureSnapshot(now);
  return {
    ...full,
    parts: {
      ...full.parts,
      standing: { ...full.parts.standing, trading: 'disarmed', startedAt: now - 3000 },
      risk: { ...risk, entriesToday: 0, dayResultKrw: null, realizedKrw: '0', capitalKrw: null, positionKrw: '0' },
      runway: { shorts: [], readiness: { size: '100000000', spot: null, perp: null, move: null } },
      market: null,
    },
    tables: { signals: {}, hedges: {}, orders: {}, alarms: {} },
  };
};

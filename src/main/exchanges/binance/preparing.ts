/**
 * Puts an account and a symbol into the only shape the console trades in: one-way mode, isolated margin, the given
 * leverage. Each is changed only where it differs, and believed only after it was read back.
 */
import { z } from 'zod';
import type { Answer, Failure } from '../../../shared/domain/failure.ts';
import { isZero } from '../../../shared/domain/units.ts';
import { anything } from '../shapes.ts';
import { type BinanceConnection, weight } from './connection.ts';
import type { Contract } from './contracts.ts';
import { failed, positionsShape, read } from './reading.ts';

const dualShape = z.object({ dualSidePosition: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]) });
const configShape = z.array(z.object({ symbol: z.string(), marginType: z.string(), leverage: z.string() }));

/** Refusals that say that nothing had to be changed. */
const unchanged = ['-4046', '-4059'];
const done: Answer<void> = { ok: true, value: undefined };
const refused = (venueCode: string, said: string): Failure => ({ outcome: 'refused', code: 'BLOCKED', venueCode, said });

export async function prepare(connection: BinanceConnection, contract: Contract, leverage: number): Promise<Answer<void>> {
  const oneWay = await setOneWay(connection);
  if (!oneWay.ok) return oneWay;
  const before = await configOf(connection, contract);
  if (!before.ok) return before;
  if (fits(before.value, leverage)) return done;

  const position = await hasPosition(connection, contract.symbol);
  if (!position.ok) return position;
  if (position.value) {
    const { marginType, leverage: set } = before.value;
    return failed(refused('MARGIN', `${contract.symbol} has a position at ${marginType} ${set}×: it is not changed under it`));
  }
  const changed = await change(connection, contract.symbol, before.value, leverage);
  if (!changed.ok) return changed;
  const after = await configOf(connection, contract);
  if (!after.ok) return after;
  if (fits(after.value, leverage)) return done;
  return failed(refused('MARGIN', `${contract.symbol} stayed at ${after.value.marginType} ${after.value.leverage}×`));
}

interface Config {
  readonly marginType: string;
  readonly leverage: string;
}
const isIsolated = ({ marginType }: Config): boolean => marginType.toUpperCase() === 'ISOLATED';
const fits = (config: Config, leverage: number): boolean => isIsolated(config) && config.leverage === String(leverage);

async function setOneWay(connection: BinanceConnection): Promise<Answer<void>> {
  const { data } = connection;
  const mode = () => read(connection, 30, 'query', () => data.fapiPrivateGetPositionSideDual(), dualShape);
  const before = await mode();
  if (!before.ok) return before;
  if (!before.value.dualSidePosition) return done;
  const position = await hasPosition(connection);
  if (!position.ok) return position;
  if (position.value) return failed(refused('HEDGE_MODE', 'the account is in hedge mode with a position open: it is not changed'));
  const changed = await write(connection, () => data.fapiPrivatePostPositionSideDual({ dualSidePosition: 'false' }));
  if (!changed.ok) return changed;
  const after = await mode();
  if (!after.ok) return after;
  return after.value.dualSidePosition ? failed(refused('HEDGE_MODE', 'the account stayed in hedge mode')) : done;
}

async function configOf(connection: BinanceConnection, { symbol }: Contract): Promise<Answer<Config>> {
  const answer = await read(connection, 5, 'query', () => connection.data.fapiPrivateGetSymbolConfig({ symbol }), configShape);
  if (!answer.ok) return answer;
  const row = answer.value.find((entry) => entry.symbol === symbol);
  if (row !== undefined) return { ok: true, value: row };
  return failed({ outcome: 'unknown', code: 'BAD_ANSWER', venueCode: '', said: `symbolConfig does not name ${symbol}` });
}

async function hasPosition(connection: BinanceConnection, symbol?: string): Promise<Answer<boolean>> {
  const parameters = symbol === undefined ? {} : { symbol };
  const answer = await read(connection, 5, 'query', () => connection.data.fapiPrivateV3GetPositionRisk(parameters), positionsShape);
  return answer.ok ? { ok: true, value: answer.value.some((row) => !isZero(row.positionAmt)) } : answer;
}

async function change(connection: BinanceConnection, symbol: string, before: Config, leverage: number): Promise<Answer<void>> {
  const { data } = connection;
  if (!isIsolated(before)) {
    const margin = await write(connection, () => data.fapiPrivatePostMarginType({ symbol, marginType: 'ISOLATED' }));
    if (!margin.ok) return margin;
  }
  if (before.leverage === String(leverage)) return done;
  return write(connection, () => data.fapiPrivatePostLeverage({ symbol, leverage }));
}

/** A change of settings. Sent once: what it did is read back. */
async function write({ caller }: BinanceConnection, send: () => Promise<unknown>): Promise<Answer<void>> {
  const answer = await caller.call({ kind: 'once', signed: true, charges: weight(1), lane: 'query', send, shape: anything, fine: unchanged });
  return answer.ok ? done : answer;
}

/**
 * What a host tells its consoles: one snapshot, then what changed since, numbered without gaps.
 *
 * 1. An update with sequence n applies to the snapshot or update n − 1; one that is older is known already.
 * 2. After a gap only a new snapshot helps.
 * 3. A part or row comes whole; a row that left its table comes as null.
 */
import { z } from 'zod';
import { parts, type Parts } from './parts.ts';
import { type RowOf, type TableName, tables, type Tables } from './rows.ts';

export const snapshot = z.strictObject({ sequence: z.int().min(0), at: z.number(), parts, tables });

const { signals, hedges, orders, alarms } = tables.shape;
const changed = <T extends z.ZodType>(row: T) => z.record(z.string(), row.nullable());
export const update = z.strictObject({
  sequence: z.int().min(1),
  /** ms since 1970 when it left. */
  at: z.number(),
  parts: parts.partial(),
  tables: z
    .strictObject({
      signals: changed(signals.valueType),
      hedges: changed(hedges.valueType),
      orders: changed(orders.valueType),
      alarms: changed(alarms.valueType),
    })
    .partial(),
});

export interface Snapshot {
  readonly sequence: number;
  readonly at: number;
  readonly parts: Parts;
  readonly tables: Tables;
}
export interface Update {
  readonly sequence: number;
  readonly at: number;
  readonly parts: Partial<Parts>;
  readonly tables: { readonly [T in TableName]?: Readonly<Record<string, RowOf<T> | null>> };
}

/** JSON that comes with a request, bounded in size; every way it can be wrong is a value. */
import type { IncomingMessage } from 'node:http';
import { fromWire } from '../../shared/contract/wire.ts';
import type { Refused } from './loopback-guards.ts';

export type ReadBody = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refused: Refused };

const refuse = (status: number, error: string): ReadBody => ({ ok: false, refused: { status, error } });
/** True of a body that no form and no plain cross-site request can send. */
export const saysJson = ({ headers }: IncomingMessage): boolean => /^application\/json(\s*;.*)?$/i.test(headers['content-type'] ?? '');

/**
 * Reads the body to its end, or no further than it may go.
 * @returns the value, or how it is refused: 413, or 400 for what is no JSON or was cut off by a client that hung up
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return refuse(413, 'SIZE');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The answer still has to go out on the connection that an early return would end.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      if (size > maxBytes) return refuse(413, 'SIZE');
      chunks.push(bytes);
    }
    const value = fromWire(Buffer.concat(chunks).toString('utf8'));
    return isShallow(value) ? { ok: true, value } : refuse(400, 'BODY');
  } catch (error) {
    // A RangeError is text that nests deeper than the stack while typed arrays are looked for in it.
    if (error instanceof SyntaxError || error instanceof RangeError || (error instanceof Error && 'code' in error)) return refuse(400, 'BODY');
    throw error;
  }
}

/** No input is nested deeper; what walks a value by recursion would fall over one that is. */
const maxDepth = 16;

function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []));
    if (level.length === 0) return true;
  }
  return false;
}

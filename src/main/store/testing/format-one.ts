/** Writes journals as they were before format 2, byte by byte from docs/journal.md and with nothing of what reads them. */
import { crc32 } from 'node:zlib';

/** A first segment of format 1, its records in order. */
export function formatOneSegment(payloads: readonly unknown[]): Buffer {
  const header = Buffer.alloc(28);
  header.write('KIMPJNL\n', 'latin1');
  header.writeUInt32LE(1, 8);
  header.writeBigUInt64LE(1n, 12);
  header.writeUInt32LE(crc32(header.subarray(0, 24)), 24);
  let previous = 0;
  const records = payloads.map((payload, index) => {
    const json = Buffer.from(JSON.stringify(payload), 'utf8');
    const head = Buffer.alloc(20);
    head.writeUInt32LE(json.length, 0);
    head.writeBigUInt64LE(BigInt(index + 1), 8);
    head.writeUInt32LE(previous, 16);
    const record = Buffer.concat([head, json]);
    previous = crc32(record.subarray(8));
    record.writeUInt32LE(previous, 4);
    return record;
  });
  return Buffer.concat([header, ...records]);
}

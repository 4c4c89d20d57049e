/**
 * One record and one segment header as bytes; little endian. docs/journal.md describes both.
 *
 *     record   u32 length | u32 crc32 | u64 seq | u32 crc32 of the record before | u32 place in its batch |
 *              payload, UTF-8 JSON of that length
 *     header   "KIMPJNL\n" | u32 version | u64 seq of the first record | u32 crc32 of the record before it | u32 crc32
 *
 * 1. A record's crc covers everything behind it; a header's everything in front of it.
 * 2. JSON text holds no zero byte, and length and seq always do, so a payload can never be taken for a record.
 * 3. Format 1 had no place in the batch. It is read, and not written: each of its records counts as a batch of its own.
 */
import { crc32 } from 'node:zlib';

export const FORMAT_VERSION = 2;
export const HEADER_BYTES = 28;
/** Bytes in front of a payload, by format version. */
const recordHeaderBytes = { 1: 20, 2: 24 } as const;
export type FormatVersion = keyof typeof recordHeaderBytes;
export const isKnownFormat = (version: number): version is FormatVersion => version === 1 || version === FORMAT_VERSION;
/** Keeps the highest byte of every length zero. */
export const MAX_PAYLOAD_BYTES = 0xff_ffff;

const magic = Buffer.from('KIMPJNL\n', 'latin1');
const seqAt = 8;
const previousCrcAt = 16;
const placeAt = 20;

/** The last record before a place in the journal: what the next one must continue. `START` is before the first. */
export interface ChainPoint {
  readonly seq: number;
  readonly crc: number;
}
export const START: ChainPoint = { seq: 0, crc: 0 };

export interface DecodedRecord {
  readonly seq: number;
  readonly crc: number;
  readonly previousCrc: number;
  /** The first record of the batch that was written and synced together with it; none of an older batch was missing then. */
  readonly batchSeq: number;
  readonly payload: Buffer;
  /** Offset behind the record. */
  readonly end: number;
}

/**
 * The bytes of the record that follows `after`.
 * @param json at most MAX_PAYLOAD_BYTES of UTF-8; more is a bug and throws
 * @param batchSeq the first record of its batch, at most the record's own seq
 */
export function encodeRecord(after: ChainPoint, json: string, batchSeq: number): { readonly bytes: Buffer; readonly point: ChainPoint } {
  const length = Buffer.byteLength(json, 'utf8');
  if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`Invariant: a record is at most ${MAX_PAYLOAD_BYTES} bytes, was ${length}`);
  const seq = after.seq + 1;
  const headerBytes = recordHeaderBytes[FORMAT_VERSION];
  const bytes = Buffer.allocUnsafe(headerBytes + length);
  bytes.writeUInt32LE(length, 0);
  bytes.writeBigUInt64LE(BigInt(seq), seqAt);
  bytes.writeUInt32LE(after.crc, previousCrcAt);
  bytes.writeUInt32LE(seq - batchSeq, placeAt);
  bytes.write(json, headerBytes, 'utf8');
  const crc = crc32(bytes.subarray(seqAt));
  bytes.writeUInt32LE(crc, 4);
  return { bytes, point: { seq, crc } };
}

/** Reads the record at `offset`; undefined when there is no whole one with the right crc. */
export function decodeRecord(bytes: Buffer, offset: number, version: FormatVersion): DecodedRecord | undefined {
  const headerBytes = recordHeaderBytes[version];
  if (bytes.length - offset <= headerBytes) return undefined;
  const length = bytes.readUInt32LE(offset);
  const end = offset + headerBytes + length;
  if (length === 0 || length > MAX_PAYLOAD_BYTES || end > bytes.length) return undefined;
  // A seq beyond what a JS number holds exactly is garbage; checked before the crc, which costs more.
  const high = bytes.readUInt32LE(offset + seqAt + 4);
  if (high >= 0x20_0000) return undefined;
  const crc = bytes.readUInt32LE(offset + 4);
  if (crc32(bytes.subarray(offset + seqAt, end)) !== crc) return undefined;
  const seq = high * 0x1_0000_0000 + bytes.readUInt32LE(offset + seqAt);
  return {
    seq,
    crc,
    previousCrc: bytes.readUInt32LE(offset + previousCrcAt),
    batchSeq: version === 1 ? seq : seq - bytes.readUInt32LE(offset + placeAt),
    payload: bytes.subarray(offset + headerBytes, end),
    end,
  };
}

/** Whole records at or behind `from`, wherever they begin. */
export function* findRecords(bytes: Buffer, from: number, version: FormatVersion): Generator<DecodedRecord, void> {
  let offset = from;
  while (offset < bytes.length) {
    const record = decodeRecord(bytes, offset, version);
    if (record !== undefined) yield record;
    offset = record?.end ?? offset + 1;
  }
}

/** The header of the segment whose first record follows `after`. */
export function encodeHeader(after: ChainPoint): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  magic.copy(bytes);
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeBigUInt64LE(BigInt(after.seq + 1), 12);
  bytes.writeUInt32LE(after.crc, 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 24)), 24);
  return bytes;
}

/** Reads a segment's header; undefined when it is not a whole one with the right crc. */
export function decodeHeader(bytes: Buffer): { readonly version: number; readonly after: ChainPoint } | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (crc32(bytes.subarray(0, 24)) !== bytes.readUInt32LE(24)) return undefined;
  const firstSeq = Number(bytes.readBigUInt64LE(12));
  return { version: bytes.readUInt32LE(8), after: { seq: firstSeq - 1, crc: bytes.readUInt32LE(20) } };
}

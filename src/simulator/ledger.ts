/**
 * What was asked of the venues, in the order in which it was read.
 *
 * 1. A request is on record from the moment its last byte was read, with status 0 until it is answered.
 * 2. `seq` rises by one a request over both venues and never starts again, not even after a reset.
 * 3. Memory is bounded: the last 100,000 requests and the last 1,000 unhandled paths are kept.
 */

export interface RequestRow {
  readonly seq: number;
  readonly venue: 'upbit' | 'binance';
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The client's own id of the order that the request names; null where it names none. */
  readonly clientOrderId: string | null;
  /** ms since 1970 with three decimals, the machine's clock, taken when the request's last byte was read. */
  readonly at: number;
  /** 0: no answer was given. */
  status: number;
  /** The kind of the fault that acted on it. */
  readonly fault: string | null;
}

export interface RequestLog {
  /** Puts a request on record. The caller sets `status` on the row it gets back when the answer leaves. */
  begin(request: Omit<RequestRow, 'seq' | 'status'>): RequestRow;
  /** Counts a path that the front does not have. */
  unhandled(path: string): void;
  /** @returns the kept requests with a higher `seq`, oldest first */
  since(seq: number): readonly RequestRow[];
  /** One entry a request, oldest first. */
  unhandledPaths(): readonly string[];
  clear(): void;
}

const keptRequests = 100_000;
const keptPaths = 1000;

/** The machine's clock to three decimals of a millisecond. */
export const preciseNow = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;

/** @param kept how many requests stay in memory */
export function createRequestLog(kept: number = keptRequests): RequestLog {
  let rows: RequestRow[] = [];
  let paths: string[] = [];
  let last = 0;

  return {
    begin: (request) => {
      last += 1;
      const { venue, method, path, clientOrderId, at, fault } = request;
      const row: RequestRow = { seq: last, venue, method, path, clientOrderId, at, status: 0, fault };
      rows.push(row);
      // Dropped in blocks, so that a request costs the same whether or not the log is full.
      if (rows.length >= kept + Math.ceil(kept / 10)) rows = rows.slice(-kept);
      return row;
    },
    unhandled: (path) => {
      paths.push(path);
      if (paths.length > keptPaths) paths = paths.slice(-keptPaths);
    },
    // Numbers have no gaps, so the place of a row follows from the first one's.
    since: (seq) => rows.slice(Math.max(0, rows.length - kept, seq + 1 - (rows[0]?.seq ?? 1))),
    unhandledPaths: () => paths,
    clear: () => {
      rows = [];
      paths = [];
    },
  };
}

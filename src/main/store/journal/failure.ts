/** How a journal fails. It fails once and for good: what an fsync could not write may be lost even if the next one succeeds. */
import { inspect } from 'node:util';
import { isSystemError } from '../file-operations.ts';

export interface JournalFailure {
  readonly code: 'DISK_FULL' | 'DISK_ERROR' | 'CLOSED';
  /** What the operating system said, for people. */
  readonly said: string;
}

/** What an append rejects with. The record may or may not be on disk: nothing that depends on it may be sent. */
export class JournalError extends Error {
  readonly failure: JournalFailure;

  constructor(failure: JournalFailure) {
    super(`The journal does not take records: ${failure.said}`);
    this.name = 'JournalError';
    this.failure = failure;
  }
}

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Puts any error of a write in words. One that is not the system's is a bug, and fails the journal no less. */
export function failureOf(error: unknown): JournalFailure {
  if (isSystemError(error)) return { code: fullCodes.has(error.code) ? 'DISK_FULL' : 'DISK_ERROR', said: error.message };
  return { code: 'DISK_ERROR', said: `Bug: ${inspect(error)}` };
}

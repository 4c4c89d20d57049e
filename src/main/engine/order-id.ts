/**
 * Client order ids are derived, never drawn: the same intent always has the same id, in this process and the next.
 * `kc` + 6 characters of the installation + 20 of a hash of (installation, mode, signal, leg, purpose, attempt).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type ClientOrderId, clientOrderId, type HedgeId, type InstallationId } from '../../shared/domain/ids.ts';
import type { Leg } from '../../shared/domain/venue.ts';
import type { Mode, Purpose } from './state.ts';

export interface Intent {
  readonly installation: InstallationId;
  readonly mode: Mode;
  /** The signal or command that wanted the order. */
  readonly cause: HedgeId | string;
  readonly leg: Leg;
  readonly purpose: Purpose;
  readonly attempt: number;
}

const space = 36n ** 20n;

/** The id of the order that carries out an intent: 28 characters of [a-z0-9]. */
export function orderIdFor(intent: Intent): ClientOrderId {
  const parts = [intent.installation, intent.mode, intent.cause, intent.leg, intent.purpose, String(intent.attempt)];
  // Length prefixes keep ("a","bc") and ("ab","c") apart.
  const digest = sha256(utf8ToBytes(parts.map((part) => `${part.length}:${part}`).join('|')));
  const hash = (BigInt(`0x${bytesToHex(digest)}`) % space).toString(36).padStart(20, '0');
  return clientOrderId(`kc${intent.installation}${hash}`);
}

/** A signal after parsing: what the engine decides on. The wire form and its rules are in docs/signals.md. */
import type { Coin, HedgeId, SignalId } from './ids.ts';
import type { Krw, Quantity, Ratio } from './units.ts';

/** Where a signal came from; kept with the hedge it opened. */
export type SignalSource =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'folder'; readonly path: string; readonly index: number }
  /** A research process that connected to our signal socket. */
  | { readonly kind: 'socket'; readonly connection: number }
  /** The server that --signals-url names. */
  | { readonly kind: 'feed'; readonly url: string; readonly seq?: number }
  | { readonly kind: 'person' };

interface Common {
  readonly id: SignalId;
  readonly coin: Coin;
  /** ms since 1970. */
  readonly createdAt: number;
  /** ms since 1970; `createdAt` + 30 s where the sender set none. */
  readonly expiresAt: number;
  readonly risk?: Ratio;
  /** Both or neither. */
  readonly premium?: { readonly expected: Ratio; readonly maxSlippage: Ratio };
  readonly note?: string;
  /** Hex SHA-256 of the signal's fields in a fixed order: equal for the same content whatever the key order. */
  readonly digest: string;
}

export interface EnterSignal extends Common {
  readonly action: 'ENTER';
  /** Coins wanted, or the most KRW the spot leg may cost with its fee. */
  readonly size: { readonly quantity: Quantity } | { readonly amountKrw: Krw };
}
export interface ExitSignal extends Common {
  readonly action: 'EXIT';
  /** Absent: everything. */
  readonly quantity?: Quantity;
  /** The hedge meant; absent: the oldest first. */
  readonly hedge?: HedgeId;
}
export type Signal = EnterSignal | ExitSignal;

/** Why text is not a signal. Closed set; docs/signals.md lists them for senders. */
export type MalformedCode =
  | 'NOT_JSON'
  | 'NOT_AN_OBJECT'
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'TOO_MANY'
  | 'REPEATED_KEY'
  | 'UNKNOWN_KEY'
  | 'MISSING_KEY'
  | 'BAD_VALUE'
  | 'FUTURE';

/** What a source hands to the engine for every line, file entry or message: exactly one of the two. */
export type Parsed =
  | { readonly ok: true; readonly signal: Signal }
  | {
      readonly ok: false;
      readonly code: MalformedCode;
      /** A sentence that names the field and the rule. */
      readonly reason: string;
      /** The id, when one could be read. */
      readonly id?: SignalId;
      /** The beginning of what was read, at most 200 characters, for the person who looks it up. */
      readonly excerpt: string;
    };

/**
 * A console on paper, as every host opens it: on simulators that run already, or on venues of its own whose accounts lie
 * in the data folder.
 */
import { type ConsoleOptions, type OpenedConsole, openConsole, paperStateFolder } from '../compose.ts';
import { type PaperMarket, startPaperVenues, type VenueAddresses, type VenueKeys } from './paper-venues.ts';

export interface PaperConsoleOptions extends Omit<ConsoleOptions, 'mode' | 'venues'> {
  /** The built simulator worker (out/simulator-worker.mjs). */
  readonly worker: URL;
  readonly market: PaperMarket;
  /** The same seed gives the same generated market. */
  readonly seed?: number;
  /** Simulators that run already, on loopback; absent: the console's own. */
  readonly external?: { readonly upbit: URL; readonly binance: URL; readonly keys: VenueKeys };
}
export type OpenedPaperConsole =
  | (Extract<OpenedConsole, { ok: true }> & {
      /** Where the console's own venues are controlled; null with simulators that ran already. */
      readonly control: string | null;
    })
  | Extract<OpenedConsole, { ok: false }>;

/** Opens the data folder and the venues; nothing is sent before `start`. */
export async function openPaperConsole({ worker, seed, external, ...options }: PaperConsoleOptions): Promise<OpenedPaperConsole> {
  let control: string | null = null;
  const venues = async (): Promise<VenueAddresses> => {
    if (external !== undefined) return { upbit: endpoints(external.upbit), binance: endpoints(external.binance), keys: external.keys };
    const state = paperStateFolder(options.dataDir);
    const paper = await startPaperVenues({ worker, market: options.market, state, ...(seed === undefined ? {} : { seed }) });
    control = paper.control;
    return paper;
  };
  const opened = await openConsole({ ...options, mode: 'paper', venues });
  return opened.ok ? { ...opened, control } : opened;
}

/** Each simulated venue's WebSocket is at the same host and port. */
const endpoints = (rest: URL) => ({ rest, ws: new URL(rest.href.replace(/^http/, 'ws')) });

import type { Session } from '../stop/session.ts';
import { browserTransport } from './browser.ts';
import { electronTransport } from './electron.ts';
import type { Transport } from './transport.ts';

/** The way to the engine that this page has. */
export const openTransport = (session: Session): Transport =>
  session.bridge === null ? browserTransport(session) : electronTransport(session, session.bridge);

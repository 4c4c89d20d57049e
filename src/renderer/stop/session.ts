/**
 * The way to the engine, before and beside the console: the preload's bridge in Electron, or a signed-in session with
 * the host that served this page. The stop and the transports share it.
 *
 * The one-time token of a link is taken out of the address at once, so that it reaches neither history nor a screenshot.
 */
import type { KimpBridge } from '../../shared/contract/bridge.ts';

declare global {
  interface Window {
    readonly kimp?: KimpBridge;
  }
}

export type SignIn = { readonly kind: 'signedIn'; readonly csrf: string } | { readonly kind: 'unauthorized' } | { readonly kind: 'unreachable' };

export interface Session {
  readonly bridge: KimpBridge | null;
  /** Signs in, or finds out that it cannot. `again` after a connection was lost: the host may be another one by then. Never rejects. */
  signIn(again?: boolean): Promise<SignIn>;
  /** Puts one command to the engine and gives the text of its answer; `unauthorized` and `unreachable` are no answer. */
  send(name: string, input: unknown): Promise<Sent>;
}
export type Sent = { readonly kind: 'answered'; readonly reply: unknown } | { readonly kind: 'unauthorized' } | { readonly kind: 'unreachable' };

const requestDeadlineMs = 10_000;

/** The same place names the view: a token is long, a view's name is not. */
const isToken = (hash: string): boolean => /^#[\w-]{20,}$/.test(hash);

function takeToken(): string | null {
  if (!isToken(location.hash)) return null;
  const token = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** A request of ours; null when no answer came. */
async function ask(path: string, init: RequestInit): Promise<Response | null> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(requestDeadlineMs) });
  } catch (error) {
    // fetch rejects with a TypeError when nobody answers, and a DOMException at the deadline.
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

/** The body of an answer; null when it broke off. */
async function readText(response: Response): Promise<string | null> {
  try {
    return await response.text();
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

function readCsrf(text: string | null): string | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null && 'csrf' in value && typeof value.csrf === 'string' ? value.csrf : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const json = { 'content-type': 'application/json' };

async function signInBrowser(token: string | null): Promise<SignIn> {
  const fresh = token === null ? null : await ask('/session', { method: 'POST', headers: json, body: JSON.stringify({ token }) });
  // A token that was used before may lie in a link that is opened again: the session of then still counts.
  const response = fresh?.ok === true ? fresh : await ask('/session', {});
  if (response === null) return { kind: 'unreachable' };
  const csrf = response.ok ? readCsrf(await readText(response)) : null;
  if (csrf !== null) return { kind: 'signedIn', csrf };
  return { kind: response.status === 401 || response.status === 403 ? 'unauthorized' : 'unreachable' };
}

function browserSession(): Session {
  let token = takeToken();
  // A fresh link that is opened where the page is already changes the address only.
  addEventListener('hashchange', () => isToken(location.hash) && location.reload());
  let current: Promise<SignIn> | null = null;
  const signIn = (again = false) => {
    if (current !== null && !again) return current;
    current = signInBrowser(token).then((result) => {
      if (result.kind !== 'unreachable') token = null;
      return result;
    });
    return current;
  };
  const send = async (name: string, input: unknown, again = true): Promise<Sent> => {
    let signed = await signIn();
    if (signed.kind !== 'signedIn') signed = await signIn(true);
    if (signed.kind !== 'signedIn') return signed;
    const headers = { ...json, 'x-kimp-csrf': signed.csrf };
    const response = await ask(`/api/${name}`, { method: 'POST', headers, body: JSON.stringify(input) });
    if (response === null) return { kind: 'unreachable' };
    if (response.status === 401 || response.status === 403) {
      // The session may have been renewed in another tab, which changes its csrf: one fresh look.
      current = null;
      return again ? send(name, input, false) : { kind: 'unauthorized' };
    }
    const text = await readText(response);
    return text === null ? { kind: 'unreachable' } : { kind: 'answered', reply: text };
  };
  return { bridge: null, signIn, send: (name, input) => send(name, input) };
}

function bridgeSession(bridge: KimpBridge): Session {
  return {
    bridge,
    signIn: () => Promise.resolve({ kind: 'signedIn', csrf: '' }),
    send: (name, input) =>
      bridge.invoke(name, input).then(
        (reply): Sent => ({ kind: 'answered', reply }),
        (): Sent => ({ kind: 'unreachable' }),
      ),
  };
}

export function beginSession(): Session {
  const session = window.kimp === undefined ? browserSession() : bridgeSession(window.kimp);
  void session.signIn();
  return session;
}

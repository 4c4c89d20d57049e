/**
 * Who is signed in. A person comes with a token from an address that only the terminal showed, and leaves it for a cookie.
 *
 * 1. A token works once. Each use gives the terminal a new one, so that a closed tab locks no one out.
 * 2. More than ten wrong tokens a minute are answered 429, but the right one always works: strangers lock no one out.
 * 3. The cookie's name carries the port: cookies ignore ports, and two consoles may run side by side.
 * 4. All is in memory: a restart voids every cookie and token.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sameSecret } from '../../main/ipc/loopback-guards.ts';

export interface Session {
  /** What a page sends with every command; another site that makes the browser send the cookie does not have it. */
  readonly csrf: string;
}

const keptTokens = 16;
const keptSessions = 200;
/** Cookies of one name that are looked at: another program on this host may have set some for a narrower path. */
const cookiesTried = 8;
const freeFailures = 10;
const failureWindowMs = 60_000;

const secret = (): string => randomBytes(32).toString('base64url');

export class Sessions {
  readonly #cookie: string;
  readonly #now: () => number;
  readonly #onEnded: (session: Session) => void;
  /** Oldest first. */
  readonly #tokens = new Set<string>();
  /** By the cookie's value, the longest idle first. */
  readonly #sessions = new Map<string, Session>();
  #failures = 0;
  #failuresSince = Number.NEGATIVE_INFINITY;

  /** @param onEnded told of a session that left for a newer one */
  constructor(port: number, now: () => number, onEnded: (session: Session) => void) {
    this.#cookie = `kimp-${port}`;
    this.#now = now;
    this.#onEnded = onEnded;
  }

  /** A token that signs in once. */
  issue(): string {
    const token = secret();
    this.#tokens.add(token);
    const [oldest] = this.#tokens;
    if (this.#tokens.size > keptTokens && oldest !== undefined) this.#tokens.delete(oldest);
    return token;
  }

  /**
   * Takes a token in. A browser that is signed in stays who it is, so that its other tabs go on.
   * @returns the session and the header that sets its cookie, or the status of the refusal
   */
  signIn(request: IncomingMessage, token: string): { session: Session; setCookie: string | null } | 401 | 429 {
    const match = [...this.#tokens].filter((known) => sameSecret(token, known)).at(0);
    if (match === undefined) return this.#failed();
    this.#tokens.delete(match);
    const present = this.of(request);
    if (present !== null) return { session: present, setCookie: null };
    const value = secret();
    const session = { csrf: secret() };
    this.#sessions.set(value, session);
    this.#dropLongestIdle();
    return { session, setCookie: `${this.#cookie}=${value}; HttpOnly; SameSite=Strict; Path=/` };
  }

  /** The session whose cookie a request bears. */
  of(request: IncomingMessage): Session | null {
    for (const value of this.#cookiesOf(request)) {
      const session = this.#sessions.get(value);
      if (session === undefined) continue;
      // Used last: at the end.
      this.#sessions.delete(value);
      this.#sessions.set(value, session);
      return session;
    }
    return null;
  }

  #cookiesOf({ headers }: IncomingMessage): readonly string[] {
    const start = `${this.#cookie}=`;
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
    return pairs
      .filter((pair) => pair.startsWith(start))
      .slice(0, cookiesTried)
      .map((pair) => pair.slice(start.length));
  }

  #dropLongestIdle(): void {
    const [longestIdle] = this.#sessions;
    if (this.#sessions.size <= keptSessions || longestIdle === undefined) return;
    const [value, session] = longestIdle;
    this.#sessions.delete(value);
    this.#onEnded(session);
  }

  #failed(): 401 | 429 {
    const now = this.#now();
    if (now - this.#failuresSince >= failureWindowMs) {
      this.#failures = 0;
      this.#failuresSince = now;
    }
    this.#failures += 1;
    return this.#failures > freeFailures ? 429 : 401;
  }
}

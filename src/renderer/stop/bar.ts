/**
 * The two stop buttons. A press is an order to this module, not a request: it is remembered until the engine has
 * acknowledged it, sent again until then, and what goes wrong is said right beside the buttons.
 *
 * 1. No confirmation, and never disabled: pressing again while one is pending costs nothing.
 * 2. Stop and close, once pressed, is never weakened by a press on stop.
 * 3. Stop and close that nobody acknowledged within 30 s goes on as a stop, and the bar says so: what was wanted then is
 *    not what an engine that answers an hour later should do to every hedge. Another press asks for it anew.
 * 4. The console only tells it what it sees (`show`); it works without.
 */
import type { Session, Sent } from './session.ts';
import { type StopWord, stopWord } from './words.ts';

export interface StopBar {
  /** What the engine's snapshot says; `null` when it is not known. */
  show(stopped: boolean | null): void;
  /** Says a word of its own; the cause goes to the console of the browser. */
  say(word: StopWord, cause?: unknown): void;
  /** Says its words again after the language changed. */
  reword(): void;
}

const retryMs = 1000;
/** A loopback answers within milliseconds: who has heard nothing for so long should know of the other ways to stop. */
const silentMs = 1500;
const closeAllMs = 30_000;

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
};

/** Electron hands over a reply, the host its text. */
function isDone(reply: unknown): boolean {
  let value = reply;
  if (typeof reply === 'string') {
    try {
      value = JSON.parse(reply);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  }
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === true;
}

const wordOf = (sent: Sent): StopWord => (sent.kind === 'answered' ? (isDone(sent.reply) ? 'stopped' : 'refused') : sent.kind);

export function wireStopBar(session: Session): StopBar {
  const bar = element('stop-bar');
  const status = element('stop-status');
  /** The strongest press that was not acknowledged yet. */
  let wanted: { closeAll: boolean } | null = null;
  /** Of the last press on stop and close, ms since 1970: the time of day goes on while the machine sleeps. */
  let closeAllAt = 0;
  let isWeakened = false;
  let running = false;
  let word: StopWord = 'ready';

  const say = (next: StopWord) => {
    word = next;
    bar.dataset['state'] = next;
    bar.toggleAttribute('data-weakened', isWeakened);
    const language = document.documentElement.lang === 'ko' ? 'ko' : 'en';
    status.textContent = [next, ...(isWeakened ? ['weakened' as const] : [])].map((each) => stopWord(language, each)).join(' ');
  };

  const weakenLate = () => {
    if (wanted?.closeAll !== true || Date.now() - closeAllAt < closeAllMs) return;
    wanted = { closeAll: false };
    isWeakened = true;
    say(word);
  };

  const run = async () => {
    running = true;
    while (wanted !== null) {
      weakenLate();
      const sent = wanted;
      const silence = setTimeout(() => say('unreachable'), silentMs);
      const answer = wordOf(await session.send('stop.engage', sent));
      clearTimeout(silence);
      if (answer === 'stopped') {
        // A stronger press may have come while this one was on its way.
        if (wanted === sent) wanted = null;
        say(wanted === null ? 'stopped' : 'sending');
      } else {
        say(answer);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    running = false;
  };

  const press = (closeAll: boolean) => {
    if (wanted === null || (closeAll && !wanted.closeAll)) wanted = { closeAll };
    if (closeAll) closeAllAt = Date.now();
    if (closeAll || !running) isWeakened = false;
    if (running) return say(word);
    say('sending');
    void run();
  };

  element('stop').addEventListener('click', () => press(false));
  element('stop-and-close').addEventListener('click', () => press(true));
  addEventListener('keydown', (event) => {
    if (event.code !== 'KeyS' || !event.shiftKey || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    press(false);
  });

  return {
    show: (stopped) => {
      bar.dataset['stopped'] = String(stopped ?? 'unknown');
      if (running || (word !== 'stopped' && word !== 'ready')) return;
      // A person has reset it.
      if (stopped === false) isWeakened = false;
      say(stopped === true ? 'stopped' : 'ready');
    },
    say: (next, cause) => {
      // The browser's own log is the only one there is before the console runs.
      if (cause !== undefined) reportError(cause);
      say(next);
    },
    reword: () => say(word),
  };
}

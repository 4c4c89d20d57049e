/**
 * The desktop round one console: window, tray, menu, shortcut, notifications, and how it all ends.
 *
 * 1. A stop from tray, menu, shortcut or second instance goes to the console directly; no page takes part in it.
 * 2. While a hedge is open the window closes to the tray; else closing it ends the console (on macOS it only hides).
 * 3. Ending: no new entry, what is in flight becomes hedged or flat (Console.close), the last word says what stays open.
 */
import { app, type BrowserWindow, dialog, globalShortcut, powerMonitor, protocol, session, shell } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Update } from '../../shared/contract/updates.ts';
import type { Console } from '../compose.ts';
import type { CommandLine } from '../compose/command-line.ts';
import { outliveReaders } from '../ipc/output.ts';
import { openHedges } from '../engine/legs.ts';
import type { StopSource } from '../engine/state.ts';
import { type Served, servePage } from '../ipc/electron.ts';
import { Appearance, wordsFor } from './appearance.ts';
import { agreesToLeave, lastWord } from './ending.ts';
import { type Ears, openEngine, signalFile } from './engine.ts';
import { type Glance, glanceAfter, glanceAt } from './glance.ts';
import { NoticeBoard } from './notices.ts';
import { Notifications } from './notifications.ts';
import { servePages } from './page-protocol.ts';
import { confineSession } from './security.ts';
import { openStopDoor, type StopDoor } from './stop-door.ts';
import { bringToFront, openWindow } from './window.ts';
import type { Words } from './words.ts';

/** One press: a stop by mistake costs a reset, a stop that is hard to press may cost everything. */
const stopShortcut = 'CommandOrControl+Shift+F12';
const quietMs = 5000;
/** Console.close settles for at most 15 s; what hangs longer is left to the journal and the next start. */
const endDeadlineMs = 30_000;
const exitCodes = { badOption: 2, inUse: 3, damaged: 4, unusable: 2 } as const;
const reasons = {
  tray: 'Stopped from the tray',
  button: 'Stopped from the menu',
  shortcut: 'Stopped by the keyboard shortcut',
  secondInstance: 'Stopped by a second start with --stop',
  command: 'npm run stop',
} satisfies Partial<Record<StopSource, string>>;
type Hand = keyof typeof reasons;

export interface ShellParts {
  /** The folder of everything that was built, with a slash at its end. */
  readonly out: URL;
  readonly dataDir: string;
  readonly commandLine: CommandLine;
  /** Of the console's page. */
  readonly origin: string;
}

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export class Shell {
  readonly #parts: ShellParts;
  readonly #board: NoticeBoard;
  readonly #notifications = new Notifications(() => this.open());
  readonly #served: Promise<Served>;
  #serve: (served: Served) => void = () => undefined;
  #console: Console | null = null;
  #opening: Promise<void> = Promise.resolve();
  #glance: Glance | null = null;
  #window: BrowserWindow | null = null;
  #appearance: Appearance | null = null;
  #door: StopDoor | null = null;
  #pendingStop: { readonly by: Hand; readonly closeAll: boolean } | null = null;
  #ending: 'no' | 'asking' | 'settling' | 'ended' = 'no';
  #toldOfTray = false;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    this.#served = new Promise((resolve) => {
      this.#serve = resolve;
    });
    const after = (ms: number, run: () => void): (() => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    };
    this.#board = new NoticeBoard({
      words: () => this.#words,
      show: (notice) => this.#notifications.show({ ...notice, isUrgent: notice.kind === 'stop' || notice.kind === 'alarm' }),
      after,
      quietMs,
    });
  }

  /** To be called when Electron is ready. Resolves when the console runs, or the process is ending. */
  async start(): Promise<void> {
    confineSession(session.defaultSession);
    await servePages(protocol, new URL('renderer/', this.#parts.out));
    this.#appearance = new Appearance({
      resources: new URL('../resources/', this.#parts.out),
      trayActions: this.#actions('tray'),
      menuActions: this.#actions('button'),
    });
    this.#watchProcess();
    this.#refresh();
    this.open();
    this.#registerShortcut();
    this.#opening = this.#openConsole();
    await this.#opening;
  }

  /** Shows the window, made anew if there is none. */
  open(): void {
    // Until there is a tray nothing is ready: the window comes by itself.
    if (this.#appearance === null || this.#ending === 'ended') return;
    if (this.#window !== null && !this.#window.isDestroyed()) return bringToFront(this.#window);
    this.#window = this.#makeWindow();
  }

  /** Closes the latch before it returns; a console that is not open yet is stopped before it starts. */
  stop(by: Hand, closeAll: boolean): void {
    if (this.#console === null) this.#pendingStop = { by, closeAll: closeAll || this.#pendingStop?.closeAll === true };
    else this.#console.stop(by, reasons[by], closeAll);
  }

  /** For `npm run stop`, which waits for the word that nothing more arrives. */
  #stopFor(closeAll: boolean): Promise<void> {
    this.stop('command', closeAll);
    return this.#console?.stopLanded() ?? Promise.resolve();
  }

  /** @param by the system does not wait for answers */
  async quit(by: 'person' | 'system'): Promise<void> {
    if (this.#ending === 'settling' || this.#ending === 'ended') return;
    if (by === 'person' && this.#console !== null) {
      if (this.#ending === 'asking') return;
      this.#ending = 'asking';
      const agrees = await agreesToLeave(this.#console.state, this.#words);
      // The system may have ended it meanwhile.
      if (this.#ending !== 'asking') return;
      this.#ending = 'no';
      if (!agrees) return;
    }
    await this.#end(by);
  }

  async #openConsole(): Promise<void> {
    const { out, dataDir, commandLine } = this.#parts;
    const engine = {
      commandLine,
      dataDir,
      worker: new URL('simulator-worker.mjs', out),
      ears: {
        onFacts: this.#follow,
        onUnrecorded: this.#follow,
        onJournalFailed: (reason: string, open: readonly string[]) => this.#journalFailed(reason, open),
        onDiskHangs: (reason: string, open: readonly string[]) => this.#diskHangs(reason, open),
        onTrouble: this.#trouble,
        onBug: this.onBug,
      },
    };
    const opened = await openEngine(engine);
    if (!opened.ok) return this.#cannotStart(opened.problem.reason, exitCodes[opened.problem.kind]);
    const { console } = opened;
    this.#console = console;
    for (const notice of console.notices) say(notice);
    say(`Paper trading, market ${commandLine.market}. Signals are read from ${signalFile(engine)}`);
    this.#board.know(console.state);
    this.#glance = glanceAt(console.feed.snapshot());
    console.feed.subscribe((update) => this.#look(update));
    this.#refresh();
    this.#serve(console);
    // What was pressed until now, here or in the page, comes before anything starts.
    await new Promise((resolve) => void setImmediate(resolve));
    if (this.#pendingStop !== null) this.stop(this.#pendingStop.by, this.#pendingStop.closeAll);
    if (this.#ending !== 'no' && this.#ending !== 'asking') return;
    try {
      await console.listen();
    } catch (error) {
      await console.close();
      return this.#cannotStart(`The console cannot listen: ${error instanceof Error ? error.message : String(error)}`, exitCodes.badOption);
    }
    this.#door = await openStopDoor({ dataDir, stop: (closeAll) => this.#stopFor(closeAll), onBug: this.#trouble });
    await console.start();
  }

  get #words(): Words {
    return wordsFor(this.#glance);
  }

  #actions(by: Hand) {
    return {
      open: () => this.open(),
      stop: (closeAll: boolean) => this.stop(by, closeAll),
      disarm: () => void this.#console?.command({ kind: 'disarm', reason: 'A person disarmed' }),
      quit: () => void this.quit('person').catch(this.onBug),
      openDataFolder: () => void shell.openPath(this.#parts.dataDir).then((problem) => (problem === '' ? undefined : say(problem)), this.#trouble),
    };
  }

  #makeWindow(): BrowserWindow {
    const { out, dataDir, origin } = this.#parts;
    const window = openWindow({
      origin,
      stateFile: join(dataDir, 'desktop', 'window.json'),
      preload: fileURLToPath(new URL('preload/index.cjs', out)),
      icon: fileURLToPath(new URL('../resources/icon.png', out)),
      title: this.#appearance?.title ?? '',
      hasDevTools: !app.isPackaged,
      onCreated: ({ webContents }) => servePage(webContents, { origin, served: this.#served, onBug: this.#trouble }),
      onReloaded: () => this.#notifications.show({ title: this.#words.windowBack, body: this.#words.windowBackDetail }),
    });
    window.on('close', (event) => this.#closing(event, window));
    // Windows waits for nobody who logs off: the journal has what is needed.
    window.on('session-end', () => void this.quit('system').catch(this.onBug));
    return window;
  }

  #closing(event: Electron.Event, window: BrowserWindow): void {
    if (this.#ending === 'ended') return;
    event.preventDefault();
    const isOpen = this.#console !== null && openHedges(this.#console.state).length > 0;
    if (!isOpen && process.platform !== 'darwin' && this.#ending === 'no') return void this.quit('person').catch(this.onBug);
    window.hide();
    if (!isOpen || this.#toldOfTray) return;
    this.#toldOfTray = true;
    this.#notifications.show({ title: this.#words.inTray, body: this.#words.inTrayDetail });
  }

  readonly #follow: Ears['onFacts'] = (facts, state) => this.#board.follow(facts, state);

  #look(update: Update): void {
    if (this.#glance === null) return;
    const next = glanceAfter(this.#glance, update);
    if (next === this.#glance) return;
    this.#glance = next;
    this.#refresh();
  }

  get #isSettling(): boolean {
    return this.#ending === 'settling' || this.#ending === 'ended';
  }

  #refresh(): void {
    this.#appearance?.show(this.#glance, this.#isSettling, this.#window);
  }

  #registerShortcut(): void {
    if (globalShortcut.register(stopShortcut, () => this.stop('shortcut', false))) return;
    say(`The stop shortcut ${stopShortcut} belongs to another program`);
    const keys = stopShortcut.replace('CommandOrControl', process.platform === 'darwin' ? 'Command' : 'Ctrl');
    this.#notifications.show({ title: this.#words.noShortcut(keys), body: this.#words.noShortcutDetail, isUrgent: true });
  }

  #watchProcess(): void {
    const onSignal = (): void => {
      // A second one ends at once; the journal makes that safe.
      if (this.#isSettling) return app.exit(0);
      void this.quit('system').catch(this.onBug);
    };
    // Not earlier: Electron takes the signals for itself while it starts.
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    outliveReaders();
    process.on('uncaughtException', this.onBug);
    process.on('unhandledRejection', this.#trouble);
    powerMonitor.on('shutdown', (event?: Electron.Event) => {
      event?.preventDefault();
      void this.quit('system').catch(this.onBug);
    });
    powerMonitor.on('resume', () => this.#console?.resumed());
    app.on('before-quit', (event) => {
      if (this.#ending === 'ended') return;
      event.preventDefault();
      void this.quit('person').catch(this.onBug);
    });
    app.on('activate', () => this.open());
    app.on('window-all-closed', () => {
      // The tray stays: without this listener Electron would quit.
    });
  }

  async #end(by: 'person' | 'system'): Promise<void> {
    this.#ending = 'settling';
    this.#console?.end();
    this.#refresh();
    const deadline = setTimeout(() => {
      say('The console did not end in time. The next start recovers from the journal.');
      app.exit(1);
    }, endDeadlineMs);
    await this.#opening;
    const left = (await this.#console?.close()) ?? [];
    // Only now: npm run stop is heard while orders in flight are settled.
    await this.#door?.close();
    clearTimeout(deadline);
    say(left.length === 0 ? 'Ended. Nothing stays open.' : `Ended. ${left.join('. ')}.`);
    this.#ending = 'ended';
    this.#board.close();
    globalShortcut.unregisterAll();
    if (this.#window !== null && !this.#window.isDestroyed()) this.#window.destroy();
    if (left.length > 0) this.#notifications.show({ title: this.#words.name, body: this.#words.endedOpen(left.length), isUrgent: true });
    if (this.#console !== null) await lastWord(this.#console.state, this.#words, by === 'person');
    this.#appearance?.close();
    app.exit(0);
  }

  #cannotStart(reason: string, code: number): void {
    this.#ending = 'ended';
    say(reason);
    dialog.showErrorBox(this.#words.cannotStart, reason);
    app.exit(code);
  }

  #journalFailed(reason: string, open: readonly string[]): void {
    const detail = [reason, ...open].join('. ');
    say(`The journal cannot be written: ${detail}. Nothing but cancels leaves until the console is started anew.`);
    this.#notifications.show({ title: this.#words.states.diskFailed, body: detail, isUrgent: true });
  }

  #diskHangs(reason: string, open: readonly string[]): void {
    const detail = [reason, 'Trading is stopped', ...open].join('. ');
    say(`${detail}. Nothing but cancels leaves until it does.`);
    this.#notifications.show({ title: this.#words.states.diskFailed, body: detail, isUrgent: true });
  }

  readonly #trouble = (error: unknown): void => say(`Something went wrong that no trade depends on: ${stackOf(error)}`);

  /** Nothing is trusted after a bug: the latch is closed, the process ends, and the next start recovers from the journal, stopped. */
  readonly onBug = (error: unknown): void => {
    this.#console?.bug(error);
    this.#ending = 'ended';
    say(stackOf(error));
    dialog.showErrorBox(this.#words.bug, `${this.#words.bugDetail}\n\n${error instanceof Error ? error.message : String(error)}`);
    app.exit(1);
  };
}

/**
 * The plain-Node host: reads options, builds the console, prints what happens as JSON lines, ends in order.
 * Exit codes: 0 ended by SIGTERM, 1 bug, 2 bad option, 3 data folder in use, 4 journal damaged.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { outliveReaders } from '../main/ipc/output.ts';
import { readPage } from '../main/ipc/page.ts';
import type { Fact } from '../main/engine/facts.ts';
import type { State } from '../main/engine/state.ts';
import { openPaperConsole } from '../main/compose/paper-console.ts';
import { askForPriority } from '../main/compose/priority.ts';
import type { SourceOptions } from '../main/compose/sources.ts';
import type { Console } from '../main/compose.ts';
import { dispatch } from '../main/ipc/dispatch.ts';
import { signalFileIn } from '../main/store/data-folder.ts';
import { userDataFolder } from './data-folder.ts';
import { type Line, linesOf } from './lines.ts';
import { help, type HostOptions, readOptions } from './options.ts';
import { removeRunFile, writeRunFile } from '../main/store/run-file.ts';
import { HostServer } from './server/server.ts';

const rememberedLines = 1000;
const exitCodes = { badOption: 2, inUse: 3, damaged: 4, unusable: 2 } as const;

export interface HostParts {
  readonly args: readonly string[];
  /** The built simulator worker that lies beside the host. */
  readonly worker: URL;
  /** The folder of the built page, with a slash at its end. */
  readonly page: URL;
  /** What the approval toggle is in a data folder that has never run. */
  readonly firstApproval?: 'manual' | 'auto';
  /** For a person at a terminal: reads the signal file of the data folder when no other is named, and says where the page is. */
  readonly forPerson?: boolean;
}

/** Runs until SIGTERM. @returns the exit code */
export async function runHost(parts: HostParts): Promise<number> {
  const read = readOptions(parts.args);
  if (read.kind === 'help') return say(help, 0);
  if (read.kind === 'wrong') return say(`${read.sentence}\nSee --help.\n`, 2);
  const dataDir = resolve(read.options.dataDir ?? userDataFolder());
  askForPriority();
  return await new Host(parts, read.options, dataDir).run();
}

/** In one write: each is a call of the system, and wakes whoever reads. */
const print = (...lines: readonly Line[]): void => void process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
function say(words: string, code: number): number {
  process.stderr.write(words);
  return code;
}

class Host {
  readonly #parts: HostParts;
  readonly #options: HostOptions;
  readonly #dataDir: string;
  /** For `npm run stop` and `npm run open`, by way of the run file; signing in takes another each time. */
  readonly #token = randomBytes(32).toString('base64url');
  #console: Console | null = null;
  #server: HostServer | null = null;
  #starting: Promise<void> = Promise.resolve();
  /** The last line of each order and hedge, oldest first. */
  readonly #said = new Map<string, string>();
  #end: (code: number) => void = () => undefined;

  constructor(parts: HostParts, options: HostOptions, dataDir: string) {
    this.#parts = parts;
    this.#options = options;
    this.#dataDir = dataDir;
  }

  async run(): Promise<number> {
    const ended = new Promise<number>((resolveEnd) => {
      this.#end = resolveEnd;
    });
    this.#watchProcess();
    try {
      await mkdir(this.#dataDir, { recursive: true, mode: 0o700 });
    } catch (error) {
      if (error instanceof Error && 'code' in error) return say(`The data folder cannot be made: ${error.message}\n`, exitCodes.unusable);
      throw error;
    }
    const code = await this.#open();
    if (code !== 0) return code;
    if (this.#console !== null) this.#starting = this.#console.start();
    await this.#starting;
    return await ended;
  }

  async #open(): Promise<number> {
    const { arm, port: _port, ...options } = this.#options;
    const opened = await openPaperConsole({
      ...options,
      dataDir: this.#dataDir,
      worker: this.#parts.worker,
      signals: this.#signals(),
      armWhenReady: arm,
      ...(this.#parts.firstApproval === undefined ? {} : { firstApproval: this.#parts.firstApproval }),
      onFacts: (facts, state) => this.#tell(facts, state),
      onUnrecorded: (facts, state) => {
        // A signal that is not on disk stays at its source and gets its verdict from the next start.
        const others = facts.filter((fact) => !fact.kind.startsWith('signal'));
        this.#tell(others, state);
      },
      onStopReport: (report) => print({ ...report, event: 'stopReport', at: Date.now(), stoppedAt: report.at }),
      onJournalFailed: (reason, open) => this.#journalFailed(reason, open),
      onDiskHangs: (reason, open) => this.#diskHangs(reason, open),
      onTrouble: (error) => this.#trouble('Something went wrong that no trade depends on', error),
      onBug: (error) => this.#bug(error),
    });
    if (!opened.ok) return say(`${opened.problem.reason}\n`, exitCodes[opened.problem.kind]);
    this.#console = opened.console;
    for (const notice of opened.console.notices) say(`${notice}\n`, 0);
    try {
      await this.#listen(opened.console, opened.control);
    } catch (error) {
      await this.#close();
      return say(`The console cannot listen: ${error instanceof Error ? error.message : String(error)}\n`, 2);
    }
    return 0;
  }

  /** Prints the lines of a step, but for those that say of their order or hedge what the last one said. */
  #tell(facts: readonly Fact[], state: State): void {
    const lines = facts.flatMap((fact) => linesOf(fact, state)).filter((line) => this.#isNew(line));
    if (lines.length > 0) print(...lines);
  }

  #isNew(line: Line): boolean {
    const about = line.event === 'order' ? line['clientOrderId'] : line.event === 'hedge' ? line['hedge'] : undefined;
    if (typeof about !== 'string') return true;
    const key = `${line.event} ${about}`;
    const said = JSON.stringify({ ...line, at: 0 });
    if (this.#said.get(key) === said) return false;
    this.#said.set(key, said);
    if (this.#said.size > rememberedLines) this.#said.delete(this.#said.keys().next().value ?? '');
    return true;
  }

  #signals(): SourceOptions {
    const { signals } = this.#options;
    if (this.#parts.forPerson !== true || signals.file !== undefined) return signals;
    const file = signalFileIn(this.#dataDir, process.platform);
    const market = this.#options.market === 'synthetic' ? 'a generated market' : this.#options.market;
    say(`Paper trading on ${market}. Signals are read from ${file}\n`, 0);
    return { ...signals, file };
  }

  async #listen(running: Console, control: string | null): Promise<void> {
    await running.listen();
    const server = await this.#serve(running);
    this.#server = server;
    await writeRunFile(this.#dataDir, { pid: process.pid, port: server.port, token: this.#token });
    const url = server.freshUrl();
    print({
      event: 'ready',
      at: Date.now(),
      url,
      signals: running.signalUrl === null ? null : { url: running.signalUrl, token: running.signalToken },
      dataDir: this.#dataDir,
      mode: 'paper',
      market: this.#options.market,
      simulator: control === null ? null : { control },
      pid: process.pid,
    });
    if (this.#parts.forPerson === true) say(`The console is at ${url}\nThe address works once; npm run open prints another. Ctrl-C ends it.\n`, 0);
    const { stop } = running.state;
    // A stop that outlived the process is as new to whoever reads these lines.
    if (stop !== null) print({ event: 'stop', at: stop.at, source: stop.source, reason: stop.reason });
  }

  async #serve(running: Console): Promise<HostServer> {
    const onTrouble = (error: unknown): void => this.#trouble('Something went wrong that no trade depends on', error);
    return await HostServer.listen(this.#options.port, {
      token: this.#token,
      page: await readPage(this.#parts.page),
      feed: running.feed,
      invoke: (name, input) => dispatch(running.handlers, name, input, onTrouble),
      health: () => ({ reconciled: running.state.phase === 'ready', armed: running.state.armed, stopped: running.isStopped }),
      stop: (closeAll) => {
        running.stop('command', 'npm run stop', closeAll);
        return running.stopLanded();
      },
      onUrl: (url) => print({ event: 'url', at: Date.now(), url }),
      onBug: onTrouble,
      now: Date.now,
    });
  }

  #watchProcess(): void {
    outliveReaders();
    let isEnding = false;
    const onSignal = (): void => {
      // A second one ends at once, and so does one before anything runs; the journal makes both safe.
      if (isEnding || this.#server === null) return this.#exit(0);
      isEnding = true;
      this.#console?.end();
      void this.#starting.then(() => this.#close()).then(() => this.#end(0));
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    // What the console itself does is watched, and told by onBug. What is left are promises that a library forgot:
    // they must be seen, but not take down a process that holds positions.
    process.on('unhandledRejection', (error) => this.#trouble('A promise was forgotten', error));
    process.on('uncaughtException', (error) => this.#bug(error));
  }

  #exit(code: number): never {
    if (this.#server !== null) rmSync(join(this.#dataDir, 'run.json'), { force: true });
    process.exit(code);
  }

  async #close(): Promise<void> {
    const left = (await this.#console?.close()) ?? [];
    await this.#server?.close();
    await removeRunFile(this.#dataDir);
    say(left.length === 0 ? 'Ended. Nothing stays open.\n' : `Ended. ${left.join('. ')}.\n`, 0);
  }

  /** The stop itself is printed like every other: it follows from this. */
  #journalFailed(reason: string, open: readonly string[]): void {
    const detail = [reason, ...open].join('. ');
    this.#diskAlarm(detail);
    say(`The journal cannot be written: ${detail}. Nothing but cancels leaves until the console is started anew.\n`, 0);
  }

  /** Lines of facts wait for the disk: that trading is stopped is said here. */
  #diskHangs(reason: string, open: readonly string[]): void {
    const detail = [reason, 'Trading is stopped', ...open].join('. ');
    this.#diskAlarm(detail);
    say(`${detail}. Nothing but cancels leaves until it does.\n`, 0);
  }

  #diskAlarm(detail: string): void {
    print({ event: 'alarm', at: Date.now(), code: 'JOURNAL_FAILED', severity: 'critical', hedge: null, detail });
  }

  /** To be seen and mended, but no reason to end a process that holds positions. */
  #trouble(what: string, error: unknown): void {
    const detail = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    print({ event: 'alarm', at: Date.now(), code: 'BUG', severity: 'warning', hedge: null, detail });
    say(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, 0);
  }

  /** Nothing is trusted after a bug: the latch closes, the process ends, and the next start recovers from the journal, stopped. */
  #bug(error: unknown): void {
    this.#console?.bug(error);
    print({ event: 'alarm', at: Date.now(), code: 'BUG', severity: 'critical', hedge: null, detail: String(error) });
    say(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`, 0);
    this.#exit(1);
  }
}

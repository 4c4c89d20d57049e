/** What senders and persons want, in the second checker's own words: signals up to their verdict, arming, stops and closes. */
import { Books } from './books.ts';
import type { MHedge, MSignal, Verdict } from './words.ts';

export abstract class Wishes extends Books {
  ready = false;
  armed = false;
  stopped = false;
  resetAt = 0;
  /** In a row. */
  failedEntries = 0;
  approval: 'auto' | 'manual' = 'manual';
  readonly signals = new Map<string, MSignal>();
  /** The one entry that is being opened. */
  slot: string | null = null;
  #count = 0;

  get standing(): 'reconciling' | 'disarmed' | 'armed' | 'stopped' {
    if (!this.ready) return 'reconciling';
    return this.stopped ? 'stopped' : this.armed ? 'armed' : 'disarmed';
  }

  /** In which order signals and hedges came. */
  protected nextNth(): number {
    return this.#count++;
  }

  hasBegun = (id: string): boolean => this.slot === id || this.hedges.has(id);

  // Signals

  signal(text: Omit<MSignal, 'nth' | 'verdict' | 'codes' | 'where' | 'by' | 'remaining' | 'ended'>): 'new' | 'duplicate' | 'conflict' {
    const known = this.signals.get(text.id);
    if (known !== undefined) return known.digest === text.digest ? 'duplicate' : 'conflict';
    const signal: MSignal = {
      ...text,
      nth: this.nextNth(),
      verdict: 'accepted',
      codes: [],
      where: 'waiting',
      by: null,
      remaining: new Set(),
      ended: [],
    };
    this.signals.set(text.id, signal);
    if (this.now > text.expiresAt) this.end(signal, 'expired');
    return 'new';
  }

  protected end(signal: MSignal, verdict: Verdict, ...codes: readonly string[]): void {
    if (signal.where === 'done') return;
    signal.verdict = verdict;
    signal.codes = codes;
    signal.where = 'done';
  }
  protected toInbox(signal: MSignal): void {
    signal.verdict = 'awaitingApproval';
    signal.where = 'inbox';
  }

  approve(id: string): boolean {
    const signal = this.signals.get(id);
    if (signal?.where !== 'inbox') return false;
    if (this.now > signal.expiresAt) {
      this.end(signal, 'expired');
      return false;
    }
    if (this.standing === 'reconciling' || (signal.action === 'ENTER' && this.standing !== 'armed')) return false;
    signal.where = 'queued';
    signal.by = 'person';
    return true;
  }
  decline(id: string): boolean {
    const signal = this.signals.get(id);
    if (signal?.where !== 'inbox') return false;
    this.end(signal, 'declined');
    return true;
  }
  setApproval(approval: 'auto' | 'manual'): void {
    if (this.approval === approval) return;
    this.approval = approval;
    if (approval === 'auto') return;
    for (const signal of this.signals.values())
      if (signal.action === 'ENTER' && signal.where === 'queued' && signal.by === 'auto' && !this.hasBegun(signal.id)) this.toInbox(signal);
    this.takeBackExits();
  }

  /** What no person wanted and has closed nothing yet goes to the inbox; of the rest what still waits is refused. */
  protected takeBackExits(): void {
    for (const signal of this.signals.values()) {
      if (signal.action !== 'EXIT' || signal.by !== 'auto' || (signal.where !== 'queued' && signal.where !== 'running')) continue;
      const begun = signal.ended.length > 0 || [...this.hedges.values()].some(({ closing }) => closing?.signal === true && closing.by === signal.id);
      for (const hedge of this.hedges.values()) {
        const kept = hedge.waits.filter((wanted) => !wanted.signal || wanted.by !== signal.id);
        if (kept.length === hedge.waits.length) continue;
        hedge.waits = kept;
        if (begun) this.part(signal.id, hedge.id, 'denied');
      }
      if (!begun) {
        signal.remaining.clear();
        this.toInbox(signal);
      }
    }
  }

  // A person

  arm(): boolean {
    if (this.armed) return true;
    if (!this.ready || this.stopped) return false;
    this.armed = true;
    return true;
  }
  disarm(): void {
    this.armed = false;
    for (const signal of this.signals.values())
      if (signal.action === 'ENTER' && signal.where === 'queued' && !this.hasBegun(signal.id)) this.end(signal, 'rejected', 'DISARMED');
    this.takeBackExits();
  }
  stop(): void {
    this.stopped = true;
    this.armed = false;
    this.takeBackExits();
    for (const signal of this.signals.values())
      if (signal.action === 'ENTER' && signal.where !== 'done' && !this.hasBegun(signal.id)) this.end(signal, 'rejected', 'STOPPED');
  }
  /** A close that a signal wants may yet be refused: this one may not. */
  closeAll(): void {
    for (const hedge of this.open) {
      const isUnderWay = this.closesWhole(hedge) && hedge.closing?.signal !== true;
      if (!isUnderWay && !hedge.waits.some(({ quantity, signal }) => quantity === null && !signal))
        hedge.waits.push({ by: 'closeAll', signal: false, quantity: null });
    }
  }
  reset(): boolean {
    if (!this.stopped) return false;
    this.stopped = false;
    this.resetAt = this.now;
    this.failedEntries = 0;
    return true;
  }
  close(id: string, quantity: bigint | null): boolean {
    const hedge = this.hedges.get(id);
    if (hedge === undefined || hedge.stage === 'flat') return false;
    hedge.waits.push({ by: 'person', signal: false, quantity });
    return true;
  }

  // Exits, hedge by hedge

  /** What an exit came to on one hedge; the last of them gives it its verdict. */
  protected part(exitId: string, hedge: string, how: 'closed' | 'denied' | 'failed', ...codes: readonly string[]): void {
    const exit = this.signals.get(exitId);
    if (exit === undefined || exit.where === 'done') return;
    exit.remaining.delete(hedge);
    exit.ended.push(how);
    if (exit.remaining.size > 0) return;
    if (exit.ended.includes('failed')) this.end(exit, 'failed');
    else if (exit.ended.includes('closed')) this.end(exit, 'executed');
    else this.end(exit, 'rejected', ...codes);
  }
  /** There is nothing left to close: whoever waited hears so. */
  protected dropWaits(hedge: MHedge): void {
    const waits = hedge.waits;
    hedge.waits = [];
    for (const wanted of waits) if (wanted.signal) this.part(wanted.by, hedge.id, 'denied', 'NOTHING_TO_CLOSE');
  }
}

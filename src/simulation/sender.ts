/**
 * Who sends signals: a file that grows line by line, with repeats, late and early ones, garbage and bursts. A process
 * reads on where its journal says that it was; a rotated file begins again.
 */
import type { HedgeId } from '../shared/domain/ids.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Draw } from './random.ts';
import { parseSignal } from '../main/signals/parse.ts';

export interface Sent {
  readonly id: string;
  readonly action: 'ENTER' | 'EXIT';
  readonly createdAt: number;
  readonly expiresAt: number;
}

const path = '/signals.jsonl';

export class Sender {
  readonly #lines: string[] = [];
  readonly #sent = new Map<string, Sent>();
  readonly #faults: Faults;
  readonly #draw: Draw;
  readonly #coins: readonly string[];
  #next = 1;
  #cursor = 0;
  #burst = false;

  constructor(faults: Faults, draw: Draw, coins: readonly string[]) {
    this.#faults = faults;
    this.#draw = draw;
    this.#coins = coins;
  }

  /** The signal that opened a hedge. */
  taken(hedge: HedgeId): Sent | undefined {
    return this.#sent.get(hedge);
  }
  get all(): readonly Sent[] {
    return [...this.#sent.values()];
  }
  get length(): number {
    return this.#lines.length;
  }

  /** A process begins where its journal says. */
  begin(process: Process): void {
    const place = process.state?.places[path];
    this.#cursor = typeof place === 'number' ? place : 0;
    if (this.#faults.strike('replayedSignals', 0.4)) this.#cursor = 0;
  }

  /** Hands over what was not read yet. */
  deliver(process: Process): void {
    const { running, owner } = process;
    if (running === null || owner.dead || process.journalFailed) return;
    while (this.#cursor < this.#lines.length && !owner.dead) {
      const line = this.#lines[this.#cursor] ?? '';
      this.#cursor += 1;
      const parsed = parseSignal(line, process.now() + (process.parts.plant.parsesAheadMs ?? 0));
      running.loop.submit({ kind: 'signal', parsed, source: { kind: 'file', path, line: this.#cursor }, place: { key: path, value: this.#cursor } });
    }
  }

  enter(now: number): void {
    const id = `e${this.#next++}`;
    const draw = this.#draw;
    const btc = draw.pick(this.#coins as [string, ...string[]]);
    const size = draw.chance(0.7)
      ? { quantity: (btc === 'BTC' ? draw.pick([0.001, 0.005, 0.02, 0.0507, 0.1, 0.4]) : draw.pick([0.03, 0.2, 1.255])).toString() }
      : { amountKrw: String(draw.int(1, 50) * 200_000) };
    this.#write({ id, action: 'ENTER', symbol: btc, ...size, ...this.#times(id, 'ENTER', now), ...this.#bounds() });
  }

  exit(now: number): void {
    const id = `x${this.#next++}`;
    const draw = this.#draw;
    const named = draw.chance(0.4) && this.#next > 2 ? { hedge: `e${draw.int(1, this.#next - 1)}` } : {};
    const part = draw.chance(0.3) ? { quantity: draw.pick(['0.001', '0.01', '0.0333']) } : {};
    this.#write({ id, action: 'EXIT', symbol: draw.pick(this.#coins as [string, ...string[]]), ...part, ...named, ...this.#times(id, 'EXIT', now) });
  }

  /** Many at once, most of them senseless. */
  burst(now: number, count: number): void {
    if (this.#burst) return;
    this.#burst = true;
    this.#faults.hit('burst');
    for (let index = 0; index < count; index += 1) {
      const id = `b${this.#next++}`;
      this.#remember({ id, action: 'EXIT', createdAt: now, expiresAt: now + 5000 });
      this.#lines.push(
        JSON.stringify({ v: 1, id, action: 'EXIT', symbol: 'BTC', hedge: 'nothing', createdAt: iso(now), expiresAt: iso(now + 5000) }),
      );
    }
  }

  /** The file is rotated: a new one holds the last lines again. */
  rotate(): void {
    this.#faults.hit('rotatedFile');
    this.#cursor = Math.max(0, this.#cursor - this.#draw.int(1, 10));
  }

  #write(fields: Readonly<Record<string, unknown>>): void {
    const line = JSON.stringify({ v: 1, ...fields });
    if (this.#faults.strike('malformedSignal', 0.3)) this.#lines.push(line.slice(0, this.#draw.int(1, line.length - 1)));
    this.#lines.push(line);
    if (this.#faults.strike('duplicateSignal', 0.4))
      this.#lines.push(this.#draw.chance(0.6) ? line : JSON.stringify({ v: 1, ...fields, note: 'another' }));
  }

  #times(id: string, action: Sent['action'], now: number): { readonly createdAt: string; readonly expiresAt: string } {
    const draw = this.#draw;
    let createdAt = now - draw.int(0, 50);
    let expiresAt = createdAt + draw.pick([2000, 10_000, 30_000, 120_000]);
    if (this.#faults.strike('expiredSignal', 0.2)) {
      createdAt -= 600_000;
      expiresAt = createdAt + draw.int(1000, 599_000);
    } else if (this.#faults.strike('futureSignal', 0.2)) {
      createdAt += draw.int(5200, 3_600_000);
      expiresAt = createdAt + 30_000;
    }
    this.#remember({ id, action, createdAt, expiresAt });
    return { createdAt: iso(createdAt), expiresAt: iso(expiresAt) };
  }

  #bounds(): object {
    const draw = this.#draw;
    if (!draw.chance(0.3)) return {};
    return { expectedPremium: draw.between(-0.01, 0.04).toFixed(4), maxSlippage: draw.pick(['0.001', '0.02', '0.05']) };
  }

  #remember(sent: Sent): void {
    this.#sent.set(sent.id, sent);
  }
}

const iso = (at: number): string => new Date(at).toISOString();

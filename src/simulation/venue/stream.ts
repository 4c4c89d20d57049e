/** The order stream of one venue as one process hears it: late, twice, out of order, in part, or not at all. */
import type { VenueEvent } from '../../main/exchanges/port.ts';
import type { OrderReport, Venue } from '../../shared/domain/venue.ts';
import type { Faults } from '../faults.ts';
import type { Draw } from '../random.ts';
import type { Owner, Timeline } from '../timeline.ts';

export interface StreamParts {
  readonly venue: Venue;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly draw: Draw;
  readonly owner: Owner;
}

export class Stream {
  readonly #parts: StreamParts;
  #listener: ((event: VenueEvent) => void) | null = null;
  /** What is told before then is lost. */
  #deafUntil = 0;
  #lastAt = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  open(listener: (event: VenueEvent) => void): void {
    const { timeline, draw } = this.#parts;
    this.#listener = listener;
    this.#deafUntil = timeline.now + draw.int(20, 300);
    this.#tell(this.#deafUntil - timeline.now, { kind: 'stream', state: 'live', reason: '' });
  }

  order(report: OrderReport): void {
    this.#send({ kind: 'order', report });
  }
  outside(event: Extract<VenueEvent, { kind: 'outsideOrder' }>): void {
    this.#send(event);
  }

  /** The connection breaks: at once known, or only after a while of silence. */
  breakFor(ms: number, noticed: boolean): void {
    const { timeline } = this.#parts;
    if (this.#listener === null || this.#deafUntil > timeline.now) return;
    const noticeMs = noticed ? 0 : Math.min(ms, 30_000);
    this.#deafUntil = timeline.now + ms;
    this.#tell(noticeMs, { kind: 'stream', state: 'silent', reason: noticed ? 'closed' : 'nothing came' });
    this.#tell(ms, { kind: 'stream', state: 'live', reason: '' });
  }

  #send(event: VenueEvent): void {
    const { timeline, faults, draw } = this.#parts;
    if (this.#listener === null || this.#deafUntil > timeline.now || faults.strike('droppedEvents', 0.15)) return;
    const late = faults.strike('reorderedEvents', 0.15);
    const at = late ? timeline.now + draw.int(100, 4000) : Math.max(this.#lastAt, timeline.now + draw.int(1, 60));
    if (!late) this.#lastAt = at;
    this.#tell(at - timeline.now, event);
    if (faults.strike('duplicateEvent', 0.15)) this.#tell(at - timeline.now + draw.int(0, 5000), event);
  }

  #tell(ms: number, event: VenueEvent): void {
    this.#parts.timeline.after(ms, () => this.#listener?.(event), this.#parts.owner);
  }
}

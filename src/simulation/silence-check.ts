/** How long lookups missed an order before it was taken for absent: by the true time, whatever the console's clock was set to. */
import type { ClientOrderId } from '../shared/domain/ids.ts';
import type { State } from '../main/engine/state.ts';
import type { Timeline } from './timeline.ts';

/** Spec S6.5. */
const absentAfterMs = 60_000;

export interface SilenceParts {
  readonly timeline: Pick<Timeline, 'now'>;
  readonly fail: (invariant: string, what: string) => void;
}

export class SilenceCheck {
  readonly #parts: SilenceParts;
  /** When the lookups that missed an order without a break began. */
  readonly #missedSince = new Map<ClientOrderId, number>();
  /** The same of a row that was broken: a process that recovers books of before goes on with it. */
  readonly #broken = new Map<ClientOrderId, number>();

  constructor(parts: SilenceParts) {
    this.#parts = parts;
  }

  /** Called where a step changed orders. */
  ordersChanged(before: State, after: State): void {
    const { timeline, fail } = this.#parts;
    for (const [id, order] of Object.entries(after.orders)) {
      const was = before.orders[order.id];
      if (was === order) continue;
      const hadMissed = was !== undefined && was.misses.count > 0;
      if (order.misses.count > 0 && !this.#missedSince.has(order.id))
        this.#missedSince.set(order.id, (hadMissed ? this.#broken.get(order.id) : undefined) ?? timeline.now);
      const since = this.#missedSince.get(order.id);
      const isTakenForAbsent = was?.state === 'unknown' && order.state === 'rejected' && order.failure?.code === 'ORDER_NOT_FOUND';
      if (isTakenForAbsent && since !== undefined && timeline.now - since < absentAfterMs)
        fail('S6.5', `${id} was taken for absent after ${timeline.now - since} ms`);
      if (order.misses.count > 0 || since === undefined) continue;
      this.#broken.set(order.id, since);
      this.#missedSince.delete(order.id);
    }
  }
}

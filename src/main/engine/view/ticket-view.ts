/** What approving would do, as the console shows it. Pure. */
import type { TicketView } from '../../../shared/contract/rows.ts';
import type { DenialView } from '../../../shared/contract/values.ts';
import { type Decimal, round, text } from '../../../shared/domain/units.ts';
import type { Denial } from '../denial.ts';
import type { EntryPreview } from '../preview.ts';

const exact = (value: Decimal<string> | null): string | null => (value === null ? null : text(value));
const money = (value: Decimal<string> | null): string | null => (value === null ? null : text(round(value, 8, 'halfEven')));

/** Our own no, as the console shows it. */
const denialView = ({ denied: code, reason, compared, values }: Denial): DenialView => ({ code, reason, compared, values });

/** @param at ms since 1970 when its prices were asked for */
export const ticketView = (preview: EntryPreview, at: number): TicketView => ({
  at,
  quantity: exact(preview.quantity),
  spotWorst: exact(preview.spotWorst),
  perpWorst: exact(preview.perpWorst),
  spotCostKrw: money(preview.spotCostKrw),
  marginUsdt: money(preview.marginUsdt),
  feesKrw: money(preview.feesKrw),
  premium: exact(preview.premium),
  limits: preview.limits.map(({ setting, limit, use, part }) => ({ setting, limit, use, part })),
  denial: preview.denial === null ? null : denialView(preview.denial),
});

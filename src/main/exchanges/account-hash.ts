import { createHash } from 'node:crypto';
import type { Venue } from '../../shared/domain/venue.ts';

/** What identifies an account without giving its key away: 16 characters of hex, the same after every start. */
export const accountHashOf = (venue: Venue, apiKey: string): string => createHash('sha256').update(`${venue}:${apiKey}`).digest('hex').slice(0, 16);

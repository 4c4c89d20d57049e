import type { Leg } from '../../shared/domain/venue.ts';
import type { VenuePort } from '../exchanges/port.ts';

/** The venue of each leg. */
export type Venues = Readonly<Record<Leg, VenuePort>>;

/**
 * Every kind of fault there is, who carries it out, and on what it can act. The names are those of the control API.
 */

/** Between client and venue; http/server.ts carries these out. */
const transportFaultKinds = [
  'requestLost',
  'replyLost',
  'latency',
  'errorBefore',
  'errorAfter',
  'rateLimited',
  'banned',
  'clockError',
  'truncatedJson',
  'htmlBody',
  'emptyObject',
  'stalledBody',
  'reset',
  'maintenance',
] as const;
/** What the venue itself does to a request; the venue's front carries these out. */
const venueFaultKinds = [
  'insufficientFunds',
  'filterReject',
  'partialFill',
  'venueCancel',
  'fillAfterCancel',
  'queryLag',
  'staleFilled',
  'halt',
  'filterChange',
] as const;
/** What happens to events and sockets; http/stream-faults.ts carries these out, and `latency` and `reset` on streams. */
const eventFaultKinds = ['duplicateEvent', 'reorderedEvents', 'droppedEvents', 'streamGap', 'halfOpen', 'listenKeyExpired'] as const;
/** In the order of the control API's own description. */
export const faultKinds = [
  ...transportFaultKinds.slice(0, 13),
  ...venueFaultKinds.slice(0, 7),
  ...eventFaultKinds,
  ...venueFaultKinds.slice(7),
  'maintenance',
] as readonly FaultKind[];

export type TransportFaultKind = (typeof transportFaultKinds)[number];
export type VenueFaultKind = (typeof venueFaultKinds)[number];
export type EventFaultKind = (typeof eventFaultKinds)[number];
export type StreamFaultKind = EventFaultKind | 'latency' | 'reset';
export type FaultKind = TransportFaultKind | VenueFaultKind | EventFaultKind;

export const streamNames = ['upbit.public', 'upbit.myOrder', 'upbit.myAsset', 'binance.public', 'binance.user'] as const;
export type StreamName = (typeof streamNames)[number];

/** What a request does, as far as faults care. `upgrade`: it opens a WebSocket; `rules`: it reads filters. */
export type RequestRole = 'place' | 'cancel' | 'query' | 'rules' | 'upgrade' | 'other';

const orderRoles: readonly RequestRole[] = ['place'];
const venueRoles: Readonly<Record<VenueFaultKind, readonly RequestRole[]>> = {
  insufficientFunds: orderRoles,
  filterReject: orderRoles,
  partialFill: orderRoles,
  venueCancel: orderRoles,
  halt: orderRoles,
  fillAfterCancel: ['cancel'],
  queryLag: ['query'],
  staleFilled: ['query'],
  filterChange: ['place', 'rules'],
};
/** An upgrade has no body and changes nothing, so only these mean something there. */
const onUpgrades: readonly FaultKind[] = [
  'requestLost',
  'latency',
  'errorBefore',
  'rateLimited',
  'banned',
  'clockError',
  'htmlBody',
  'reset',
  'maintenance',
];
const onStreams: readonly FaultKind[] = [...eventFaultKinds, 'latency', 'reset'];

export const isFaultKind = (kind: string): kind is FaultKind => (faultKinds as readonly string[]).includes(kind);
export const isVenueFault = (kind: FaultKind): kind is VenueFaultKind => (venueFaultKinds as readonly string[]).includes(kind);
export const isStreamFault = (kind: FaultKind): kind is StreamFaultKind => onStreams.includes(kind);
/** Whether it can act on requests at all. */
export const isRequestFault = (kind: FaultKind): boolean => !(eventFaultKinds as readonly string[]).includes(kind);

/** Whether a fault of this kind can act on such a request. */
export function actsOn(kind: FaultKind, role: RequestRole): boolean {
  if (isVenueFault(kind)) return venueRoles[kind].includes(role);
  return role !== 'upgrade' || onUpgrades.includes(kind);
}
